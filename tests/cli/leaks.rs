//! What must not get out: the key, and personal values in the clear. Every place where the program writes
//! is searched, at every verbosity, in good runs and in bad ones, with a server that echoes what it got.
//!
//! `SECURITY.md` names these tests.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc;
use std::time::Duration;

use crate::util::{KEY, Place, Ran, Server};

/// What the rows hold; every piece would identify a person.
const PERSONAL: [&str; 7] = [
    "client-of-ours-77",
    "9001112233",
    "900 111-22-33",
    "petrova.private",
    "petrova_tg",
    "Platinum-Petrova",
    "31415926",
];

fn rows() -> String {
    "profile_id,phone,email,telegram,tier,ltv:number,visits:counter\n\
     client-of-ours-77,+7 900 111-22-33,petrova.private@example.org,@petrova_tg,Platinum-Petrova,31415926.5,1\n\
     client-of-ours-78,+7 900 111-22-33,petrova.private@,@petrova_tg,Platinum-Petrova,31415926.5,1\n\
     client-of-ours-79,79001112233,petrova.private@example.org,,Platinum-Petrova,31415926.5x,1\n"
        .to_owned()
}

/// Forms in which the key might appear.
fn forms_of_the_key() -> [String; 4] {
    [
        KEY.to_owned(),
        KEY.to_lowercase(),
        KEY.replace('-', "%2D"),
        KEY.replace('-', "%2d"),
    ]
}

#[track_caller]
fn shows_nothing(ran: Ran) -> Ran {
    let mut ran = ran;
    for form in forms_of_the_key() {
        ran = ran.never_shows(&form);
    }
    for personal in PERSONAL {
        ran = ran.never_shows(personal);
    }
    ran
}

/// Searches every file but the input and the rejects, which are to hold the rows.
#[track_caller]
fn files_hold_nothing(place: &Place) {
    for path in place.files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for form in forms_of_the_key() {
            assert!(!text.contains(&form), "{} holds the key", path.display());
        }
        if name == "crm.csv" || name == "rejects.csv" {
            continue;
        }
        for personal in PERSONAL {
            assert!(
                !text.contains(personal),
                "{} holds {personal}:\n{text}",
                path.display()
            );
        }
    }
}

/// A server that says back all that it got, with every status that is told to the user.
const FAULTS: [&str; 9] = [
    "",
    "*:400;text=bad%20key%20{key}%20in%20{query}%20row%20{body}",
    "*:403;text=no%20such%20key%20{key}%20{query}%20{body}",
    "*:404;text={query}{body}{key}",
    "*:413;text={body}{key}",
    "*:500;text=crashed%20at%20{body}%20{key}",
    "*:503;retry-after=0;text={key}{query}{body}",
    "*:302;text={key}{query}{body}",
    "*:drop-after",
];

const VERBOSITIES: [&str; 4] = ["-q", "--color=never", "-v", "-vvv"];

#[test]
fn import_shows_neither_the_key_nor_a_value_whatever_the_server_says() {
    for fault in FAULTS {
        for verbosity in VERBOSITIES {
            for format in ["text", "json"] {
                let server = Server::failing(fault);
                let place = Place::at(&server.url());
                place.write("crm.csv", rows());
                let args = [
                    "import",
                    "crm.csv",
                    "--retries",
                    "1",
                    "--rejects",
                    "rejects.csv",
                    verbosity,
                    "--format",
                    format,
                ];
                shows_nothing(place.run(&args));
                // Once more, so that what the journal makes the program say is searched, too.
                shows_nothing(place.run(&args));
                files_hold_nothing(&place);
            }
        }
    }
}

#[test]
fn a_dry_run_shows_a_masked_sample_only() {
    let place = Place::with_credentials();
    place.write("crm.csv", rows());
    for verbosity in VERBOSITIES {
        let mut ran = place
            .run(&["import", "crm.csv", "--dry-run", verbosity])
            .exits(3)
            .never_shows(KEY);
        // Numbers are shown as they will be sent: a wrong decimal sign is to be seen. Whose they are is not.
        for personal in PERSONAL.iter().filter(|text| **text != "31415926") {
            ran = ran.never_shows(personal);
        }
    }
}

#[test]
fn set_shows_neither_the_key_nor_a_value_whatever_the_server_says() {
    for fault in FAULTS {
        for verbosity in VERBOSITIES {
            let server = Server::failing(fault);
            let place = Place::at(&server.url());
            shows_nothing(place.run(&[
                "set",
                "--profile-id",
                "client-of-ours-77",
                "tier=Platinum-Petrova",
                "ltv:=31415926.5",
                "visits+=1",
                "--phone",
                "+7 900 111-22-33",
                "--email",
                "petrova.private@example.org",
                "--telegram",
                "petrova_tg",
                "--retries",
                "1",
                verbosity,
            ]));
            files_hold_nothing(&place);
        }
    }
}

