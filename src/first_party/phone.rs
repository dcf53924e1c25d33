//! Phone numbers: from what people write to the digits that are hashed.
//!
//! The rules are those of the vendor's Android SDK. White space is what its regular expressions call so on a
//! device, which is Unicode's `White_Space`, U+0085 included. Nothing is trimmed: a `+` counts only as the
//! very first character of the raw value.

use super::refusal::Refusal;

const FEWEST_DIGITS: usize = 10;
const MOST_DIGITS: usize = 13;

/// Longest value that the byte-wise scan takes; a phone number as people write it is half as long.
const SHORT: usize = 32;

/// The digits of a value, behind one free place for a country code.
struct Digits {
    places: [u8; SHORT + 1],
    count: usize,
}

/// Appends the normalised number to `out`.
pub(super) fn normalize(raw: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let mut digits = match scan_short_ascii(raw.as_bytes()) {
        Some(digits) => digits,
        None => scan(raw)?,
    };
    finish(&mut digits, raw.starts_with('+'), out)
}

/// The scan for nearly all values: a table look-up a byte, no branch.
/// `None` when the value is long, is not ASCII, or holds what a phone number does not; [`scan`] then decides.
fn scan_short_ascii(raw: &[u8]) -> Option<Digits> {
    if raw.len() > SHORT {
        return None;
    }
    let mut digits = Digits {
        places: [b'7'; SHORT + 1],
        count: 0,
    };
    let mut refused = 0;
    for &byte in raw {
        // Every byte is written; only a digit moves the end on. The mask changes nothing (`count` is below
        // SHORT here) but lets the compiler leave the bounds check out.
        digits.places[1 + (digits.count & (SHORT - 1))] = byte;
        digits.count += usize::from(byte.is_ascii_digit());
        refused |= REFUSED[usize::from(byte)];
    }
    (refused == 0).then_some(digits)
}

/// The same for any value, a character at a time. Says what is wrong.
fn scan(raw: &str) -> Result<Digits, Refusal> {
    let mut digits = Digits {
        places: [b'7'; SHORT + 1],
        count: 0,
    };
    for character in raw.chars() {
        match character {
            '0'..='9' => {
                digits.count += 1;
                if let Some(place) = digits.places.get_mut(digits.count) {
                    *place = character as u8;
                }
            }
            '(' | ')' | '-' | '+' => {}
            other if is_space(other) => {}
            _ => return Err(Refusal::PhoneCharacter),
        }
    }
    Ok(digits)
}

/// Number of digits, first digit and plus decide what the number becomes.
fn finish(digits: &mut Digits, plus: bool, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let count = digits.count;
    if !(FEWEST_DIGITS..=MOST_DIGITS).contains(&count) {
        return Err(Refusal::PhoneDigits(count));
    }
    let first = digits.places[1];
    if first == b'0' {
        return Err(Refusal::PhoneLeadingZero);
    }
    let mut start = 1;
    match (count, first) {
        // The free place in front holds a 7 already.
        (10, _) if !plus => start = 0,
        (11, b'8') if plus => return Err(Refusal::PhonePlusEight),
        (11, b'8') => digits.places[1] = b'7',
        (12.., b'7') if plus => return Err(Refusal::PhonePlusSeven(count)),
        _ => {}
    }
    out.extend_from_slice(&digits.places[start..=count]);
    Ok(())
}

/// Unicode's `White_Space`, spelled out so that no later Unicode version changes a hash.
fn is_space(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r'
            | ' '
            | '\u{85}'
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
    )
}

/// 1 for the bytes that may not stand in an ASCII value, and for all that are not ASCII.
static REFUSED: [u8; 256] = {
    let mut table = [1; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if matches!(byte, b'0'..=b'9' | b'(' | b')' | b'-' | b'+' | b' ' | b'\t'..=b'\r') {
            table[byte as usize] = 0;
        }
        byte += 1;
    }
    table
};

#[cfg(test)]
#[path = "tests/phone.rs"]
mod tests;
