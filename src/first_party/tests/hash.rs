//! The one-block shortcut against the general API, and the list of hashes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;

fn general(message: &[u8]) -> String {
    Sha256::digest(message)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_examples_of_the_standard_come_out() {
    assert_eq!(
        hash(b"abc").as_str(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        hash(b"").as_str(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn every_length_around_the_block_bounds_agrees_with_the_general_api() {
    let message: Vec<u8> = (0..=255).collect();
    for length in 0..=256 {
        assert_eq!(
            hash(&message[..length]).as_str(),
            general(&message[..length]),
            "{length} bytes"
        );
    }
}

#[test]
fn a_hash_is_64_lowercase_hex_digits() {
    let digits = "0123456789abcdef".repeat(4);
    assert!(is_hash(&digits));
    assert_eq!(Hash::from_hex(&digits).unwrap().as_str(), digits);
    let others = [
        digits.to_uppercase(),
        digits[1..].to_owned(),
        format!("{digits}0"),
        format!("{}g", &digits[1..]),
        format!("{}é", &digits[2..]),
        format!(" {}", &digits[1..]),
        String::new(),
    ];
    for other in others {
        assert!(!is_hash(&other), "{other}");
        assert_eq!(Hash::from_hex(&other), None);
    }
}

#[test]
fn hashes_keep_their_order_and_drop_duplicates() {
    let mut hashes = Hashes::new();
    assert_eq!(hashes.add(hash(b"b")), Kept::New);
    assert_eq!(hashes.add(hash(b"a")), Kept::New);
    assert_eq!(hashes.add(hash(b"b")), Kept::Duplicate);
    assert_eq!(hashes.as_slice(), [hash(b"b"), hash(b"a")]);
    hashes.clear();
    assert!(hashes.as_slice().is_empty());
    assert_eq!(hashes.add(hash(b"b")), Kept::New);
}

#[test]
fn an_eleventh_hash_is_not_kept_but_a_duplicate_is_still_told() {
    let mut hashes = Hashes::default();
    for byte in 0..10 {
        assert_eq!(hashes.add(hash(&[byte])), Kept::New);
    }
    assert_eq!(hashes.add(hash(&[10])), Kept::Full);
    assert_eq!(hashes.add(hash(&[9])), Kept::Duplicate);
    assert_eq!(hashes.as_slice().len(), MAX_VALUES);
}

proptest! {
    #[test]
    fn any_message_agrees_with_the_general_api(
        message in proptest::collection::vec(any::<u8>(), 0..300)
    ) {
        let hash = hash(&message);
        prop_assert_eq!(hash.as_str(), general(&message));
    }
}
