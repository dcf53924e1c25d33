//! Examples of each form, and the rates measured on generated data.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;

#[path = "tests/rates.rs"]
mod rates;

fn assert_all(looks: Option<Looks>, values: &[&str]) {
    for value in values {
        assert_eq!(certain(value), looks, "{value}");
    }
}

fn watch(values: &[&str]) -> ColumnWatch {
    let mut watch = ColumnWatch::default();
    for value in values {
        watch.see(value);
    }
    watch
}

#[test]
fn e_mail_addresses_are_certain() {
    assert_all(
        Some(Looks::Email),
        &[
            "name@yandex.ru",
            "  Name.Surname+tag@Sub.Example.CO.UK ",
            "a@b.co",
            "иван@почта.рф",
            "x@xn--80a.xn--p1ai",
            "7916@163.com",
            "+79161234567@mail.ru",
            "mailto:a@example.org",
            "Ivan Petrov <ivan@example.org>",
            "a@example.org, b@example.org",
            "a@example.org;b@example.org;",
            "ivan.@mail.ru",
            "ivan@mail.ru.",
        ],
    );
}

#[test]
fn other_values_with_an_at_are_not() {
    assert_all(
        None,
        &[
            "@nickname",
            "user@localhost",
            "logo@2x.png",
            "react@18.2.0",
            "tool@1.2.rc",
            "git@github.com:a/b.git",
            "https://user@example.org/path",
            "write to a@example.org",
            "a@example.org and more",
            "a@b@c",
            "@@@@@@",
            "a@.ru",
            "a@b..ru",
            "5 kg @ 10.50",
            "user@127.0.0.1",
        ],
    );
}

#[test]
fn numbers_with_a_plus_are_certain() {
    assert_all(
        Some(Looks::Phone),
        &[
            "+79161234567",
            "+7 916 123-45-67",
            "+7 (916) 123-45-67",
            "+7(916)1234567",
            "(+7) 916 123 45 67",
            "+375 29 123-45-67",
            "+380 67 123 45 67",
            "+998 90 123 45 67",
            "+1 415 555 2671",
            "+1 (415) 555-2671",
            "+44 20 7946 0958",
            "+44 (0) 20 7946 0958",
            "+49 171 1234567",
            "+49 171/1234567",
            "+33 6 12 34 56 78",
            "+48 123 456 789",
            "+86 138 1234 5678",
            "+7.916.123.45.67",
            "+7\u{a0}916\u{a0}123‑45‑67",
            "'+79161234567",
            "+7 495 123-45-67 доб. 12",
            "+7 495 123-45-67, доб. 12",
            "+1 415 555 2671 ext 4",
            "tel:+79161234567",
            "тел. +7 916 123-45-67",
            "+79161234567, +79031234567",
            "+70123456789",
        ],
    );
}

#[test]
fn numbers_with_an_area_code_in_brackets_are_certain() {
    assert_all(
        Some(Looks::Phone),
        &[
            "(415) 555-2671",
            "1 (415) 555-2671",
            "(495) 123-45-67",
            "(916)1234567",
            "8 (916) 123-45-67",
            "8(916)123-45-67",
            "7 (4852) 12-34-56",
            "(020) 7946 0958",
            "(030) 123456",
            "(0171) 1234567",
            "380 (67) 123-45-67",
            "8 (727) 250-12-34",
            "(067) 123 45 67",
        ],
    );
}

#[test]
fn numbers_grouped_as_phones_are_certain() {
    assert_all(
        Some(Looks::Phone),
        &[
            "8-916-123-45-67",
            "8 916 123 45 67",
            "8 916 123-45-67",
            "8 9161234567",
            "8-9161234567",
            "8-916-1234567",
            "7 916 123 4567",
            "8916 123 45 67",
            "8916-123-45-67",
            "8916-1234567",
            "916-123-45-67",
            "916 123 45 67",
            "8 4852 12-34-56",
            "8-48522-1-23-45",
            "8-800-555-35-35",
            "8.916.123.45.67",
            "8-916 123 45 67",
            "375 29 123-45-67",
            "380 67 123 45 67",
            "998 90 123 45 67",
            "8 029 123-45-67",
            "8 701 123 45 67",
            "067 123-45-67",
            "067 123 45 67",
            "415-555-2671",
            "415.555.2671",
            "1-415-555-2671",
            "020 7946 0958",
            "07911 123456",
            "0161 496 0000",
            "0171 1234567",
            "0171/1234567",
            "030 12345678",
            "06 12 34 56 78",
            "0049 171 1234567",
        ],
    );
}

