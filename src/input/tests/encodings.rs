//! Encodings: marks, options, bytes that do not decode, and what the messages show.

use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251, WINDOWS_1252};

use super::*;

const HEADER: &str = "Имя клиента;Телефон;Город";

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        })
        .collect()
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    let table = read("\u{feff}id,name\n1,a\n").unwrap();
    assert_eq!(fields(&table), [["id", "name"], ["1", "a"]]);
    let table = read("\u{feff}\u{feff}id,name\n1,a\n").unwrap();
    assert_eq!(table.header, ["id", "name"], "nor is a second one");
}

#[test]
fn utf16_is_recognised_by_its_mark_in_both_byte_orders() {
    let text = format!("{HEADER}\r\nа;+7;Ереван 🏔\r\n");
    for (mark, little, name) in [
        ([0xff, 0xfe], true, "UTF-16LE"),
        ([0xfe, 0xff], false, "UTF-16BE"),
    ] {
        let mut bytes = mark.to_vec();
        bytes.extend(utf16(&text, little));
        let mut reader = open(&bytes, &Options::default()).unwrap();
        assert_eq!(reader.found().encoding, name);
        assert_eq!(reader.found().encoding_from, EncodingFrom::ByteOrderMark);
        let table = read_all(&mut reader).unwrap();
        assert_eq!(table.rows[0].1, ["а", "+7", "Ереван 🏔"]);
    }
}

#[test]
fn a_mark_wins_over_the_option_so_that_rejects_can_be_sent_again() {
    let bytes = format!("\u{feff}{HEADER}\nа;б;в\n");
    let mut reader = open(bytes.as_bytes(), &encoded("windows-1251")).unwrap();
    assert_eq!(reader.found().encoding, "UTF-8");
    assert!(!reader.found().seems_utf8);
    assert_eq!(read_all(&mut reader).unwrap().rows[0].1, ["а", "б", "в"]);
}

#[test]
fn single_byte_encodings_are_decoded() {
    for (encoding, label) in [
        (WINDOWS_1251, "cp1251"),
        (KOI8_R, "koi8-r"),
        (IBM866, "cp866"),
    ] {
        let text = format!("{HEADER}\nЖанна;+7;Орёл\n");
        let (bytes, ..) = encoding.encode(&text);
        let table = read_with(&bytes, &encoded(label)).unwrap();
        assert_eq!(table.rows[0].1, ["Жанна", "+7", "Орёл"], "{label}");
    }
}

#[test]
fn an_option_that_contradicts_valid_utf8_is_noticed() {
    let reader = open("Телефон;Город".as_bytes(), &encoded("windows-1251")).unwrap();
    assert!(reader.found().seems_utf8);
    let reader = open(b"id;name\n", &encoded("windows-1251")).unwrap();
    assert!(!reader.found().seems_utf8, "ASCII is the same in both");
}

#[test]
fn utf8_read_as_windows_1251_stops_at_a_byte_that_is_no_text() {
    // The second byte of `И` is 0x98, which windows-1251 leaves undefined.
    let error = read_with("id;city\n1;Ижевск\n".as_bytes(), &encoded("windows-1251")).unwrap_err();
    assert_eq!(
        (error.line(), error.column()),
        (Some(2), Some(&Column::Named("city".to_owned())))
    );
    let error = open(HEADER.as_bytes(), &encoded("windows-1251")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("--encoding utf-8         {HEADER}")),
        "{error}"
    );
}

#[test]
fn utf16_without_a_mark_is_named() {
    for (little, label) in [(true, "utf-16le"), (false, "utf-16be")] {
        let bytes = utf16(&format!("{HEADER}\r\nа;+7 900;в\r\n"), little);
        let error = read(&bytes).unwrap_err();
        assert!(matches!(error.kind(), InputErrorKind::Utf16WithoutBom(found) if *found == label));
        assert!(
            error.to_string().contains(&format!("--encoding {label}")),
            "{error}"
        );
        assert_eq!(read_with(&bytes, &encoded(label)).unwrap().rows.len(), 1);
    }
}

#[test]
fn bytes_that_are_not_utf8_name_line_and_column() {
    let error = read(b"id,city\n1,a\n\n2,\xcc\xee\n").unwrap_err();
    assert_eq!(error.line(), Some(4));
    assert_eq!(error.column(), Some(&Column::Named("city".to_owned())));
    let text = error.to_string();
    assert!(
        text.starts_with("crm.csv, line 4, column \"city\": bytes that are not UTF-8."),
        "{text}"
    );
    assert!(text.contains("--encoding windows-1251"), "{text}");
}

#[test]
fn a_column_without_a_name_or_beyond_the_header_goes_by_its_number() {
    let error = read(b"id,\n1,\xff\n").unwrap_err();
    assert_eq!(error.column(), Some(&Column::Number(2)));
    let error = read(b"id,x\n1,2,\xff\n").unwrap_err();
    assert_eq!(error.column(), Some(&Column::Number(3)));
}

#[test]
fn a_character_cut_in_two_by_a_delimiter_is_not_utf8() {
    // Taken together the two fields are a valid "А".
    let error = read(b"id,city\n1,a\n\xd0,\x90\n").unwrap_err();
    assert_eq!(
        (error.line(), error.column()),
        (Some(3), Some(&Column::Named("id".to_owned())))
    );
    // The same between two records.
    let error = read(b"id\n\xd0\n\x90\n").unwrap_err();
    assert_eq!(error.line(), Some(2));
}

