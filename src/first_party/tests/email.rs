//! Each bound of the e-mail rules 1 to 5, in their order.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;

#[path = "email_domain.rs"]
mod domain;

/// Both forms; they must agree.
fn normal(raw: &str) -> Result<String, Refusal> {
    let (mut out, mut plain) = (Vec::new(), Vec::new());
    let result = normalize(raw, &mut out);
    assert_eq!(result, normalize_plain(raw, &mut plain), "{raw:?}");
    assert_eq!(out, plain, "{raw:?}");
    result.map(|()| String::from_utf8(out).unwrap())
}

fn becomes(raw: &str, expected: &str) {
    assert_eq!(normal(raw).as_deref(), Ok(expected), "{raw:?}");
}

fn stays(raw: &str) {
    becomes(raw, raw);
}

fn refused(raw: &str, why: Refusal) {
    assert_eq!(normal(raw), Err(why), "{raw:?}");
}

#[test]
fn white_space_of_rule_1_is_trimmed_at_both_ends() {
    let spaces = "\t\n\u{b}\u{c}\r\u{1c}\u{1d}\u{1e}\u{1f} \u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\
        \u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";
    for space in spaces.chars() {
        becomes(&format!("{space}a@b.co{space}{space}"), "a@b.co");
    }
}

#[test]
fn nothing_else_is_trimmed() {
    let trimmed = |character: &char| trim(&character.to_string()).is_empty();
    let count = ('\0'..=char::MAX).filter(trimmed).count();
    assert_eq!(count, 28);
    for character in "\u{85}\u{180e}\u{200b}\u{2060}\u{feff}\0\u{8}\u{e}\u{1b}\u{7f}".chars() {
        let after = format!("a@b.co{character}");
        refused(&after, Refusal::EmailDomainCharacter);
        let before = format!("{character}a@b.co");
        refused(&before, Refusal::EmailLocalPartCharacter);
    }
}

#[test]
fn all_leading_pluses_are_dropped_and_nothing_is_trimmed_after_them() {
    becomes("+a@b.co", "a@b.co");
    becomes(" +++a@b.co", "a@b.co");
    refused("+ a@b.co", Refusal::EmailLocalPartCharacter);
    refused("+++@b.co", Refusal::EmailNoLocalPart);
    refused("+", Refusal::EmailNoAt);
}

#[test]
fn case_is_folded_by_the_root_locale() {
    becomes("NAME@EXAMPLE.ORG", "name@example.org");
    becomes("a@ПОЧТА.РФ", "a@почта.рф");
    // The Kelvin sign is a K, whose lower case is ASCII.
    becomes("\u{212a}@b.co", "k@b.co");
    becomes("a@\u{212b}b.co", "a@\u{e5}b.co");
    becomes("a@I.co", "a@i.co");
    becomes("a@ẞ.co", "a@ß.co");
    becomes("a@\u{1c5}.co", "a@\u{1c6}.co");
}

#[test]
fn a_capital_i_with_a_dot_becomes_two_units() {
    refused("a@\u{130}.co", Refusal::EmailDomainCharacter);
    becomes("\"\u{130}\"@b.co", "\"i\u{307}\"@b.co");
    refused("\"\u{130}\u{130}\"@b.co", Refusal::EmailQuotedCharacter);
    let local = format!("\"{}\u{130}\"", "a".repeat(61));
    refused(&format!("{local}@b.co"), Refusal::EmailLocalPartLength(65));
}

#[test]
fn a_capital_sigma_is_final_only_where_its_word_ends() {
    // A dot does not end a word in Unicode's rule, the end of the address does.
    becomes("i@ΟΔΟΣ.gr", "i@οδοσ.gr");
    becomes("i@x.ΟΔΟΣ", "i@x.οδος");
    becomes(" i@x.ΟΔΟΣ ", "i@x.οδος");
    becomes("i@x.ΣΣ", "i@x.σς");
    becomes("i@Σ.gr", "i@σ.gr");
    becomes("i@ΑΣ1.gr", "i@ας1.gr");
    becomes("i@aΣb.gr", "i@aσb.gr");
    becomes("\"aΣ\"@b.co", "\"aς\"@b.co");
}

#[test]
fn the_last_at_splits() {
    refused("", Refusal::EmailNoAt);
    refused("a.b.co", Refusal::EmailNoAt);
    stays("\"a@b\"@c.de");
    refused("a@b@c.de", Refusal::EmailLocalPartCharacter);
    refused("@b.co", Refusal::EmailNoLocalPart);
}

