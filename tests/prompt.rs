//! The hidden prompt in a pseudo-terminal. The test binary starts itself there: the child is the
//! ignored test below, and what it does is what `ampost` does when a key is missing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::{Command, Stdio};
use std::time::Duration;

use ampost::exit::Exit;
use ampost::prompt::{Prompt, Terminal};
use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Session};

const SECRET: &str = "SECRET-0123-abcd";

/// Not a test of its own: asks twice and tells on standard error what it got.
#[test]
#[ignore = "run by the other tests, in a pseudo-terminal"]
fn child() {
    use std::io::Write;
    // The pseudo-terminal begins without echo.
    stty("echo");
    let mut terminal = Terminal::new();
    let mut err = std::io::stderr();
    for question in ["first", "second"] {
        match terminal.secret(question) {
            Ok(answer) => {
                let sum: u32 = answer.bytes().map(u32::from).sum();
                writeln!(err, "[{} bytes, sum {sum}]", answer.len()).unwrap();
            }
            Err(error) => {
                writeln!(err, "[exit {}]", Exit::of(&error).code()).unwrap();
                break;
            }
        }
    }
    let echo = stty("-a")
        .split_whitespace()
        .any(|word| word.trim_end_matches(';') == "echo");
    writeln!(err, "[echo {echo}]").unwrap();
}

fn stty(argument: &str) -> String {
    let output = Command::new("stty")
        .arg(argument)
        .stdin(Stdio::inherit())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn spawn() -> OsSession {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "child",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session
}

/// Waits for `text`; returns what came before it.
fn until(session: &mut OsSession, text: &str) -> String {
    let found = session.expect(text).unwrap();
    String::from_utf8_lossy(found.before()).into_owned()
}

fn expected(answer: &str) -> String {
    let sum: u32 = answer.bytes().map(u32::from).sum();
    format!("[{} bytes, sum {sum}]", answer.len())
}

#[test]
fn what_is_typed_is_not_shown_and_editing_keys_work() {
    let mut session = spawn();
    until(&mut session, "first: ");
    // Backspace takes one off, Ctrl-U all; the second answer is typed ahead.
    session
        .send(format!("wrong\u{15}{SECRET}x\u{7f}\rnext\r"))
        .unwrap();
    let shown = until(&mut session, &expected(SECRET)) + &until(&mut session, &expected("next"));
    assert!(
        !shown.contains("SECRET") && !shown.contains("next"),
        "{shown}"
    );
    until(&mut session, "[echo true]");
    session.expect(Eof).unwrap();
}

#[test]
fn ctrl_c_ends_with_code_130_and_the_echo_on() {
    let mut session = spawn();
    until(&mut session, "first: ");
    session.send("SEC\u{3}").unwrap();
    let shown = until(&mut session, "[exit 130]");
    assert!(!shown.contains("SEC"), "{shown}");
    until(&mut session, "[echo true]");
    session.expect(Eof).unwrap();
}
