//! `ampost hash`.

use crate::util::Place;

const PHONE: &str = "8f0dd3d30a1ea4b739c6217c02604aee1556025da990212759efd877206a1948";
const EMAIL: &str = "41b86f44151924a940be6fa30d93f2471683ca74ac361d3b827a9b72c80a7623";

#[test]
fn the_published_vectors_come_out() {
    let place = Place::empty();
    assert_eq!(
        place.run(&["hash", "phone", "70123456789"]).exits(0).stdout,
        format!("{PHONE}\n")
    );
    assert_eq!(
        place
            .run(&["hash", "email", "name@yandex.ru"])
            .exits(0)
            .stdout,
        format!("{EMAIL}\n")
    );
}

#[test]
fn lines_of_stdin_are_answered_line_for_line() {
    let ran = Place::empty()
        .run_with(
            &["hash", "phone"],
            "70123456789\nnope 4711\n\n8 (012) 345-67-89\r\n",
        )
        .exits(3)
        .says("line 2")
        .says("line 3")
        .never_shows("4711");
    assert_eq!(ran.stdout, format!("{PHONE}\n\n\n{PHONE}\n"));
}

#[test]
fn a_last_line_without_an_end_is_a_line() {
    let ran = Place::empty()
        .run_with(&["hash", "email"], "name@yandex.ru")
        .exits(0);
    assert_eq!(ran.stdout, format!("{EMAIL}\n"));
}

#[test]
fn the_normalised_value_is_shown_when_asked_for() {
    let ran = Place::empty()
        .run(&["hash", "phone", "--show-normalized", "8 (012) 345-67-89"])
        .exits(0);
    assert_eq!(ran.stdout, format!("70123456789\t{PHONE}\n"));
}

#[test]
fn bytes_that_are_not_utf_8_are_an_invalid_value() {
    let ran = Place::empty()
        .run_with(&["hash", "email"], b"\xff\xfe@x.ru\nname@yandex.ru\n")
        .exits(3)
        .says("line 1");
    assert_eq!(ran.stdout, format!("\n{EMAIL}\n"));
}

#[test]
fn a_closed_stdout_ends_it_quietly() {
    let place = Place::empty();
    let mut child = place.spawn(&["hash", "phone"], std::process::Stdio::piped());
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        use std::io::Write;
        for _ in 0..200_000 {
            if stdin.write_all(b"70123456789\n").is_err() {
                break;
            }
        }
    });
    let ran = place.wait(&["hash", "phone"], child).exits(0);
    assert_eq!(ran.stderr, "");
    writer.join().unwrap();
}

#[test]
fn csv_columns_are_replaced_by_their_hashed_attributes() {
    let place = Place::empty();
    place.write(
        "crm.csv",
        "id;Телефон;email;note\n1;8 (012) 345-67-89;name@yandex.ru;\"a;b\"\n2;nope;;x\n",
    );
    let ran = place
        .run(&["hash", "csv", "crm.csv", "--map", "Телефон=phone"])
        .exits(3)
        .says("line 3")
        .says("Телефон");
    assert_eq!(
        ran.stdout,
        format!(
            "id;appmetrica_1pd_phone_sha256_0;appmetrica_1pd_email_sha256_0;note\n1;{PHONE};{EMAIL};\"a;b\"\n2;;;x\n"
        )
    );
    place
        .run(&[
            "hash",
            "csv",
            "crm.csv",
            "--map",
            "Телефон=phone",
            "-o",
            "out.csv",
        ])
        .exits(3);
    assert_eq!(place.read("out.csv"), ran.stdout);
}

#[test]
fn a_csv_without_a_contact_column_is_a_usage_error() {
    let place = Place::empty();
    place.write("crm.csv", "id,tel\n1,2\n");
    place
        .run(&["hash", "csv", "crm.csv"])
        .exits(2)
        .says("--map");
    place
        .run(&["hash", "csv", "crm.csv", "--map", "tell=phone"])
        .exits(2)
        .says("Did you mean \"tel\"");
    place
        .run(&["hash", "csv", "crm.csv", "--map", "tel=phon"])
        .exits(2)
        .says("did you mean phone?");
}

#[test]
fn json_lists_the_results() {
    let ran = Place::empty()
        .run(&["hash", "phone", "70123456789", "x", "--format", "json"])
        .exits(3);
    let json = ran.json();
    assert_eq!(json["results"][0]["hash"], PHONE);
    assert!(json["results"][1]["hash"].is_null());
    assert_eq!(json["invalid"], 1);
}
