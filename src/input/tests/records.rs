//! Records: line ends, lines, quotes, ragged rows, and quotes left open.

use super::*;

#[test]
fn lf_crlf_and_cr_end_records_and_count_as_one_line_each() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "1,2", "", "3,4", "", "", "5,\"x", "y\",", "6"].join(end);
        for text in [text.clone(), text + end] {
            let table = read(text).unwrap();
            assert_eq!(lines(&table), [2, 4, 7, 9], "{end:?}");
            assert_eq!(
                table.rows[2].1,
                ["5".to_owned(), format!("x{end}y"), String::new()]
            );
        }
    }
}

#[test]
fn mixed_line_ends_are_counted_right() {
    let table = read("a\r\n1\n2\r3\r\r\n4\n\r5").unwrap();
    assert_eq!(lines(&table), [2, 3, 4, 6, 8]);
}

#[test]
fn blank_lines_before_the_header_are_lines() {
    let table = read("\r\n\r\nid\r\n1\r\n").unwrap();
    assert_eq!(table.header, ["id"]);
    assert_eq!(lines(&table), [4]);
}

#[test]
fn a_line_of_blanks_or_delimiters_is_a_row() {
    let table = read("a,b\n ,\n,\n\"\"\n").unwrap();
    assert_eq!(fields(&table)[1..], [vec![" ", ""], vec!["", ""], vec![""]]);
}

#[test]
fn ragged_rows_are_given_as_they_are() {
    let table = read("a,b\n1\n1,2,3\n").unwrap();
    assert_eq!(fields(&table)[1..], [vec!["1"], vec!["1", "2", "3"]]);
    let mut reader = open(b"a,b\n1\n", &Options::default()).unwrap();
    let mut rows = Rows::new();
    assert!(reader.fill(&mut rows).unwrap());
    let row = rows.get(0).unwrap();
    assert_eq!(
        (row.len(), row.field(0), row.field(1)),
        (1, Some("1"), None)
    );
    assert!(rows.get(1).is_none());
}

#[test]
fn header_cells_are_given_as_they_are() {
    let table = read(" id ,id,,\"a \"\"b\"\"\"\n").unwrap();
    assert_eq!(table.header, [" id ", "id", "", "a \"b\""]);
    assert!(table.rows.is_empty());
}

#[test]
fn a_quote_within_a_value_is_a_character() {
    let table = read("a,b\n5\" pipe,x\"y\n\"q\" tail,\"\"\"\"\n").unwrap();
    assert_eq!(
        fields(&table)[1..],
        [["5\" pipe", "x\"y"], ["q tail", "\""]]
    );
}

#[test]
fn a_header_without_rows_is_no_error() {
    for text in ["id,name", "id,name\n", "\u{feff}id,name\r\n\r\n"] {
        assert!(read(text).unwrap().rows.is_empty());
    }
}

#[test]
fn a_quote_left_open_names_the_line_where_it_began() {
    let error = read("a,b\n1,2\n\"x\ny\",\"open\n3,4\n5,6\n").unwrap_err();
    assert!(
        matches!(error.kind(), InputErrorKind::QuoteLeftOpen { opened: 4 }),
        "{error:?}"
    );
    assert_eq!(error.line(), Some(3));
    let text = error.to_string();
    assert!(
        text.starts_with("crm.csv, line 3: ") && text.contains("opened on line 4"),
        "{text}"
    );
    assert!(text.contains("--no-quotes"), "{text}");
    let error = read("a,\"b\n1,2\n").unwrap_err();
    assert!(matches!(
        error.kind(),
        InputErrorKind::QuoteLeftOpen { opened: 1 }
    ));
    let error = read("a\n1\n\"").unwrap_err();
    assert!(matches!(
        error.kind(),
        InputErrorKind::QuoteLeftOpen { opened: 3 }
    ));
}

#[test]
fn the_rows_before_a_quote_left_open_are_given_first() {
    let mut reader = open(b"a\n1\n\"2\n", &Options::default()).unwrap();
    let mut rows = Rows::new();
    assert!(reader.fill(&mut rows).unwrap());
    assert_eq!(rows.len(), 1);
    assert!(reader.fill(&mut rows).is_err());
}

#[test]
fn a_quote_closed_at_the_very_end_is_closed() {
    let table = read("a,b\n1,\"2\"").unwrap();
    assert_eq!(table.rows[0].1, ["1", "2"]);
    let table = read("a,b\n1,\"\"").unwrap();
    assert_eq!(table.rows[0].1, ["1", ""]);
}

#[test]
fn a_record_that_swallows_the_file_is_stopped_at_the_limit() {
    let filler = "value,value\n".repeat(RECORD_LIMIT / 10);
    let error = read(format!("a,b\n1,\"open\n{filler}")).unwrap_err();
    assert!(matches!(
        error.kind(),
        InputErrorKind::RecordTooLong { opened: Some(2) }
    ));
    assert_eq!(error.line(), Some(2));
    let error = read(format!("a,b\n1,{}", "x".repeat(RECORD_LIMIT + 1))).unwrap_err();
    assert!(matches!(
        error.kind(),
        InputErrorKind::RecordTooLong { opened: None }
    ));
    let error = read(format!("a\n{}", ",".repeat(FIELDS_LIMIT + 1))).unwrap_err();
    assert!(matches!(
        error.kind(),
        InputErrorKind::RecordTooLong { opened: None }
    ));
}

#[test]
fn a_record_as_long_as_the_limit_is_read() {
    let long = "ж".repeat(RECORD_LIMIT / 2 - 1);
    let table = read(format!("a,b\n\"{long}\",12\n3,4\n")).unwrap();
    assert_eq!(table.rows[0].1, [long.as_str(), "12"]);
    assert_eq!(table.rows[1].1, ["3", "4"]);
    let table = read(format!("a\n{}\n1\n", ",".repeat(FIELDS_LIMIT - 1))).unwrap();
    assert_eq!(table.rows[0].1.len(), FIELDS_LIMIT);
}

#[test]
fn nul_bytes_in_a_value_are_characters() {
    let text = format!("id,note\n1,a\0b\n{}", "2,plain text\n".repeat(10));
    assert_eq!(read(text).unwrap().rows[0].1, ["1", "a\0b"]);
}

#[test]
fn chunks_follow_one_another_without_a_gap() {
    let mut text = "id,name,city\n".to_owned();
    for row in 0..50_000 {
        text.push_str(&format!("{row},\"name\n{row}\",Город {row}\n"));
    }
    let mut reader = open(text.as_bytes(), &Options::default()).unwrap();
    let mut rows = Rows::new();
    let (mut count, mut chunks) = (0_u64, 0);
    while reader.fill(&mut rows).unwrap() {
        chunks += 1;
        for (index, row) in rows.iter().enumerate() {
            assert_eq!(row.line(), 2 + count * 2);
            assert_eq!(row.field(0), Some(count.to_string().as_str()));
            assert_eq!(row.field(2), Some(format!("Город {count}").as_str()));
            let again = rows.get(index).unwrap();
            assert!(again.iter().eq(row.iter()) && again.line() == row.line());
            count += 1;
        }
    }
    assert_eq!(count, 50_000);
    assert!(chunks > 3);
}
