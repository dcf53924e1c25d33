//! One POST request judged by the documentation: is the key right, is the form, what rows does it hold?
//!
//! Knows nothing of connections and faults, and changes nothing.

use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use hyper::http::request::Parts;

use super::attributes::Names;
use super::form::Form;
use super::staged::{Identifier, Staged};
use super::table;

/// The documentation's "1 GB", read as the smaller of what it can mean.
pub(super) const MOST_BYTES: u64 = 1_000_000_000;

/// Where data can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// One profile, in the query.
    Profile,
    /// Many profiles, in a CSV body.
    Table,
}

impl Resource {
    pub(super) fn at(path: &str) -> Option<Resource> {
        match path {
            "/logs/v1/import/profiles" => Some(Resource::Profile),
            "/logs/v1/import/profiles.csv" => Some(Resource::Table),
            _ => None,
        }
    }
}

/// Whether a path is one of those that show what arrived; they are no part of the Post API.
pub(super) fn is_view(path: &str) -> bool {
    matches!(path, "/" | "/profiles" | "/requests")
}

/// Why a request is refused: a status and a plain text without any value of the request.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, reason: impl Into<String>) -> Refusal {
        Refusal {
            status,
            reason: reason.into(),
        }
    }
}

fn bad(reason: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, reason)
}

/// Judges what can be judged before the body is there. The key comes first, so that whoever has no
/// right key learns nothing else.
pub(super) fn check_head(head: &Parts, key: Option<&str>) -> Result<Resource, Refusal> {
    let path = head.uri.path();
    let resource = Resource::at(path).ok_or_else(|| {
        if is_view(path) {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
        } else {
            Refusal::new(StatusCode::NOT_FOUND, "Not found")
        }
    })?;
    let given = query(head).get("post_api_key").ok().flatten();
    let accepted = match (given.as_deref(), key) {
        (None | Some(""), _) => false,
        (Some(_), None) => true,
        (Some(given), Some(key)) => given == key,
    };
    if !accepted {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "Forbidden: post_api_key is missing or not valid",
        ));
    }
    let encoding = head.headers.get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "compressed bodies are not documented",
        ));
    }
    Ok(resource)
}

/// The query of a request.
pub(super) fn query(head: &Parts) -> Form<'_> {
    Form(head.uri.query().unwrap_or(""))
}

/// Reads the rows of a request whose head is in order.
pub(super) fn stage(
    resource: Resource,
    head: &Parts,
    body: &[u8],
    names: &mut Names,
) -> Result<Staged, Refusal> {
    match resource {
        Resource::Table => table::read(body, names).map_err(bad),
        Resource::Profile => {
            let staged = one_profile(query(head), names).map_err(bad)?;
            if !body.is_empty() {
                return Err(bad("this request has no body: its data is in the query"));
            }
            if !head.headers.contains_key(CONTENT_LENGTH) {
                return Err(Refusal::new(
                    StatusCode::LENGTH_REQUIRED,
                    "Content-Length: 0 is missing",
                ));
            }
            Ok(staged)
        }
    }
}

fn one_profile(form: Form<'_>, names: &mut Names) -> Result<Staged, String> {
    let need = |name: &str| {
        form.get(name)?
            .ok_or_else(|| format!("required parameter {name} is missing"))
    };
    let application_id = need("application_id")?;
    let profile = form.get(Identifier::Profile.name())?;
    let device = form.get(Identifier::Device.name())?;
    let (identifier, id) = match (profile, device) {
        (Some(id), None) => (Identifier::Profile, id),
        (None, Some(id)) => (Identifier::Device, id),
        (Some(_), Some(_)) => {
            return Err("only one of profile_id and appmetrica_device_id can be given".to_owned());
        }
        (None, None) => {
            return Err(
                "required parameter profile_id (or appmetrica_device_id) is missing".to_owned(),
            );
        }
    };
    let attributes = need("attributes")?;
    let mut staged = Staged::new(identifier);
    staged.push(&application_id, &id, &attributes, names)?;
    Ok(staged)
}
