//! E-mail addresses by form. Wider than what the SDK takes: what it would refuse is personal all the same.

const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// Endings of files that are no top-level domains: `logo@2x.png` is no address.
const FILE_ENDINGS: [&str; 8] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "html", "pdf"];

/// Whether the text is an address, plain, as `mailto:`, or as `Name <address>`.
pub(super) fn is_address(text: &str) -> bool {
    let text = match text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
    {
        Some((_, inner)) => inner,
        None => text,
    };
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain))
}

fn is_local_part(local: &str) -> bool {
    (1..=LONGEST_LOCAL).contains(&local.len())
        && local.chars().all(|character| {
            character.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(character)
        })
}

fn is_domain(domain: &str) -> bool {
    if domain.len() > LONGEST_DOMAIN {
        return false;
    }
    let Some((before, top_level)) = domain.rsplit_once('.') else {
        return false;
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|character| {
                character.is_alphanumeric() || character == '-' || character == '_'
            })
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    // `package@1.2.rc` is a version; `163.com` is a mail service.
    let is_version = before.contains('.') && before.split('.').all(is_number);
    before.split('.').all(is_label) && is_top_level(top_level) && !is_version
}

fn is_top_level(label: &str) -> bool {
    let is_word = label.chars().all(char::is_alphabetic) && label.chars().nth(1).is_some();
    (is_word || label.starts_with("xn--"))
        && !FILE_ENDINGS
            .iter()
            .any(|ending| label.eq_ignore_ascii_case(ending))
}
