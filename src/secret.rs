//! The post API key as a type that does not let itself be printed.
//!
//! It has no `Display` and no `Clone`, its `Debug` shows nothing, and its memory is wiped when it is
//! dropped. Knows nothing of where keys come from or what they are sent to.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// Shortest key of which the last characters may be shown: what stays hidden must outweigh them.
const SHORTEST_MASKED: usize = 12;

/// How many characters [`PostApiKey::masked`] shows.
const SHOWN: usize = 4;

/// Longest key that is taken for one. The API's own are far shorter; a whole file given by mistake is
/// not.
const LONGEST: usize = 1024;

/// A post API key: printable ASCII without white space.
pub struct PostApiKey(Zeroizing<String>);

impl PostApiKey {
    /// Takes a key as it was read: white space at both ends, such as a final newline, is dropped.
    /// The memory of `raw` is wiped, also when the key is refused.
    ///
    /// # Errors
    /// [`KeyError`], which never shows the value.
    pub fn new(mut raw: String) -> Result<PostApiKey, KeyError> {
        let checked = check(raw.trim()).map(|()| Zeroizing::new(raw.trim().to_owned()));
        raw.zeroize();
        checked.map(PostApiKey)
    }

    /// The key itself, for the request's query and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `…` and the last 4 characters; of a short key nothing but `…`.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = if self.0.len() >= SHORTEST_MASKED {
            &self.0[self.0.len() - SHOWN..]
        } else {
            ""
        };
        format!("…{shown}")
    }
}

impl fmt::Debug for PostApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostApiKey(redacted)")
    }
}

fn check(key: &str) -> Result<(), KeyError> {
    if key.is_empty() {
        return Err(KeyError::Empty);
    }
    if key.contains(['\n', '\r']) {
        return Err(KeyError::SeveralLines);
    }
    if !key.is_ascii() {
        return Err(KeyError::NotAscii);
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(KeyError::InnerSpace);
    }
    if key.len() > LONGEST {
        return Err(KeyError::TooLong);
    }
    Ok(())
}

/// Why a text is no post API key. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Nothing, or white space only.
    Empty,
    /// A line end within.
    SeveralLines,
    /// A character that is not ASCII; an invisible byte order mark is one.
    NotAscii,
    /// White space or a control character within.
    InnerSpace,
    /// Longer than any key is.
    TooLong,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::Empty => "the post API key is empty",
            KeyError::SeveralLines => {
                "the post API key has more than one line; only the key may be there"
            }
            KeyError::NotAscii => {
                "the post API key has a character that is not ASCII (perhaps an invisible one, from copying); copy it again"
            }
            KeyError::InnerSpace => {
                "the post API key has white space or a control character in it; copy it again"
            }
            KeyError::TooLong => "the post API key is longer than any key is; only the key may be there",
        })
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn refused(raw: &str) -> KeyError {
        PostApiKey::new(raw.to_owned()).unwrap_err()
    }

    #[test]
    fn white_space_at_the_ends_is_dropped() {
        let key = PostApiKey::new(" \tab-CD_12.34\r\n".to_owned()).unwrap();
        assert_eq!(key.expose(), "ab-CD_12.34");
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_reason() {
        assert_eq!(refused(""), KeyError::Empty);
        assert_eq!(refused(" \n"), KeyError::Empty);
        assert_eq!(refused("ab\ncd"), KeyError::SeveralLines);
        assert_eq!(refused("ab cd"), KeyError::InnerSpace);
        assert_eq!(refused("ab\u{1b}cd"), KeyError::InnerSpace);
        assert_eq!(refused("\u{feff}abcd"), KeyError::NotAscii);
        assert_eq!(refused("ключ"), KeyError::NotAscii);
        assert_eq!(refused(&"a".repeat(2000)), KeyError::TooLong);
    }

    #[test]
    fn only_long_keys_show_their_last_four_characters() {
        let masked = |raw: &str| PostApiKey::new(raw.to_owned()).unwrap().masked();
        assert_eq!(masked("0123456789ab"), "…89ab");
        assert_eq!(masked("0123456789a"), "…");
        assert_eq!(masked("x"), "…");
    }

    #[test]
    fn debug_and_errors_show_nothing_of_the_key() {
        let key = PostApiKey::new("SECRET-SECRET-SECRET".to_owned()).unwrap();
        assert!(!format!("{key:?} {:?}", Some(&key)).contains("SECRET"));
        for raw in ["SEC RET", "SEC\nRET", "SECRETё"] {
            let error = refused(raw);
            assert!(!format!("{error} {error:?}").contains("SEC"));
        }
    }
}