#[test]
fn the_rows_before_undecodable_bytes_are_given_first() {
    let mut reader = open(b"id\n1\n2\n\xff\n4\n", &Options::default()).unwrap();
    let mut rows = Rows::new();
    assert!(reader.fill(&mut rows).unwrap());
    assert_eq!(
        rows.iter()
            .map(|row| row.field(0).unwrap())
            .collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(reader.fill(&mut rows).unwrap_err().line(), Some(4));
    assert!(rows.is_empty());
    assert!(!reader.fill(&mut rows).unwrap());
}

#[test]
fn other_encodings_name_line_and_column_too() {
    // windows-1251 lacks 0x98.
    let error = read_with(b"id;city\r\n1;a\r\n2;b\x98c\r\n", &encoded("windows-1251")).unwrap_err();
    assert_eq!(
        (error.line(), error.column()),
        (Some(3), Some(&Column::Named("city".to_owned())))
    );
    assert!(error.to_string().contains("not windows-1251"), "{error}");
    // At the very start of a record.
    let error = read_with(b"id;city\r\n1;a\r\n\x98\r\n", &encoded("windows-1251")).unwrap_err();
    assert_eq!(
        (error.line(), error.column()),
        (Some(3), Some(&Column::Named("id".to_owned())))
    );
    let error = read_with(b"id;city\r1;a\r\x98\r", &encoded("windows-1251")).unwrap_err();
    assert_eq!(error.line(), Some(3));
}

#[test]
fn utf16_with_half_a_character_at_its_end_is_an_error() {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(utf16("id\n1\n2", true));
    bytes.push(b'3');
    let error = read(&bytes).unwrap_err();
    assert_eq!(
        (error.line(), error.column()),
        (Some(3), Some(&Column::Named("id".to_owned())))
    );
    assert!(error.to_string().contains("UTF-16LE"));
}

#[test]
fn a_header_that_does_not_decode_fails_at_once_with_the_columns_number() {
    let (bytes, ..) = WINDOWS_1251.encode("id;Город\n1;Орёл\n");
    let error = open(&bytes, &Options::default()).unwrap_err();
    assert_eq!(
        (error.line(), error.column()),
        (Some(1), Some(&Column::Number(2)))
    );
}

#[test]
fn the_likeliest_reading_of_the_header_comes_first() {
    for (encoding, label, header) in [
        (WINDOWS_1251, "windows-1251", HEADER),
        (WINDOWS_1251, "windows-1251", "ФИО;ТЕЛЕФОН;ИНН;№ карты"),
        (KOI8_R, "koi8-r", HEADER),
        (IBM866, "ibm866", HEADER),
        (
            WINDOWS_1252,
            "windows-1252",
            "Prénom;Téléphone;Année de création",
        ),
        (WINDOWS_1252, "windows-1252", "Straße;Größe;Geschäft"),
    ] {
        let (bytes, ..) = encoding.encode(header);
        let error = read(&bytes).unwrap_err();
        let InputErrorKind::Undecodable { readings, .. } = error.kind() else {
            panic!("{error}");
        };
        assert_eq!(readings.list()[0], (label, header.to_owned()), "{error}");
    }
}

#[test]
fn readings_never_show_data_nor_control_characters() {
    let (bytes, ..) = WINDOWS_1251.encode("Имя\tТелефон\nТайна\t1\n");
    let text = message(&bytes);
    assert!(text.contains("Имя\\tТелефон"), "{text}");
    assert!(!text.contains("Тайна"), "{text}");
}

#[test]
fn an_ascii_header_cannot_tell_and_a_utf8_one_says_that_the_place_is_damaged() {
    let text = message(b"id\n\xcc\n");
    assert!(text.contains("plain ASCII"), "{text}");
    let mut bytes = format!("{HEADER}\n1;").into_bytes();
    bytes.extend(b"\xd0;x\n");
    let text = message(&bytes);
    assert!(
        text.contains("line 2, column \"Телефон\"") && text.contains("damaged"),
        "{text}"
    );
}

#[test]
fn labels_are_known_by_many_names() {
    for (label, name) in [
        ("UTF-8", "UTF-8"),
        ("utf8", "UTF-8"),
        ("utf-16", "UTF-16LE"),
        ("utf16le", "UTF-16LE"),
        ("UTF-16BE", "UTF-16BE"),
        ("windows-1251", "windows-1251"),
        ("CP1251", "windows-1251"),
        ("win-1251", "windows-1251"),
        ("1251", "windows-1251"),
        ("cp866", "IBM866"),
        ("KOI8-R", "KOI8-R"),
        ("latin1", "windows-1252"),
    ] {
        let Ok(EncodingChoice::Label(encoding)) = label.parse() else {
            panic!("{label}");
        };
        assert_eq!(encoding.name(), name, "{label}");
    }
    assert_eq!("Auto".parse(), Ok(EncodingChoice::Auto));
}

#[test]
fn an_unknown_label_is_answered_with_the_nearest() {
    let text = |label: &str| label.parse::<EncodingChoice>().unwrap_err().to_string();
    assert!(
        text("windows-1521").contains("did you mean windows-1251?"),
        "{}",
        text("windows-1521")
    );
    assert!(text("ut-8").contains("did you mean utf-8?"));
    assert!(
        text("klingon").contains("windows-1251"),
        "{}",
        text("klingon")
    );
    assert!(
        "iso-2022-kr".parse::<EncodingChoice>().is_err(),
        "a label for what must not be decoded"
    );
}
