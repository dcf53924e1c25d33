//! E-mail addresses: the rules of the vendor's Android SDK as it behaves on a device, one function a rule.
//!
//! Lengths are UTF-16 units, as Java counts them. This is the plain form, which is right for every value;
//! [`super::email_ascii`] takes the common ones faster and must agree with it.

use std::borrow::Cow;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::email_ascii;
use super::refusal::Refusal;

pub(super) const YANDEX: &str = "yandex.ru";
pub(super) const GMAIL: &str = "gmail.com";
pub(super) const GOOGLEMAIL: &str = "googlemail.com";

/// The names that Yandex has for its one mail service. A domain that is one of them, or ends after a dot in
/// one, is `yandex.ru`.
///
/// The SDK looks for `ya.ru`, or `yandex.` and one label, or `yandex.co.`/`yandex.com.` and one label, at
/// the domain's end, and takes the leftmost match. No domain ends in two of these at once (the shorter one
/// would have to begin with the label `co` or `com`), so comparing ends is the same.
const YANDEX_DOMAINS: [&str; 20] = [
    "ya.ru",
    "yandex.ru",
    "yandex.by",
    "yandex.kz",
    "yandex.az",
    "yandex.kg",
    "yandex.lv",
    "yandex.md",
    "yandex.tj",
    "yandex.tm",
    "yandex.uz",
    "yandex.ee",
    "yandex.fr",
    "yandex.lt",
    "yandex.com",
    "yandex.co.il",
    "yandex.com.ge",
    "yandex.com.am",
    "yandex.com.tr",
    "yandex.com.ru",
];

/// Appends the normalised address to `out`.
pub(super) fn normalize(raw: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    if email_ascii::normalize(raw.as_bytes(), out) {
        return Ok(());
    }
    normalize_plain(raw, out)
}

/// All rules in order, for any value.
pub(super) fn normalize_plain(raw: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let address = trim(raw).trim_start_matches('+').to_lowercase();
    let (local, domain) = address.rsplit_once('@').ok_or(Refusal::EmailNoAt)?;
    check_local_part(local)?;
    check_domain(domain)?;
    let domain = domain.replace(GOOGLEMAIL, GMAIL);
    let domain = if is_yandex(&domain) { YANDEX } else { &domain };
    let local = without_dots(local, domain);
    let local = before_plus(&local);
    check_length(units(local) + 1 + units(domain))?;
    out.extend_from_slice(local.as_bytes());
    out.push(b'@');
    out.extend_from_slice(domain.as_bytes());
    Ok(())
}

/// Rule 1: trims what Kotlin calls white space, which is neither Unicode's set nor ASCII's.
fn trim(raw: &str) -> &str {
    raw.trim_matches(|character| {
        matches!(
            character,
            '\t'..='\r'
                | '\u{1c}'..=' '
                | '\u{a0}'
                | '\u{1680}'
                | '\u{2000}'..='\u{200a}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
        )
    })
}

/// Rule 4: 1 to 64 units in parts between dots. A quoted part decides at once; what follows it is not read.
fn check_local_part(local: &str) -> Result<(), Refusal> {
    if local.is_empty() {
        return Err(Refusal::EmailNoLocalPart);
    }
    let length = units(local);
    if length > 64 {
        return Err(Refusal::EmailLocalPartLength(length));
    }
    for part in local.split('.') {
        if part.is_empty() {
            return Err(Refusal::EmailLocalPartDots);
        }
        // Both quotes are one unit and one byte; whatever stands between them is more than none.
        if part.len() > 2 && part.starts_with('"') && part.ends_with('"') {
            return check_quoted_part(part);
        }
        if !part.bytes().all(is_local_byte) {
            return Err(Refusal::EmailLocalPartCharacter);
        }
    }
    Ok(())
}

