//! Keys, parameters, HTTP, starting and stopping; and that nothing of a refused request is applied.

use super::client::{Connection, HEADER, PROFILE, Reply, Sandbox, TABLE, UPLOADED};
use crate::sandbox::{Answer, Settings, start};

#[track_caller]
pub(super) fn refused(sandbox: &Sandbox, reply: &Reply, status: u16, reason: &str) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert!(reply.body.contains(reason), "{}", reply.body);
    assert_eq!(sandbox.profiles(), [""; 0]);
}

#[test]
fn a_request_without_the_right_key_is_forbidden_whatever_else_is_wrong_with_it() {
    let sandbox = Sandbox::new();
    for query in [
        "",
        "?",
        "?post_api_key=",
        "?post_api_key=K",
        "?post_api_key=kk",
        "?post_api_key=%zz",
        "?post_api_key=k&post_api_key=k",
        "?post_api_key=x&application_id=1&profile_id=p&attributes=%7B%22a%22%3A1%7D",
    ] {
        for path in [PROFILE, TABLE] {
            let reply = sandbox
                .ask("POST", &format!("{path}{query}"), b"rubbish")
                .unwrap();
            refused(
                &sandbox,
                &reply,
                403,
                "Forbidden: post_api_key is missing or not valid",
            );
        }
    }
}

#[test]
fn without_a_key_of_its_own_any_key_that_is_not_empty_will_do() {
    let sandbox = Sandbox::with(|settings| settings.key = None);
    let body = format!("{HEADER}1,p,\"{{\"\"a\"\":1}}\"");
    let ask = |key: &str| {
        sandbox
            .ask(
                "POST",
                &format!("{TABLE}?post_api_key={key}"),
                body.as_bytes(),
            )
            .unwrap()
            .status
    };
    assert_eq!(ask(""), 403);
    assert_eq!(ask("anything"), 200);
}

#[test]
fn keys_are_percent_decoded() {
    let sandbox = Sandbox::with(|settings| settings.key = Some("a+/ б".to_owned().into()));
    let reply = sandbox.profile("post_api_key=a%2B%2F%20%D0%B1");
    refused(&sandbox, &reply, 400, "application_id is missing");
}

#[test]
fn a_right_key_alone_shows_by_a_400_that_names_what_is_missing() {
    let sandbox = Sandbox::new();
    let reply = sandbox.profile("post_api_key=k");
    refused(
        &sandbox,
        &reply,
        400,
        "required parameter application_id is missing",
    );
    let reply = sandbox.profile("post_api_key=k&application_id=1");
    refused(&sandbox, &reply, 400, "required parameter profile_id");
    let reply = sandbox.profile("post_api_key=k&application_id=1&profile_id=p");
    refused(
        &sandbox,
        &reply,
        400,
        "required parameter attributes is missing",
    );
    let reply = sandbox.table("");
    refused(&sandbox, &reply, 400, "the header is neither");
}

#[test]
fn malformed_parameters_are_refused() {
    let sandbox = Sandbox::new();
    for (query, reason) in [
        (
            "application_id=-1&profile_id=p&attributes={\"a\":1}",
            "not an unsigned integer",
        ),
        (
            "application_id=1&profile_id=p&appmetrica_device_id=d&attributes=%7B%22a%22:1%7D",
            "only one of",
        ),
        (
            "application_id=1&profile_id=&attributes=%7B%22a%22:1%7D",
            "profile_id is empty",
        ),
        (
            "application_id=1&profile_id=p&profile_id=q&attributes=%7B%7D",
            "given twice",
        ),
        (
            "application_id=1&profile_id=%ff&attributes=%7B%7D",
            "not percent-encoded UTF-8",
        ),
        (
            "application_id=1&profile_id=p&attributes=%7B%7D",
            "empty object",
        ),
        (
            "application_id=1&profile_id=p&attributes=",
            "not a JSON object",
        ),
    ] {
        let query = query.replace("{\"a\":1}", "%7B%22a%22:1%7D");
        let reply = sandbox.profile(&format!("post_api_key=k&{query}"));
        refused(&sandbox, &reply, 400, reason);
    }
}

