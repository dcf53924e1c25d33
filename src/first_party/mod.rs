//! First-party data: phones, e-mails and Telegram logins made into the hashes that the vendor's SDK makes.
//!
//! A value from a CRM helps only if it comes out as the very hash that the SDK computed inside the app, so
//! the rules follow the vendor's Android SDK as it behaves on a device, odd corners included. A value that
//! the rules refuse is refused; nothing is mended. Everything here is pure: it knows nothing of CSV,
//! attributes' JSON, files or the terminal. A [`Refusal`] never carries the value, which is personal.

mod email;
mod email_ascii;
mod hash;
mod phone;
mod refusal;
mod telegram;

use std::fmt;
use std::str::FromStr;

pub use hash::{Hash, Hashes, Kept, hash, is_hash};
pub use refusal::Refusal;

/// How many phones, and how many e-mails, a profile holds.
pub const MAX_VALUES: usize = 10;

/// The attributes of phone hashes, by index.
pub const PHONE_ATTRIBUTES: [&str; MAX_VALUES] = [
    "appmetrica_1pd_phone_sha256_0",
    "appmetrica_1pd_phone_sha256_1",
    "appmetrica_1pd_phone_sha256_2",
    "appmetrica_1pd_phone_sha256_3",
    "appmetrica_1pd_phone_sha256_4",
    "appmetrica_1pd_phone_sha256_5",
    "appmetrica_1pd_phone_sha256_6",
    "appmetrica_1pd_phone_sha256_7",
    "appmetrica_1pd_phone_sha256_8",
    "appmetrica_1pd_phone_sha256_9",
];

/// The attributes of e-mail hashes, by index.
pub const EMAIL_ATTRIBUTES: [&str; MAX_VALUES] = [
    "appmetrica_1pd_email_sha256_0",
    "appmetrica_1pd_email_sha256_1",
    "appmetrica_1pd_email_sha256_2",
    "appmetrica_1pd_email_sha256_3",
    "appmetrica_1pd_email_sha256_4",
    "appmetrica_1pd_email_sha256_5",
    "appmetrica_1pd_email_sha256_6",
    "appmetrica_1pd_email_sha256_7",
    "appmetrica_1pd_email_sha256_8",
    "appmetrica_1pd_email_sha256_9",
];

/// The attribute of the Telegram login's hash: one, without an index.
pub const TELEGRAM_ATTRIBUTES: [&str; 1] = ["appmetrica_1pd_telegram_sha256"];

/// A way to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Contact {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A Telegram login.
    Telegram,
}

impl Contact {
    /// Every kind, in the order in which help texts name them.
    pub const ALL: [Self; 3] = [Self::Phone, Self::Email, Self::Telegram];

    /// The name used on the command line, in mappings and in headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Telegram => "telegram",
        }
    }

    /// The attributes that carry this kind's hashes, by index. Their number is the most that a profile holds.
    #[must_use]
    pub const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Phone => &PHONE_ATTRIBUTES,
            Self::Email => &EMAIL_ATTRIBUTES,
            Self::Telegram => &TELEGRAM_ATTRIBUTES,
        }
    }

    /// How many values of this kind a profile holds.
    #[must_use]
    pub const fn max_values(self) -> usize {
        self.attributes().len()
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A name that is none of `phone`, `email`, `telegram`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownContact;

impl fmt::Display for UnknownContact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("not one of phone, email, telegram")
    }
}

impl std::error::Error for UnknownContact {}

impl FromStr for Contact {
    type Err = UnknownContact;

    fn from_str(name: &str) -> Result<Self, UnknownContact> {
        Self::ALL
            .into_iter()
            .find(|contact| contact.as_str() == name)
            .ok_or(UnknownContact)
    }
}

/// What a user may choose about normalising.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Leave the case of Telegram logins as it is, for apps that pass mixed case on Android.
    pub telegram_keep_case: bool,
}

/// The attribute for the hash number `index` of this kind, from 0; `None` beyond the last.
#[must_use]
pub fn attribute_name(contact: Contact, index: usize) -> Option<&'static str> {
    contact.attributes().get(index).copied()
}

/// Clears `out` and writes the normalised value, which is UTF-8.
///
/// Nothing is allocated for valid phones and for ASCII e-mails and logins once `out` has room for 104 bytes.
///
/// # Errors
/// The rule that refused the value; `out` is then empty.
pub fn normalize(
    contact: Contact,
    raw: &str,
    rules: Rules,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    out.clear();
    match contact {
        Contact::Phone => phone::normalize(raw, out),
        Contact::Email => email::normalize(raw, out),
        Contact::Telegram => telegram::normalize(raw, rules.telegram_keep_case, out),
    }
}

/// Normalises and hashes; `scratch` holds the normalised value afterwards.
///
/// # Errors
/// The rule that refused the value; `scratch` is then empty.
pub fn normalize_and_hash(
    contact: Contact,
    raw: &str,
    rules: Rules,
    scratch: &mut Vec<u8>,
) -> Result<Hash, Refusal> {
    normalize(contact, raw, rules, scratch)?;
    Ok(hash(scratch))
}

#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
