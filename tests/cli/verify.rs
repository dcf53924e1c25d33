//! `ampost verify-keys`: the credentials, and the attribute keys of a file.

use crate::util::{KEY, Place, Server};

#[test]
fn an_accepted_key_is_said_to_be_and_shown_only_by_its_end() {
    let server = Server::new();
    Place::at(&server.url())
        .run(&["verify-keys"])
        .exits(0)
        .prints("1234567")
        .prints("APPMETRICA_APPLICATION_ID")
        .prints("APPMETRICA_POST_API_KEY")
        .prints("0000 (")
        .prints("the key is accepted")
        .never_shows(KEY);
    assert_eq!(server.totals().requests, 1);
    assert!(server.profiles().is_empty());
}

#[test]
fn a_wrong_key_is_exit_code_4_with_what_to_do() {
    let server = Server::new();
    Place::at(&server.url())
        .env("APPMETRICA_POST_API_KEY", "another-key-entirely")
        .run(&["verify-keys"])
        .exits(4)
        .prints("not accepted")
        .prints("copy it again")
        .never_shows("another-key-entirely");
}

#[test]
fn a_server_that_is_down_is_exit_code_5_and_says_nothing_about_the_key() {
    let ran = Place::at("http://127.0.0.1:9")
        .run(&["verify-keys", "--retries", "0", "--format", "json"])
        .exits(5);
    assert!(ran.json()["key_accepted"].is_null());
    assert_eq!(ran.json()["exit_code"], 5);
    let server = Server::failing("*:500");
    Place::at(&server.url())
        .run(&["verify-keys", "--retries", "1"])
        .exits(5)
        .says("trying again")
        .prints("not known");
}

#[test]
fn offline_asks_nobody_and_missing_credentials_are_named() {
    let ran = Place::at("http://127.0.0.1:9")
        .run(&["verify-keys", "--offline"])
        .exits(0)
        .prints("not asked");
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    Place::empty()
        .env("APPMETRICA_APPLICATION_ID", "1")
        .run(&["verify-keys", "--offline"])
        .exits(4)
        .says("APPMETRICA_POST_API_KEY");
}

#[test]
fn the_form_of_key_and_application_id_is_checked_without_the_server() {
    Place::with_credentials()
        .env("APPMETRICA_APPLICATION_ID", "12ab")
        .run(&["verify-keys", "--offline"])
        .exits(2)
        .says("APPMETRICA_APPLICATION_ID");
    Place::with_credentials()
        .env("APPMETRICA_POST_API_KEY", "with a space")
        .run(&["verify-keys", "--offline"])
        .exits(2)
        .never_shows("with a space");
}

