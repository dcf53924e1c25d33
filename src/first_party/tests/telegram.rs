//! Each rule of Telegram logins.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;

fn normal(raw: &str, keep_case: bool) -> Result<String, Refusal> {
    let mut out = Vec::new();
    normalize(raw, keep_case, &mut out).map(|()| String::from_utf8(out).unwrap())
}

fn becomes(raw: &str, expected: &str) {
    assert_eq!(normal(raw, false).as_deref(), Ok(expected), "{raw:?}");
}

fn refused(raw: &str, why: Refusal) {
    assert_eq!(normal(raw, false), Err(why), "{raw:?}");
}

#[test]
fn a_login_is_trimmed_freed_of_its_prefix_and_lowercased() {
    becomes("Some_One1", "some_one1");
    becomes(" @Some_One1\u{a0}\n", "some_one1");
    becomes("https://t.me/Some_One1", "some_one1");
}

#[test]
fn only_one_prefix_is_dropped() {
    refused("@@durov", Refusal::TelegramCharacter);
    refused("https://t.me/@durov", Refusal::TelegramCharacter);
    refused("@https://t.me/durov", Refusal::TelegramCharacter);
    refused("t.me/durov", Refusal::TelegramCharacter);
    refused("http://t.me/durov", Refusal::TelegramCharacter);
    refused("https://t.me/durov/", Refusal::TelegramCharacter);
    refused("@ durov", Refusal::TelegramCharacter);
}

#[test]
fn a_login_has_4_to_32_characters() {
    refused("", Refusal::TelegramLength(0));
    refused("@", Refusal::TelegramLength(0));
    refused("abc", Refusal::TelegramLength(3));
    becomes("abcd", "abcd");
    becomes(&"a".repeat(32), &"a".repeat(32));
    refused(&"a".repeat(33), Refusal::TelegramLength(33));
}

#[test]
fn a_login_begins_with_a_letter() {
    refused("1abc", Refusal::TelegramFirst);
    refused("_abc", Refusal::TelegramFirst);
    becomes("a_1_", "a_1_");
}

#[test]
fn letters_of_other_scripts_and_their_lookalikes_are_refused() {
    refused("дуров", Refusal::TelegramCharacter);
    refused("\u{212a}elvin", Refusal::TelegramCharacter);
    refused("some-one", Refusal::TelegramCharacter);
    refused("some one", Refusal::TelegramCharacter);
}

#[test]
fn the_case_may_be_kept() {
    assert_eq!(normal("@Some_One", true).as_deref(), Ok("Some_One"));
    assert_eq!(normal("Дуров", true), Err(Refusal::TelegramCharacter));
}
