//! `ampost import`: from a file to what the server holds.

use crate::util::{KEY, Place, Server};

const WIDE: &str = "profile_id,phone,tier,ltv:number,vip:bool,visits:counter\n\
                    a,+79001112233,gold,1234.50,да,1\n\
                    b,,silver,12345678901234567890.10,0,\n";

#[test]
fn a_wide_file_arrives_with_its_types_and_digits() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", WIDE);
    let ran = place
        .run(&["import", "crm.csv", "--format", "json"])
        .exits(0)
        .never_shows("79001112233")
        .never_shows(KEY);
    let json = ran.json();
    assert_eq!(json["rows_read"], 2);
    assert_eq!(json["rows_sent"], 2);
    assert_eq!(json["batches_in_doubt"], 0);
    let profiles = server.profiles();
    assert_eq!(profiles["a"]["tier"], "gold");
    assert_eq!(profiles["a"]["vip"], true);
    assert_eq!(profiles["a"]["visits"].to_string(), "1");
    assert!(profiles["a"].contains_key("appmetrica_1pd_phone_sha256_0"));
    assert_eq!(
        profiles["b"].keys().collect::<Vec<_>>(),
        ["ltv", "tier", "vip"]
    );
    let request = &server.requests()[0];
    assert_eq!(request["content_type"], "text/csv; charset=utf-8");
}

#[test]
fn the_api_ready_csv_is_exact() {
    let place = Place::with_credentials();
    place.write(
        "crm.csv",
        "profile_id,note,ltv:number,n\n\"a,1\",\"say \"\"hi\"\"\\\",1.10,é\nb,\"x\ny\",,\t\n",
    );
    let ran = place
        .run(&["import", "crm.csv", "--dry-run", "--output", "-"])
        .exits(0);
    assert_eq!(
        ran.stdout,
        "application_id,profile_id,attributes\n\
         1234567,\"a,1\",\"{\"\"note\"\":\"\"say \\\"\"hi\\\"\"\\\\\"\",\"\"ltv\"\":1.10,\"\"n\"\":\"\"é\"\"}\"\n\
         1234567,b,\"{\"\"note\"\":\"\"x\\ny\"\",\"\"n\"\":\"\"\\t\"\"}\"\n"
    );
}

#[test]
fn a_native_file_keeps_order_and_digits_and_loses_spaces() {
    let place = Place::with_credentials();
    place.write(
        "native.csv",
        "application_id,profile_id,attributes\n1234567,a,\"{ \"\"z\"\": 1.00, \"\"a\"\": \"\"\\u0444\"\", \"\"big\"\": 123456789012345678901234567890 }\"\n",
    );
    let ran = place
        .run(&["import", "native.csv", "--dry-run", "--output", "-"])
        .exits(0);
    assert_eq!(
        ran.stdout.lines().nth(1).unwrap(),
        "1234567,a,\"{\"\"z\"\":1.00,\"\"a\"\":\"\"ф\"\",\"\"big\"\":123456789012345678901234567890}\""
    );
}

#[test]
fn native_rows_that_the_api_would_not_take_are_rejected_with_reasons() {
    let place = Place::with_credentials();
    place.write(
        "n.csv",
        "profile_id,attributes\na,\"{\"\"x\"\":1}\"\nb,[1]\nc,\"{\"\"x\"\":null}\"\nd,\"{\"\"x\"\":{}}\"\ne,\"{\"\"x\"\":1,\"\"x\"\":2}\"\nf,\"{\"\"x\"\":1\"\ng,\"{\"\"appmetrica_1pd_email_0\"\":\"\"x\"\"}\"\nh,{}\n",
    );
    let ran = place
        .run(&["import", "n.csv", "--dry-run", "--format", "json"])
        .exits(3)
        .says("line 3")
        .says("null")
        .says("twice")
        .says("appmetrica_1pd_email_sha256_0");
    assert_eq!(ran.json()["rows_rejected"], 6);
    assert_eq!(ran.json()["rows_skipped"], 1);
}

