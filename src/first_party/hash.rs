//! SHA-256 in lowercase hex, and the short list of hashes that a profile holds of one kind.
//!
//! Hashing is the program's hottest loop. A normalised value nearly always fits one block, so the block is
//! padded here and handed to the compression function; the general API spends as long again on bookkeeping.

use std::fmt;

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

use super::MAX_VALUES;

const HEX_LENGTH: usize = 64;
const BLOCK: usize = 64;

/// Padding takes at least nine bytes of the last block: a one bit and the length.
const PADDING: usize = 9;

/// The initial state of SHA-256, from FIPS 180-4, 5.3.3.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A SHA-256 as 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; HEX_LENGTH]);

impl Hash {
    /// The digits as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only hex digits are ever stored, so this cannot fail.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The digits as ASCII bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HEX_LENGTH] {
        &self.0
    }

    /// Takes a hash that was computed elsewhere; `None` unless it is 64 lowercase hex digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: [u8; HEX_LENGTH] = text.as_bytes().try_into().ok()?;
        digits.iter().all(is_hex_digit).then_some(Self(digits))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hash({})", self.as_str())
    }
}

/// SHA-256 of a normalised value.
#[must_use]
pub fn hash(normalized: &[u8]) -> Hash {
    if normalized.len() <= BLOCK - PADDING {
        Hash(hex(hash_blocks::<1>(normalized)))
    } else if normalized.len() <= 2 * BLOCK - PADDING {
        Hash(hex(hash_blocks::<2>(normalized)))
    } else {
        Hash(hex(Sha256::digest(normalized).into()))
    }
}

/// Whether the text is a SHA-256 as it is sent: exactly 64 lowercase hex digits.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    text.len() == HEX_LENGTH && text.as_bytes().iter().all(is_hex_digit)
}

fn is_hex_digit(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Pads a message that ends in the last of `BLOCKS` blocks, and digests it.
fn hash_blocks<const BLOCKS: usize>(message: &[u8]) -> [u8; 32] {
    let mut blocks = [[0; BLOCK]; BLOCKS];
    let bytes = blocks.as_flattened_mut();
    bytes[..message.len()].copy_from_slice(message);
    bytes[message.len()] = 0x80;
    let bits = 8 * message.len() as u64;
    let end = bytes.len();
    bytes[end - 8..].copy_from_slice(&bits.to_be_bytes());

    let mut state = INITIAL;
    compress256(&mut state, &blocks);
    let mut digest = [0; 32];
    for (place, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    digest
}

/// Lowercase hex. Arithmetic rather than a table, so that the compiler makes vector instructions of it.
fn hex(digest: [u8; 32]) -> [u8; HEX_LENGTH] {
    let mut digits = [0; HEX_LENGTH];
    for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(digest) {
        *pair = [hex_digit(byte >> 4), hex_digit(byte & 15)];
    }
    digits
}

const fn hex_digit(nibble: u8) -> u8 {
    // From '9' to 'a' there is a gap of 39.
    nibble + b'0' + if nibble > 9 { 39 } else { 0 }
}

/// What became of a hash offered to [`Hashes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is new, and kept.
    New,
    /// It was there already, and is dropped.
    Duplicate,
    /// It is new but the list is full; it is dropped.
    Full,
}

/// The hashes of one kind that a profile holds: in order, each once, at most [`MAX_VALUES`].
///
/// Lives on the stack or in a worker, and is cleared rather than built anew for each row.
#[derive(Clone, Debug)]
pub struct Hashes {
    values: [Hash; MAX_VALUES],
    count: usize,
}

impl Hashes {
    /// An empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            values: [Hash([b'0'; HEX_LENGTH]); MAX_VALUES],
            count: 0,
        }
    }

    /// Forgets all hashes.
    pub const fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds a hash at the end, unless it is there or the list is full.
    pub fn add(&mut self, hash: Hash) -> Kept {
        if self.as_slice().contains(&hash) {
            return Kept::Duplicate;
        }
        match self.values.get_mut(self.count) {
            Some(place) => {
                *place = hash;
                self.count += 1;
                Kept::New
            }
            None => Kept::Full,
        }
    }

    /// The hashes, in the order in which they were added.
    #[must_use]
    pub fn as_slice(&self) -> &[Hash] {
        &self.values[..self.count]
    }
}

impl Default for Hashes {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[path = "tests/hash.rs"]
mod tests;
