//! Each fault, as the client sees it, and what was applied meanwhile.

use std::time::{Duration, Instant, SystemTime};

use super::client::{HEADER, Sandbox, TABLE, UPLOADED};

const ROW: &str = "1,p,\"{\"\"a\"\":1}\"\n";

fn body(rows: usize) -> String {
    format!("{HEADER}{}", ROW.repeat(rows))
}

/// Posts one row, and tells the answer's status, or `None` for none, and whether it was applied.
fn post(sandbox: &Sandbox) -> (Option<u16>, bool) {
    let before = sandbox.profiles();
    let reply = sandbox.try_table(&body(1));
    (
        reply.map(|reply| reply.status),
        sandbox.profiles() != before,
    )
}

#[test]
fn a_status_is_answered_without_applying_anything() {
    for status in [200, 302, 400, 403, 404, 413, 429, 500, 502, 503, 504, 599] {
        let sandbox = Sandbox::failing(&format!("1:{status}"));
        assert_eq!(post(&sandbox), (Some(status), false));
        assert_eq!(post(&sandbox), (Some(200), true));
        assert_eq!(sandbox.requests()[0]["applied"], false);
        assert_eq!(sandbox.requests()[0]["status"], status);
    }
}

#[test]
fn a_redirect_says_where_to() {
    let sandbox = Sandbox::failing("*:302");
    assert_eq!(sandbox.table("").header("location"), Some("/elsewhere"));
}

#[test]
fn a_status_may_come_after_the_request_was_applied() {
    let sandbox = Sandbox::failing("1:502;after");
    assert_eq!(post(&sandbox), (Some(502), true));
    assert_eq!(sandbox.requests()[0]["applied"], true);
}

#[test]
fn a_request_that_would_be_refused_is_not_applied_by_a_fault_either() {
    for spec in ["1:502;after", "1:drop-after"] {
        let sandbox = Sandbox::failing(spec);
        sandbox.try_table("rubbish");
        assert_eq!(sandbox.requests()[0]["applied"], false);
    }
}

#[test]
fn retry_after_comes_in_seconds_or_as_a_date() {
    let sandbox = Sandbox::failing("1:429;retry-after=7,2:503;retry-after=date+3600,3:503");
    assert_eq!(sandbox.table("").header("retry-after"), Some("7"));
    let reply = sandbox.table("");
    let date = httpdate::parse_http_date(reply.header("retry-after").unwrap()).unwrap();
    let ahead = date.duration_since(SystemTime::now()).unwrap().as_secs();
    assert!((3_590..=3_600).contains(&ahead));
    assert_eq!(sandbox.table("").header("retry-after"), None);
}

#[test]
fn a_text_can_echo_the_request() {
    let sandbox = Sandbox::failing("1:400;text=k={key}%3B%20q={query}%2C {body}.,2:500");
    let reply = sandbox.table("secret");
    assert_eq!(reply.body, "k=k; q=post_api_key=k, secret.");
    assert_eq!(sandbox.table("").body, "Internal Server Error");
    let sandbox = Sandbox::failing("1:400;text={body}");
    assert_eq!(sandbox.table(&"x".repeat(1000)).body, "x".repeat(200));
}

