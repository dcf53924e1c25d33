//! The samples in `tests/data/exports`: every dialect, whole, in drops, and packed.

use std::path::Path;

use super::*;

struct Sample {
    file: &'static str,
    /// What must be said for it to be read: nothing for most.
    encoding: &'static str,
    found: (&'static str, u8),
}

const SAMPLES: &[Sample] = &[
    Sample {
        file: "excel_ru.csv",
        encoding: "windows-1251",
        found: ("windows-1251", b';'),
    },
    Sample {
        file: "excel_en.csv",
        encoding: "auto",
        found: ("UTF-8", b','),
    },
    Sample {
        file: "excel_unicode.txt",
        encoding: "auto",
        found: ("UTF-16LE", b'\t'),
    },
    Sample {
        file: "1c.csv",
        encoding: "windows-1251",
        found: ("windows-1251", b';'),
    },
    Sample {
        file: "1c_utf8.csv",
        encoding: "auto",
        found: ("UTF-8", b';'),
    },
    Sample {
        file: "bitrix24.csv",
        encoding: "auto",
        found: ("UTF-8", b';'),
    },
    Sample {
        file: "amocrm.csv",
        encoding: "auto",
        found: ("UTF-8", b','),
    },
    Sample {
        file: "retailcrm.csv",
        encoding: "windows-1251",
        found: ("windows-1251", b';'),
    },
    Sample {
        file: "google_sheets.csv",
        encoding: "auto",
        found: ("UTF-8", b','),
    },
    Sample {
        file: "psql.csv",
        encoding: "auto",
        found: ("UTF-8", b','),
    },
    Sample {
        file: "clickhouse.csv",
        encoding: "auto",
        found: ("UTF-8", b','),
    },
];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/exports")
}

fn expected(file: &str) -> Table {
    let stem = Path::new(file).file_stem().unwrap().to_str().unwrap();
    let text = std::fs::read(folder().join("expected").join(format!("{stem}.json"))).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let cells = |value: &serde_json::Value| -> Vec<String> {
        let cells = value.as_array().unwrap().iter();
        cells
            .map(|cell| cell.as_str().unwrap().to_owned())
            .collect()
    };
    Table {
        header: cells(&json["header"]),
        rows: json["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["line"].as_u64().unwrap(), cells(&row["fields"])))
            .collect(),
    }
}

#[test]
fn every_export_reads_as_the_table_it_holds() {
    for sample in SAMPLES {
        let path = folder().join(sample.file);
        let size = std::fs::metadata(&path).unwrap().len();
        let mut reader = Reader::open(&Origin::Path(path), &encoded(sample.encoding)).unwrap();
        assert_eq!(
            read_all(&mut reader).unwrap(),
            expected(sample.file),
            "{}",
            sample.file
        );
        let found = reader.found();
        assert_eq!(
            (found.encoding, found.delimiter),
            sample.found,
            "{}",
            sample.file
        );
        assert_eq!(found.size, Some(size));
        assert!(!found.sep_line && !found.seems_utf8);
        assert_eq!(
            reader.progress().load(std::sync::atomic::Ordering::Relaxed),
            size
        );
    }
}

#[test]
fn every_file_in_the_folder_is_a_sample() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".csv") || name.ends_with(".txt"))
        .collect();
    files.sort();
    let mut samples: Vec<&str> = SAMPLES.iter().map(|sample| sample.file).collect();
    samples.sort_unstable();
    assert_eq!(files, samples);
}

#[test]
fn it_does_not_matter_how_an_export_arrives() {
    for sample in SAMPLES {
        let bytes = std::fs::read(folder().join(sample.file)).unwrap();
        let options = encoded(sample.encoding);
        let wanted = expected(sample.file);
        for packed in [bytes.clone(), gzip(&bytes), zstd(&bytes)] {
            for drop in 1..=7 {
                let mut reader =
                    Reader::from_reader(Dribble::new(&packed, &[drop]), "stdin", &options).unwrap();
                assert_eq!(
                    read_all(&mut reader).unwrap(),
                    wanted,
                    "{}, {drop}",
                    sample.file
                );
            }
        }
    }
}

#[test]
fn small_buffers_change_nothing() {
    for sample in SAMPLES {
        let bytes = std::fs::read(folder().join(sample.file)).unwrap();
        // The head must hold the header for the delimiter to be found in it; all else may be tiny.
        for (chunk, rows) in [(1, 100), (50, 100), (10_000, 1), (10_000, 3)] {
            let sizes = Sizes {
                head: 1024,
                text: 16,
                chunk,
                rows,
                ..Sizes::default()
            };
            let source = Dribble::new(&bytes, &[3, 1, 7]);
            let mut reader =
                Reader::build(source, None, "x", &encoded(sample.encoding), sizes).unwrap();
            assert_eq!(
                read_all(&mut reader).unwrap(),
                expected(sample.file),
                "{}",
                sample.file
            );
        }
    }
}

#[test]
fn an_export_in_windows_1251_read_without_the_option_shows_its_header_in_likely_encodings() {
    let path = folder().join("excel_ru.csv");
    let error = Reader::open(&Origin::Path(path), &Options::default()).unwrap_err();
    assert_eq!(error.line(), Some(1));
    assert_eq!(error.column(), Some(&Column::Number(1)));
    let InputErrorKind::Undecodable { readings, .. } = error.kind() else {
        panic!("{error}");
    };
    assert_eq!(
        readings.list()[0],
        (
            "windows-1251",
            "Код клиента;Телефон;E-mail;Уровень;Сумма покупок, руб.;Дата рождения;Комментарий"
                .to_owned()
        )
    );
    assert!(!error.to_string().contains("k0001@example.com"), "{error}");
}
