//! Telegram logins: the SDKs hash them nearly as given, so only what is sure to be no part of one is taken off.
//!
//! Logins are case-insensitive and iOS lowercases them; Android does not, hence the choice to keep the case.

use super::refusal::Refusal;

const SHORTEST: usize = 4;
const LONGEST: usize = 32;

/// Appends the normalised login to `out`.
pub(super) fn normalize(raw: &str, keep_case: bool, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let trimmed = raw.trim();
    let login = trimmed
        .strip_prefix('@')
        .or_else(|| trimmed.strip_prefix("https://t.me/"))
        .unwrap_or(trimmed);
    // Lowercasing beyond ASCII would make logins of characters that no login has (U+212A is a Kelvin sign
    // and lowercases to k), so they are refused before it.
    if !login
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Err(Refusal::TelegramCharacter);
    }
    if !(SHORTEST..=LONGEST).contains(&login.len()) {
        return Err(Refusal::TelegramLength(login.len()));
    }
    if !login.as_bytes()[0].is_ascii_alphabetic() {
        return Err(Refusal::TelegramFirst);
    }
    out.extend_from_slice(login.as_bytes());
    if !keep_case {
        out.make_ascii_lowercase();
    }
    Ok(())
}

#[cfg(test)]
#[path = "tests/telegram.rs"]
mod tests;
