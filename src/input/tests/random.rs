//! Random tables, random bytes: agreement with the `csv` crate, and no panic.

use proptest::prelude::*;

use super::*;

fn sizes(head: usize, text: usize, chunk: usize, rows: usize) -> Sizes {
    Sizes {
        head,
        text,
        chunk,
        rows,
        ..Sizes::default()
    }
}

fn read_in_drops(
    bytes: &[u8],
    pattern: &[usize],
    options: &Options,
    sizes: Sizes,
) -> Result<Table, InputError> {
    let source = Dribble::new(bytes, pattern);
    read_all(&mut Reader::build(source, None, "x", options, sizes)?)
}

/// The lines that end before the byte `position`: CRLF is one end, a CR or an LF alone is one too.
fn line_of(bytes: &[u8], position: usize) -> u64 {
    let mut line = 1;
    for at in 0..position {
        line += match bytes[at] {
            b'\n' => 1,
            b'\r' => u64::from(bytes.get(at + 1) != Some(&b'\n')),
            _ => 0,
        };
    }
    line
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9 .@+-]{0,12}",
        2 => "[а-яё №«»]{0,6}",
        2 => "[\",;|\t\r\nжa]{0,8}",
        1 => any::<String>().prop_map(|text| text.replace(['\0', '\u{feff}'], "")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_table_written_by_the_csv_crate_reads_the_same(
        header in proptest::collection::vec("[a-zа-я_ ]{1,8}", 1..6),
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 1..7), 0..20),
        delimiter in proptest::sample::select(vec![b',', b';', b'|', b'\t']),
        crlf in 0..3_u8,
        always in any::<bool>(),
        bom in any::<bool>(),
        pattern in proptest::collection::vec(1..40_usize, 1..4),
        head in 4..200_usize,
        text in 16..200_usize,
        chunk in 1..500_usize,
        per_chunk in 1..10_usize,
    ) {
        let mut bytes = if bom { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        let mut starts = Vec::new();
        {
            let mut one = |record: &[String]| {
                starts.push(bytes.len());
                let mut writer = csv::WriterBuilder::new()
                    .delimiter(delimiter)
                    .flexible(true)
                    .quote_style(if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
                    .terminator(match crlf {
                        0 => csv::Terminator::Any(b'\n'),
                        1 => csv::Terminator::CRLF,
                        _ => csv::Terminator::Any(b'\r'),
                    })
                    .from_writer(&mut bytes);
                writer.write_record(record).unwrap();
            };
            one(&header);
            for row in &rows {
                one(row);
            }
        }
        let options = Options { delimiter: DelimiterChoice::Byte(delimiter), ..Options::default() };
        let sizes = sizes(head, text, chunk, per_chunk);
        let table = read_in_drops(&bytes, &pattern, &options, sizes).unwrap();
        prop_assert_eq!(&table.header, &header);
        let wanted: Vec<(u64, Vec<String>)> = rows
            .iter()
            .zip(&starts[1..])
            .map(|(row, start)| (line_of(&bytes, *start), row.clone()))
            .collect();
        prop_assert_eq!(&table.rows, &wanted);

        // The same in UTF-16, through the decoder.
        let decoded = String::from_utf8(bytes).unwrap();
        let units = decoded.trim_start_matches('\u{feff}').encode_utf16();
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(units.flat_map(u16::to_le_bytes));
        let table = read_in_drops(&utf16, &pattern, &options, sizes).unwrap();
        prop_assert_eq!(&table.rows, &wanted);
    }

    #[test]
    fn hostile_bytes_read_as_the_csv_crate_reads_them_or_are_an_error(
        bytes in proptest::collection::vec(
            proptest::sample::select(b"ab,,;\"\"\"\n\n\r\r\xd0\x90\xff ".to_vec()), 1..120),
        pattern in proptest::collection::vec(1..9_usize, 1..4),
        chunk in 1..60_usize,
        per_chunk in 1..5_usize,
        text in 16..64_usize,
    ) {
        let options = Options { delimiter: DelimiterChoice::Byte(b','), ..Options::default() };
        let whole = read_with(&bytes, &options);
        let drops = read_in_drops(&bytes, &pattern, &options, sizes(4, text, chunk, per_chunk));
        match (&whole, &drops) {
            (Ok(whole), Ok(drops)) => prop_assert_eq!(whole, drops),
            (Err(whole), Err(drops)) => {
                prop_assert_eq!(whole.line(), drops.line());
                prop_assert_eq!(whole.column(), drops.column());
                prop_assert_eq!(
                    std::mem::discriminant(whole.kind()),
                    std::mem::discriminant(drops.kind())
                );
            }
            _ => prop_assert!(false, "{:?} but in drops {:?}", whole, drops),
        }
        let mut theirs = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(&bytes[..]);
        let records: Vec<csv::ByteRecord> = theirs.byte_records().map(Result::unwrap).collect();
        match whole {
            Ok(table) => {
                let ours: Vec<Vec<&[u8]>> = fields(&table)
                    .into_iter()
                    .map(|fields| fields.into_iter().map(str::as_bytes).collect())
                    .collect();
                let theirs: Vec<Vec<&[u8]>> = records.iter().map(|record| record.iter().collect()).collect();
                prop_assert_eq!(ours, theirs);
                // A record's own bytes begin where its line is; csv gives the position before blank lines.
                for ((line, _), record) in table.rows.iter().zip(&records[1..]) {
                    let start = usize::try_from(record.position().unwrap().byte()).unwrap();
                    let blank = bytes[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
                    prop_assert_eq!(*line, line_of(&bytes, start + blank));
                }
            }
            Err(error) => prop_assert!(matches!(
                error.kind(),
                InputErrorKind::Empty
                    | InputErrorKind::QuoteLeftOpen { .. }
                    | InputErrorKind::Undecodable { .. }
            ), "{}", error),
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        magic in proptest::sample::select(vec![
            &b""[..], b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1f\x8b\x08\0\0\0\0\0\0\0",
            b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfd\x24\x40\x09\0\0", b"\x50\x2a\x4d\x18\x02\0\0\0", b"sep=",
        ]),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        label in proptest::sample::select(vec![
            "auto", "utf-8", "utf-16le", "windows-1251", "shift_jis", "gb18030", "iso-2022-jp", "big5",
        ]),
        quotes in any::<bool>(),
        pattern in proptest::collection::vec(1..50_usize, 1..3),
    ) {
        let bytes = [magic, &bytes].concat();
        let options = Options { quotes, ..encoded(label) };
        let whole = read_with(&bytes, &options).map_err(|error| error.to_string());
        let source = Dribble::new(&bytes, &pattern);
        let drops = Reader::from_reader(source, "crm.csv", &options)
            .and_then(|mut reader| read_all(&mut reader))
            .map_err(|error| error.to_string());
        prop_assert_eq!(whole, drops);
    }
}
