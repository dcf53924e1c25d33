//! The API's resources and their addresses.
//!
//! Today only profiles are sent. Events, revenue, ad revenue and e-commerce are siblings of the same form
//! (`/logs/v1/import/NAME` and `NAME.csv`), so a new one is a new constant here.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::batch::IdentifierKind;
use crate::secret::PostApiKey;

/// The vendor's address of the API.
pub const DEFAULT_API_URL: &str = "https://api.appmetrica.yandex.com";

/// A kind of thing that the API imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    path: &'static str,
}

impl Resource {
    /// Profile attributes.
    pub const PROFILES: Resource = Resource {
        path: "/logs/v1/import/profiles",
    };

    /// The path for one item, without the query.
    #[must_use]
    pub fn one(self) -> &'static str {
        self.path
    }

    /// The path for a CSV body, without the query.
    #[must_use]
    pub fn many(self) -> String {
        format!("{}.csv", self.path)
    }
}

/// All but the unreserved characters of RFC 3986.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request's address. The key is in it: it goes to the transport and nowhere else.
pub struct Address {
    /// API address and path, safe to show.
    pub shown: String,
    query: zeroize::Zeroizing<String>,
    /// Values of the query that are not for other eyes, as they are: what answers are redacted against.
    personal: Vec<u8>,
}

impl Address {
    /// The address to post a CSV body to.
    #[must_use]
    pub fn many(api_url: &str, resource: Resource, key: &PostApiKey) -> Address {
        let mut address = Address {
            shown: format!("{api_url}{}", resource.many()),
            query: zeroize::Zeroizing::new(String::with_capacity(128)),
            personal: Vec::new(),
        };
        address.push("post_api_key", key.expose());
        address
    }

    /// The address to post a single item to; its parts follow with [`Address::push`].
    /// Without a key it is good for being shown only.
    #[must_use]
    pub fn one(
        api_url: &str,
        resource: Resource,
        key: Option<&PostApiKey>,
        application_id: u64,
    ) -> Address {
        let mut address = Address {
            shown: format!("{api_url}{}", resource.one()),
            // Grown in place, a string would leave copies of the key in freed memory.
            query: zeroize::Zeroizing::new(String::with_capacity(64 * 1024)),
            personal: Vec::new(),
        };
        address.push("post_api_key", key.map_or("", PostApiKey::expose));
        address.push("application_id", &application_id.to_string());
        address
    }

    /// Appends a parameter, percent-encoded.
    pub fn push(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(name);
        self.query.push('=');
        self.query.extend(utf8_percent_encode(value, QUERY));
    }

    /// Appends a parameter that is personal data.
    pub fn push_personal(&mut self, name: &str, value: &str) {
        self.push(name, value);
        self.personal.extend_from_slice(value.as_bytes());
        self.personal.push(b'\n');
    }

    /// The personal values, for redacting answers.
    #[must_use]
    pub fn personal(&self) -> &[u8] {
        &self.personal
    }

    /// The whole address, key and all.
    #[must_use]
    pub fn expose(&self) -> zeroize::Zeroizing<String> {
        zeroize::Zeroizing::new(format!("{}?{}", self.shown, self.query.as_str()))
    }

    /// The whole address with the key left out, for `--dry-run`.
    #[must_use]
    pub fn without_key(&self) -> String {
        let rest = self.query.split_once('&').map_or("", |(_, rest)| rest);
        let and = if rest.is_empty() { "" } else { "&" };
        format!("{}?post_api_key=***{and}{rest}", self.shown)
    }
}

/// The API's parameter, and CSV column, for a kind of identifier.
#[must_use]
pub fn identifier_name(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::ProfileId => "profile_id",
        IdentifierKind::DeviceId => "appmetrica_device_id",
    }
}