#[test]
fn stdin_is_read_by_name_and_when_no_file_is_given() {
    for args in [&["import", "-"] as &[&str], &["import"]] {
        let server = Server::new();
        Place::at(&server.url()).run_with(args, WIDE).exits(0);
        assert_eq!(server.profiles().len(), 2);
    }
}

#[test]
fn rows_are_rejected_whole_skipped_or_sent() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write(
        "crm.csv",
        "profile_id,appmetrica_device_id,phone,tier,ltv:number,vip:bool\n\
         a,,nope-4711,gold,1,1\n\
         ,,,gold,1,1\n\
         c,7,,gold,1,1\n\
         d,,,gold,1.2.3,1\n\
         e,,,gold,1,maybe\n\
         f,,,,,\n\
         ,,,,,\n\
         g,8\n\
         ,9,,gold,1,1\n\
         h,,,gold,1,1,,\n",
    );
    let ran = place
        .run(&[
            "import",
            "crm.csv",
            "--format",
            "json",
            "--rejects",
            "r.csv",
        ])
        .exits(3)
        .says("line 2")
        .says("column \"phone\"")
        .says("line 9")
        .never_shows("4711");
    let json = ran.json();
    assert_eq!(
        (json["rows_read"].as_u64(), json["rows_sent"].as_u64()),
        (Some(10), Some(2))
    );
    assert_eq!(
        (
            json["rows_skipped"].as_u64(),
            json["rows_rejected"].as_u64()
        ),
        (Some(2), Some(6))
    );
    assert_eq!(server.profiles().keys().collect::<Vec<_>>(), ["9", "h"]);
    let rejects = place.read("r.csv");
    let lines: Vec<&str> = rejects.lines().collect();
    assert_eq!(
        lines[0],
        "profile_id,appmetrica_device_id,phone,tier,ltv:number,vip:bool,ampost_line,ampost_reason"
    );
    assert!(
        lines[1].starts_with("a,,nope-4711,gold,1,1,2,"),
        "{rejects}"
    );
    assert_eq!(lines.len(), 7);
}

#[test]
fn invalid_contacts_can_be_left_out_and_are_counted() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", "profile_id,phone,tier\na,nope,gold\nb,nope,\n");
    let ran = place
        .run(&[
            "import",
            "crm.csv",
            "--invalid-contacts",
            "skip",
            "--format",
            "json",
        ])
        .exits(0);
    assert_eq!(ran.json()["rows_sent"], 1);
    assert_eq!(ran.json()["rows_skipped"], 1);
    assert_eq!(ran.json()["contacts_left_out"], 2);
}

#[test]
fn mended_rejects_can_be_imported_as_they_are() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", "profile_id,ltv:number\na,x\nb,2\n");
    place
        .run(&["import", "crm.csv", "--rejects", "r.csv"])
        .exits(3);
    place.write("mended.csv", place.read("r.csv").replace("a,x,", "a,1,"));
    place.run(&["import", "mended.csv"]).exits(0);
    assert_eq!(server.profiles()["a"].len(), 1);
}

#[test]
fn a_rejects_file_is_never_written_over_unasked_and_not_left_when_empty() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", "profile_id,ltv:number\na,x\n");
    place.write("r.csv", "precious\n");
    place
        .run(&["import", "crm.csv", "--rejects", "r.csv"])
        .exits(2)
        .says("r.csv");
    assert_eq!(place.read("r.csv"), "precious\n");
    assert_eq!(server.totals().requests, 0);
    place
        .run(&[
            "import",
            "crm.csv",
            "--rejects",
            "r.csv",
            "--overwrite-rejects",
        ])
        .exits(3);
    assert!(place.read("r.csv").contains("ampost_reason"));
    place.write("good.csv", "profile_id,ltv:number\na,1\n");
    place
        .run(&["import", "good.csv", "--rejects", "none.csv"])
        .exits(0);
    assert!(!place.path("none.csv").exists());
}

