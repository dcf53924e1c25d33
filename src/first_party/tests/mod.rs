//! Every vector of the vendor's SDK, and what holds for all kinds of contact.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// A line of the vectors: the raw value, and normalised value and hash unless it is refused.
struct Vector {
    initial: String,
    expected: Option<(String, String)>,
}

fn vectors(text: &str) -> Vec<Vector> {
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| line[name].as_str().map(str::to_owned);
            Vector {
                initial: field("initial").unwrap(),
                expected: field("normalized").zip(field("sha256")),
            }
        })
        .collect()
}

fn assert_all_agree(contact: Contact, vectors: &[Vector]) {
    let mut out = Vec::new();
    for (index, vector) in vectors.iter().enumerate() {
        let hash = normalize_and_hash(contact, &vector.initial, Rules::default(), &mut out);
        let actual = hash.map(|hash| {
            (
                String::from_utf8(out.clone()).unwrap(),
                hash.as_str().to_owned(),
            )
        });
        let line = index + 1;
        assert_eq!(
            actual.as_ref().ok(),
            vector.expected.as_ref(),
            "line {line}: {:?} -> {actual:?}",
            vector.initial
        );
    }
}

pub(super) fn phone_vectors() -> Vec<String> {
    initials(include_str!("../../../tests/data/first-party/phone.jsonl"))
}

pub(super) fn email_vectors() -> Vec<String> {
    initials(include_str!("../../../tests/data/first-party/email.jsonl"))
}

fn initials(text: &str) -> Vec<String> {
    vectors(text)
        .into_iter()
        .map(|vector| vector.initial)
        .collect()
}

#[test]
fn every_phone_vector_agrees() {
    let vectors = vectors(include_str!("../../../tests/data/first-party/phone.jsonl"));
    assert_eq!(vectors.len(), 1500);
    assert_all_agree(Contact::Phone, &vectors);
}

#[test]
fn every_email_vector_agrees() {
    let vectors = vectors(include_str!("../../../tests/data/first-party/email.jsonl"));
    assert_eq!(vectors.len(), 1650);
    assert_all_agree(Contact::Email, &vectors);
}

#[test]
fn the_published_hashes_come_out() {
    let mut scratch = Vec::new();
    let mut hash_of = |contact, raw| {
        normalize_and_hash(contact, raw, Rules::default(), &mut scratch)
            .unwrap()
            .to_string()
    };
    assert_eq!(
        hash_of(Contact::Email, "name@yandex.ru"),
        "41b86f44151924a940be6fa30d93f2471683ca74ac361d3b827a9b72c80a7623"
    );
    assert_eq!(
        hash_of(Contact::Phone, "70123456789"),
        "8f0dd3d30a1ea4b739c6217c02604aee1556025da990212759efd877206a1948"
    );
}

#[test]
fn a_contact_is_named_as_in_mappings() {
    for contact in Contact::ALL {
        assert_eq!(contact.to_string().parse(), Ok(contact));
    }
    assert_eq!("Phone".parse::<Contact>(), Err(UnknownContact));
}

#[test]
fn attribute_names_are_numbered_from_0_to_9_but_for_telegram() {
    for (contact, stem) in [(Contact::Phone, "phone"), (Contact::Email, "email")] {
        for index in 0..MAX_VALUES {
            let name = format!("appmetrica_1pd_{stem}_sha256_{index}");
            assert_eq!(attribute_name(contact, index), Some(name.as_str()));
        }
        assert_eq!(attribute_name(contact, 10), None);
    }
    assert_eq!(
        attribute_name(Contact::Telegram, 0),
        Some("appmetrica_1pd_telegram_sha256")
    );
    assert_eq!(attribute_name(Contact::Telegram, 1), None);
}

#[test]
fn a_refused_value_leaves_the_output_empty() {
    for contact in Contact::ALL {
        let mut out = b"left over".to_vec();
        assert!(normalize(contact, "\u{1f600}", Rules::default(), &mut out).is_err());
        assert!(out.is_empty(), "{contact}");
    }
}

#[test]
fn valid_common_values_need_no_allocation() {
    let mut out = Vec::with_capacity(104);
    let before = out.as_ptr();
    let long = format!("{}@{}.ya.ru", "a".repeat(64), "b".repeat(25));
    let values = [
        (Contact::Phone, "8 (916) 555-44-33"),
        (Contact::Email, "Some.One+tag@Gmail.com"),
        (Contact::Email, long.as_str()),
        (
            Contact::Telegram,
            "https://t.me/abcdefghijklmnopqrstuvwxyz012345",
        ),
    ];
    for (contact, raw) in values {
        normalize(contact, raw, Rules::default(), &mut out).unwrap();
        assert_eq!(out.capacity(), 104);
        assert_eq!(out.as_ptr(), before);
    }
}

/// Any text, and text of the characters that the rules talk about.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9()+ \u{a0}\u{85}-]{0,20}",
        "\\PC{0,8}@\\PC{0,8}\\.\\PC{0,4}",
        "[@.\"\\\\+a-cA-C0Σİ\u{1f600} \u{1}-]{0,24}",
        "(@|https://t.me/)?[a-zA-Z0-9_]{0,40}",
    ]
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_results_are_stable(raw in hostile()) {
        for contact in Contact::ALL {
            for telegram_keep_case in [false, true] {
                let rules = Rules { telegram_keep_case };
                let (mut first, mut second) = (Vec::new(), b"x".to_vec());
                let result = normalize(contact, &raw, rules, &mut first);
                prop_assert_eq!(result, normalize(contact, &raw, rules, &mut second));
                prop_assert_eq!(&first, &second);
                prop_assert_eq!(result.is_ok(), !first.is_empty());
                prop_assert!(String::from_utf8(first).is_ok());
            }
        }
    }

    #[test]
    fn a_refusal_never_quotes_the_value(digits in "[0-9]{14,20}", word in "[g-z]{41,60}") {
        let mut out = Vec::new();
        for contact in Contact::ALL {
            for raw in [&digits, &word] {
                if let Err(refusal) = normalize(contact, raw, Rules::default(), &mut out) {
                    prop_assert!(!refusal.to_string().contains(raw.as_str()));
                }
            }
        }
    }

    #[test]
    fn a_normalised_login_stays_as_it_is(raw in "@?[a-zA-Z0-9_]{0,40}", keep in any::<bool>()) {
        let rules = Rules { telegram_keep_case: keep };
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        if normalize(Contact::Telegram, &raw, rules, &mut once).is_ok() {
            let text = String::from_utf8(once.clone()).unwrap();
            prop_assert_eq!(normalize(Contact::Telegram, &text, rules, &mut twice), Ok(()));
            prop_assert_eq!(once, twice);
        }
    }
}