#[test]
fn numbers_that_are_no_phones_are_not_certain() {
    assert_all(
        None,
        &[
            "79161234567",
            "89161234567",
            "9161234567",
            "1234567890",
            "100500",
            "2024-01-15",
            "2024-01-15 10:30:00",
            "2024-01-15T10:30:00+03:00",
            "15.01.2024 10.30",
            "07.01.2024 1030",
            "07-01-2024 1030",
            "07-01-2024-1030",
            "20240115 103000",
            "20240115103000",
            "1705312200",
            "112-233-445 95",
            "012-233-445 95",
            "012-233-445-95",
            "4276 **** **** 1234",
            "4276 1234 5678 9012",
            "4276-1234-5678-9012",
            "0012-3456-7890",
            "45 08 123456",
            "DE89 3704 0044 0532 0130 00",
            "123e4567-e89b-12d3-a456-426614174000",
            "55.755831, 37.617673",
            "+55.755831",
            "+55.7558314567",
            "1 234 567 890",
            "1 234 567 890.50",
            "+1 000 000 000",
            "1.234.567.890",
            "192.168.100.200",
            "4601234567893",
            "4 601234 567893",
            "8 901234 567890",
            "0 12345 67890 5",
            "1.20.300.4000",
            "1000-2000",
            "100000-200000",
            "302-1234567-1234567",
            "2024-000123",
            "10:30-12:45",
            "(1000) 2000",
            "(12) 34",
            "10x20x30",
            "+25",
            "+100500",
            "- - - - - -",
            "++++++++++",
            "((((((((((",
            "+7 916 123-45-6x",
            "40702810900000012345",
            "8 916 123-45-67 call after 10",
            "+7 916 123-45-67 доб.",
        ],
    );
}

#[test]
fn a_column_with_one_certain_value_is_told_at_once() {
    assert_eq!(watch(&["x", "a@example.org"]).verdict(), Some(Looks::Email));
    assert_eq!(watch(&["+79161234567"]).verdict(), Some(Looks::Phone));
    assert_eq!(watch(&["x", "y", ""]).verdict(), None);
    assert_eq!(watch(&[]).verdict(), None);
}

#[test]
fn bare_digits_count_from_three_values_and_half_of_the_column() {
    let phones = ["79161234567", "89031234568", "9261234569"];
    assert_eq!(watch(&phones[..2]).verdict(), None);
    assert_eq!(watch(&phones).verdict(), Some(Looks::Phone));
    let half = [&phones[..], &["x", "y", "z"], &["", " "]].concat();
    assert_eq!(watch(&half).verdict(), Some(Looks::Phone));
    assert_eq!((watch(&half).hits(), watch(&half).values()), (3, 6));
    let fewer = [&half[..], &["w"]].concat();
    assert_eq!(watch(&fewer).verdict(), None);
    assert_eq!(watch(&fewer).hits(), 0);
}

#[test]
fn taxpayers_numbers_and_cards_are_no_phones() {
    // Valid INN that begin with 9, or with a neighbour's country code.
    assert!(Digits::parse("7707083893").unwrap().is_inn());
    assert!(Digits::parse("500100732259").unwrap().is_inn());
    assert!(!Digits::parse("7707083894").unwrap().is_inn());
    assert!(!Digits::parse("500100732258").unwrap().is_inn());
    let inn: Vec<String> = (9_700_000_000_u64..9_700_000_200)
        .map(|number| number.to_string())
        .filter(|text| Digits::parse(text).unwrap().is_inn())
        .collect();
    assert!(inn.len() > 10);
    let inn: Vec<&str> = inn.iter().map(String::as_str).collect();
    assert_eq!(watch(&inn).verdict(), None);
    assert!(Digits::parse("79927398713").unwrap().passes_luhn());
    assert!(!Digits::parse("79927398710").unwrap().passes_luhn());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9+() ./доб.x#-]{0,40}", list in "[a@.,;<> 0-9+-]{0,40}") {
        for value in [&text, &near, &list] {
            let _ = certain(value);
            let watch = watch(&[value]);
            prop_assert!(watch.hits() <= watch.values());
        }
    }

    #[test]
    fn what_the_sdk_takes_as_an_unquoted_address_is_certain(
        raw in "[a-z0-9._+!#-]{1,20}@([a-z0-9-]{1,8}\\.){1,2}[a-z]{2,6}"
    ) {
        use crate::first_party::{Contact, Rules, normalize};
        let file = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".html", ".pdf"];
        let (before, _) = raw.rsplit_once('.').unwrap();
        let (_, before) = before.rsplit_once('@').unwrap();
        let version = before.contains('.') && before.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
        if normalize(Contact::Email, &raw, Rules::default(), &mut Vec::new()).is_ok()
            && !file.iter().any(|ending| raw.ends_with(ending))
            && !version
        {
            prop_assert_eq!(certain(&raw), Some(Looks::Email));
        }
    }
}