#[test]
fn mapping_options_and_files_and_the_config_decide_what_columns_mean() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("config.toml", "[attributes]\norders = \"counter\"\n");
    place.write(
        "map.toml",
        "[columns]\n\"Клиент\" = \"profile_id\"\n\"Траты\" = \"ignore\"\n",
    );
    place.write(
        "crm.csv",
        "Клиент,Траты,Заказы,orders,tier\nq,\"5,5\",3,4,gold\n",
    );
    place
        .run(&[
            "import",
            "crm.csv",
            "--config",
            "config.toml",
            "--mapping",
            "map.toml",
            "--map",
            "Траты=ltv:number",
            "--decimal-comma",
            "--only-mapped",
        ])
        .exits(0);
    let profile = &server.profiles()["q"];
    assert_eq!(profile.keys().collect::<Vec<_>>(), ["ltv", "orders"]);
    assert_eq!(profile["ltv"].to_string(), "5.5");
}

#[test]
fn wrong_mappings_are_usage_errors_that_name_the_columns() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", "customer_id,tier,tier_2\n1,gold,x\n");
    for (args, says) in [
        (&["import", "crm.csv"] as &[&str], "profile_id"),
        (
            &["import", "crm.csv", "--map", "custmer_id=profile_id"],
            "Did you mean \"customer_id\"",
        ),
        (
            &[
                "import",
                "crm.csv",
                "--map",
                "customer_id=profile_id",
                "--map",
                "tier=a:numbr",
            ],
            "a:number",
        ),
        (
            &[
                "import",
                "crm.csv",
                "--map",
                "customer_id=profile_id",
                "--map",
                "tier_2=tier",
            ],
            "tier",
        ),
        (
            &[
                "import",
                "crm.csv",
                "--map",
                "customer_id=profile_id",
                "--map",
                "tier=appmetrica_x",
            ],
            "reserved",
        ),
        (
            &["import", "crm.csv", "--map", "customer_id"],
            "COLUMN=TARGET",
        ),
        (
            &[
                "import",
                "crm.csv",
                "--only-mapped",
                "--map",
                "customer_id=profile_id",
            ],
            "no column would be sent",
        ),
    ] {
        place.run(args).exits(2).says(says);
    }
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn clear_personal_data_stops_the_import_before_anything_is_sent() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write(
        "crm.csv",
        "profile_id,contact,tier\na,someone@example.com,gold\n",
    );
    place
        .run(&["import", "crm.csv"])
        .exits(2)
        .says("column \"contact\"")
        .says("--map \"contact=email\"")
        .says("--allow-plain \"contact\"")
        .never_shows("someone");
    assert_eq!(server.totals().requests, 0);
    place
        .run(&["import", "crm.csv", "--allow-plain", "contact"])
        .exits(0);
    assert_eq!(server.totals().requests, 1);
}

#[test]
fn batches_keep_to_their_limits_in_rows_and_bytes() {
    let server = Server::new();
    let place = Place::at(&server.url());
    let rows: String = (0..100).map(|n| format!("c{n},v{n}\n")).collect();
    place.write("crm.csv", format!("profile_id,x\n{rows}"));
    place
        .run(&["import", "crm.csv", "--batch-rows", "10", "--jobs", "1"])
        .exits(0);
    assert!(
        server.requests().iter().all(|r| r["rows"] == 10),
        "{:?}",
        server.requests()
    );
    place
        .run(&["import", "crm.csv", "--batch-bytes", "200", "--jobs", "1"])
        .exits(0);
    assert!(
        server.requests()[10..]
            .iter()
            .all(|r| r["bytes"].as_u64().unwrap() <= 200)
    );
    assert_eq!(server.profiles().len(), 100);
    place
        .run(&["import", "crm.csv", "--batch-rows", "100001"])
        .exits(2);
}

