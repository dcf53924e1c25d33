//! A server's answer: nothing of it that could be the key or a value of the rows is shown, and nothing
//! that a terminal would obey.
//!
//! The input is cut at each 0x1e byte: the status code; `Retry-After`; the rows, their cells divided by
//! 0x1f: an identifier, then names and values in turn; the answer. In the answer a control character
//! below 0x10, with the byte after it, stands for an echo of the key or of a cell.

use std::time::{Duration, SystemTime};

use ampost::attribute::Value;
use ampost::batch::IdentifierKind;
use ampost::post_api::redact;
use ampost::post_api::reply::{self, Outcome, Reply};
use ampost::post_api::wire::{Layout, RowWriter};
use ampost::profile::{Identifier, ProfileSink};
use ampost::secret::PostApiKey;

const KEYS: [&str; 4] = [
    "S3cret-Key-0001",
    "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "ab/cd.ef~gh+ij=KL",
    "Kq7Zx_Wv9.Rt2~Pm4",
];

/// Words that every request and every answer has, and that give nothing away.
const KNOWN: [&str; 9] = [
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

/// What was sent: an identifier, and names with values.
struct Sent {
    identifier: String,
    attributes: Vec<(String, String)>,
    row: Vec<u8>,
}

/// See the module.
pub fn check(data: &[u8]) {
    let mut fields = data.splitn(4, |&byte| byte == 0x1e);
    let mut next = || String::from_utf8_lossy(fields.next().unwrap_or_default()).into_owned();
    let (status, header, cells, text) = (next(), next(), next(), next());
    let code: u16 = status.parse().unwrap_or(400);
    let key = KEYS[usize::from(code) % KEYS.len()];
    let sent = sent(&cells);
    if sent.attributes.is_empty() {
        // Nothing is sent without an attribute.
        return;
    }
    let text = echoed(&text, key, &sent);

    let secret = PostApiKey::new(key.to_owned()).unwrap();
    let shown = redact::reply(&text, &secret, &[b"", &sent.row]);
    super::assert_printable(&shown);
    assert!(!shown.contains('\n'));
    assert_no_key(&shown, key, &text);
    assert_no_value(&shown, &sent, &text);
    let kept = redact::without_key(&String::from_utf8_lossy(&text), &secret);
    assert_no_key(&kept, key, &text);

    let wait = reply::retry_after(
        &header,
        SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 30),
    );
    assert!(wait.is_none_or(|wait| wait <= reply::LONGEST_RETRY_AFTER));
    check_outcome(code, wait, shown);
    // Texts of the system and of the TLS library come as they are.
    let why = String::from_utf8_lossy(&text).into_owned();
    for reply in [
        Reply::NotConnected { why: why.clone() },
        Reply::Tls { why: why.clone() },
        Reply::LostBeforeBody { why: why.clone() },
        Reply::Lost { why },
    ] {
        assert_no_controls(&reply::outcome(reply));
    }
}

fn check_outcome(code: u16, retry_after: Option<Duration>, text: String) {
    let outcome = reply::outcome(Reply::Status {
        code,
        retry_after,
        text,
    });
    assert_eq!(outcome == Outcome::Acknowledged, code == 200);
    assert_no_controls(&outcome);
}

