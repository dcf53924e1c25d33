//! The grammar of targets: what a column can become, in `--map`, in mapping files and in headers.
//!
//! `TARGET = profile_id | device_id | phone | email | telegram | ignore | NAME | NAME:TYPE`

use std::fmt;

use crate::attribute::{self, NameKind, Type};
use crate::batch::IdentifierKind;
use crate::first_party::Contact;
use crate::nearest::nearest;
use crate::profile::printable;

/// Columns that `ampost` itself adds to a rejects file; they are never sent when it comes back mended.
pub const REJECT_COLUMNS: [&str; 2] = ["ampost_line", "ampost_reason"];

/// What a column becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The profile's name.
    Identifier(IdentifierKind),
    /// A value to normalise and hash.
    Contact(Contact),
    /// An attribute, with its type where one is given.
    Attribute(String, Option<Type>),
    /// A value hashed already, by its documented name.
    Hashed(String),
    /// Not sent.
    Ignore,
}

impl Target {
    /// Reads a target as it stands in `--map COLUMN=TARGET` or in a mapping file.
    pub fn parse(text: &str) -> Result<Target, String> {
        match text {
            "profile_id" => Ok(Target::Identifier(IdentifierKind::ProfileId)),
            // The API's own name for it is taken as well: it is what people copy.
            "device_id" | "appmetrica_device_id" => {
                Ok(Target::Identifier(IdentifierKind::DeviceId))
            }
            "phone" => Ok(Target::Contact(Contact::Phone)),
            "email" => Ok(Target::Contact(Contact::Email)),
            "telegram" => Ok(Target::Contact(Contact::Telegram)),
            "ignore" => Ok(Target::Ignore),
            name => Target::attribute(name),
        }
    }

    /// Reads what a header cell says by itself; `None` when it is just a name.
    pub fn from_header(cell: &str) -> Result<Option<Target>, String> {
        let fixed = match cell {
            "profile_id" => Some(Target::Identifier(IdentifierKind::ProfileId)),
            "appmetrica_device_id" => Some(Target::Identifier(IdentifierKind::DeviceId)),
            name if REJECT_COLUMNS.contains(&name) => Some(Target::Ignore),
            name => contact_header(name).map(Target::Contact),
        };
        if fixed.is_some() {
            return Ok(fixed);
        }
        match Target::attribute(cell)? {
            Target::Attribute(_, None) => Ok(None),
            said => Ok(Some(said)),
        }
    }

    /// `NAME` or `NAME:TYPE`, the name checked against what the API takes.
    fn attribute(text: &str) -> Result<Target, String> {
        let (name, declared) = match text.rsplit_once(':') {
            Some((name, suffix)) => match suffix.parse::<Type>() {
                Ok(declared) => (name, Some(declared)),
                Err(_) => match nearest(suffix, Type::ALL.map(Type::as_str)) {
                    Some(near) => {
                        return Err(format!(
                            "\"{}\" is not a type: did you mean \"{}:{near}\"? Types are string, number, bool and counter",
                            printable(suffix),
                            printable(name)
                        ));
                    }
                    // A colon in a name is unusual, but it is a name.
                    None => (text, None),
                },
            },
            None => (text, None),
        };
        match attribute::check_name(name) {
            Ok(NameKind::Custom) => Ok(Target::Attribute(name.to_owned(), declared)),
            Ok(NameKind::FirstParty(_)) if matches!(declared, None | Some(Type::String)) => {
                Ok(Target::Hashed(name.to_owned()))
            }
            Ok(NameKind::FirstParty(_)) => {
                Err("hashed first-party data is always a string; leave the type out".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// The target as one would write it in a mapping.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Target::Identifier(IdentifierKind::ProfileId) => "profile_id".to_owned(),
            Target::Identifier(IdentifierKind::DeviceId) => "device_id".to_owned(),
            Target::Contact(contact) => contact.as_str().to_owned(),
            Target::Attribute(name, None) => name.clone(),
            Target::Attribute(name, Some(declared)) => format!("{name}:{declared}"),
            Target::Hashed(name) => name.clone(),
            Target::Ignore => "ignore".to_owned(),
        }
    }
}

/// For messages: a name comes from a file or a command line, and may hold anything.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.to_text()))
    }
}

