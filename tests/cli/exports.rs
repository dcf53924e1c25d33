//! Files as programs write them, by file, by pipe and packed, with the options that a user of the program needs.
//!
//! What arrives is compared with the tables in `tests/data/exports/expected`, column by column, by rules that
//! are written out here and share nothing with the program's own.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use sha2::Digest;

use crate::util::{Place, Ran, Server};

/// What a column is to become.
#[derive(Clone, Copy)]
enum Is {
    Id,
    Phone,
    Email,
    Text(&'static str),
    Number(&'static str),
    Bool(&'static str),
    /// Not sent.
    Out,
}

struct Export {
    file: &'static str,
    options: &'static [&'static str],
    columns: &'static [Is],
    /// Lines of rows that are rejected, and why.
    rejected: &'static [(u64, &'static str)],
}

use Is::{Bool, Email, Id, Number, Out, Phone, Text};

const EXPORTS: &[Export] = &[
    Export {
        file: "excel_ru.csv",
        options: &["--encoding", "windows-1251", "--decimal-comma"],
        columns: &[
            Id,
            Phone,
            Email,
            Text("tier"),
            Number("ltv"),
            Out,
            Text("note"),
        ],
        rejected: &[],
    },
    Export {
        file: "excel_en.csv",
        options: &[],
        columns: &[
            Id,
            Phone,
            Email,
            Text("tier"),
            Number("ltv"),
            Bool("vip"),
            Text("note"),
        ],
        rejected: &[(3, "commas between the thousands")],
    },
    Export {
        file: "excel_unicode.txt",
        options: &["--decimal-comma"],
        columns: &[Id, Phone, Email, Text("city"), Number("ltv")],
        rejected: &[],
    },
    Export {
        file: "1c.csv",
        options: &["--encoding", "windows-1251", "--decimal-comma"],
        columns: &[Id, Out, Phone, Email, Number("ltv"), Bool("card"), Out, Out],
        rejected: &[(5, "extensions")],
    },
    Export {
        file: "1c_utf8.csv",
        options: &["--decimal-comma"],
        columns: &[Id, Out, Phone, Email, Number("ltv"), Out],
        rejected: &[],
    },
    Export {
        file: "bitrix24.csv",
        options: &["--split-contacts"],
        columns: &[
            Id,
            Text("kind"),
            Out,
            Out,
            Phone,
            Email,
            Text("source"),
            Out,
            Out,
            Text("note"),
            Out,
        ],
        rejected: &[],
    },
    Export {
        file: "amocrm.csv",
        options: &["--strip-apostrophe"],
        columns: &[
            Id,
            Out,
            Out,
            Out,
            Text("tags"),
            Phone,
            Phone,
            Email,
            Number("budget"),
            Text("note"),
        ],
        rejected: &[],
    },
    Export {
        file: "retailcrm.csv",
        options: &["--encoding", "windows-1251"],
        columns: &[
            Id,
            Email,
            Phone,
            Text("city"),
            Number("orders"),
            Number("total"),
            Number("ltv"),
            Bool("vip"),
            Text("since"),
        ],
        rejected: &[],
    },
    Export {
        file: "google_sheets.csv",
        options: &["--decimal-comma"],
        columns: &[Id, Phone, Email, Text("tier"), Number("ltv"), Bool("vip")],
        rejected: &[],
    },
    Export {
        file: "psql.csv",
        options: &[],
        columns: &[
            Id,
            Phone,
            Email,
            Text("tier"),
            Number("ltv"),
            Bool("vip"),
            Text("updated_at"),
        ],
        rejected: &[],
    },
    Export {
        file: "clickhouse.csv",
        options: &["--null", "\\N"],
        columns: &[
            Id,
            Phone,
            Email,
            Number("orders"),
            Number("ltv"),
            Bool("vip"),
            Text("last_order"),
        ],
        rejected: &[],
    },
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/exports")
}

/// The table that a file holds: names, and rows with the lines that they begin on.
fn table(file: &str) -> (Vec<String>, Vec<(u64, Vec<String>)>) {
    let stem = Path::new(file).file_stem().unwrap().to_str().unwrap();
    let text = std::fs::read(folder().join("expected").join(format!("{stem}.json"))).unwrap();
    let json: Value = serde_json::from_slice(&text).unwrap();
    let cells = |value: &Value| -> Vec<String> {
        let cells = value.as_array().unwrap().iter();
        cells
            .map(|cell| cell.as_str().unwrap().to_owned())
            .collect()
    };
    let rows = json["rows"].as_array().unwrap().iter();
    (
        cells(&json["header"]),
        rows.map(|row| (row["line"].as_u64().unwrap(), cells(&row["fields"])))
            .collect(),
    )
}

