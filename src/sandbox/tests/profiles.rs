//! What is kept of the requests that are accepted.

use super::client::{HEADER, Sandbox, TABLE, UPLOADED};

#[test]
fn profiles_are_kept_as_they_came_in_the_order_in_which_they_were_first_seen() {
    let sandbox = Sandbox::new();
    let reply = sandbox.table(&format!(
        "{HEADER}7,z,\"{{\"\"n\"\":1.50,\"\"s\"\":\"\"да\"\",\"\"b\"\":true}}\"\n\
         7,a,\"{{\"\"n\"\":123456789012345678901234567890.10}}\"\n\
         7,z,\"{{\"\"n\"\":-0.0e+1,\"\"t\"\":\"\"\"\"}}\"\n"
    ));
    assert_eq!((reply.status, reply.body.as_str()), (200, UPLOADED));
    assert_eq!(
        sandbox.profiles(),
        [
            r#"{"application_id":7,"profile_id":"z","attributes":{"n":-0.0e+1,"s":"да","b":true,"t":""},"rows":2}"#,
            r#"{"application_id":7,"profile_id":"a","attributes":{"n":123456789012345678901234567890.10},"rows":1}"#,
        ]
    );
    let totals = sandbox.0.totals();
    assert_eq!((totals.rows, totals.profiles, totals.requests), (3, 2, 1));
}

#[test]
fn the_same_identifier_is_another_profile_as_a_device_and_in_another_application() {
    let sandbox = Sandbox::new();
    let attributes = "\"{\"\"a\"\":1}\"";
    sandbox.table(&format!("{HEADER}1,p,{attributes}\n2,p,{attributes}\n"));
    sandbox.table(&format!(
        "application_id,appmetrica_device_id,attributes\r\n1,p,{attributes}\r\n"
    ));
    assert_eq!(
        sandbox.profiles(),
        [
            r#"{"application_id":1,"profile_id":"p","attributes":{"a":1},"rows":1}"#,
            r#"{"application_id":2,"profile_id":"p","attributes":{"a":1},"rows":1}"#,
            r#"{"application_id":1,"appmetrica_device_id":"p","attributes":{"a":1},"rows":1}"#,
        ]
    );
}

