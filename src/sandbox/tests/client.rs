//! Just enough of an HTTP/1.1 client to send what no good client would send.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::sandbox::{Running, Settings, start};

pub(super) const TABLE: &str = "/logs/v1/import/profiles.csv";
pub(super) const PROFILE: &str = "/logs/v1/import/profiles";
pub(super) const HEADER: &str = "application_id,profile_id,attributes\n";
pub(super) const UPLOADED: &str = "Your data has been uploaded.";

#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// A connection that is kept alive.
pub(super) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(super) fn open(addr: SocketAddr) -> Connection {
        let stream = TcpStream::connect(addr).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Connection(BufReader::new(stream))
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    /// Sends a request with a body of known length, and reads its answer.
    pub(super) fn exchange(&mut self, method: &str, target: &str, body: &[u8]) -> Option<Reply> {
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: sandbox\r\nUser-Agent: test/1\r\n\
             Content-Type: text/csv\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send(head.as_bytes());
        // A fault may have closed the connection already.
        let _ = self.0.get_mut().write_all(body);
        self.read()
    }

    /// The next answer; `None` if the connection is closed without one.
    pub(super) fn read(&mut self) -> Option<Reply> {
        let mut head = String::new();
        loop {
            match self.0.read_line(&mut head) {
                Ok(0) | Err(_) => {
                    assert_eq!(head, "", "half an answer");
                    return None;
                }
                Ok(_) if head.ends_with("\r\n\r\n") => break,
                Ok(_) => {}
            }
        }
        let status = head[9..12].parse().unwrap();
        let mut reply = Reply {
            status,
            head,
            body: String::new(),
        };
        if status != 100 && status != 204 && status != 304 {
            let length = reply.header("content-length").unwrap().parse().unwrap();
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).unwrap();
            reply.body = String::from_utf8(body).unwrap();
        }
        Some(reply)
    }
}

/// A sandbox with the key `k`, and the usual ways to talk to it.
pub(super) struct Sandbox(pub(super) Running);

impl Sandbox {
    pub(super) fn new() -> Sandbox {
        Sandbox::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Settings)) -> Sandbox {
        let mut settings = Settings {
            key: Some("k".to_owned().into()),
            ..Settings::default()
        };
        change(&mut settings);
        Sandbox(start(settings).unwrap())
    }

    pub(super) fn failing(spec: &str) -> Sandbox {
        Sandbox::with(|settings| settings.faults = spec.parse().unwrap())
    }

    pub(super) fn connect(&self) -> Connection {
        Connection::open(self.0.addr())
    }

    /// A request on a connection of its own.
    pub(super) fn ask(&self, method: &str, target: &str, body: &[u8]) -> Option<Reply> {
        self.connect().exchange(method, target, body)
    }

    /// Posts a CSV body as it is; `None` if there was no answer.
    pub(super) fn try_table(&self, body: &str) -> Option<Reply> {
        self.ask("POST", &format!("{TABLE}?post_api_key=k"), body.as_bytes())
    }

    pub(super) fn table(&self, body: &str) -> Reply {
        self.try_table(body).unwrap()
    }

    /// Posts one row of the profile `p`.
    pub(super) fn attributes(&self, json: &str) -> Reply {
        self.table(&format!("{HEADER}1,p,\"{}\"\n", json.replace('"', "\"\"")))
    }

    /// Posts one profile by its query.
    pub(super) fn profile(&self, query: &str) -> Reply {
        self.ask("POST", &format!("{PROFILE}?{query}"), b"")
            .unwrap()
    }

    pub(super) fn get(&self, path: &str) -> String {
        let reply = self.ask("GET", path, b"").unwrap();
        assert_eq!(reply.status, 200);
        reply.body
    }

    /// The profiles, one a line, without what stands around them.
    pub(super) fn profiles(&self) -> Vec<String> {
        let body = self.get("/profiles");
        serde_json::from_str::<Value>(&body).unwrap();
        let list = body.strip_prefix("{\"profiles\":[\n");
        let list = list.and_then(|list| list.strip_suffix("\n]}\n"));
        list.unwrap_or("")
            .split(",\n")
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn requests(&self) -> Vec<Value> {
        serde_json::from_str(&self.get("/requests")).unwrap()
    }
}
