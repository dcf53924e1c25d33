//! Each row and each bound of the phone rules.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::super::tests::phone_vectors;
use super::*;

fn normal(raw: &str) -> Result<String, Refusal> {
    let mut out = Vec::new();
    normalize(raw, &mut out).map(|()| String::from_utf8(out).unwrap())
}

/// Only the scan of characters.
fn normal_plain(raw: &str) -> Result<String, Refusal> {
    let mut out = Vec::new();
    finish(&mut scan(raw)?, raw.starts_with('+'), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

fn becomes(raw: &str, expected: &str) {
    assert_eq!(normal(raw).as_deref(), Ok(expected), "{raw:?}");
}

fn refused(raw: &str, why: Refusal) {
    assert_eq!(normal(raw), Err(why), "{raw:?}");
}

#[test]
fn ten_digits_without_a_plus_get_a_7() {
    becomes("9165554433", "79165554433");
    becomes("8165554433", "78165554433");
    becomes("7165554433", "77165554433");
}

#[test]
fn ten_digits_after_a_plus_stay() {
    becomes("+9165554433", "9165554433");
    becomes("+8165554433", "8165554433");
}

#[test]
fn eleven_digits_from_8_are_refused_after_a_plus() {
    refused("+89165554433", Refusal::PhonePlusEight);
}

#[test]
fn eleven_digits_from_8_begin_with_7_instead() {
    becomes("89165554433", "79165554433");
    becomes("8 (916) 555-44-33", "79165554433");
}

#[test]
fn eleven_other_digits_stay() {
    becomes("79165554433", "79165554433");
    becomes("+79165554433", "79165554433");
    becomes("+12125551234", "12125551234");
    becomes("12125551234", "12125551234");
}

#[test]
fn twelve_or_thirteen_digits_from_7_are_refused_after_a_plus() {
    refused("+791655544331", Refusal::PhonePlusSeven(12));
    refused("+7916555443312", Refusal::PhonePlusSeven(13));
}

#[test]
fn twelve_or_thirteen_other_digits_stay() {
    becomes("791655544331", "791655544331");
    becomes("7916555443312", "7916555443312");
    becomes("+380671234567", "380671234567");
    becomes("+8613812345678", "8613812345678");
    becomes("8613812345678", "8613812345678");
}

#[test]
fn fewer_than_10_or_more_than_13_digits_are_refused() {
    refused("", Refusal::PhoneDigits(0));
    refused("+()- ", Refusal::PhoneDigits(0));
    refused("916555443", Refusal::PhoneDigits(9));
    refused("+916555443", Refusal::PhoneDigits(9));
    refused("12345678901234", Refusal::PhoneDigits(14));
    refused(&"9".repeat(32), Refusal::PhoneDigits(32));
    refused(&"9".repeat(1000), Refusal::PhoneDigits(1000));
}

#[test]
fn a_first_digit_0_is_refused_and_a_later_one_is_not() {
    refused("0165554433", Refusal::PhoneLeadingZero);
    refused("+01655544331", Refusal::PhoneLeadingZero);
    refused("(0)1655544331", Refusal::PhoneLeadingZero);
    becomes("9000000000", "79000000000");
}

#[test]
fn a_plus_anywhere_but_first_counts_for_nothing() {
    becomes(" +89165554433", "79165554433");
    becomes("(+89165554433", "79165554433");
    becomes("9165554433+", "79165554433");
    becomes("8+9+1+65554433", "79165554433");
    becomes("\u{a0}+9165554433", "79165554433");
}

#[test]
fn a_second_plus_behind_the_first_changes_nothing() {
    becomes("++9165554433", "9165554433");
    becomes("+ 9165554433", "9165554433");
}

#[test]
fn all_unicode_white_space_may_stand_anywhere() {
    let spaces = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\
        \u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";
    assert_eq!(spaces.chars().count(), 25);
    for space in spaces.chars() {
        assert!(space.is_whitespace());
        becomes(&format!("{space}916{space}555-44-33{space}"), "79165554433");
    }
    assert_eq!(('\0'..=char::MAX).filter(|&it| is_space(it)).count(), 25);
}

#[test]
fn every_other_character_is_refused() {
    for character in ('\0'..='\u{ffff}').chain(['\u{1d7ce}', '\u{1f600}']) {
        if character.is_ascii_digit() || "()-+".contains(character) || is_space(character) {
            continue;
        }
        refused(&format!("9165554433{character}"), Refusal::PhoneCharacter);
    }
}

#[test]
fn digits_of_other_scripts_are_refused() {
    refused("٩١٦٥٥٥٤٤٣٣", Refusal::PhoneCharacter);
    refused("+7９165554433", Refusal::PhoneCharacter);
}

#[test]
fn a_character_that_does_not_belong_is_what_is_told_first() {
    refused("0+x", Refusal::PhoneCharacter);
    refused("8-800-LOTTERY", Refusal::PhoneCharacter);
}

#[test]
fn long_punctuation_does_not_matter() {
    becomes(&format!("{}9165554433", "(".repeat(500)), "79165554433");
    becomes(&format!("9165554433{}", " ".repeat(22)), "79165554433");
    becomes(&format!("9165554433{}", " ".repeat(23)), "79165554433");
}

proptest! {
    #[test]
    fn the_quick_scan_agrees_with_the_plain_one(
        raw in prop_oneof![
            any::<String>(),
            "[0-9()+ \\t-]{0,40}",
            "\\+?[0-9]{9,14}",
            "[+(]?[78][ (]{0,2}[0-9]{3}[) -]{0,2}[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}[\u{a0}x]?",
        ]
    ) {
        prop_assert_eq!(normal(&raw), normal_plain(&raw));
    }

    /// With a plus. Without one it is not so: `+9165554433` becomes ten digits, which without their plus
    /// would get a 7; and 8 and ten digits after a plus are refused.
    #[test]
    fn a_normalised_number_after_a_plus_stays_unless_it_is_refused(raw in "\\+?[0-9 -]{10,16}") {
        if let Ok(once) = normal(&raw)
            && let Ok(twice) = normal(&format!("+{once}"))
        {
            prop_assert_eq!(once, twice);
        }
    }

    #[test]
    fn a_normalised_number_of_eleven_digits_or_more_stays(raw in "\\+?[0-9 -]{10,16}") {
        if let Ok(once) = normal(&raw)
            && once.len() > 10
        {
            prop_assert_eq!(normal(&once), Ok(once));
        }
    }
}

#[test]
fn the_quick_scan_agrees_on_every_vector_and_its_neighbours() {
    for raw in phone_vectors() {
        assert_eq!(normal(&raw), normal_plain(&raw));
        for (place, character) in raw.char_indices().take(40) {
            let after = place + character.len_utf8();
            let without = format!("{}{}", &raw[..place], &raw[after..]);
            assert_eq!(normal(&without), normal_plain(&without));
            for other in ["+", "8", "0", "\u{a0}", "x"] {
                let changed = format!("{}{other}{}", &raw[..place], &raw[after..]);
                assert_eq!(normal(&changed), normal_plain(&changed));
            }
        }
    }
}
