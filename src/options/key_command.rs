//! `post_api_key_command`: a key from a password manager.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::exit::Exit;

/// Long enough for a passphrase to be typed or a security key to be touched.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Longest first line that is kept; no key is as long.
const LONGEST_LINE: u16 = 4096;

/// How often the command is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// Runs `command` with `sh -c` and returns the first line that it prints.
///
/// It gets no input and nothing secret on its command line. Its standard error is the user's: that is
/// where password managers ask and complain. What it prints on standard output is never shown.
///
/// # Errors
/// [`Exit::Credentials`] if it cannot be run, fails, prints nothing or takes longer than `limit`;
/// [`Exit::Interrupted`] if Ctrl-C ended it. `named` says where the command is written.
pub(super) fn first_line(
    command: &str,
    named: &str,
    limit: Duration,
) -> anyhow::Result<Zeroizing<String>> {
    let failed = |what: String| {
        Exit::Credentials.error(format!(
            "{named}: the command for the post API key {what}; run it by hand to see what it prints"
        ))
    };
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("could not be started ({error})")))?;
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            // The receiver is gone only if time is up; nobody wants the line then.
            let _ = sender.send(read_line(&mut output));
            // Reading on lets a command that prints more end by itself, not by a broken pipe.
            let _ = std::io::copy(&mut output, &mut std::io::sink());
        });
    }
    let until = Instant::now() + limit;
    let status = wait(&mut child, until)
        .map_err(|error| failed(format!("could not be waited for ({error})")))?
        .ok_or_else(|| failed(format!("took longer than {} s", limit.as_secs())))?;
    if status.signal() == Some(signal_hook::consts::SIGINT) {
        return Err(Exit::Interrupted.error("interrupted while the post API key was being fetched"));
    }
    if !status.success() {
        return Err(failed(describe(status)));
    }
    // A child of the command may hold the pipe open for ever: no longer than the rest of the time.
    let left = until.saturating_duration_since(Instant::now());
    match receiver.recv_timeout(left) {
        Ok(Ok(line)) if line.trim().is_empty() => {
            Err(failed("printed no key on its first line".to_owned()))
        }
        Ok(Ok(line)) => Ok(line),
        Ok(Err(_)) => Err(failed("printed something that is not text".to_owned())),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(failed("printed no line".to_owned()))
        }
    }
}

fn read_line(output: &mut impl BufRead) -> std::io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::with_capacity(LONGEST_LINE.into()));
    output
        .by_ref()
        .take(LONGEST_LINE.into())
        .read_line(&mut line)?;
    Ok(line)
}

/// Waits until the child ends, but not beyond `until`: then it is killed.
fn wait(child: &mut Child, until: Instant) -> std::io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("failed with exit status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn refused(command: &str) -> String {
        let error = first_line(command, "config.toml:3", Duration::from_secs(5)).unwrap_err();
        assert_eq!(Exit::of(&error), Exit::Credentials);
        let message = format!("{error:#} {error:?}");
        assert!(!message.contains("SECRET"), "{message}");
        assert!(message.contains("config.toml:3"), "{message}");
        message
    }

    #[test]
    fn the_first_line_counts_and_the_rest_is_read_to_its_end() {
        let line = |command| first_line(command, "c", LIMIT).unwrap();
        assert_eq!(line("printf key").as_str(), "key");
        assert_eq!(
            line("echo key; yes more | head -n 100000").as_str(),
            "key\n"
        );
        assert_eq!(line("cat; echo key").trim(), "key");
    }

    #[test]
    fn failures_are_told_without_the_output() {
        assert!(refused("echo SECRET; exit 3").contains("exit status 3"));
        assert!(refused("echo SECRET; kill -9 $$").contains("signal 9"));
        assert!(refused("true").contains("no key"));
        assert!(refused("echo; echo SECRET").contains("no key on its first line"));
        assert!(refused("printf 'SECRET\\377'").contains("not text"));
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let started = Instant::now();
        let error = first_line("exec sleep 60", "c", Duration::from_millis(100)).unwrap_err();
        assert!(error.to_string().contains("took longer"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
