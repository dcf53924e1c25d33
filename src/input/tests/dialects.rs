//! Delimiters: from the header, the `sep=` line, the option.

use super::*;

fn found(text: &str) -> u8 {
    open(text.as_bytes(), &Options::default())
        .unwrap()
        .found()
        .delimiter
}

#[test]
fn the_delimiter_comes_from_the_header() {
    assert_eq!(found("a,b,c\n1;2;3;4,5,6\n"), b',');
    assert_eq!(found("a;b;c\n1,1;2,2;3,3\n"), b';');
    assert_eq!(found("a\tb\n"), b'\t');
    assert_eq!(found("a|b|c\n"), b'|');
    assert_eq!(found("\n\na;b\n"), b';', "blank lines come before it");
    assert_eq!(found("a;b\r1,2,3\r"), b';', "a CR ends it");
}

#[test]
fn signs_within_quotes_do_not_count() {
    assert_eq!(found("\"a;b;c\",d\n"), b',');
    assert_eq!(found("\"a \"\";;;\"\" b\",d\n"), b',');
    assert_eq!(found("\"two\nlines;;\",b\n"), b',');
    assert_eq!(
        found("5\" pipe;a;b\n"),
        b';',
        "a quote within a value opens nothing"
    );
}

#[test]
fn one_column_needs_no_delimiter() {
    assert_eq!(found("phone\n+7\n"), b',');
    assert_eq!(found("phone"), b',');
}

#[test]
fn of_two_as_frequent_the_second_line_decides_then_the_rarer_sign() {
    assert_eq!(found("Сумма, руб;Дата\n1;2\n"), b';');
    assert_eq!(found("a;b,c\n1,5\n"), b',');
    assert_eq!(found("Сумма, руб;Дата\n"), b';');
    assert_eq!(found("a|b,c\n"), b'|');
}

#[test]
fn a_sep_line_names_the_delimiter_and_counts_as_a_line() {
    for first in ["sep=;\r\n", "SEP=;\n", "\"sep=;\"\n", "sep=;\r"] {
        let text = format!("{first}a,b;c\n1;2\n");
        let mut reader = open(text.as_bytes(), &Options::default()).unwrap();
        assert!(reader.found().sep_line);
        assert_eq!(reader.found().delimiter, b';');
        let table = read_all(&mut reader).unwrap();
        assert_eq!(fields(&table), [["a,b", "c"], ["1", "2"]]);
        assert_eq!(lines(&table), [3], "{first:?}");
    }
    let table = read("\u{feff}sep=\t\na\tb\n").unwrap();
    assert_eq!(table.header, ["a", "b"]);
}

#[test]
fn the_option_wins_over_the_sep_line_and_the_header() {
    let options = Options {
        delimiter: "|".parse().unwrap(),
        ..Options::default()
    };
    let mut reader = open(b"sep=;\na|b;c\n", &options).unwrap();
    assert!(reader.found().sep_line);
    assert_eq!(read_all(&mut reader).unwrap().header, ["a", "b;c"]);
}

#[test]
fn a_column_called_sep_is_a_column() {
    assert_eq!(read("sep\n1\n").unwrap().header, ["sep"]);
    assert_eq!(read("sep=,b\n1,2\n").unwrap().header, ["sep=", "b"]);
    assert_eq!(read("sep=a\n1\n").unwrap().header, ["sep=a"]);
}

#[test]
fn delimiters_have_names() {
    for (text, byte) in [
        (",", b','),
        (";", b';'),
        ("|", b'|'),
        ("\t", b'\t'),
        ("\\t", b'\t'),
        ("tab", b'\t'),
        ("TAB", b'\t'),
        ("comma", b','),
        ("semicolon", b';'),
        ("pipe", b'|'),
        ("^", b'^'),
    ] {
        assert_eq!(text.parse(), Ok(DelimiterChoice::Byte(byte)), "{text}");
    }
    assert_eq!("auto".parse(), Ok(DelimiterChoice::Auto));
    for text in ["", "a", "7", "\"", "\n", ";;", "ж", "tabs"] {
        let error = text.parse::<DelimiterChoice>().unwrap_err();
        assert!(error.to_string().contains("tab"), "{text:?}");
    }
}

#[test]
fn an_impossible_delimiter_is_an_error() {
    for byte in [b'"', b'\n', b'a', 0, 0xd0] {
        let options = Options {
            delimiter: DelimiterChoice::Byte(byte),
            ..Options::default()
        };
        let error = open(b"a\n", &options).unwrap_err();
        assert!(matches!(error.kind(), InputErrorKind::Delimiter(found) if *found == byte));
    }
}

#[test]
fn without_quotes_a_quote_is_a_character() {
    let options = Options {
        quotes: false,
        ..Options::default()
    };
    let table = read_with(b"a;\"b\n\"1;2\n3\";\"4\n", &options).unwrap();
    assert_eq!(fields(&table), [["a", "\"b"], ["\"1", "2"], ["3\"", "\"4"]]);
    let table = read_with(b"\"a;b\",\"c\"\n", &options).unwrap();
    assert_eq!(table.header.len(), 2);
}