#[test]
fn one_profile_in_a_query_is_decoded() {
    let sandbox = Sandbox::new();
    let reply = sandbox.profile(
        "post_api_key=k&application_id=1&appmetrica_device_id=d%26%D1%8F&attributes=%7B%22a%20b%22%3A%22%2B1%22%7D",
    );
    assert_eq!((reply.status, reply.body.as_str()), (200, UPLOADED));
    assert_eq!(
        sandbox.profiles(),
        [r#"{"application_id":1,"appmetrica_device_id":"d&я","attributes":{"a b":"+1"},"rows":1}"#]
    );
}

#[test]
fn quoting_is_that_of_rfc_4180() {
    let sandbox = Sandbox::new();
    let reply = sandbox.table(&format!(
        "{HEADER}\"1\",\"a,\"\"b\"\"\r\nc\",\"{{ \"\"x\"\" : \"\"q\\\"\"q,\"\" ,\n\"\"\\u0079\"\":2}}\"\r\n\
         1,plain,\"{{\"\"x\"\":1}}\""
    ));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(
        sandbox.profiles(),
        [
            r#"{"application_id":1,"profile_id":"a,\"b\"\r\nc","attributes":{"x":"q\"q,","y":2},"rows":1}"#,
            r#"{"application_id":1,"profile_id":"plain","attributes":{"x":1},"rows":1}"#,
        ]
    );
}

#[test]
fn counters_add_up_exactly_and_everything_else_replaces() {
    let sandbox = Sandbox::with(|settings| {
        settings.counters = vec!["c".to_owned(), "d".to_owned()];
    });
    for json in [
        r#"{"c":18446744073709551615,"d":0.1,"n":1}"#,
        r#"{"c":18446744073709551615,"d":0.20,"n":2}"#,
        r#"{"c":-1,"d":1e2}"#,
    ] {
        assert_eq!(sandbox.attributes(json).status, 200);
    }
    let kept = [
        r#"{"application_id":1,"profile_id":"p","attributes":{"c":36893488147419103229,"d":100.3,"n":2},"rows":3}"#,
    ];
    assert_eq!(sandbox.profiles(), kept);
    // A request that is refused at its last row has counted nothing.
    let reply = sandbox.table(&format!("{HEADER}1,p,\"{{\"\"c\"\":1}}\"\n1,p,{{}}\n"));
    assert_eq!(reply.status, 400);
    assert_eq!(sandbox.profiles(), kept);
}

#[test]
fn the_longest_counters_go_on_adding_up() {
    let sandbox = Sandbox::with(|settings| settings.counters = vec!["c".to_owned()]);
    for value in ["1e400", "1", "-1e400", "1e-400"] {
        assert_eq!(
            sandbox.attributes(&format!("{{\"c\":{value}}}")).status,
            200
        );
    }
    let sum = format!("{{\"c\":1.{}1}}", "0".repeat(399));
    assert!(sandbox.profiles()[0].contains(&sum));
}

#[test]
fn names_are_shown_as_json_strings() {
    let sandbox = Sandbox::new();
    sandbox.attributes(r#"{"q\"\u000a":1}"#);
    assert!(sandbox.profiles()[0].contains(r#"{"q\"\n":1}"#));
}

#[test]
fn requests_are_listed_for_tests() {
    let sandbox = Sandbox::new();
    sandbox.attributes(r#"{"a":1}"#);
    sandbox.table("rubbish");
    assert_eq!(
        serde_json::Value::from(sandbox.requests()),
        serde_json::json!([
            {"number": 1, "method": "POST", "path": TABLE, "status": 200, "rows": 1, "bytes": 53,
             "applied": true, "user_agent": "test/1", "content_type": "text/csv"},
            {"number": 2, "method": "POST", "path": TABLE, "status": 400, "rows": 0, "bytes": 7,
             "applied": false, "user_agent": "test/1", "content_type": "text/csv"},
        ])
    );
}

#[test]
fn several_connections_at_once_and_each_kept_alive_lose_nothing() {
    let sandbox = Sandbox::with(|settings| settings.counters = vec!["c".to_owned()]);
    std::thread::scope(|scope| {
        for lane in 0..8 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let mut connection = sandbox.connect();
                for _ in 0..25 {
                    let body = format!(
                        "{HEADER}1,all,\"{{\"\"c\"\":1}}\"\n1,lane{lane},\"{{\"\"c\"\":0.1}}\"\n"
                    );
                    let target = format!("{TABLE}?post_api_key=k");
                    let reply = connection.exchange("POST", &target, body.as_bytes());
                    assert_eq!(reply.unwrap().status, 200);
                }
            });
        }
    });
    let profiles = sandbox.profiles();
    assert_eq!(profiles.len(), 9);
    assert!(profiles[0].contains(r#""profile_id":"all","attributes":{"c":200},"rows":200}"#));
    for lane in &profiles[1..] {
        assert!(lane.contains(r#""attributes":{"c":2.5},"rows":25}"#));
    }
    assert_eq!(sandbox.0.totals().rows, 400);
}

/// Rows of a customer table's shape.
fn crm_rows(profiles: std::ops::Range<usize>) -> String {
    use std::fmt::Write;
    let mut body = HEADER.to_owned();
    for i in profiles {
        let hash = format!("{i:064x}");
        writeln!(
            body,
            "1234567890,c{i:09},\"{{\"\"appmetrica_1pd_phone_sha256_0\"\":\"\"{hash}\"\",\
             \"\"appmetrica_1pd_email_sha256_0\"\":\"\"{hash}\"\",\"\"appmetrica_1pd_telegram_sha256\"\":\"\"{hash}\"\",\
             \"\"tier\"\":\"\"серебро\"\",\"\"ltv\"\":{}.{:02},\"\"vip\"\":{},\"\"visits\"\":{}}}\"",
            i % 1000,
            i % 100,
            i % 7 == 0,
            i % 40,
        )
        .unwrap();
    }
    body
}

#[test]
fn a_table_of_customers_is_kept_to_the_last_one() {
    let sandbox = Sandbox::with(|settings| settings.counters = vec!["visits".to_owned()]);
    let body = crm_rows(0..10_000);
    assert_eq!(sandbox.table(&body).status, 200);
    assert_eq!(sandbox.table(&body).status, 200);
    let profiles = sandbox.profiles();
    assert_eq!(profiles.len(), 10_000);
    for (i, profile) in profiles.iter().enumerate() {
        assert!(profile.contains(&format!("\"profile_id\":\"c{i:09}\"")));
        assert!(profile.ends_with(&format!("\"visits\":{}}},\"rows\":2}}", i % 40 * 2)));
    }
}

/// Not a check but a measurement: `cargo test --release -- --ignored --nocapture a_million_rows`.
#[test]
#[ignore = "a measurement, for optimised builds"]
#[allow(clippy::print_stderr)]
fn a_million_rows() {
    let sandbox = Sandbox::with(|settings| settings.counters = vec!["visits".to_owned()]);
    let mut spent = std::time::Duration::ZERO;
    for _ in 0..2 {
        for part in 0..10 {
            let body = crm_rows(part * 100_000..(part + 1) * 100_000);
            let start = std::time::Instant::now();
            assert_eq!(sandbox.table(&body).status, 200);
            spent += start.elapsed();
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = status
            .lines()
            .filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
        let memory: Vec<_> = memory.collect();
        assert_eq!(sandbox.0.totals().profiles, 1_000_000);
        eprintln!("{spent:?} {memory:?}");
    }
}
