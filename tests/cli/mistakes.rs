//! Ten and more files and commands that go wrong, each with a message that a stranger can act on.

use crate::util::{Place, Server};

/// Imports a file of this content; nothing may reach the server.
fn import(content: &[u8], code: i32, says: &[&str]) {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", content);
    let mut ran = place
        .run(&["import", "crm.csv"])
        .exits(code)
        .says("crm.csv");
    for text in says {
        ran = ran.says(text);
    }
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn a_missing_file_is_named() {
    Place::with_credentials()
        .run(&["import", "nowhere.csv"])
        .exits(1)
        .says("nowhere.csv");
}

#[test]
fn an_empty_file_is_told_from_one_with_only_a_header() {
    import(b"", 1, &["empty"]);
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", "profile_id,tier\n");
    let ran = place
        .run(&["import", "crm.csv", "--format", "json"])
        .exits(0)
        .says("no rows");
    assert_eq!(ran.json()["rows_read"], 0);
}

#[test]
fn a_file_in_another_encoding_shows_its_header_in_the_likely_ones() {
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("profile_id,Город\na,Казань\n");
    import(&bytes, 1, &["--encoding", "windows-1251", "Город"]);
}

#[test]
fn a_byte_that_is_not_utf_8_is_found_by_line_and_column() {
    import(
        b"profile_id,tier\na,gold\nb,g\xffld\n",
        1,
        &["line 3", "tier", "--encoding"],
    );
}

#[test]
fn a_quote_left_open_is_found_where_it_began() {
    import(
        b"profile_id,tier\na,gold\nb,\"silver\nc,gold\n",
        1,
        &["line 3", "quote"],
    );
}

#[test]
fn a_spreadsheet_and_a_web_page_are_recognised() {
    import(
        b"PK\x03\x04\x14\x00\x06\x00rest of the workbook",
        1,
        &["CSV"],
    );
    import(
        b"<!DOCTYPE html>\n<html><body>Log in</body></html>",
        1,
        &["HTML"],
    );
}

#[test]
fn marks_carriage_returns_and_blank_lines_do_no_harm() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write(
        "crm.csv",
        "\u{feff}profile_id;tier\r\n\r\na;gold\r\nb;\"x\r\ny\"\r\n",
    );
    place.run(&["import", "crm.csv"]).exits(0);
    assert_eq!(server.profiles()["b"]["tier"], "x\r\ny");
}

#[test]
fn plain_http_is_refused_but_to_this_machine() {
    let place = Place::with_credentials();
    place.write("crm.csv", "profile_id,tier\na,b\n");
    place
        .run(&["import", "crm.csv", "--api-url", "http://example.com"])
        .exits(2)
        .says("https");
}

#[test]
fn unknown_words_are_answered_with_the_known_ones() {
    let place = Place::with_credentials();
    place.run(&["imprt"]).exits(2).says("import");
    place.write("config.toml", "[apps.shop]\naplication_id = 1\n");
    place
        .run(&["set", "--profile-id", "c", "a=b", "--config", "config.toml"])
        .exits(2)
        .says("application_id")
        .says("config.toml");
    place
        .run(&["import", "x.csv", "--encoding", "windows-1521"])
        .exits(2)
        .says("windows-1251");
}

#[test]
fn a_loose_config_file_is_refused_with_the_command_that_mends_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::empty();
    let config = place.write(
        "config.toml",
        "[apps.shop]\napplication_id = 1\npost_api_key = \"very-secret-key-0001\"\n",
    );
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o644)).unwrap();
    place
        .run(&["set", "--profile-id", "c", "a=b", "--config", "config.toml"])
        .exits(2)
        .says("chmod 600")
        .never_shows("very-secret");
}

#[test]
fn a_closed_stdout_is_no_error() {
    let place = Place::with_credentials();
    let rows: String = (0..50_000).map(|n| format!("c{n},value\n")).collect();
    place.write("crm.csv", format!("profile_id,tier\n{rows}"));
    let mut child = place.spawn(
        &["import", "crm.csv", "--dry-run", "--output", "-", "-q"],
        std::process::Stdio::null(),
    );
    drop(child.stdout.take());
    let ran = place.wait(&["import"], child).exits(0);
    assert_eq!(ran.stderr, "");
}