#[test]
fn the_limits_are_the_apis_and_a_rejected_share_stops_the_run() {
    let server = Server::new();
    let place = Place::at(&server.url());
    let rows: String = (0..50)
        .map(|n| format!("c{n},{}\n", if n < 5 { "x" } else { "1" }))
        .collect();
    place.write("crm.csv", format!("profile_id,ltv:number\n{rows}"));
    place
        .run(&["import", "crm.csv", "--max-rejects", "3"])
        .exits(3)
        .says("--max-rejects");
    assert_eq!(server.totals().requests, 0);
    place
        .run(&["import", "crm.csv", "--max-rejects", "5"])
        .exits(3);
    assert_eq!(server.profiles().len(), 45);
}

#[test]
fn the_sandbox_needs_no_account_and_leaves_no_state() {
    let place = Place::empty();
    place.write("crm.csv", WIDE);
    place
        .run(&["import", "crm.csv", "--sandbox", "--yes"])
        .exits(0)
        .prints("accepted")
        .prints("2 rows");
    place
        .run(&["import", "crm.csv", "--sandbox", "--yes"])
        .exits(0);
    assert_eq!(place.files().len(), 1, "{:?}", place.files());
}

#[test]
fn a_hundred_thousand_generated_rows_are_what_an_independent_computation_says() {
    // The generator repeats the shapes of real exports: formatted phones, capitals, dots, plus signs.
    let server = Server::new();
    let place = Place::at(&server.url());
    let mut csv = String::from("customer_id,phone,email,tier,ltv,vip,visits\n");
    let mut expected = Vec::new();
    for n in 0..100_000_u64 {
        let digits = format!("9{:09}", n * 7919 % 1_000_000_000);
        let phone = match n % 4 {
            0 => format!(
                "+7 ({}) {}-{}-{}",
                &digits[..3],
                &digits[3..6],
                &digits[6..8],
                &digits[8..]
            ),
            1 => format!("8{digits}"),
            2 => digits.clone(),
            _ => format!("+7{digits}"),
        };
        let (email, normalized) = match n % 3 {
            0 => (
                format!("First.Last{n}+crm@GoogleMail.com"),
                format!("firstlast{n}@gmail.com"),
            ),
            1 => (format!("user.{n}@ya.ru"), format!("user-{n}@yandex.ru")),
            _ => (
                format!("user.{n}@Example.COM"),
                format!("user.{n}@example.com"),
            ),
        };
        let ltv = format!("{}.{:02}", n * 31, n % 100);
        csv.push_str(&format!(
            "c{n},{phone},{email},\"pl\"\"at,{n}\",{ltv},{},{}\n",
            n % 7 == 0,
            n % 40
        ));
        expected.push((format!("7{digits}"), normalized, ltv));
    }
    place.write("crm.csv", csv);
    let ran = place
        .run(&[
            "import",
            "crm.csv",
            "--format",
            "json",
            "--map",
            "customer_id=profile_id",
            "--map",
            "ltv=ltv:number",
            "--map",
            "vip=vip:bool",
            "--map",
            "visits=visits:counter",
        ])
        .exits(0);
    assert_eq!(ran.json()["rows_sent"], 100_000);
    assert_eq!(
        ran.json()["batches_acknowledged"].as_u64(),
        Some(server.totals().requests)
    );
    let sha = |text: &str| {
        use sha2::Digest;
        sha2::Sha256::digest(text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let profiles = server.profiles();
    assert_eq!(profiles.len(), 100_000);
    for (n, (phone, email, ltv)) in expected.iter().enumerate() {
        let profile = &profiles[&format!("c{n}")];
        assert_eq!(profile["appmetrica_1pd_phone_sha256_0"], sha(phone));
        assert_eq!(profile["appmetrica_1pd_email_sha256_0"], sha(email));
        assert_eq!(profile["tier"], format!("pl\"at,{n}"));
        assert_eq!(profile["ltv"].as_f64(), ltv.parse().ok());
        assert_eq!(profile["vip"], n % 7 == 0);
        assert_eq!(profile["visits"].as_u64(), Some(n as u64 % 40));
    }
}