#[test]
fn the_json_form_has_every_field() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", "profile_id,phone,ltv:number,tier\na,,1,gold\n");
    let json = place
        .run(&["verify-keys", "crm.csv", "--format", "json"])
        .exits(0)
        .never_shows(KEY)
        .json();
    assert_eq!(json["application_id"], 1_234_567);
    assert_eq!(json["key_accepted"], true);
    assert_eq!(json["exit_code"], 0);
    let attributes: Vec<(&str, &str, &str)> = json["file"]["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| {
            (
                a["name"].as_str().unwrap(),
                a["type"].as_str().unwrap(),
                a["column"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        attributes,
        [
            ("appmetrica_1pd_phone_sha256_0", "string", "phone"),
            ("ltv", "number", "ltv:number"),
            ("tier", "string", "tier"),
        ]
    );
    assert_eq!(json["file"]["long_values"], 0);
    assert!(server.profiles().is_empty());
}

/// Checks a file without the server; the report as JSON.
fn check(content: &str, config: &str, code: i32) -> serde_json::Value {
    let place = Place::with_credentials();
    place.write("crm.csv", content);
    place.write("config.toml", config);
    place
        .run(&[
            "verify-keys",
            "crm.csv",
            "--offline",
            "--format",
            "json",
            "--config",
            "config.toml",
        ])
        .exits(code)
        .json()["file"]
        .clone()
}

fn problems(report: &serde_json::Value) -> String {
    report["problems"].to_string()
}

#[test]
fn reserved_and_derived_names_are_problems_with_the_right_name() {
    let report = check(
        "profile_id,appmetrica_1pd_phone_3,appmetrica_x\na,b,c\n",
        "",
        2,
    );
    assert!(problems(&report).contains("appmetrica_1pd_phone_sha256_3"));
    assert!(problems(&report).contains("reserved"));
    let native = check(
        "profile_id,attributes\na,\"{\"\"appmetrica_1pd_email_passed\"\":true}\"\n",
        "",
        2,
    );
    assert!(problems(&native).contains("line 2"), "{native}");
    assert!(
        problems(&native).contains("appmetrica_1pd_email_sha256_0"),
        "{native}"
    );
}

#[test]
fn names_that_are_too_long_and_columns_that_are_too_many_are_problems() {
    let long = "n".repeat(201);
    assert!(problems(&check(&format!("profile_id,{long}\na,b\n"), "", 2)).contains("200"));
    let names: Vec<String> = (0..101).map(|n| format!("a{n}")).collect();
    let report = check(&format!("profile_id,{}\n", names.join(",")), "", 2);
    assert!(problems(&report).contains("101"), "{report}");
}

#[test]
fn the_attributes_of_a_native_file_are_counted_over_all_its_rows() {
    let rows = |count: usize| -> String {
        (0..count)
            .map(|n| format!("p{n},\"{{\"\"a{n}\"\":\"\"x\"\"}}\"\n"))
            .collect()
    };
    let csv = format!("profile_id,attributes\n{}", rows(150));
    let report = check(&csv, "", 2);
    assert!(problems(&report).contains("150 different"), "{report}");
    assert!(problems(&report).contains("line 102"), "{report}");
    check(&format!("profile_id,attributes\n{}", rows(100)), "", 0);
    // An import sees it in the first rows, and sends nothing.
    let place = Place::at("http://127.0.0.1:9");
    place.write("crm.csv", csv);
    place
        .run(&["import", "crm.csv"])
        .exits(2)
        .says("150 different");
}

#[test]
fn types_that_disagree_with_the_config_are_problems() {
    let config = "[attributes]\nltv = \"number\"\n";
    let report = check("profile_id,ltv:counter\na,1\n", config, 2);
    assert!(problems(&report).contains("[attributes]"), "{report}");
    let native = check(
        "profile_id,attributes\na,\"{\"\"ltv\"\":\"\"1\"\"}\"\n",
        config,
        2,
    );
    assert!(problems(&native).contains("line 2"), "{native}");
    // And with themselves.
    let native = check(
        "profile_id,attributes\na,\"{\"\"x\"\":\"\"1\"\"}\"\nb,\"{\"\"x\"\":true}\"\n",
        "",
        2,
    );
    assert!(problems(&native).contains("a string on line 2 and a bool on line 3"));
}

#[test]
fn values_over_200_characters_are_counted_in_both_shapes() {
    let long = "я".repeat(201);
    let fits = "я".repeat(200);
    let report = check(
        &format!("profile_id,n\na,{long}\nb,{fits}\nc,{long}\n"),
        "",
        0,
    );
    assert_eq!(report["long_values"], 2);
    let report = check(
        &format!("profile_id,attributes\na,\"{{\"\"n\"\":\"\"{long}\"\"}}\"\n"),
        "",
        0,
    );
    assert_eq!(report["long_values"], 1);
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", format!("profile_id,n\na,{long}\n"));
    place
        .run(&["import", "crm.csv"])
        .exits(0)
        .prints("1 value over 200 characters");
}

#[test]
fn columns_of_numbers_that_would_go_as_strings_get_a_notice() {
    let notices = |csv: &str, config: &str| check(csv, config, 0)["notices"].to_string();
    let told = notices("profile_id,ltv\na,1\nb,2.50\n", "");
    assert!(told.contains("ltv=ltv:number"), "{told}");
    let told = notices("profile_id;ltv\na;1 234,50\n", "");
    assert!(told.contains("--decimal-comma"), "{told}");
    for (csv, config) in [
        ("profile_id,ltv:string\na,1\n", ""),
        ("profile_id,ltv\na,1\n", "[attributes]\nltv = \"string\"\n"),
        ("profile_id,code\na,007\n", ""),
        ("profile_id,card\na,4276000000000000000\n", ""),
        ("profile_id,x\na,1\nb,one\n", ""),
    ] {
        let told = notices(csv, config);
        assert_eq!(told, "[]", "{csv}");
    }
}

#[test]
fn clear_contacts_in_a_native_file_get_a_notice_that_does_not_quote_them() {
    let csv = "profile_id,attributes\na,\"{\"\"mail\"\":\"\"someone@example.com\"\"}\"\n";
    let told = check(csv, "", 0)["notices"].to_string();
    assert!(told.contains("mail") && told.contains("appmetrica_1pd_email_sha256_0"));
    assert!(!told.contains("someone"), "{told}");
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", csv);
    place
        .run(&["import", "crm.csv"])
        .exits(0)
        .says("in the clear")
        .never_shows("someone");
}