#[test]
fn verify_keys_shows_the_last_four_characters_of_the_key_and_no_more() {
    for fault in FAULTS {
        for format in ["text", "json"] {
            let server = Server::failing(fault);
            let place = Place::at(&server.url());
            place.write("crm.csv", rows());
            let args = [
                "verify-keys",
                "crm.csv",
                "--retries",
                "0",
                "-v",
                "--format",
                format,
            ];
            let ran = shows_nothing(place.run(&args)).prints("…0000");
            let more = &KEY[KEY.len() - 5..];
            ran.never_shows(more);
        }
    }
}

#[test]
fn hash_shows_hashes_and_where_a_value_is_wrong_but_not_the_value() {
    let place = Place::empty();
    place.write("crm.csv", rows());
    shows_nothing(place.run(&["hash", "phone", "9001112233x", "-v"])).exits(3);
    shows_nothing(place.run_with(&["hash", "email"], "petrova.private@\n")).exits(3);
    place
        .run(&["hash", "csv", "crm.csv", "-o", "hashed.csv", "-v"])
        .exits(3)
        .never_shows("petrova")
        .never_shows("9001112233");
}

#[test]
fn the_journal_holds_digests_and_counts_only() {
    let server = Server::failing("2:drop-after");
    let place = Place::at(&server.url());
    let rows: String = (0..30).map(|n| format!("c{n},1\n")).collect();
    place.write("crm.csv", format!("profile_id,visits:counter\n{rows}"));
    place
        .run(&["import", "crm.csv", "--batch-rows", "10", "--jobs", "1"])
        .exits(6);
    let journals: Vec<_> = place
        .files()
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "jsonl")
        })
        .collect();
    assert_eq!(journals.len(), 1);
    let known = [
        "event",
        "format",
        "version",
        "resumed",
        "job",
        "application_id",
        "api",
        "lanes",
        "batch_rows",
        "batch_bytes",
        "counters",
        "process",
        "time",
        "lane",
        "batch",
        "part",
        "sha256",
        "rows",
        "status",
        "complete",
        "batches",
        "rows_sent",
        "rows_rejected",
        "batches_in_doubt",
        "refused_all",
    ];
    for line in std::fs::read_to_string(&journals[0]).unwrap().lines() {
        let entry: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        for name in entry.keys() {
            assert!(known.contains(&name.as_str()), "{name} in {line}");
        }
    }
}

/// Neither stream has a character that a terminal obeys, line ends aside.
#[track_caller]
fn is_plain(ran: &Ran) {
    for text in [&ran.stdout, &ran.stderr] {
        let odd = text
            .chars()
            .find(|&c| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c));
        assert_eq!(odd, None, "{text:?}");
    }
}

#[test]
fn terminal_controls_from_the_server_are_not_printed() {
    for status in [400, 403, 404, 500, 503] {
        let fault = format!("*:{status};text=%1b[2J%1b]0;x%07%0d%c2%9b31m%e2%80%ae{{key}}{{body}}");
        let server = Server::failing(&fault.replace("]0;x", "]0%3Bx"));
        let place = Place::at(&server.url());
        place.write("crm.csv", "profile_id,tier\na,b\n");
        for format in ["text", "json"] {
            let args = [
                "import",
                "crm.csv",
                "-v",
                "--retries",
                "0",
                "--format",
                format,
            ];
            is_plain(&place.run(&args));
        }
        is_plain(&place.run(&["set", "--profile-id", "a", "tier=b", "-v", "--retries", "0"]));
        is_plain(&place.run(&["verify-keys", "-v", "--retries", "0"]));
    }
}

#[test]
fn terminal_controls_in_the_data_are_not_printed() {
    let place = Place::with_credentials();
    let odd = "\u{1b}[2J\u{7}\u{9b}31m\u{202e}";
    place.write(
        "crm.csv",
        format!("profile_id{odd},a{odd},b{odd}:number\nc{odd},v{odd},n{odd}\n"),
    );
    let map = format!("profile_id{odd}=profile_id");
    for args in [
        vec!["import", "crm.csv", "--dry-run", "-v"],
        vec!["import", "crm.csv", "--dry-run", "-v", "--map", &map],
        vec!["import", "crm.csv", "--sandbox", "-v", "--map", &map],
        vec!["import", "crm.csv", "--sandbox", "--map", "nothing=email"],
        vec!["verify-keys", "crm.csv", "--sandbox", "--map", &map],
        vec!["hash", "csv", "crm.csv"],
        vec!["set", "--profile-id", odd, &format!("a{odd}"), "--sandbox"],
    ] {
        is_plain(&place.run(&args));
    }
}

#[test]
fn files_with_data_are_for_their_owner_only_whatever_the_umask() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", rows());
    let binary = env!("CARGO_BIN_EXE_ampost");
    let script = format!(
        "umask 000; '{binary}' import crm.csv --rejects rejects.csv; \
         '{binary}' import crm.csv --dry-run --output ready.csv; \
         '{binary}' hash csv crm.csv -o hashed.csv; true"
    );
    let done = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(place.path("."))
        .env("HOME", place.path("."))
        .env("APPMETRICA_POST_API_KEY", KEY)
        .env("APPMETRICA_APPLICATION_ID", "1")
        .env("AMPOST_API_URL", server.url())
        .output()
        .unwrap();
    assert!(done.status.success());
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut seen = 0;
    for path in place.files() {
        if path.file_name().unwrap() != "crm.csv" {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            seen += 1;
        }
    }
    assert_eq!(seen, 4, "{done:?}");
    assert_eq!(mode(&place.path(".local/state/ampost")), 0o700);
}

