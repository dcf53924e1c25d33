//! A profile on its way out, and a row that cannot become one.
//!
//! Knows nothing of CSV, batches or requests.

use std::fmt;

use crate::attribute::{Key, Value};
use crate::batch::IdentifierKind;

/// How a profile is named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identifier<'a> {
    /// Which of the two names the API knows.
    pub kind: IdentifierKind,
    /// The name itself: personal data, hence no `Debug` that would show it.
    pub value: &'a str,
}

impl fmt::Debug for Identifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(…)", self.kind)
    }
}

impl Identifier<'_> {
    /// A number that is equal for equal identifiers, in every run and on every machine: it chooses the
    /// lane, so it must never change between versions while a journal is open. FNV-1a, 64 bits.
    #[must_use]
    pub fn identity(&self) -> u64 {
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        let seed = match self.kind {
            IdentifierKind::ProfileId => OFFSET,
            IdentifierKind::DeviceId => OFFSET ^ 0xff,
        };
        let hash = self.value.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(PRIME)
        });
        // FNV's low bits are weak for short, alike identifiers, and lanes are chosen by the low bits.
        hash ^ (hash >> 32)
    }
}

/// Takes a profile's parts as they are read: first the identifier, then the attributes in order.
///
/// It exists so that a row becomes bytes without a list of attributes in between: mapping writes, and
/// does not know into what.
pub trait ProfileSink {
    /// A profile begins.
    fn identifier(&mut self, identifier: Identifier<'_>);
    /// An attribute whose name is known from the header.
    fn attribute(&mut self, key: &Key, value: Value<'_>);
    /// An attribute whose name stands in the row itself.
    fn named_attribute(&mut self, name: &str, value: Value<'_>);
}

/// Why a row was not sent. Holds column names and counts, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The column at fault, as the header has it, where there is one.
    pub column: Option<String>,
    /// What is wrong with it, in words.
    pub reason: String,
}

impl Reject {
    /// A fault of the whole row.
    pub fn row(reason: impl Into<String>) -> Reject {
        Reject {
            column: None,
            reason: reason.into(),
        }
    }

    /// A fault in one column.
    pub fn cell(column: &str, reason: impl Into<String>) -> Reject {
        Reject {
            column: Some(column.to_owned()),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "column \"{}\": {}", printable(column), self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// Text for a terminal or a log: control characters escaped, so that data cannot move the cursor,
/// change colours or forge a line; overlong text cut.
#[must_use]
pub fn printable(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(|c| {
            // Bidirectional overrides can make a line read as something else.
            let hidden = c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
            let escaped = hidden.then(|| c.escape_default());
            let plain = (!hidden).then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_identifiers_of_different_kinds_are_different_profiles() {
        let named = |kind| Identifier { kind, value: "42" }.identity();
        assert_ne!(
            named(IdentifierKind::ProfileId),
            named(IdentifierKind::DeviceId)
        );
    }

    #[test]
    fn the_identity_never_changes_between_versions() {
        let id = Identifier {
            kind: IdentifierKind::ProfileId,
            value: "c000000001",
        };
        assert_eq!(
            id.identity(),
            0xe0d0_96e6_cef6_33ff_u64,
            "{:#x}",
            id.identity()
        );
    }

    #[test]
    fn neighbouring_identifiers_spread_over_the_lanes() {
        let mut lanes = [0_u32; 4];
        for n in 0..4000 {
            let value = format!("c{n:09}");
            let id = Identifier {
                kind: IdentifierKind::ProfileId,
                value: &value,
            };
            lanes[usize::try_from(id.identity() % 4).unwrap_or(0)] += 1;
        }
        assert!(
            lanes.iter().all(|&rows| (800..1200).contains(&rows)),
            "{lanes:?}"
        );
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(printable("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(printable("имя"), "имя");
        assert_eq!(printable("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn an_identifier_is_not_shown_by_debug() {
        let id = Identifier {
            kind: IdentifierKind::ProfileId,
            value: "secret-customer",
        };
        assert!(!format!("{id:?}").contains("secret"));
    }
}
