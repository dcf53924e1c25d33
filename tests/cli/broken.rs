//! Broken files as a newcomer has them: each message, word for word, names file, line, column and the way out.

use std::io::Write;

use crate::util::{Place, Server};

/// Imports `content` and compares what is said with `says`; nothing may reach the server.
#[track_caller]
fn import(content: &[u8], code: i32, says: &[&str]) {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", content);
    let ran = place.run(&["import", "crm.csv"]).exits(code);
    let said: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(said, says);
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn a_file_from_a_russian_excel() {
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("Код;Город\r\nК-1;Казань\r\n");
    import(
        &bytes,
        1,
        &[
            "error: crm.csv, line 1, column 1: bytes that are not UTF-8. Run again with the line that shows the header as it should read:",
            "  --encoding windows-1251  Код;Город",
            "  --encoding koi8-r        йНД;цНПНД",
            "  --encoding ibm866        ╩юф;├юЁюф",
            "  --encoding windows-1252  Êîä;Ãîðîä",
            "Nothing was sent.",
        ],
    );
}

#[test]
fn a_quote_left_open() {
    import(
        b"profile_id,note\na,ok\nb,\"oops\nc,ok\n",
        1,
        &[
            "error: crm.csv, line 3: a quote opened on line 3 is still open at the end of the file. Close it; or double it (\"\") where it belongs to the value; or read the file with --no-quotes if it does not quote values at all. Nothing was sent.",
        ],
    );
}

#[test]
fn no_column_for_the_profile() {
    import(
        "Код клиента,Уровень\n1,gold\n".as_bytes(),
        2,
        &[
            "error: crm.csv: no column names the profile; say which one does, for example --map \"Код клиента=profile_id\" (or device_id). The file has: Код клиента, Уровень. Nothing was sent",
        ],
    );
}

#[test]
fn no_header_line() {
    import(
        b"a,gold\nb,silver\n",
        2,
        &[
            "error: crm.csv: no column names the profile; say which one does, with --map COLUMN=profile_id (or device_id). The file has: a, gold. The first line of the file must name the columns. Nothing was sent",
        ],
    );
}

#[test]
fn two_columns_of_one_name() {
    import(
        b"profile_id,tier,tier\na,gold,old\n",
        2,
        &[
            "error: crm.csv: columns 2 (\"tier\") and 3 (\"tier\") are both the attribute \"tier\"; give one of them another name, or leave it out with --map \"#3=ignore\". Nothing was sent",
        ],
    );
}

#[test]
fn a_workbook_under_another_name() {
    import(
        b"PK\x03\x04\x14\x00\x06\x00",
        1,
        &[
            "error: crm.csv: this is a ZIP archive or an Excel workbook (.xlsx), not CSV. Open the workbook and save it as \"CSV UTF-8\"; unpack a ZIP first. Nothing was sent.",
        ],
    );
}

#[test]
fn e_mails_in_a_column_that_nobody_mapped() {
    import(
        b"profile_id,contact\na,someone@example.com\n",
        2,
        &[
            "error: crm.csv: column \"contact\": looks like an e-mail address in the clear, which is not to be sent; have it hashed with --map \"contact=email\", or send it as it is with --allow-plain \"contact\". Nothing was sent",
        ],
    );
}

#[test]
fn numbers_as_people_write_them_and_rows_that_are_too_wide_or_too_narrow() {
    import(
        b"profile_id;ltv:number\na;1 234,50\nb;1,234.00\nc;007\nd;12 EUR\ne;1;2\nf\n",
        3,
        &[
            "warning: crm.csv, line 2: column \"ltv:number\": not a number as JSON has it; if the comma is the decimal sign, add --decimal-comma",
            "warning: crm.csv, line 3: column \"ltv:number\": not a number: commas between the thousands; export the column without them",
            "warning: crm.csv, line 4: column \"ltv:number\": not a number: it begins with 0; if it is a code, map the column as a string",
            "warning: crm.csv, line 5: column \"ltv:number\": not a number; write it as 1234.50",
            "warning: crm.csv, line 6: the row has 3 fields and the header 2; a value with the delimiter in it needs quotes, or another sign divides the columns (--delimiter)",
            "warning: crm.csv, line 7: the row has 1 field and the header 2; cells are missing, or a value with a line end in it needs quotes",
        ],
    );
}

#[test]
fn an_archive_that_was_cut_off() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writeln!(packed, "profile_id,tier").unwrap();
    for n in 0..60_000_u64 {
        writeln!(packed, "c{n},tier{}", n * n * 7919 % 100_003).unwrap();
    }
    let packed = packed.finish().unwrap();
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv.gz", &packed[..packed.len() / 2]);
    place
        .run(&["import", "crm.csv.gz", "--batch-rows", "100000"])
        .exits(1)
        .says("error: crm.csv.gz, line ")
        .says("the gzip archive ends early, it was cut off. Fetch or make it again. Nothing was sent.");
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn json_in_a_native_file_that_is_none() {
    import(
        b"profile_id,attributes\na,\"{\"\"x\"\":1\"\nb,tier=gold\nc,\"{\"\"x\"\":null}\"\n",
        3,
        &[
            "warning: crm.csv, line 2: column \"attributes\": not valid JSON at its character 6; write {\"name\": value, …}, in CSV with each quote doubled",
            "warning: crm.csv, line 3: column \"attributes\": not valid JSON at its character 2; write {\"name\": value, …}, in CSV with each quote doubled",
            "warning: crm.csv, line 4: column \"attributes\": attribute \"x\" is null; leave it out instead",
        ],
    );
}

#[test]
fn a_name_that_the_server_derives() {
    import(
        b"profile_id,appmetrica_1pd_email_0\na,x\n",
        2,
        &[
            "error: crm.csv: column \"appmetrica_1pd_email_0\": AppMetrica derives this attribute by itself and it cannot be sent; send the hash as \"appmetrica_1pd_email_sha256_0\". To leave the column out: --map \"appmetrica_1pd_email_0=ignore\". Nothing was sent",
        ],
    );
}

#[test]
fn bytes_of_no_text_at_all_and_damage_under_a_mark() {
    let noise: Vec<u8> = (0..300_u32)
        .map(|n| u8::try_from(n * n * 31 % 251 + 1).unwrap())
        .collect();
    import(
        &noise,
        1,
        &["error: crm.csv: this is not text. A CSV file is wanted. Nothing was sent."],
    );
    import(
        b"\xef\xbb\xbfprofile_id,tier\na,g\xffld\n",
        1,
        &[
            "error: crm.csv, line 2, column \"tier\": bytes that are not UTF-8. The file's byte order mark says that it is, so this place is probably damaged. Mend it, or export the file again. Nothing was sent.",
        ],
    );
}

#[test]
fn a_fault_far_into_the_file_says_what_was_sent_and_the_same_command_goes_on() {
    let server = Server::new();
    let place = Place::at(&server.url());
    let rows: String = (0..20_000).map(|n| format!("c{n},1\n")).collect();
    let good = format!("profile_id,visits:counter\n{rows}");
    place.write("crm.csv", format!("{good}x,\"open\n"));
    let args = [
        "import",
        "crm.csv",
        "--batch-rows",
        "1000",
        "--format",
        "json",
    ];
    let ran = place
        .run(&args)
        .exits(1)
        .says("line 20002")
        .says("What the summary counts as accepted was sent, the rest was not");
    let json = ran.json();
    let count = |name: &str| json[name].as_u64().unwrap();
    assert_eq!(
        count("rows_sent") + count("rows_not_sent"),
        count("rows_read"),
        "{json}"
    );
    assert!(count("rows_not_sent") > 0, "{json}");
    place.write("crm.csv", &good);
    place.run(&args).exits(0);
    let profiles = server.profiles();
    assert_eq!(profiles.len(), 20_000);
    assert!(profiles.values().all(|p| p["visits"] == 1));
}

#[test]
fn a_slip_in_a_target_is_not_taken_for_an_attribute() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", "profile_id,mail\na,x\n");
    place
        .run(&["import", "crm.csv", "--map", "mail=emial"])
        .exits(2)
        .says("did you mean \"email\"?")
        .says("\"emial:string\"");
    place.write("map.toml", "[columns]\nmail = \"Telegram\"\n");
    place
        .run(&["import", "crm.csv", "--mapping", "map.toml"])
        .exits(2)
        .says("did you mean \"telegram\"?");
    assert_eq!(server.totals().requests, 0);
    place
        .run(&["import", "crm.csv", "--map", "mail=emial:string"])
        .exits(0);
    assert_eq!(server.profiles()["a"]["emial"], "x");
    // A declared attribute of such a name is what it says.
    place.write("config.toml", "[attributes]\nphones = \"string\"\n");
    place
        .run(&[
            "import",
            "crm.csv",
            "--map",
            "mail=phones",
            "--config",
            "config.toml",
        ])
        .exits(0);
}