impl Export {
    /// The mapping as options.
    fn maps(&self, header: &[String]) -> Vec<String> {
        let named = header
            .iter()
            .zip(self.columns)
            .filter(|(name, _)| !name.is_empty());
        named
            .flat_map(|(name, is)| {
                let target = match is {
                    Id => "profile_id".to_owned(),
                    Phone => "phone".to_owned(),
                    Email => "email".to_owned(),
                    Text(name) => format!("{name}:string"),
                    Number(name) => format!("{name}:number"),
                    Bool(name) => format!("{name}:bool"),
                    Out => "ignore".to_owned(),
                };
                ["--map".to_owned(), format!("{name}={target}")]
            })
            .collect()
    }

    fn import(&self, place: &Place, input: &str, piped: Option<&[u8]>, maps: &[String]) -> Ran {
        let mut args = vec!["import", input, "--format", "json"];
        args.extend(self.options);
        args.extend(maps.iter().map(String::as_str));
        match piped {
            None => place.run(&args),
            Some(bytes) => place.run_with(&args, bytes),
        }
    }

    /// What the server is to hold afterwards.
    fn expected(&self, rows: &[(u64, Vec<String>)]) -> BTreeMap<String, Map<String, Value>> {
        let mut profiles = BTreeMap::new();
        for (line, cells) in rows {
            if self.rejected.iter().any(|(rejected, _)| rejected == line) {
                continue;
            }
            let mut id = String::new();
            let mut attributes = Map::new();
            let (mut phones, mut emails) = (0, 0);
            for (cell, is) in cells.iter().zip(self.columns) {
                if cell.is_empty() || cell == "\\N" {
                    continue;
                }
                match is {
                    Id => id.clone_from(cell),
                    Phone => contacts(cell, "phone", phone, &mut phones, &mut attributes),
                    Email => contacts(cell, "email", str::to_owned, &mut emails, &mut attributes),
                    Text(name) => drop(attributes.insert((*name).to_owned(), cell.as_str().into())),
                    Number(name) => drop(attributes.insert((*name).to_owned(), number(cell))),
                    Bool(name) => {
                        let yes = ["TRUE", "true", "1", "Да", "t"].contains(&cell.as_str());
                        attributes.insert((*name).to_owned(), yes.into());
                    }
                    Out => {}
                }
            }
            profiles.insert(id, attributes);
        }
        profiles
    }
}

fn contacts(
    cell: &str,
    kind: &str,
    normal: fn(&str) -> String,
    count: &mut usize,
    attributes: &mut Map<String, Value>,
) {
    for one in cell.split(", ") {
        let hash: String = sha2::Sha256::digest(normal(one).as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        attributes.insert(format!("appmetrica_1pd_{kind}_sha256_{count}"), hash.into());
        *count += 1;
    }
}

/// The samples' phones are easy: all their digits, a leading 8 of eleven read as 7.
fn phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('8') {
        Some(rest) if rest.len() == 10 => format!("7{rest}"),
        _ => digits,
    }
}

fn number(cell: &str) -> Value {
    let plain: String = cell
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == ',' { '.' } else { c })
        .collect();
    plain.parse::<f64>().unwrap().into()
}

/// Numbers as floats, so that `1` and `1.0` are the same.
fn floats(
    mut profiles: BTreeMap<String, Map<String, Value>>,
) -> BTreeMap<String, Map<String, Value>> {
    for attributes in profiles.values_mut() {
        for value in attributes.values_mut() {
            if let Some(number) = value.as_f64() {
                *value = number.into();
            }
        }
    }
    profiles
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn every_export_arrives_as_it_was_meant_by_file_by_pipe_and_packed() {
    for export in EXPORTS {
        let path = folder().join(export.file);
        let bytes = std::fs::read(&path).unwrap();
        let packed = gzip(&bytes);
        let (header, rows) = table(export.file);
        let maps = export.maps(&header);
        for way in ["file", "pipe", "packed file", "packed pipe"] {
            let server = Server::new();
            let place = Place::at(&server.url());
            let file = place.write("export.csv.gz", &packed);
            let ran = match way {
                "file" => export.import(&place, path.to_str().unwrap(), None, &maps),
                "pipe" => export.import(&place, "-", Some(&bytes), &maps),
                "packed file" => export.import(&place, file.to_str().unwrap(), None, &maps),
                _ => export.import(&place, "-", Some(&packed), &maps),
            };
            let mut ran = ran.exits(if export.rejected.is_empty() { 0 } else { 3 });
            for (line, why) in export.rejected {
                ran = ran.says(&format!("line {line}: ")).says(why);
            }
            assert_eq!(
                floats(server.profiles()),
                export.expected(&rows),
                "{} by {way}",
                export.file
            );
        }
    }
}

#[test]
fn every_sample_is_imported() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".csv") || name.ends_with(".txt"))
        .collect();
    files.sort();
    let mut known: Vec<&str> = EXPORTS.iter().map(|export| export.file).collect();
    known.sort_unstable();
    assert_eq!(files, known);
}