/// The words that a target can be besides an attribute's name.
const FIXED_WORDS: [&str; 6] = [
    "profile_id",
    "device_id",
    "phone",
    "email",
    "telegram",
    "ignore",
];

/// The fixed word that `name` nearly is: one letter off, or two in the long ones, or only of another case.
#[must_use]
pub fn fixed_word_near(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    FIXED_WORDS.into_iter().find(|word| {
        let allowed = if word.len() < 8 { 1 } else { 2 };
        strsim::damerau_levenshtein(&lower, word) <= allowed
    })
}

/// Whether a column of that name is likely to hold the company's own name of the person.
#[must_use]
pub fn may_name_profile(column: &str) -> bool {
    const WORDS: [&str; 15] = [
        "id",
        "ид",
        "uid",
        "uuid",
        "guid",
        "profile",
        "customer",
        "client",
        "user",
        "код",
        "клиент",
        "клиента",
        "покупатель",
        "userid",
        "profileid",
    ];
    column
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| WORDS.contains(&word))
}

/// `phone`, `email`, `telegram`, also numbered: `phone_2`.
fn contact_header(cell: &str) -> Option<Contact> {
    let word = match cell.rsplit_once('_') {
        Some((word, number))
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            word
        }
        _ => cell,
    };
    word.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn headers_say_what_they_are() {
        let said = |cell: &str| Target::from_header(cell).unwrap().map(|t| t.to_text());
        assert_eq!(said("profile_id").as_deref(), Some("profile_id"));
        assert_eq!(said("appmetrica_device_id").as_deref(), Some("device_id"));
        assert_eq!(said("phone_2").as_deref(), Some("phone"));
        assert_eq!(said("email").as_deref(), Some("email"));
        assert_eq!(said("ltv:number").as_deref(), Some("ltv:number"));
        assert_eq!(said("a:b:counter").as_deref(), Some("a:b:counter"));
        assert_eq!(
            said("appmetrica_1pd_phone_sha256_1").as_deref(),
            Some("appmetrica_1pd_phone_sha256_1")
        );
        assert_eq!(said("ampost_reason").as_deref(), Some("ignore"));
        for plain in [
            "tier",
            "phone_x",
            "phone number",
            "Phone",
            "time:utc",
            "ignore",
        ] {
            assert_eq!(said(plain), None, "{plain}");
        }
    }

    #[test]
    fn a_misspelt_type_is_not_taken_for_a_name() {
        let error = Target::parse("ltv:numbr").unwrap_err();
        assert!(error.contains("ltv:number"), "{error}");
        assert!(Target::from_header("ltv:Number").is_err());
    }

    #[test]
    fn a_target_survives_being_written_and_read() {
        for text in [
            "profile_id",
            "device_id",
            "phone",
            "email",
            "telegram",
            "ignore",
            "tier",
            "ltv:number",
            "appmetrica_1pd_email_sha256_0",
        ] {
            assert_eq!(Target::parse(text).unwrap().to_text(), text);
        }
    }

    #[test]
    fn derived_names_are_refused_with_the_right_one() {
        let error = Target::parse("appmetrica_1pd_email_0").unwrap_err();
        assert!(error.contains("appmetrica_1pd_email_sha256_0"), "{error}");
    }

    #[test]
    fn a_slip_in_a_fixed_word_is_found_and_other_names_are_not() {
        for (slip, word) in [
            ("emial", "email"),
            ("Email", "email"),
            ("e-mail", "email"),
            ("phnoe", "phone"),
            ("telegramm", "telegram"),
            ("profileid", "profile_id"),
            ("profil-id", "profile_id"),
            ("divice_id", "device_id"),
            ("ignored", "ignore"),
        ] {
            assert_eq!(fixed_word_near(slip), Some(word), "{slip}");
        }
        for name in [
            "tier",
            "ltv",
            "email_status",
            "phone_model",
            "profile",
            "iphone_user",
            "город",
        ] {
            assert_eq!(fixed_word_near(name), None, "{name}");
        }
    }

    #[test]
    fn columns_that_name_people_are_told_by_their_words() {
        for name in [
            "customer_id",
            "Код клиента",
            "ID",
            "Внешний ID",
            "Customer ID",
            "UserID",
        ] {
            assert!(may_name_profile(name), "{name}");
        }
        for name in ["video", "tier", "Город", "paid"] {
            assert!(!may_name_profile(name), "{name}");
        }
    }
}