#[test]
fn the_plan_estimates_what_it_cannot_know() {
    let place = Place::empty();
    let rows: String = (0..100_000).map(|n| format!("c{n:06},gold\n")).collect();
    let csv = format!("profile_id,tier\n{rows}");
    place.write("crm.csv", &csv);
    let ran = place
        .run(&["import", "crm.csv", "--dry-run", "--batch-rows", "1000"])
        .exits(0)
        .says("rows, about 10")
        .says("if the server takes 1 s for a batch");
    let line = ran
        .stderr
        .lines()
        .find(|l| l.starts_with("about "))
        .unwrap();
    let digits: String = line
        .chars()
        .take_while(|c| *c != 'r')
        .filter(char::is_ascii_digit)
        .collect();
    let about: i64 = digits.parse().unwrap();
    assert!((about - 100_000).abs() < 5_000, "{line}");
    place
        .run(&["import", "crm.csv", "--dry-run", "--rate", "100"])
        .exits(0)
        .says("about 17 minutes");
    place
        .run_with(&["import", "-", "--dry-run"], &csv)
        .exits(0)
        .says("at least ");
}

#[test]
fn who_wants_to_set_several_profiles_is_sent_to_import() {
    Place::empty()
        .run(&["set", "--help"])
        .exits(0)
        .prints("For several profiles at once")
        .prints("ampost import");
}