#[test]
fn a_connection_can_be_dropped_before_or_after_the_request_is_applied() {
    let sandbox = Sandbox::failing("1:drop-before,2:drop-after");
    assert_eq!(post(&sandbox), (None, false));
    assert_eq!(post(&sandbox), (None, true));
    assert_eq!(post(&sandbox), (Some(200), true));
    let told: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| {
            (
                request["status"].to_string(),
                request["applied"].to_string(),
            )
        })
        .collect();
    let expected = [
        ("\"dropped\"", "false"),
        ("\"dropped\"", "true"),
        ("200", "true"),
    ];
    assert_eq!(told, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn a_connection_can_be_dropped_before_the_body_is_read() {
    let sandbox = Sandbox::failing("1:drop-connect");
    let mut connection = sandbox.connect();
    let head =
        format!("POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    connection.send(head.as_bytes());
    // The body is never sent, and still the connection ends.
    assert!(connection.read().is_none());
    assert_eq!(sandbox.requests()[0]["bytes"], 0);
    // Nor does a 100 Continue get out.
    let sandbox = Sandbox::failing("*:drop-connect");
    let mut connection = sandbox.connect();
    connection.send(
        head.replace("Host", "Expect: 100-continue\r\nHost")
            .as_bytes(),
    );
    assert!(connection.read().is_none());
}

#[test]
fn a_drop_that_the_body_decides_reads_it_first() {
    for spec in ["rows>1:drop-connect", "rows>5:503,2:drop-connect"] {
        let sandbox = Sandbox::failing(spec);
        assert_eq!(post(&sandbox), (Some(200), true));
        assert!(sandbox.try_table(&body(2)).is_none());
        assert_eq!(sandbox.requests()[1]["bytes"], body(2).len());
        assert_eq!(sandbox.requests()[1]["applied"], false);
    }
}

#[test]
fn delays_add_up_and_then_things_go_on_as_usual() {
    let sandbox = Sandbox::failing("1:delay=100ms,*:delay=50ms,2:503");
    let start = Instant::now();
    assert_eq!(post(&sandbox), (Some(200), true));
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert_eq!(post(&sandbox), (Some(503), false));
    let sandbox = Sandbox::failing("1:delay=100ms;503,2:drop-connect;delay=100ms");
    for expected in [Some(503), None] {
        let start = Instant::now();
        assert_eq!(post(&sandbox), (expected, false));
        assert!(start.elapsed() >= Duration::from_millis(100));
    }
}

#[test]
fn others_are_served_during_a_delay() {
    let sandbox = Sandbox::failing("1:delay=60s");
    let mut waiting = sandbox.connect();
    waiting.send(format!("POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    assert_eq!(post(&sandbox), (Some(200), true));
}

#[test]
fn a_client_that_gives_up_during_a_delay_does_not_undo_its_request() {
    let sandbox = Sandbox::failing("1:delay=100ms");
    let mut connection = sandbox.connect();
    let body = body(1);
    connection.send(
        format!(
            "POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .as_bytes(),
    );
    // Long enough for the request to be read, too short for its answer.
    std::thread::sleep(Duration::from_millis(20));
    drop(connection);
    while sandbox.0.totals().applied == 0 {
        std::thread::yield_now();
    }
    assert_eq!(sandbox.profiles().len(), 1);
}

#[test]
fn requests_are_chosen_by_what_is_in_them() {
    let sandbox = Sandbox::failing("profile=p%2C1:500,attribute=bad:501,rows>2:413,bytes>1KiB:502");
    let status = |body: &str| sandbox.table(body).status;
    assert_eq!(
        status(&format!("{HEADER}{ROW}1,\"p,1\",\"{{\"\"a\"\":1}}\"\n")),
        500
    );
    assert_eq!(
        status(&format!("{HEADER}1,\"p,11\",\"{{\"\"a\"\":1}}\"\n")),
        200
    );
    assert_eq!(
        status(&format!(
            "{HEADER}{ROW}1,q,\"{{\"\"a\"\":1,\"\"bad\"\":1}}\"\n"
        )),
        501
    );
    assert_eq!(status(&body(2)), 200);
    assert_eq!(status(&body(3)), 413);
    let padded = format!(
        "{HEADER}1,p,\"{{\"\"a\"\":\"\"{}\"\"}}\"\n",
        "x".repeat(1024)
    );
    assert_eq!(status(&padded), 502);
    let query = "post_api_key=k&application_id=1&profile_id=p%2C1&attributes=%7B%22a%22:1%7D";
    assert_eq!(sandbox.profile(query).status, 500);
    // What would be refused anyway has no rows to choose it by, but it has bytes.
    let query = query.replace("key=k", "key=x");
    assert_eq!(sandbox.profile(&query).status, 403);
    assert_eq!(status(&"x".repeat(1025)), 502);
}

#[test]
fn only_posts_are_counted_and_only_posts_fail() {
    let sandbox = Sandbox::failing("1:503");
    assert_eq!(sandbox.ask("GET", "/profiles", b"").unwrap().status, 200);
    assert_eq!(sandbox.ask("GET", TABLE, b"").unwrap().status, 405);
    assert_eq!(post(&sandbox), (Some(503), false));
}

#[test]
fn a_connection_outlives_a_faulty_answer() {
    let sandbox = Sandbox::failing("1:503");
    let mut connection = sandbox.connect();
    let target = format!("{TABLE}?post_api_key=k");
    let body = body(1);
    let first = connection.exchange("POST", &target, body.as_bytes());
    assert_eq!(first.unwrap().status, 503);
    let second = connection.exchange("POST", &target, body.as_bytes());
    assert_eq!(second.unwrap().body, UPLOADED);
}
