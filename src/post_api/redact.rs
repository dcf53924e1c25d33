//! What a server says, made fit to be shown.
//!
//! A server, or a proxy before it, may echo the key or a row of personal data in its answer, and may send
//! terminal control sequences. So nothing of an answer is shown but words that cannot be any of these: each
//! word is masked that holds the key, looks like data, or stands in the request. Names of parameters and
//! of attributes are kept, for without them a reason is of no use.

use memchr::memmem;

use crate::profile::printable;
use crate::secret::PostApiKey;

/// What stands in the place of a masked word.
pub const MASK: &str = "***";

/// How much of an answer is looked at.
const LONGEST: usize = 300;

/// Words of the documented requests and replies, never masked.
const KNOWN_WORDS: [&str; 9] = [
    "post_api_key",
    "application_id",
    "profile_id",
    "appmetrica_device_id",
    "attributes",
    "Your",
    "data",
    "been",
    "uploaded",
];

/// The answer `text` to a request with `key`, in which `sent` was sent, as it may be shown.
#[must_use]
pub fn reply(text: &[u8], key: &PostApiKey, sent: &[&[u8]]) -> String {
    let text = String::from_utf8_lossy(text);
    let text = without_key(&text, key);
    // Cut only after the key is out, so that no part of it can remain at the cut.
    let text: String = text.chars().take(LONGEST).collect();
    let mut shown = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.trim().chars() {
        if is_word(c) {
            word.push(c);
        } else {
            end_word(&mut word, &mut shown, sent);
            shown.push(if c.is_whitespace() { ' ' } else { c });
        }
    }
    end_word(&mut word, &mut shown, sent);
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    printable(&shown)
}

/// `text` with every form of the key masked, for messages that cannot hold rows.
#[must_use]
pub fn without_key(text: &str, key: &PostApiKey) -> String {
    let secret = key.expose();
    let encoded: String =
        percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).collect();
    let mut text = text.replace(secret, MASK);
    for form in [encoded.to_ascii_lowercase(), encoded] {
        text = text.replace(&form, MASK);
    }
    for form in [secret.to_ascii_lowercase(), secret.to_ascii_uppercase()] {
        text = text.replace(&form, MASK);
    }
    text
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | '-' | '@' | '%' | '+' | '\\')
        || !c.is_ascii() && !c.is_whitespace()
}

fn end_word(word: &mut String, shown: &mut String, sent: &[&[u8]]) {
    if !word.is_empty() {
        shown.push_str(if may_be_shown(word, sent) { word } else { MASK });
        word.clear();
    }
}

fn may_be_shown(word: &str, sent: &[&[u8]]) -> bool {
    if word == MASK || KNOWN_WORDS.contains(&word) || is_attribute_name(word, sent) {
        return true;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let plain = word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    // Two letters identify nobody, and "is" or "in" stand in every body.
    plain && digits <= 4 && word.len() <= 40 && (word.len() <= 2 || !is_in(sent, word))
}

fn is_in(sent: &[&[u8]], text: &str) -> bool {
    sent.iter()
        .any(|piece| memmem::find(piece, text.as_bytes()).is_some())
}

/// Whether the rows have an attribute of this name: `"name":` in the JSON of the CSV, quotes doubled.
fn is_attribute_name(word: &str, sent: &[&[u8]]) -> bool {
    is_in(sent, &format!("\"\"{word}\"\":")) || is_in(sent, &format!("\"{word}\":"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const BODY: &[u8] = "42,\"Ivanov, Petr\",\"{\"\"tier\"\":\"\"platinum\"\",\"\"имя\"\":\"\"Пётр\"\",\"\"ltv\"\":1234567}\"\n".as_bytes();

    fn shown(text: &str) -> String {
        reply(
            text.as_bytes(),
            &PostApiKey::new("S3cret-Key-0001".to_owned()).unwrap(),
            &[BODY],
        )
    }

    #[test]
    fn a_plain_reason_is_kept() {
        assert_eq!(
            shown("Required parameter application_id is missing."),
            "Required parameter application_id is missing."
        );
        assert_eq!(
            shown("unknown attribute 'tier' in row 17"),
            "unknown attribute 'tier' in row 17"
        );
    }

    #[test]
    fn the_key_is_masked_in_every_form() {
        for form in [
            "S3cret-Key-0001",
            "S3cret%2DKey%2D0001",
            "s3cret%2dkey%2d0001",
            "s3cret-key-0001",
            "S3CRET-KEY-0001",
        ] {
            let shown = shown(&format!("bad key {form}!"));
            assert!(!shown.to_lowercase().contains("cret"), "{shown}");
        }
    }

    #[test]
    fn echoed_rows_are_masked_word_by_word() {
        let shown = shown(
            "cannot parse 42,\"Ivanov, Petr\",\"{\"\"tier\"\":\"\"platinum\"\",\"\"имя\"\":\"\"Пётр\"\",\"\"ltv\"\":1234567}\"",
        );
        for personal in ["Ivanov", "Petr", "platinum", "Пётр", "1234567"] {
            assert!(!shown.contains(personal), "{shown}");
        }
        assert!(shown.contains("tier") && shown.contains("ltv"), "{shown}");
    }

    #[test]
    fn addresses_numbers_and_escapes_are_masked_even_when_they_were_not_sent() {
        let shown = shown("see a.person@example.com or +79161234567 or \\u041f\\u0451");
        assert!(
            !shown.contains("person@example")
                && !shown.contains("79161234567")
                && !shown.contains("041f"),
            "{shown}"
        );
    }

    #[test]
    fn control_sequences_do_not_survive() {
        let shown = shown("bad\u{1b}[2J\u{7}request\u{202e}x");
        assert!(
            shown.chars().all(|c| !c.is_control() && c != '\u{202e}'),
            "{shown}"
        );
    }

    #[test]
    fn a_page_of_text_is_cut() {
        assert!(shown(&"word ".repeat(10_000)).chars().count() <= 130);
    }
}
