//! The common e-mail address, in one pass over its bytes and without allocation.
//!
//! Takes an address only when its bytes alone show that it is valid and plain: ASCII, short, one `@`, no
//! quotes, no `googlemail.com` within a longer domain. All else, every refusal included, is left to [`super::email`], with which it
//! must agree byte for byte; property tests hold the two against each other.

use super::email::{GMAIL, GOOGLEMAIL, YANDEX, is_local_byte, is_yandex};

/// Longest address taken. `ya.ru` grows by four, so the result stays within the 100 units allowed.
const LONGEST: usize = 96;

/// A domain of this length has no label that is too long.
const LONGEST_DOMAIN: usize = 63;

const LONGEST_LOCAL: usize = 64;

// What a byte is, in bits. Classes of a whole stretch are or-ed together.
/// An upper-case letter; or-ing this bit into it makes it a lower-case one.
const UPPER: u8 = 0x20;
const PLUS: u8 = 0x01;
const NOT_IN_LOCAL: u8 = 0x40;
const NOT_IN_DOMAIN: u8 = 0x80;

static CLASS: [u8; 256] = {
    let mut table = [NOT_IN_LOCAL | NOT_IN_DOMAIN; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => 0,
            b'+' => PLUS | NOT_IN_DOMAIN,
            _ if is_local_byte(byte) => NOT_IN_DOMAIN,
            _ => NOT_IN_LOCAL | NOT_IN_DOMAIN,
        };
        byte += 1;
    }
    table
};

/// Appends the normalised address to `out` and returns true, or leaves `out` alone and returns false.
pub(super) fn normalize(raw: &[u8], out: &mut Vec<u8>) -> bool {
    let address = without_leading_plus(trim(raw));
    let mut text = [0; LONGEST];
    let Some(text) = text.get_mut(..address.len()) else {
        return false;
    };
    let Some(at) = lower_local(address, text) else {
        return false;
    };
    let Some(last_dot) = lower_domain(&address[at.place + 1..], &mut text[at.place + 1..]) else {
        return false;
    };
    let domain = &text[at.place + 1..];
    match owner(domain, last_dot) {
        Owner::Unclear => return false,
        Owner::Other if at.after_plus => {
            out.extend_from_slice(before_plus(&text[..at.place]));
            out.extend_from_slice(&text[at.place..]);
        }
        Owner::Other => out.extend_from_slice(text),
        Owner::Gmail => {
            let local = before_plus(&text[..at.place]);
            out.extend(local.iter().filter(|&&byte| byte != b'.'));
            out.push(b'@');
            out.extend_from_slice(GMAIL.as_bytes());
        }
        Owner::Yandex => {
            let local = before_plus(&text[..at.place]);
            let dots_to_hyphens = |&byte| if byte == b'.' { b'-' } else { byte };
            out.extend(local.iter().map(dots_to_hyphens));
            out.push(b'@');
            out.extend_from_slice(YANDEX.as_bytes());
        }
    }
    true
}

/// The ASCII part of rule 1's white space. Other white space makes the address one that is not taken.
fn trim(raw: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | 0x1c..=b' ');
    let mut raw = raw;
    while let [first, rest @ ..] = raw
        && is_space(first)
    {
        raw = rest;
    }
    while let [rest @ .., last] = raw
        && is_space(last)
    {
        raw = rest;
    }
    raw
}

fn without_leading_plus(mut address: &[u8]) -> &[u8] {
    while let [b'+', rest @ ..] = address {
        address = rest;
    }
    address
}

/// Where the local part ends.
struct At {
    place: usize,
    after_plus: bool,
}

/// Lowercases up to and with the first `@`. `None` unless what stands before it is a valid local part.
fn lower_local(address: &[u8], text: &mut [u8]) -> Option<At> {
    let mut classes = 0;
    let mut refused = false;
    let mut previous = b'.';
    for (place, (&byte, lower)) in address.iter().zip(text).enumerate() {
        if byte == b'@' {
            *lower = byte;
            let valid = !refused
                && previous != b'.'
                && classes & NOT_IN_LOCAL == 0
                && place <= LONGEST_LOCAL;
            return valid.then_some(At {
                place,
                after_plus: classes & PLUS != 0,
            });
        }
        let class = CLASS[usize::from(byte)];
        classes |= class;
        refused |= byte == b'.' && previous == b'.';
        previous = byte;
        *lower = byte | (class & UPPER);
    }
    None
}

/// Lowercases the domain and finds its last dot. `None` unless it is a valid domain.
fn lower_domain(domain: &[u8], text: &mut [u8]) -> Option<usize> {
    if domain.len() > LONGEST_DOMAIN {
        return None;
    }
    let mut classes = 0;
    let mut refused = false;
    let mut previous = b'.';
    let mut last_dot = None;
    for (place, (&byte, lower)) in domain.iter().zip(text).enumerate() {
        let class = CLASS[usize::from(byte)];
        classes |= class;
        // No label is empty, begins with a hyphen or ends with one.
        if byte == b'.' {
            refused |= previous == b'.' || previous == b'-';
            last_dot = Some(place);
        }
        refused |= byte == b'-' && previous == b'.';
        previous = byte;
        *lower = byte | (class & UPPER);
    }
    let last_dot = last_dot?;
    let top_level = &domain[last_dot + 1..];
    let valid = !refused
        && classes & NOT_IN_DOMAIN == 0
        && previous != b'-'
        && top_level.len() >= 2
        && !top_level.iter().all(u8::is_ascii_digit);
    valid.then_some(last_dot)
}

/// Whose mail service a domain is, as far as the rules care.
enum Owner {
    Yandex,
    /// Also under its second name.
    Gmail,
    /// The second name as a part of a longer one.
    Unclear,
    Other,
}

fn owner(domain: &[u8], last_dot: usize) -> Owner {
    if domain == GMAIL.as_bytes() || domain == GOOGLEMAIL.as_bytes() {
        return Owner::Gmail;
    }
    // All of Yandex's names end in one of these and a label. The full list is long and seldom needed.
    let before = &domain[..last_dot];
    let perhaps_yandex = before.ends_with(b"yandex")
        || before.ends_with(b"ya")
        || before.ends_with(b"yandex.co")
        || before.ends_with(b"yandex.com");
    let has_googlemail = domain
        .windows(GOOGLEMAIL.len())
        .any(|window| window == GOOGLEMAIL.as_bytes());
    if has_googlemail {
        Owner::Unclear
    } else if perhaps_yandex && str::from_utf8(domain).is_ok_and(is_yandex) {
        Owner::Yandex
    } else {
        Owner::Other
    }
}

fn before_plus(local: &[u8]) -> &[u8] {
    local
        .iter()
        .position(|&byte| byte == b'+')
        .map_or(local, |plus| &local[..plus])
}