#[test]
fn one_profile_comes_without_a_body_but_with_its_length() {
    let sandbox = Sandbox::new();
    let target = format!(
        "{PROFILE}?post_api_key=k&application_id=1&profile_id=p&attributes=%7B%22a%22%3A1%7D"
    );
    let reply = sandbox.ask("POST", &target, b"x").unwrap();
    refused(&sandbox, &reply, 400, "no body");
    let mut connection = sandbox.connect();
    connection.send(format!("POST {target} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    let reply = connection.read().unwrap();
    refused(&sandbox, &reply, 411, "Content-Length: 0");
    let reply = sandbox.ask("POST", &target, b"").unwrap();
    assert_eq!((reply.status, reply.body.as_str()), (200, UPLOADED));
}

#[test]
fn a_body_of_more_than_a_gigabyte_is_refused_before_it_is_sent() {
    let sandbox = Sandbox::new();
    let mut connection = sandbox.connect();
    connection.send(
        format!(
            "POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000001\r\n\r\n"
        )
        .as_bytes(),
    );
    let reply = connection.read().unwrap();
    assert_eq!(reply.header("connection"), Some("close"));
    refused(&sandbox, &reply, 413, "larger than 1 GB");
    assert_eq!(sandbox.requests()[0]["bytes"], 1_000_000_001);
}

#[test]
fn compressed_bodies_are_refused() {
    let sandbox = Sandbox::new();
    let mut connection = sandbox.connect();
    connection.send(
        format!("POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f!")
            .as_bytes(),
    );
    let reply = connection.read().unwrap();
    refused(&sandbox, &reply, 415, "compressed");
}

#[test]
fn other_paths_are_404_and_other_methods_405() {
    let sandbox = Sandbox::new();
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("POST", "/logs/v1/import/events.csv?post_api_key=k", 404),
        ("POST", "/logs/v1/import/profiles/?post_api_key=k", 404),
        ("GET", TABLE, 405),
        ("PUT", TABLE, 405),
        ("GET", PROFILE, 405),
        ("POST", "/profiles", 405),
        ("DELETE", "/requests", 405),
        ("GET", "/", 200),
    ] {
        let reply = sandbox.ask(method, path, b"").unwrap();
        assert_eq!(reply.status, status, "{method} {path}");
        assert_eq!(reply.header("allow").is_some(), status == 405);
    }
}

#[test]
fn a_chunked_body_and_one_that_waits_for_a_100_are_read() {
    let sandbox = Sandbox::new();
    let mut connection = sandbox.connect();
    let head = format!("POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\n");
    let rows = "1,p,\"{\"\"a\"\":1}\"";
    connection.send(
        format!(
            "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{HEADER}\r\n{:x}\r\n{rows}\r\n0\r\n\r\n",
            HEADER.len(),
            rows.len()
        )
        .as_bytes(),
    );
    assert_eq!(connection.read().unwrap().status, 200);
    let length = HEADER.len() + rows.len();
    connection
        .send(format!("{head}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n").as_bytes());
    assert_eq!(connection.read().unwrap().status, 100);
    connection.send(format!("{HEADER}{rows}").as_bytes());
    assert_eq!(connection.read().unwrap().status, 200);
    assert_eq!(sandbox.0.totals().applied, 2);
}

#[test]
fn a_request_cut_off_by_its_client_is_noted_and_not_applied() {
    let sandbox = Sandbox::new();
    let mut connection = sandbox.connect();
    connection.send(
        format!(
            "POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{HEADER}"
        )
        .as_bytes(),
    );
    drop(connection);
    while sandbox.0.totals().requests == 0 {
        std::thread::yield_now();
    }
    assert_eq!(sandbox.requests()[0]["status"], "dropped");
    assert_eq!(sandbox.requests()[0]["applied"], false);
}

#[test]
fn only_loopback_is_listened_on() {
    let settings = Settings {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Settings::default()
    };
    let error = start(settings).unwrap_err();
    assert!(error.to_string().contains("not a loopback address"));
}

#[test]
fn a_stopped_sandbox_no_longer_listens_and_closes_its_connections() {
    let sandbox = Sandbox::failing("*:delay=60s");
    let mut connection = sandbox.connect();
    assert_eq!(connection.exchange("GET", "/", b"").unwrap().status, 200);
    connection.send(format!("POST {TABLE}?post_api_key=k HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    sandbox.0.stop();
    sandbox.0.wait();
    assert!(connection.read().is_none());
    assert!(std::net::TcpStream::connect(sandbox.0.addr()).is_err());
}

#[test]
fn waiting_ends_when_another_thread_stops_it() {
    let sandbox = Sandbox::new();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| sandbox.0.wait());
        sandbox.0.stop();
        waiting.join().unwrap();
    });
}

#[test]
fn the_log_tells_each_request_without_key_or_identifier() {
    let (lines, log) = std::sync::mpsc::channel();
    let sandbox = Sandbox::with(|settings| {
        settings.key = Some("sesame".to_owned().into());
        settings.log = Some(Box::new(move |line| lines.send(line.clone()).unwrap()));
    });
    let query =
        "post_api_key=sesame&application_id=1&profile_id=alice&attributes=%7B%22a%22%3A1%7D";
    assert_eq!(sandbox.profile(query).status, 200);
    sandbox.ask("POST", &format!("{TABLE}?post_api_key=sesam"), b"x");
    sandbox.get("/");
    let lines: Vec<_> = log.try_iter().collect();
    assert_eq!(lines[0].user_agent.as_deref(), Some("test/1"));
    assert_eq!(lines[0].content_type.as_deref(), Some("text/csv"));
    assert_eq!(lines[0].answer, Answer::Status(200));
    let told: Vec<_> = lines.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "#1 POST /logs/v1/import/profiles: 200, 1 rows, 0 bytes, applied",
            "#2 POST /logs/v1/import/profiles.csv: 403, 0 rows, 1 bytes, not applied",
            "GET /: 200",
        ]
    );
    for listing in [format!("{lines:?}"), sandbox.get("/requests")] {
        assert!(!listing.contains("sesam") && !listing.contains("alice"));
    }
}

#[test]
fn swallowing_takes_anything_and_keeps_nothing() {
    let sandbox = Sandbox::with(|settings| settings.swallow = true);
    assert_eq!(sandbox.table("rubbish").body, UPLOADED);
    assert_eq!(sandbox.0.totals().bytes, 7);
    assert_eq!(sandbox.profiles(), [""; 0]);
}

#[test]
fn an_ipv6_sandbox_has_a_url_that_can_be_used() {
    let listen = "[::1]:0".parse().unwrap();
    // Some containers have no IPv6.
    if let Ok(running) = start(Settings {
        listen,
        ..Settings::default()
    }) {
        assert_eq!(
            running.url(),
            format!("http://[::1]:{}", running.addr().port())
        );
        assert_eq!(
            Connection::open(running.addr())
                .exchange("GET", "/", b"")
                .unwrap()
                .status,
            200
        );
    }
}
