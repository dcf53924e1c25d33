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

/// Two letters identify nobody, and "is" or "in" stand in every body.
const SHORT: usize = 2;

/// So many characters in a row that stand in the key, too, are a part of it.
const PIECE_OF_KEY: usize = 6;

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
    let text = text.trim();
    let words = words(text);
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for (index, &(from, to)) in words.iter().enumerate() {
        let neighbours = [index.checked_sub(1), Some(index + 1)];
        let is_part = neighbours.into_iter().flatten().any(|other| {
            words
                .get(other)
                .is_some_and(|&other| is_short_pair(text, (from, to), other, sent))
        });
        shown.push_str(&text[end..from]);
        let word = &text[from..to];
        let hidden = is_part || is_piece_of_key(word, key) || !may_be_shown(word, sent);
        shown.push_str(if !hidden { word } else { MASK });
        end = to;
    }
    shown.push_str(&text[end..]);
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    printable(&shown)
}

/// `text` with the key masked in any case and however much of it is percent-encoded, for messages that
/// cannot hold rows.
#[must_use]
pub fn without_key(text: &str, key: &PostApiKey) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match length_of_key(rest.as_bytes(), key.expose().as_bytes()) {
            Some(length) => {
                shown.push_str(MASK);
                length
            }
            None => {
                shown.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    shown
}

/// How many bytes the key takes up at the beginning of `text`, if it stands there.
fn length_of_key(text: &[u8], key: &[u8]) -> Option<usize> {
    let mut at = 0;
    for wanted in key {
        let (byte, length) = match text.get(at..)? {
            [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hex_value(*high) << 4 | hex_value(*low), 3)
            }
            [byte, ..] => (*byte, 1),
            [] => return None,
        };
        if !byte.eq_ignore_ascii_case(wanted) {
            // A percent sign of the key's own, in a text that is not encoded.
            if text[at] != *wanted {
                return None;
            }
            at += 1;
            continue;
        }
        at += length;
    }
    Some(at)
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// Beginning and end of each word.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices().filter(|&(_, c)| is_word(c)) {
        let end = at + c.len_utf8();
        match words.last_mut() {
            Some(last) if last.1 == at => last.1 = end,
            _ => words.push((at, end)),
        }
    }
    words
}

/// Whether two neighbouring words, each too short to tell anything, stand in the rows beside each other as
/// they do here: `12 34 56`, `9.99`, `Li Wu`.
fn is_short_pair(text: &str, one: (usize, usize), other: (usize, usize), sent: &[&[u8]]) -> bool {
    let (first, second) = (one.min(other), one.max(other));
    let is_short = |(from, to)| to - from <= SHORT;
    let is_name = |(from, to)| is_attribute_name(&text[from..to], sent);
    // What is escaped in the rows cannot be looked up as it is.
    let escaped = |c: char| c.is_control() || matches!(c, '"' | '\\');
    is_short(first)
        && is_short(second)
        && !(is_name(first) && is_name(second))
        && (is_in(sent, &text[first.0..second.1]) || text[first.1..second.0].contains(escaped))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | '-' | '@' | '%' | '+' | '\\')
        || !c.is_ascii() && !c.is_whitespace()
}

fn may_be_shown(word: &str, sent: &[&[u8]]) -> bool {
    if KNOWN_WORDS.contains(&word) || is_attribute_name(word, sent) {
        return true;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let plain = word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    plain && digits <= 4 && word.len() <= 40 && (word.len() <= SHORT || !is_in_any_case(sent, word))
}

/// Whether the word and the key share a run of characters: servers cut what they echo, and a part of a key
/// is still a secret.
fn is_piece_of_key(word: &str, key: &PostApiKey) -> bool {
    let (word, key) = (word.as_bytes(), key.expose().as_bytes());
    key.windows(PIECE_OF_KEY.min(key.len())).any(|piece| {
        word.windows(piece.len())
            .any(|part| part.eq_ignore_ascii_case(piece))
    })
}

/// A server may fold what it echoes. Non-ASCII words are never shown, so ASCII's cases are enough. Bodies are
/// large: each is folded a piece at a time, the pieces overlapping by the word's length.
fn is_in_any_case(sent: &[&[u8]], word: &str) -> bool {
    const PIECE: usize = 64 * 1024;
    let word = word.to_ascii_lowercase();
    let finder = memmem::Finder::new(word.as_bytes());
    let mut folded = Vec::new();
    sent.iter().any(|body| {
        (0..body.len()).step_by(PIECE).any(|start| {
            let end = body.len().min(start + PIECE + word.len());
            folded.clear();
            folded.extend_from_slice(&body[start..end]);
            folded.make_ascii_lowercase();
            finder.find(&folded).is_some()
        })
    })
}

fn is_in(sent: &[&[u8]], text: &str) -> bool {
    sent.iter()
        .any(|piece| memmem::find(piece, text.as_bytes()).is_some())
}

/// Whether the rows have an attribute of this name: `"name":` in the JSON of the CSV, quotes doubled.
fn is_attribute_name(word: &str, sent: &[&[u8]]) -> bool {
    // A backslash before the quote: it is in the middle of a value.
    !word.contains('\\')
        && (is_in(sent, &format!("\"\"{word}\"\":")) || is_in(sent, &format!("\"{word}\":")))
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
            "s3CreT-kEy-0001",
            "S3cret%2DKey-0001",
            "%53%33cret-Key-0001",
        ] {
            let shown = shown(&format!("bad key {form}!"));
            assert!(!shown.to_lowercase().contains("cret"), "{shown}");
        }
    }

    #[test]
    fn a_part_of_the_key_is_masked_too() {
        let shown = shown("no access: /logs/v1/import/profiles.csv?post_api_key=S3cret-Ke");
        assert_eq!(
            shown,
            "no access: /logs/v1/import/profiles.csv?post_api_key=***"
        );
    }

    #[test]
    fn echoed_rows_are_masked_whatever_their_case() {
        let shown = shown("CANNOT PARSE IVANOV, petr WITH TIER PLATINUM");
        assert_eq!(shown, "CANNOT PARSE ***, *** WITH *** ***");
        // Across the border of two pieces, and in mixed case.
        let body = [&[b' '; 64 * 1024 - 4][..], b"Mac-Donald"].concat();
        let key = PostApiKey::new("S3cret-Key-0001".to_owned()).unwrap();
        assert_eq!(reply(b"bad MAC-DONALD", &key, &[&body]), "bad ***");
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
    fn values_of_short_words_are_masked_as_a_whole() {
        let key = PostApiKey::new("S3cret-Key-0001".to_owned()).unwrap();
        let body = b"42,c1,\"{\"\"tel\"\":\"\"12 34 56\"\",\"\"ltv\"\":9.99,\"\"name\"\":\"\"Li Wu\"\"}\"\n";
        for (answer, shown) in [
            (
                "bad tel 12 34 56 in row 17",
                "bad tel *** *** *** in row 17",
            ),
            ("ltv is 9.99, not 8", "ltv is ***.***, not 8"),
            ("no Li Wu in it", "no *** *** in it"),
        ] {
            assert_eq!(reply(answer.as_bytes(), &key, &[body]), shown);
        }
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
