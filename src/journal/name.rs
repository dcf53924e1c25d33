//! How the journal names things: a body by its digest, a part of a batch by its path of halves.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a request body, or of anything else that needs a name. Written as lowercase hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `pieces`, one after the other.
    #[must_use]
    pub fn of(pieces: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Digest(hasher.finalize().into())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let pairs = text.as_bytes().chunks_exact(2);
        if pairs.len() != 32 || !pairs.remainder().is_empty() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = (hex_value(pair[0])? << 4) | hex_value(pair[1])?;
        }
        Some(Digest(bytes))
    }
}

fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            text.push(HEX[usize::from(byte >> 4)].into());
            text.push(HEX[usize::from(byte & 15)].into());
        }
        f.pad(&text)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self:.8})")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Digest::parse(&text).ok_or_else(|| D::Error::custom("not a SHA-256 in lowercase hex"))
    }
}

/// The name of a part of a batch: empty for the whole batch, `0` for its left half, `01` for the right half
/// of its left half, and so on.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartName {
    // From the most significant bit down, so that the derived order is depth first, left before right.
    bits: u64,
    depth: u8,
}

impl PartName {
    /// The whole batch.
    pub const WHOLE: PartName = PartName { bits: 0, depth: 0 };

    /// The names of the two halves. Halving a part 64 levels deep gives the part itself: no batch has
    /// 2⁶⁴ rows, and a corrupt journal must not panic.
    #[must_use]
    pub fn halves(self) -> [PartName; 2] {
        if self.depth >= 64 {
            return [self, self];
        }
        let depth = self.depth + 1;
        let right = self.bits | 1 << (64 - depth);
        [PartName { depth, ..self }, PartName { depth, bits: right }]
    }
}

impl fmt::Display for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..self.depth).try_for_each(|level| {
            f.write_str(if self.bits >> (63 - level) & 1 == 1 {
                "1"
            } else {
                "0"
            })
        })
    }
}

impl fmt::Debug for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl FromStr for PartName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > 64 {
            return Err("a part's path has at most 64 halves");
        }
        let mut name = PartName::WHOLE;
        for half in text.bytes() {
            name = match half {
                b'0' => name.halves()[0],
                b'1' => name.halves()[1],
                _ => return Err("a part's path is made of 0 and 1"),
            };
        }
        Ok(name)
    }
}

impl Serialize for PartName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_digest_is_the_published_sha_256_and_survives_a_round_trip() {
        let digest = Digest::of(&[b"name@", b"yandex.ru"]);
        let hex = "41b86f44151924a940be6fa30d93f2471683ca74ac361d3b827a9b72c80a7623";
        assert_eq!(digest.to_string(), hex);
        assert_eq!(Digest::parse(hex), Some(digest));
    }

    #[test]
    fn what_is_no_digest_is_not_read_as_one() {
        let hex = "41B86F44151924a940be6fa30d93f2471683ca74ac361d3b827a9b72c80a7623";
        for wrong in ["", "41b8", hex, &format!("{}0", hex.to_lowercase())] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn parts_are_ordered_depth_first_and_left_before_right() {
        let mut names: Vec<PartName> = ["1", "", "01", "0", "00", "011"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        names.sort();
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["", "0", "00", "01", "011", "1"]);
    }

    #[test]
    fn a_path_of_64_halves_is_the_deepest() {
        let deep = "01".repeat(32);
        let name: PartName = deep.parse().unwrap();
        assert_eq!(name.to_string(), deep);
        assert_eq!(name.halves(), [name, name]);
        assert!(format!("{deep}0").parse::<PartName>().is_err());
        assert!("2".parse::<PartName>().is_err());
    }
}
