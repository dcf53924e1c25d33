//! A place to run the program in, and what it did there.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A post API key that no server ever issued; tests search every output for it.
pub const KEY: &str = "Test-Key-5f0c1a7e-0000";

/// A fresh directory with an environment of its own.
pub struct Place {
    dir: tempfile::TempDir,
    env: Vec<(String, String)>,
}

/// What a run did.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    what: String,
    listing: String,
}

impl Place {
    /// A directory with nothing in it and no credentials.
    pub fn empty() -> Place {
        Place {
            dir: tempfile::tempdir().unwrap(),
            env: Vec::new(),
        }
    }

    /// A directory whose environment holds the key and an application ID.
    pub fn with_credentials() -> Place {
        Place::empty()
            .env("APPMETRICA_POST_API_KEY", KEY)
            .env("APPMETRICA_APPLICATION_ID", "1234567")
    }

    /// The same, with the API at `url`.
    pub fn at(url: &str) -> Place {
        Place::with_credentials().env("AMPOST_API_URL", url)
    }

    pub fn env(mut self, name: &str, value: &str) -> Place {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A command of the program, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ampost"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env_clear()
            .env("HOME", self.dir.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs the program without input.
    pub fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        self.ran(args, output)
    }

    /// Runs the program with `input` on its stdin.
    pub fn run_with(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let mut child = self.spawn(args, Stdio::piped());
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        self.ran(args, output)
    }

    /// Starts the program with its outputs captured.
    pub fn spawn(&self, args: &[&str], stdin: Stdio) -> Child {
        self.command(args)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// What a started program did in the end.
    pub fn wait(&self, args: &[&str], child: Child) -> Ran {
        let output = child.wait_with_output().unwrap();
        self.ran(args, output)
    }

    fn ran(&self, args: &[&str], output: Output) -> Ran {
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            what: format!("ampost {}", args.join(" ")),
            listing: self
                .files()
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }

    /// Every file below the directory.
    pub fn files(&self) -> Vec<PathBuf> {
        fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, found)
                } else {
                    found.push(path)
                }
            }
        }
        let mut found = Vec::new();
        walk(self.dir.path(), &mut found);
        found.sort();
        found
    }
}

impl Ran {
    fn dump(&self, why: &str) -> ! {
        panic!(
            "{why}\n$ {}\nexit: {:?}\n--- stdout\n{}\n--- stderr\n{}\n--- files\n{}",
            self.what, self.code, self.stdout, self.stderr, self.listing
        )
    }

    /// Checks the exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        if self.code != Some(code) {
            self.dump(&format!("expected exit code {code}"));
        }
        self
    }

    /// Checks that stderr says something.
    #[track_caller]
    pub fn says(self, text: &str) -> Ran {
        if !self.stderr.contains(text) {
            self.dump(&format!("stderr does not say {text:?}"));
        }
        self
    }

    /// Checks that stdout holds something.
    #[track_caller]
    pub fn prints(self, text: &str) -> Ran {
        if !self.stdout.contains(text) {
            self.dump(&format!("stdout does not print {text:?}"));
        }
        self
    }

    /// Checks that neither stream holds something.
    #[track_caller]
    pub fn never_shows(self, text: &str) -> Ran {
        if self.stdout.contains(text) || self.stderr.contains(text) {
            self.dump(&format!("it shows {text:?}"));
        }
        self
    }

    /// stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| self.dump(&format!("stdout is not JSON: {error}")))
    }
}

/// A sandbox of the test's own, and what it got.
pub struct Server {
    running: ampost::sandbox::Running,
}

impl Server {
    /// A sandbox without faults; `visits` is a counter.
    pub fn new() -> Server {
        Server::failing("")
    }

    /// A sandbox at this address.
    pub fn on(listen: std::net::SocketAddr) -> Server {
        Server::start(listen, "")
    }

    /// A sandbox that acts out `faults`.
    pub fn failing(faults: &str) -> Server {
        Server::start("127.0.0.1:0".parse().unwrap(), faults)
    }

    fn start(listen: std::net::SocketAddr, faults: &str) -> Server {
        let faults = if faults.is_empty() {
            ampost::sandbox::Faults::default()
        } else {
            faults.parse().unwrap()
        };
        let running = ampost::sandbox::start(ampost::sandbox::Settings {
            listen,
            key: Some(KEY.to_owned().into()),
            counters: vec!["visits".to_owned()],
            faults,
            ..ampost::sandbox::Settings::default()
        })
        .unwrap();
        Server { running }
    }

    pub fn url(&self) -> String {
        self.running.url()
    }

    pub fn totals(&self) -> ampost::sandbox::Totals {
        self.running.totals()
    }

    fn get(&self, path: &str) -> serde_json::Value {
        let text = ureq::get(format!("{}{path}", self.url()))
            .call()
            .unwrap()
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_string()
            .unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The profiles that it holds, by identifier.
    pub fn profiles(&self) -> BTreeMap<String, serde_json::Map<String, serde_json::Value>> {
        self.get("/profiles")["profiles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|profile| {
                let id = profile
                    .get("profile_id")
                    .or(profile.get("appmetrica_device_id"))
                    .unwrap();
                (
                    id.as_str().unwrap().to_owned(),
                    profile["attributes"].as_object().unwrap().clone(),
                )
            })
            .collect()
    }

    /// The POST requests that it got, in order.
    pub fn requests(&self) -> Vec<serde_json::Value> {
        let all = self.get("/requests");
        all["requests"]
            .as_array()
            .or(all.as_array())
            .unwrap()
            .iter()
            .filter(|r| r["method"] == "POST")
            .cloned()
            .collect()
    }
}