fn assert_no_controls(outcome: &Outcome) {
    let text = match outcome {
        Outcome::Acknowledged => return,
        Outcome::Refused { reason: text }
        | Outcome::TooLarge { reason: text }
        | Outcome::Credentials { why: text }
        | Outcome::TryAgain { why: text, .. }
        | Outcome::InDoubt { why: text, .. }
        | Outcome::Unexpected { why: text } => text,
    };
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

fn sent(cells: &str) -> Sent {
    let mut cells = cells.split('\u{1f}').map(str::to_owned);
    // With quotes in it, its CSV can look like an attribute's name.
    let identifier = cells.next().unwrap_or_default().replace('"', "");
    let mut attributes = Vec::new();
    while let Some(name) = cells.next() {
        attributes.push((name, cells.next().unwrap_or_default()));
    }
    let mut row = Vec::new();
    let mut writer = RowWriter::new(&mut row, "424242", Layout::OneKind);
    writer.identifier(Identifier {
        kind: IdentifierKind::ProfileId,
        value: &identifier,
    });
    for (name, value) in &attributes {
        writer.named_attribute(name, Value::Text(value));
    }
    writer.finish();
    Sent {
        identifier,
        attributes,
        row,
    }
}

fn echoed(text: &str, key: &str, sent: &Sent) -> Vec<u8> {
    let mut values = vec![sent.identifier.as_str()];
    values.extend(sent.attributes.iter().map(|(_, value)| value.as_str()));
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let form = match c {
            '\u{1}'..='\u{8}' => u32::from(c),
            _ => {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        let which = chars.next().map_or(0, |c| c as usize);
        let value = values[which % values.len()];
        let echo = match form {
            1 => key.to_owned(),
            2 => percent(key, "-._~"),
            3 => mixed_case(key, which),
            4 => String::from_utf8_lossy(&sent.row).into_owned(),
            5 => value.to_owned(),
            6 => percent(value, "-._~"),
            7 => serde_json::to_string(value).unwrap(),
            _ => percent(&mixed_case(key, which), ""),
        };
        out.extend_from_slice(echo.as_bytes());
    }
    out
}

fn percent(text: &str, plain: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || plain.contains(char::from(byte)) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Letter number `i` is in the other case where bit `i` of `which` is set.
fn mixed_case(text: &str, which: usize) -> String {
    text.chars()
        .enumerate()
        .map(|(i, c)| match which >> (i % 16) & 1 {
            1 if c.is_ascii_lowercase() => c.to_ascii_uppercase(),
            1 => c.to_ascii_lowercase(),
            _ => c,
        })
        .collect()
}

fn unpercent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn assert_no_key(shown: &str, key: &str, text: &[u8]) {
    let key = key.to_ascii_lowercase();
    for form in [shown.to_owned(), unpercent(shown)] {
        assert!(
            !form.to_ascii_lowercase().contains(&key),
            "{shown:?} of {:?}",
            String::from_utf8_lossy(text)
        );
    }
}

/// No word of three characters or more that stands in the rows, but for attributes' names; and no value as
/// a whole, of however short words it is made, unless a name is among them.
fn assert_no_value(shown: &str, sent: &Sent, text: &[u8]) {
    let is_name = |word: &str| sent.attributes.iter().any(|(name, _)| name.contains(word));
    // No backslash: what is shown has some of its own, from escapes.
    let word =
        |c: char| c.is_alphanumeric() || "_-@%+".contains(c) || !c.is_ascii() && !c.is_whitespace();
    // A word that is cut off may by chance be one that was sent.
    let shown = shown
        .strip_suffix('…')
        .map_or(shown, |cut| cut.trim_end_matches(word));
    let values =
        || std::iter::once(&sent.identifier).chain(sent.attributes.iter().map(|(_, value)| value));
    for shown_word in shown.split(|c: char| !word(c)) {
        let long = shown_word.chars().count() >= 3;
        if long && !KNOWN.contains(&shown_word) && !is_name(shown_word) {
            for value in values() {
                assert!(
                    !value
                        .split(|c: char| !word(c))
                        .any(|part| part == shown_word),
                    "{shown_word:?} of {value:?} in {shown:?} of {:?}",
                    String::from_utf8_lossy(text)
                );
            }
        }
    }
    for value in values().filter(|value| value.chars().filter(|c| c.is_alphanumeric()).count() >= 3)
    {
        let parts = || {
            value
                .split(|c: char| !word(c))
                .filter(|part| !part.is_empty())
        };
        let is_shown = |part: &str| {
            KNOWN.contains(&part) || sent.attributes.iter().any(|(name, _)| name == part)
        };
        // A name, perhaps with a letter or two, is a name still.
        let public = parts().any(is_shown)
            && parts().all(|part| is_shown(part) || part.chars().count() <= 2);
        for (at, _) in shown.match_indices(value.as_str()) {
            let before = shown[..at].chars().next_back().is_some_and(word);
            let after = shown[at + value.len()..].chars().next().is_some_and(word);
            assert!(
                public || before || after,
                "{value:?} in {shown:?} of {:?}",
                String::from_utf8_lossy(text)
            );
        }
    }
}
