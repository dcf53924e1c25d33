//! A place to run a document's commands in, as a reader would: a shell, a home, the examples, a server.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use expectrl::{Eof, Expect, Session};

use crate::parse::Shown;

/// The address that documents use.
const WRITTEN: &str = "127.0.0.1:8080";
/// The home directory that documents show.
const HOME: &str = "/home/you";

/// A fresh directory, and what earlier commands left in it.
pub(crate) struct Stage {
    dir: tempfile::TempDir,
    /// `export` and `unset` lines so far: each command has a shell of its own.
    before: String,
    /// Host and port that stand for [`WRITTEN`].
    server: String,
    _sandbox: ampost::sandbox::Running,
    started: Option<Child>,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// Standard error, then standard output, addresses and directories as documents write them.
    pub(crate) output: String,
}

impl Ran {
    /// Whether a line was printed; times may differ.
    pub(crate) fn prints(&self, shown: &Shown) -> bool {
        let Shown::Line(shown) = shown else {
            return true;
        };
        let shown = without_times(shown.trim_end());
        self.output
            .lines()
            .any(|line| without_times(line.trim_end()) == shown)
    }
}

/// Replaces the numbers before ` s` and after `"seconds":`.
fn without_times(line: &str) -> String {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for index in 1..words.len() {
        if matches!(words[index].as_str(), "s" | "s,") {
            words[index - 1] = "N".to_owned();
        }
    }
    let line = words.join(" ");
    match line.split_once("\"seconds\":") {
        Some((start, rest)) => {
            let end = rest.find(',').unwrap_or(rest.len());
            format!("{start}\"seconds\":N{}", &rest[end..])
        }
        None => line,
    }
}

impl Stage {
    /// With the examples, and no credentials.
    pub(crate) fn new() -> Stage {
        let sandbox = ampost::sandbox::start(ampost::sandbox::Settings::default()).unwrap();
        let stage = Stage {
            dir: tempfile::tempdir().unwrap(),
            before: String::new(),
            server: sandbox.addr().to_string(),
            _sandbox: sandbox,
            started: None,
        };
        for directory in [
            ".local/share/bash-completion/completions",
            ".zfunc",
            ".config/fish/completions",
        ] {
            fs::create_dir_all(stage.home().join(directory)).unwrap();
        }
        fs::create_dir(stage.dir.path().join("tools")).unwrap();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        copy(&examples, &stage.work().join("examples"));
        stage
    }

    /// With credentials, and the files that the examples name.
    pub(crate) fn for_examples() -> Stage {
        let mut stage = Stage::new();
        let url = format!("http://{}", stage.server);
        stage.run(&format!(
            "export APPMETRICA_POST_API_KEY=any-key APPMETRICA_APPLICATION_ID=1234567 AMPOST_API_URL={url}"
        ));
        let crm = include_str!("../../examples/crm.csv");
        let bad = ["c00012,", "c00023,", "c00031,"];
        let crm: String = crm
            .split_inclusive('\n')
            .filter(|line| !bad.iter().any(|bad| line.starts_with(bad)))
            .collect();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(crm.as_bytes()).unwrap();
        let excel = "profile_id;Город;ltv:number\r\nc1;Минск;1 234,50\r\nc2;Казань;7\r\n";
        let (excel, _, _) = encoding_rs::WINDOWS_1251.encode(excel);
        for (name, content) in [
            ("crm.csv.gz", packed.finish().unwrap()),
            ("crm.csv", crm.into_bytes()),
            ("excel.csv", excel.into_owned()),
            (
                "contacts.csv",
                b"id,Mobile,E-mail\n1,89001900001,a@example.org\n".to_vec(),
            ),
            ("phones.txt", b"8 900 190 00 01\n70123456789\n".to_vec()),
            ("emails.txt", b"name@yandex.ru\n".to_vec()),
        ] {
            fs::write(stage.work().join(name), content).unwrap();
        }
        stage
    }

    fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// Puts a program before those of the machine: it prints a sample export through `filter`.
    pub(crate) fn put_tool(&self, name: &str, export: &str, filter: &str) {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/exports");
        let path = self.dir.path().join("tools").join(name);
        let script = format!("#!/bin/sh\n{filter} '{}'\n", sample.join(export).display());
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a command; `None` when the machine lacks the tool that it begins with.
    pub(crate) fn run_if_possible(&mut self, line: &str) -> Option<Ran> {
        let tool = line.split(' ').find(|word| !word.contains('=')).unwrap();
        let there = self.run(&format!("command -v {tool}")).code == Some(0);
        if !there {
            eprintln!("not run, as there is no {tool}: {line}");
        }
        there.then(|| self.run(line))
    }

    /// Runs a command.
    pub(crate) fn run(&mut self, line: &str) -> Ran {
        if line.starts_with("export ") || line.starts_with("unset ") {
            self.before.push_str(&line.replace(WRITTEN, &self.server));
            self.before.push('\n');
            return Ran {
                code: Some(0),
                output: String::new(),
            };
        }
        if line.starts_with("ampost sandbox") {
            return self.start_sandbox(line);
        }
        let text = line.replace(WRITTEN, &self.server);
        if line.starts_with("ampost configure") {
            return self.configure(&text);
        }
        let output = self.shell(&text).stdin(Stdio::null()).output().unwrap();
        let mut text = String::from_utf8_lossy(&output.stderr).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stdout));
        Ran {
            code: output.status.code(),
            output: self.as_written(&text),
        }
    }

    /// Starts a sandbox that serves from now on, in place of the one before, on a port that is free.
    fn start_sandbox(&mut self, line: &str) -> Ran {
        self.end_sandbox();
        let mut child = self
            .shell(&format!("exec {line} --listen 127.0.0.1:0"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        self.started = Some(child);
        let url = first.trim().strip_prefix("listening on http://");
        self.server = url.unwrap_or_else(|| panic!("{line}: {first}")).to_owned();
        Ran {
            code: Some(0),
            output: self.as_written(&first),
        }
    }

    /// Ends the sandbox as Ctrl-C would.
    fn end_sandbox(&mut self) {
        if let Some(mut child) = self.started.take() {
            let pid = child.id().to_string();
            let sent = Command::new("kill").args(["-INT", &pid]).status();
            assert!(sent.is_ok_and(|status| status.success()));
            assert_eq!(child.wait().unwrap().code(), Some(0));
        }
    }

    /// Types the answers in a pseudo-terminal.
    fn configure(&mut self, line: &str) -> Ran {
        let mut session = Session::spawn(self.shell(&format!("exec {line}"))).unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(30)));
        let mut output = Vec::new();
        // The real server is not asked, whatever the example says.
        let verify = if line.contains("--api-url") { "y" } else { "n" };
        for (question, answer) in [
            ("A name for the app", "\r"),
            ("Application ID", "1234567\r"),
            (
                "Post API key (hidden)",
                "0f7c2d6e-4b1a-4c55-9d2e-5a61c0e8b3d4\r",
            ),
            ("Ask the server", verify),
        ] {
            if question.starts_with("A name") && line.contains("--app ") {
                continue;
            }
            let found = session.expect(question).unwrap();
            output.extend(found.before());
            output.extend(question.as_bytes());
            // The terminal is made ready only after the question is drawn.
            std::thread::sleep(Duration::from_millis(300));
            session.send(answer).unwrap();
        }
        output.extend(session.expect(Eof).unwrap().as_bytes());
        let code = match session.get_process().wait().unwrap() {
            expectrl::process::unix::WaitStatus::Exited(_, code) => Some(code),
            _ => None,
        };
        let text = console::strip_ansi_codes(&String::from_utf8_lossy(&output)).replace('\r', "\n");
        Ran {
            code,
            output: self.as_written(&text),
        }
    }

    fn shell(&self, text: &str) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_ampost")).parent().unwrap();
        let mut path = vec![self.dir.path().join("tools"), binary.to_owned()];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{}{text}", self.before)])
            .current_dir(self.work())
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("LC_ALL", "C.UTF-8")
            .env("HTTPS_PROXY", "http://127.0.0.1:9");
        command
    }

    /// A text with the address and the home directory that documents show.
    fn as_written(&self, text: &str) -> String {
        text.replace(&self.server, WRITTEN)
            .replace(&self.home().display().to_string(), HOME)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            if let Some(child) = &mut self.started {
                drop(child.kill());
                drop(child.wait());
            }
        } else {
            self.end_sandbox();
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