#[test]
fn without_its_option_each_habit_of_a_program_is_recognised_and_the_option_named() {
    for (file, columns, option) in [
        (
            "amocrm.csv",
            &["ID=profile_id", "Рабочий телефон=phone"],
            "--strip-apostrophe",
        ),
        (
            "bitrix24.csv",
            &["ID=profile_id", "Рабочий телефон=phone"],
            "--split-contacts",
        ),
        (
            "clickhouse.csv",
            &["customer_id=profile_id", "phone=phone"],
            "--null '\\N'",
        ),
        (
            "excel_unicode.txt",
            &["Код клиента=profile_id", "Сумма=ltv:number"],
            "--decimal-comma",
        ),
    ] {
        let place = Place::empty();
        let path = folder().join(file);
        place
            .run(&[
                "import",
                path.to_str().unwrap(),
                "--dry-run",
                "--only-mapped",
                "--map",
                columns[0],
                "--map",
                columns[1],
            ])
            .exits(3)
            .says(option);
    }
    for file in ["excel_ru.csv", "1c.csv", "retailcrm.csv"] {
        let path = folder().join(file);
        Place::empty()
            .run(&["import", path.to_str().unwrap(), "--dry-run"])
            .exits(1)
            .says("line 1, column 1")
            .says("--encoding windows-1251")
            .says("Nothing was sent");
    }
}

#[test]
fn nulls_of_clickhouse_in_a_text_column_get_a_notice() {
    let place = Place::empty();
    place.write("c.csv", "profile_id,city\na,\\N\nb,Казань\n");
    place
        .run(&["import", "c.csv", "--dry-run"])
        .exits(0)
        .says("--null '\\N'");
    let ran = place
        .run(&[
            "import",
            "c.csv",
            "--dry-run",
            "--null",
            "\\N",
            "--format",
            "json",
        ])
        .exits(0);
    assert_eq!(ran.json()["rows_skipped"], 1);
}

#[test]
fn a_row_keeps_ten_phones_of_a_cell_and_says_when_there_are_more() {
    let numbers = |count: usize| -> String {
        let all: Vec<String> = (0..count).map(|n| format!("+7900000{n:04}")).collect();
        all.join("; ")
    };
    let csv = |count: usize| format!("profile_id,phone\na,{0}; +79000000000\n", numbers(count));
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("ten.csv", csv(10));
    place
        .run(&["import", "ten.csv", "--split-contacts"])
        .exits(0);
    assert_eq!(server.profiles()["a"].len(), 10);
    place.write("eleven.csv", csv(11));
    place
        .run(&["import", "eleven.csv", "--split-contacts"])
        .exits(3)
        .says("more than 10");
    let ran = place
        .run(&[
            "import",
            "eleven.csv",
            "--split-contacts",
            "--invalid-contacts",
            "skip",
            "--format",
            "json",
        ])
        .exits(0);
    assert_eq!(ran.json()["contacts_left_out"], 1);
}

#[test]
fn columns_of_one_name_are_told_apart_by_their_numbers() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("d.csv", "profile_id,tier,tier,\na,gold,old,x\n");
    place
        .run(&["import", "d.csv"])
        .exits(2)
        .says("--map \"#3=ignore\"");
    place
        .run(&["import", "d.csv", "--map", "tier=ignore"])
        .exits(2)
        .says("\"#2\" and \"#3\"");
    place
        .run(&[
            "import",
            "d.csv",
            "--map",
            "#3=old_tier",
            "--map",
            "#4=extra",
            "--save-mapping",
            "map.toml",
        ])
        .exits(0);
    assert_eq!(server.profiles()["a"].len(), 3);
    place.write("e.csv", "profile_id,tier,tier,\nb,gold,old,x\n");
    place
        .run(&["import", "e.csv", "--mapping", "map.toml"])
        .exits(0);
    assert_eq!(server.profiles()["b"], server.profiles()["a"]);
}