#[test]
fn the_local_part_has_at_most_64_units() {
    let local = "a".repeat(64);
    stays(&format!("{local}@b.co"));
    refused(&format!("{local}a@b.co"), Refusal::EmailLocalPartLength(65));
    refused(&format!("{local}+@b.co"), Refusal::EmailLocalPartLength(65));
    becomes(&format!("+{local}@b.co"), &format!("{local}@b.co"));
    // Two units each.
    refused(
        &format!("{}@b.co", "\u{1f600}".repeat(33)),
        Refusal::EmailLocalPartLength(66),
    );
}

#[test]
fn no_part_of_the_local_part_is_empty() {
    refused(".@b.co", Refusal::EmailLocalPartDots);
    refused(".a@b.co", Refusal::EmailLocalPartDots);
    refused("a.@b.co", Refusal::EmailLocalPartDots);
    refused("a..b@b.co", Refusal::EmailLocalPartDots);
    stays("a.b@b.co");
}

#[test]
fn unquoted_parts_hold_the_listed_characters_only() {
    for byte in 0..128_u8 {
        let character = char::from(byte);
        let raw = format!("a{character}b@c.de");
        match character {
            '.' => stays(&raw),
            '@' | '"' => refused(&raw, Refusal::EmailLocalPartCharacter),
            '+' => becomes(&raw, "a@c.de"),
            'A'..='Z' => becomes(&raw, &raw.to_lowercase()),
            'a'..='z' | '0'..='9' => stays(&raw),
            other if "'!#$%&*,-/=?^_{|}~`".contains(other) => stays(&raw),
            _ => refused(&raw, Refusal::EmailLocalPartCharacter),
        }
    }
    refused("é@b.co", Refusal::EmailLocalPartCharacter);
    refused("ж@b.co", Refusal::EmailLocalPartCharacter);
}

#[test]
fn two_quotes_are_not_a_quoted_part() {
    refused("\"@b.co", Refusal::EmailLocalPartCharacter);
    refused("\"\"@b.co", Refusal::EmailLocalPartCharacter);
    stays("\"a\"@b.co");
    refused("x\"a\"@b.co", Refusal::EmailLocalPartCharacter);
}

#[test]
fn a_dot_inside_quotes_still_splits() {
    refused("\"a.b\"@c.de", Refusal::EmailLocalPartCharacter);
}

#[test]
fn parts_after_a_quoted_one_are_not_looked_at() {
    stays("\"a\".b c(@d.de");
    stays("\"a\"...@d.de");
    stays("\"a\".é@d.de");
    refused("b c.\"a\"@d.de", Refusal::EmailLocalPartCharacter);
    refused(".\"a\"@d.de", Refusal::EmailLocalPartDots);
    stays("b.\"a\". @d.de");
}

#[test]
fn inner_units_but_the_last_are_printable_ascii_and_no_quote() {
    for byte in 0..128_u8 {
        let character = char::from(byte).to_ascii_lowercase();
        let raw = format!("\"{character}b\"@c.de");
        match character {
            '.' => refused(&raw, Refusal::EmailLocalPartCharacter),
            '+' => becomes(&raw, "\"@c.de"),
            ' '..='~' if character != '"' => stays(&raw),
            _ => refused(&raw, Refusal::EmailQuotedCharacter),
        }
    }
    refused("\"яb\"@c.de", Refusal::EmailQuotedCharacter);
}

#[test]
fn the_last_inner_unit_is_not_looked_at() {
    for last in ["\u{1}", "\n", "\"", "\\", "\u{7f}", "я", " "] {
        stays(&format!("\"a{last}\"@c.de"));
        stays(&format!("\"{last}\"@c.de"));
    }
    // A character of two units has its first one looked at.
    refused("\"\u{1f600}\"@c.de", Refusal::EmailQuotedCharacter);
}

#[test]
fn a_backslash_lets_the_next_unit_be_anything_from_32_on() {
    stays("\"\\\"b\"@c.de");
    stays("\"\\яb\"@c.de");
    stays("\"\\\u{7f}b\"@c.de");
    refused("\"\\\u{1f}b\"@c.de", Refusal::EmailQuotedCharacter);
    // The first unit is skipped, the second is the last inner one.
    stays("\"\\\u{1f600}\"@c.de");
    refused("\"\\\u{1f600}b\"@c.de", Refusal::EmailQuotedCharacter);
    // An escaped backslash escapes nothing.
    refused("\"\\\\\"b\"@c.de", Refusal::EmailQuotedCharacter);
}

#[test]
fn the_last_inner_unit_after_a_backslash_is_at_least_32() {
    stays("\"\\я\"@c.de");
    stays("\"\\\\\"@c.de");
    refused("\"\\\u{1}\"@c.de", Refusal::EmailQuotedCharacter);
    // Here the backslash is itself escaped.
    stays("\"\\\\\u{1}\"@c.de");
}
