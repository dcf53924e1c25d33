//! What broke once, each test named after it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use crate::util::Place;

/// A server that hands each connection to `serve`; returns its address.
fn raw_server(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            serve(connection.unwrap());
        }
    });
    url
}

/// Reads the head of a request and nothing of its body.
fn read_head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A file whose body is larger than what sockets hold.
fn large_csv() -> String {
    let mut csv = "profile_id,note\n".to_owned();
    for row in 0..40_000 {
        csv.push_str(&format!("p{row},{}\n", "x".repeat(190)));
    }
    csv
}

#[test]
fn an_answer_given_before_the_body_was_read_is_heard() {
    let url = raw_server(|mut connection| {
        read_head(&mut connection);
        let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        drop(connection.write_all(answer.as_bytes()));
    });
    let place = Place::at(&url);
    place.write("big.csv", large_csv());
    place
        .run(&[
            "import",
            "big.csv",
            "--yes",
            "--jobs",
            "1",
            "--batch-rows",
            "40000",
            "--retries",
            "0",
        ])
        .exits(4)
        .says("403");
}

#[test]
fn a_counter_is_not_in_doubt_when_there_was_no_connection() {
    let place = Place::at("https://nonexistent.invalid");
    place
        .run(&["set", "--profile-id", "1", "visits+=1", "--retries", "0"])
        .exits(5)
        .says("no connection");
}

#[test]
fn a_line_without_end_does_not_fill_the_memory_of_hash() {
    let line = "7".repeat(200_000);
    Place::empty()
        .run_with(&["hash", "phone"], format!("{line}\n79161234567\n{line}"))
        .exits(3)
        .says("line 1: the line is too long")
        .says("line 3: the line is too long")
        .prints("\n1210f4f193f6032e91cd7117a785a1be09550d79076c4717cdae4c0c45691a30\n");
}

#[test]
fn a_mapping_file_without_end_is_refused() {
    let place = Place::with_credentials();
    place.write("crm.csv", "profile_id,tier\n1,gold\n");
    place
        .run(&["import", "crm.csv", "--dry-run", "--mapping", "/dev/zero"])
        .exits(2)
        .says("larger than 1 MiB");
}

#[test]
fn a_closed_stdout_does_not_turn_a_failure_into_success() {
    let place = Place::with_credentials();
    place.write("crm.csv", "profile_id,ltv:number\n1,much\n2,5\n");
    for format in ["text", "json"] {
        let args = [
            "import",
            "crm.csv",
            "--yes",
            "--sandbox",
            "--format",
            format,
        ];
        let mut child = place.spawn(&args, Stdio::null());
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(3), "{format}");
    }
}

#[test]
fn no_proxy_means_what_is_below_a_name_too() {
    // Whoever comes here was sent on by the proxy's address.
    let proxy = raw_server(|mut connection| {
        read_head(&mut connection);
        drop(connection.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    });
    let place = Place::at("https://api.nonexistent.invalid").env("HTTPS_PROXY", &proxy);
    let args = ["set", "--profile-id", "1", "a=b", "--retries", "0"];
    place.run(&args).exits(5).says("proxy");
    for exceptions in ["nonexistent.invalid", "other, invalid"] {
        let place = Place::at("https://api.nonexistent.invalid")
            .env("HTTPS_PROXY", &proxy)
            .env("NO_PROXY", exceptions);
        place.run(&args).exits(5).says("could not be resolved");
    }
}

#[test]
fn the_input_is_never_written_over() {
    let place = Place::with_credentials();
    let csv = "profile_id,tier\n1,gold\n";
    place.write("crm.csv", csv);
    std::os::unix::fs::symlink(place.path("crm.csv"), place.path("link.csv")).unwrap();
    for outputs in [
        &["--dry-run", "--output", "./crm.csv"][..],
        &["--dry-run", "--output", "link.csv"],
        &["--dry-run", "--save-mapping", "crm.csv"],
        &["--sandbox", "--rejects", "crm.csv", "--overwrite-rejects"],
    ] {
        let args = [&["import", "crm.csv", "--yes"], outputs].concat();
        place.run(&args).exits(2).says("names the input itself");
        assert_eq!(place.read("crm.csv"), csv);
    }
}
