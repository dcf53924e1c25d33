//! CSV bodies and attributes that are refused, and that nothing of them is applied.

use super::checks::refused;
use super::client::{HEADER, Sandbox, TABLE};

#[test]
fn headers_other_than_the_documented_two_are_refused() {
    let sandbox = Sandbox::new();
    for header in [
        "",
        "application_id,profile_id",
        "application_id;profile_id;attributes",
        "profile_id,application_id,attributes",
        "application_id,profile_id,attributes,",
        "application_id, profile_id, attributes",
        "\"application_id\",profile_id,attributes",
        "\u{feff}application_id,profile_id,attributes",
        "application_id,profile_id,appmetrica_device_id,attributes",
    ] {
        let reply = sandbox.table(&format!("{header}\n1,p,\"{{\"\"a\"\":1}}\"\n"));
        refused(&sandbox, &reply, 400, "the header is neither");
    }
    for no_rows in [
        HEADER,
        HEADER.trim_end(),
        "application_id,appmetrica_device_id,attributes\r\n",
    ] {
        let reply = sandbox.table(no_rows);
        refused(&sandbox, &reply, 400, "no rows");
    }
}

#[test]
fn rows_that_are_not_rfc_4180_are_refused() {
    let sandbox = Sandbox::new();
    let good = "1,p,\"{\"\"a\"\":1}\"\n";
    for (rows, reason) in [
        ("1,p\n", "row 2: 2 fields instead of 3"),
        ("1,p,{},x\n", "row 2: 4 fields instead of 3"),
        (
            "1,p,{\"a\":1}\n",
            "row 2: a quote inside a field without quotes",
        ),
        ("1,p,\"{\"a\":1}\"\n", "row 2: text after a closing quote"),
        ("1,p,\"{\"\"a\"\":1}\n", "row 2: a quote is never closed"),
        ("\n", "row 2 is an empty line"),
        ("\r\n", "row 2 is an empty line"),
        ("1,p\rq,{}\n", "row 2: a carriage return that ends no line"),
        ("1,p,{}\r", "row 2: a carriage return that ends no line"),
    ] {
        let reply = sandbox.table(&format!("{HEADER}{good}{rows}"));
        refused(&sandbox, &reply, 400, reason);
    }
    let mut body = format!("{HEADER}{good}").into_bytes();
    body.push(0xff);
    let reply = sandbox
        .ask("POST", &format!("{TABLE}?post_api_key=k"), &body)
        .unwrap();
    refused(&sandbox, &reply, 400, "not UTF-8: bad byte at offset 53");
}

#[test]
fn rows_with_bad_identifiers_are_refused_and_so_is_all_before_them() {
    let sandbox = Sandbox::new();
    let long = "я".repeat(201);
    for (start, reason) in [
        (",p", "application_id is not an unsigned integer"),
        ("+1,p", "application_id is not an unsigned integer"),
        (" 1,p", "application_id is not an unsigned integer"),
        ("1.0,p", "application_id is not an unsigned integer"),
        (
            "18446744073709551616,p",
            "application_id is not an unsigned integer",
        ),
        ("1,", "profile_id is empty"),
        (
            &format!("1,{long}"),
            "profile_id is longer than 200 characters",
        ),
    ] {
        let reply = sandbox.table(&format!(
            "{HEADER}1,p,\"{{\"\"a\"\":1}}\"\n{start},\"{{\"\"a\"\":1}}\"\n"
        ));
        refused(&sandbox, &reply, 400, &format!("row 2: {reason}"));
    }
    let fits = "я".repeat(200);
    let body = format!("{HEADER}18446744073709551615,{fits},\"{{\"\"a\"\":1}}\"");
    assert_eq!(sandbox.table(&body).status, 200);
}