/// Listens, answers whatever comes with `answer`, and hands over what came.
fn listener(answer: &'static str) -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream
                .set_read_timeout(Some(Duration::from_millis(500)))
                .unwrap();
            let mut got = Vec::new();
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                got.extend_from_slice(&buffer[..count]);
                if got.windows(4).any(|four| four == b"\r\n\r\n") {
                    break;
                }
            }
            drop(stream.write_all(answer.as_bytes()));
            if sender
                .send(String::from_utf8_lossy(&got).into_owned())
                .is_err()
            {
                return;
            }
        }
    });
    (port, receiver)
}

#[test]
fn a_redirect_takes_the_key_nowhere() {
    let (elsewhere, got) = listener("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let answer = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{elsewhere}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let (port, asked) = listener(Box::leak(answer.into_boxed_str()));
    let place = Place::at(&format!("http://127.0.0.1:{port}"));
    place
        .run(&["set", "--profile-id", "a", "tier=b"])
        .exits(1)
        .says("redirect");
    assert!(asked.recv().unwrap().contains(KEY));
    assert!(got.recv_timeout(Duration::from_millis(300)).is_err());
}

#[test]
fn plain_http_to_this_machine_goes_past_every_proxy() {
    let (port, got) = listener("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let server = Server::new();
    let proxy = format!("http://127.0.0.1:{port}");
    let mut place = Place::at(&server.url());
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        place = place.env(name, &proxy);
    }
    place.run(&["set", "--profile-id", "a", "tier=b"]).exits(0);
    assert!(got.recv_timeout(Duration::from_millis(100)).is_err());
}

#[test]
fn a_proxy_is_told_the_host_and_nothing_else() {
    let (port, got) = listener("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let place =
        Place::at("https://127.0.0.1:9").env("HTTPS_PROXY", &format!("http://127.0.0.1:{port}"));
    let args = [
        "set",
        "--profile-id",
        "client-of-ours-77",
        "tier=b",
        "--retries",
        "0",
    ];
    place.run(&args).never_shows(KEY).exits(5);
    let asked = got.recv().unwrap();
    assert!(asked.starts_with("CONNECT 127.0.0.1:9 "), "{asked}");
    assert!(
        !asked.contains(KEY) && !asked.contains("client-of-ours"),
        "{asked}"
    );
}

#[test]
fn a_key_command_is_given_no_secret_and_what_it_prints_is_not_shown() {
    let server = Server::new();
    let place = Place::empty().env("AMPOST_API_URL", &server.url());
    let config = |command: &str| {
        place.write(
            "config.toml",
            format!("[apps.a]\napplication_id = 1\npost_api_key_command = \"{command}\"\n"),
        )
    };
    let args = ["verify-keys", "--config", "config.toml", "-v"];
    config(&format!("echo {KEY}; echo noise-secret; env > seen.txt"));
    place
        .run(&args)
        .exits(0)
        .never_shows(KEY)
        .never_shows("noise-secret");
    assert!(!place.read("seen.txt").contains(KEY));
    config("echo half-a-secret; exit 3");
    place
        .run(&args)
        .exits(4)
        .says("exit status 3")
        .never_shows("half-a-secret");
}

#[test]
fn the_key_is_not_among_the_arguments_that_other_users_can_list() {
    let server = Server::failing("*:delay=2s");
    let place = Place::at(&server.url());
    place.write("crm.csv", "profile_id,tier\na,b\n");
    let args = ["import", "crm.csv"];
    let child = place.spawn(&args, std::process::Stdio::null());
    std::thread::sleep(Duration::from_millis(300));
    let listed = std::process::Command::new("ps")
        .args(["-o", "args=", "-p", &child.id().to_string()])
        .output();
    // Not every machine has ps.
    if let Ok(listed) = listed {
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert!(listed.contains("import crm.csv"), "{listed}");
        assert!(!listed.contains(KEY), "{listed}");
    }
    place.wait(&args, child).exits(0);
    // And whoever types it as an argument is told the better way, without seeing it again.
    place
        .run(&["import", "crm.csv", "--post-api-key", KEY])
        .exits(2)
        .never_shows(KEY)
        .says("--post-api-key-file");
}

#[test]
fn rows_of_another_application_are_not_sent() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write(
        "native.csv",
        "application_id,profile_id,attributes\n1234567,a,\"{\"\"x\"\":\"\"y\"\"}\"\n7654321,b,\"{\"\"x\"\":\"\"y\"\"}\"\n",
    );
    place
        .run(&["import", "native.csv"])
        .exits(2)
        .says("line 3")
        .says("not for application 1234567");
    assert_eq!(server.totals().requests, 0);
}
