//! Normalising: the quick forms and the plain ones agree, and both with the rules written out a second time.
//!
//! The first byte chooses the kind of contact (by its remainder modulo 3) and, by its highest bit, whether
//! logins keep their case; the rest is the value.

use ampost::first_party::{Contact, Rules, hash, normalize, normalize_and_hash};
use sha2::{Digest, Sha256};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// See the module.
pub fn check(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    let raw = String::from_utf8_lossy(rest);
    let rules = Rules {
        telegram_keep_case: first & 0x80 != 0,
    };
    let contact = Contact::ALL[usize::from(first % 3)];
    let normal = normal(contact, &raw, rules);
    // White space at the end means nothing to any of the three, and this one is beyond the quick forms.
    assert_eq!(
        normal,
        self::normal(contact, &format!("{raw}\u{a0}"), rules)
    );
    let expected = match contact {
        Contact::Phone => phone(&raw),
        Contact::Email => email(&raw),
        Contact::Telegram => telegram(&raw, rules.telegram_keep_case),
    };
    assert_eq!(normal, expected, "{contact} {raw:?}");
    let Some(normal) = normal else {
        return;
    };
    let again = self::normal(contact, &normal, rules);
    match contact {
        Contact::Telegram => assert_eq!(again.as_ref(), Some(&normal)),
        // Ten digits are those of a number without its country code, which would be put before them.
        Contact::Phone if normal.len() > 10 => assert_eq!(again.as_ref(), Some(&normal)),
        _ => {}
    }
    let mut scratch = Vec::new();
    let hashed = normalize_and_hash(contact, &raw, rules, &mut scratch).unwrap();
    assert_eq!(scratch, normal.as_bytes());
    assert_eq!(hashed.as_str(), hash(normal.as_bytes()).as_str());
    assert_eq!(hashed.as_str(), sha256(&normal));
}

/// The value's SHA-256 in lowercase hex.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What the program makes of a value.
pub(crate) fn normal(contact: Contact, raw: &str, rules: Rules) -> Option<String> {
    let mut out = b"left from before".to_vec();
    match normalize(contact, raw, rules, &mut out) {
        Ok(()) => Some(String::from_utf8(out).unwrap()),
        Err(refusal) => {
            assert!(out.is_empty());
            super::assert_printable(&refusal.to_string());
            None
        }
    }
}

fn phone(raw: &str) -> Option<String> {
    let space = |c: char| c.is_whitespace();
    if !raw
        .chars()
        .all(|c| c.is_ascii_digit() || "()-+".contains(c) || space(c))
    {
        return None;
    }
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    let plus = raw.starts_with('+');
    if !(10..=13).contains(&digits.len()) || digits.starts_with('0') {
        return None;
    }
    match (digits.len(), plus, &digits[..1]) {
        (10, false, _) => Some(format!("7{digits}")),
        (11, true, "8") | (12 | 13, true, "7") => None,
        (11, false, "8") => Some(format!("7{}", &digits[1..])),
        _ => Some(digits),
    }
}

fn telegram(raw: &str, keep_case: bool) -> Option<String> {
    let login = raw.trim();
    let login = match login.strip_prefix('@') {
        Some(login) => login,
        None => login.strip_prefix("https://t.me/").unwrap_or(login),
    };
    let good = (4..=32).contains(&login.chars().count())
        && login.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && login.starts_with(|c: char| c.is_ascii_alphabetic());
    good.then(|| {
        if keep_case {
            login.to_owned()
        } else {
            login.to_ascii_lowercase()
        }
    })
}

fn email(raw: &str) -> Option<String> {
    let space =
        |c: char| c != '\u{85}' && (c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c));
    let address = raw.trim_matches(space);
    let address = address.trim_start_matches('+').to_lowercase();
    let at = address.rfind('@')?;
    let (local, domain) = (&address[..at], &address[at + 1..]);
    if !local_is_good(local) || !domain_is_good(domain) {
        return None;
    }
    let mut domain = domain.replace("googlemail.com", "gmail.com");
    if is_yandex(&domain) {
        domain = "yandex.ru".to_owned();
    }
    let local = match domain.as_str() {
        "yandex.ru" => local.replace('.', "-"),
        "gmail.com" => local.replace('.', ""),
        _ => local.to_owned(),
    };
    let local = local.split('+').next()?;
    let whole = format!("{local}@{domain}");
    (5..=100).contains(&units(&whole)).then_some(whole)
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn local_is_good(local: &str) -> bool {
    if !(1..=64).contains(&units(local)) {
        return false;
    }
    for part in local.split('.') {
        if part.is_empty() {
            return false;
        }
        if units(part) > 2 && part.starts_with('"') && part.ends_with('"') {
            return quoted_is_good(&part.encode_utf16().collect::<Vec<u16>>());
        }
        let good = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || "'!#$%&*+,-/=?^_{|}~`".contains(c)
        };
        if !part.chars().all(good) {
            return false;
        }
    }
    true
}

/// All inner units but the last, which is looked at only if a backslash stands before it.
fn quoted_is_good(part: &[u16]) -> bool {
    let mut inner = part[1..part.len() - 1].iter().copied().peekable();
    while let Some(unit) = inner.next() {
        if inner.peek().is_none() {
            return true;
        }
        if !(32..=126).contains(&unit) || unit == 0x22 {
            return false;
        }
        if unit == 0x5c && inner.next().is_some_and(|next| next < 32) {
            return false;
        }
    }
    true
}

fn domain_is_good(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let digit = |c: char| c <= '\u{ffff}' && c.general_category() == GeneralCategory::DecimalNumber;
    let letter =
        |c: char| c <= '\u{ffff}' && c.general_category_group() == GeneralCategoryGroup::Letter;
    let good = |label: &&str| {
        (1..=63).contains(&units(label))
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || digit(c) || letter(c))
    };
    let Some(last) = labels.last() else {
        return false;
    };
    units(domain) <= 255
        && labels.len() >= 2
        && labels.iter().all(good)
        && units(last) >= 2
        && !last.chars().all(digit)
}

/// The leftmost end of the domain of the form `ya.ru`, `yandex.LABEL`, `yandex.co.LABEL` or
/// `yandex.com.LABEL` decides.
fn is_yandex(domain: &str) -> bool {
    const ZONES: &str =
        "ru by kz az kg lv md tj tm uz ee fr lt com co.il com.ge com.am com.tr com.ru";
    let starts = std::iter::once(0).chain(domain.match_indices('.').map(|(dot, _)| dot + 1));
    let word = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    for end in starts.map(|at| &domain[at..]) {
        if end == "ya.ru" {
            return true;
        }
        let Some(zone) = end.strip_prefix("yandex.") else {
            continue;
        };
        let last = zone
            .strip_prefix("co.")
            .or_else(|| zone.strip_prefix("com."))
            .unwrap_or(zone);
        if word(last) || word(zone) {
            return ZONES.split(' ').any(|known| known == zone);
        }
    }
    false
}