#[test]
fn attributes_are_a_json_object_of_scalars() {
    let sandbox = Sandbox::new();
    for (json, reason) in [
        ("", "not a JSON object"),
        ("7", "not a JSON object"),
        ("\"secret\"", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("{}", "empty object"),
        ("{\"a\":null}", "not a string, a number or a bool"),
        ("{\"a\":[1]}", "not a string, a number or a bool"),
        ("{\"a\":{}}", "not a string, a number or a bool"),
        ("{\"a\":1", "not valid JSON"),
        ("{\"a\":1} x", "not valid JSON"),
        ("{\"a\":1,}", "not valid JSON"),
        ("{a:1}", "not valid JSON"),
        ("{\"a\":01}", "not valid JSON"),
        ("{\"a\":+1}", "not valid JSON"),
        ("{\"a\":.5}", "not valid JSON"),
        ("{\"a\":True}", "not valid JSON"),
        ("{\"a\":\"\u{1}\"}", "not valid JSON"),
        ("{\"a\":\"\\x\"}", "not valid JSON"),
        ("{\"a\":\"\\ud800\"}", "not a valid JSON string"),
        (
            "{\"a\":1,\"b\":2,\"a\":3}",
            "attribute \"a\" is there twice",
        ),
        ("{\"a\":1,\"\\u0061\":3}", "attribute \"a\" is there twice"),
        ("{\"\":1}", "name is empty"),
        ("{\"c\":\"5\"}", "counter \"c\" is not a number"),
        ("{\"c\":true}", "counter \"c\" is not a number"),
        ("{\"c\":1e999}", "counter \"c\" has too many digits"),
    ] {
        let sandbox = Sandbox::with(|settings| settings.counters = vec!["c".to_owned()]);
        let reply = sandbox.attributes(json);
        refused(&sandbox, &reply, 400, reason);
        assert!(!reply.body.contains("secret"));
    }
    let long = "n".repeat(201);
    let reply = sandbox.attributes(&format!("{{\"{long}\":1}}"));
    refused(&sandbox, &reply, 400, "longer than 200 characters");
    let reply = sandbox.attributes(&format!("{{\"{}\":1}}", &long[1..]));
    assert_eq!(reply.status, 200);
}

#[test]
fn no_row_has_more_than_100_custom_attributes_beside_the_hashes() {
    let sandbox = Sandbox::new();
    let hash = "0".repeat(64);
    let mut all: Vec<String> = (0..10)
        .map(|i| format!("\"appmetrica_1pd_phone_sha256_{i}\":\"{hash}\""))
        .chain((0..101).map(|i| format!("\"a{i}\":{i}")))
        .collect();
    let reply = sandbox.attributes(&format!("{{{}}}", all.join(",")));
    refused(&sandbox, &reply, 400, "more than 100 custom attributes");
    all.pop();
    let reply = sandbox.attributes(&format!("{{{}}}", all.join(",")));
    assert_eq!(reply.status, 200);
}

#[test]
fn only_the_documented_hashed_names_begin_with_appmetrica() {
    let sandbox = Sandbox::new();
    let hash = "0123456789abcdef".repeat(4);
    let phone = "derived by the server; send appmetrica_1pd_phone_sha256_0 to _9";
    let email = "derived by the server; send appmetrica_1pd_email_sha256_0 to _9";
    let telegram = "derived by the server; send appmetrica_1pd_telegram_sha256";
    let reserved = "names that begin with appmetrica are reserved";
    for (name, reason) in [
        ("appmetrica_1pd_phone_0", phone),
        ("appmetrica_1pd_phone_passed", phone),
        ("appmetrica_1pd_email_9", email),
        ("appmetrica_1pd_email_passed", email),
        ("appmetrica_1pd_telegram", telegram),
        ("appmetrica_1pd_telegram_passed", telegram),
        ("appmetrica_1pd_phone_sha256", reserved),
        ("appmetrica_1pd_phone_sha256_", reserved),
        ("appmetrica_1pd_phone_sha256_10", reserved),
        ("appmetrica_1pd_telegram_sha256_0", reserved),
        ("appmetrica_1pd_", reserved),
        ("appmetricaX", reserved),
    ] {
        let reply = sandbox.attributes(&format!("{{\"{name}\":\"{hash}\"}}"));
        refused(&sandbox, &reply, 400, reason);
    }
    let upper = hash.to_uppercase();
    for value in [
        "\"\"",
        "1",
        "true",
        &format!("\"{upper}\""),
        &format!("\"{}\"", &hash[1..]),
    ] {
        let reply = sandbox.attributes(&format!("{{\"appmetrica_1pd_email_sha256_0\":{value}}}"));
        refused(&sandbox, &reply, 400, "not a SHA-256");
    }
    let reply = sandbox.attributes(&format!(
        "{{\"appmetrica_1pd_phone_sha256_9\":\"{hash}\",\"appmetrica_1pd_telegram_sha256\":\"{hash}\"}}"
    ));
    assert_eq!(reply.status, 200);
}

#[test]
fn the_row_limit_is_100_000() {
    let sandbox = Sandbox::new();
    let row = "1,p,\"{\"\"a\"\":1}\"\n";
    let reply = sandbox.table(&format!("{HEADER}{}", row.repeat(100_001)));
    refused(&sandbox, &reply, 400, "more than 100000 rows");
    let reply = sandbox.table(&format!("{HEADER}{}", row.repeat(100_000)));
    assert_eq!(reply.status, 200);
    assert_eq!(sandbox.0.totals().rows, 100_000);
}