/// The bytes of an unquoted part. The comma and the slash are in because the SDK's pattern has the range `+-/`.
pub(super) const fn is_local_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'a'..=b'z' | b'0'..=b'9' | b'\'' | b'!' | b'#' | b'$' | b'%' | b'&' | b'*' | b'+' | b',' | b'-'
            | b'/' | b'=' | b'?' | b'^' | b'_' | b'`' | b'{' | b'|' | b'}' | b'~'
    )
}

/// Rule 5: inner units are 32 to 126 and no quote. A backslash lets the next unit be anything from 32 on.
/// The last inner unit is looked at only as one that a backslash precedes.
fn check_quoted_part(part: &str) -> Result<(), Refusal> {
    let part: Vec<u16> = part.encode_utf16().collect();
    let last_inner = part.len() - 2;
    let mut position = 1;
    while position < last_inner {
        let unit = part[position];
        if !(32..=126).contains(&unit) || unit == u16::from(b'"') {
            return Err(Refusal::EmailQuotedCharacter);
        }
        if unit == u16::from(b'\\') {
            position += 1;
            if part[position] < 32 {
                return Err(Refusal::EmailQuotedCharacter);
            }
        }
        position += 1;
    }
    Ok(())
}

/// Rule 6: at most 255 units in at least two labels, the last of which is no number.
fn check_domain(domain: &str) -> Result<(), Refusal> {
    let length = units(domain);
    if length > 255 {
        return Err(Refusal::EmailDomainLength(length));
    }
    let (_, top_level) = domain.rsplit_once('.').ok_or(Refusal::EmailDomainNoDot)?;
    for label in domain.split('.') {
        check_label(label)?;
    }
    if units(top_level) < 2 {
        return Err(Refusal::EmailTopLevelLength);
    }
    if top_level.chars().all(is_digit) {
        return Err(Refusal::EmailTopLevelDigits);
    }
    Ok(())
}

/// Rule 6, a label: 1 to 63 letters, digits and hyphens, hyphens only inside.
fn check_label(label: &str) -> Result<(), Refusal> {
    if label.is_empty() {
        return Err(Refusal::EmailDomainDots);
    }
    let length = units(label);
    if length > 63 {
        return Err(Refusal::EmailLabelLength(length));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(Refusal::EmailLabelHyphen);
    }
    if !label
        .chars()
        .all(|character| character == '-' || is_letter(character) || is_digit(character))
    {
        return Err(Refusal::EmailDomainCharacter);
    }
    Ok(())
}

/// A letter of any script, if it is one UTF-16 unit: the SDK looks at units, and half a letter is none.
fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphabetic();
    }
    character <= '\u{ffff}' && character.general_category_group() == GeneralCategoryGroup::Letter
}

/// A decimal digit of any script, if it is one UTF-16 unit.
fn is_digit(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_digit();
    }
    character <= '\u{ffff}' && character.general_category() == GeneralCategory::DecimalNumber
}

/// Rule 8: whether the domain is one of Yandex's, or beneath one.
pub(super) fn is_yandex(domain: &str) -> bool {
    YANDEX_DOMAINS.iter().any(|name| {
        domain
            .strip_suffix(name)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Rule 9: dots mean nothing to these two services, and each has its own way to write that.
fn without_dots<'a>(local: &'a str, domain: &str) -> Cow<'a, str> {
    match domain {
        YANDEX => Cow::Owned(local.replace('.', "-")),
        GMAIL => Cow::Owned(local.replace('.', "")),
        _ => Cow::Borrowed(local),
    }
}

/// Rule 10: the local part ends before its first plus, even inside quotes.
fn before_plus(local: &str) -> &str {
    local.split_once('+').map_or(local, |(before, _)| before)
}

/// Rule 11. The lower bound is the SDK's; the rules before it let nothing through that has fewer than 6.
fn check_length(length: usize) -> Result<(), Refusal> {
    if (5..=100).contains(&length) {
        Ok(())
    } else {
        Err(Refusal::EmailLength(length))
    }
}

/// Length as Java counts it.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
#[path = "tests/email.rs"]
mod tests;
