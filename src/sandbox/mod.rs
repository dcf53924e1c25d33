//! A stand-in for the AppMetrica Post API on loopback: as strict as the documentation is, with faults on request.
//!
//! It serves `ampost sandbox`, the `--sandbox` option and the tests. It parses what it gets by itself,
//! with none of the code that made the request, so that a bug on one side cannot hide on the other:
//! it must not know `post_api`, `upload`, `journal` or anything before them.
//!
//! Served: `POST /logs/v1/import/profiles`, `POST /logs/v1/import/profiles.csv`, and to look at what
//! arrived, `GET /profiles`, `GET /requests` and `GET /`.
//!
//! Where the documentation is silent, the stricter reading is taken; the choices:
//! one GB is 10^9 bytes; CSV is RFC 4180 to the letter (LF or CRLF, no stray quotes, no empty lines);
//! one profile's request needs its `Content-Length: 0`; a row holds at most 100 custom attributes;
//! compressed bodies are refused.

mod answer;
mod attributes;
mod decimal;
mod fault;
mod form;
mod request;
mod serve;
mod staged;
mod store;
mod table;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::Notify;
use zeroize::Zeroizing;

pub use fault::{FAIL_HELP, FaultError, Faults};

/// What is called with each request once it is dealt with; runs on the sandbox's thread.
pub type Log = Box<dyn Fn(&RequestLine) + Send>;

/// How a sandbox is to behave. The default is a free loopback port, any key and no faults.
pub struct Settings {
    /// Where to listen; loopback only. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The one key that is accepted; `None` accepts any that is not empty.
    pub key: Option<Zeroizing<String>>,
    /// Names of the attributes that are counters: their values are added up, all others replace.
    pub counters: Vec<String>,
    /// Outages to act out.
    pub faults: Faults,
    /// Called once a request.
    pub log: Option<Log>,
    /// For benches: read and count bytes, answer 200, look at nothing and keep nothing.
    pub swallow: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            key: None,
            counters: Vec::new(),
            faults: Faults::default(),
            log: None,
            swallow: false,
        }
    }
}

/// What a sandbox has seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// POST requests dealt with, whatever became of them.
    pub requests: u64,
    /// Of these, the requests whose data was applied.
    pub applied: u64,
    /// Rows applied; a row that was sent twice counts twice.
    pub rows: u64,
    /// Different profiles among them.
    pub profiles: u64,
    /// Body bytes read.
    pub bytes: u64,
}

/// What the client got for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An answer with this HTTP status.
    Status(u16),
    /// Nothing: the connection was closed, by a fault or by the client.
    Dropped,
}

/// One request, told without the key, the query or anything from the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// Its number among the POST requests, from 1; `None` for other methods.
    pub number: Option<u64>,
    /// HTTP method.
    pub method: String,
    /// Path of the URL, without the query.
    pub path: String,
    /// What the client got.
    pub answer: Answer,
    /// Rows of the request; 0 if it was malformed.
    pub rows: u64,
    /// Bytes of the body.
    pub bytes: u64,
    /// Whether its data was applied.
    pub applied: bool,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
}

impl fmt::Display for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = self.number {
            write!(f, "#{number} ")?;
        }
        write!(f, "{} {}: ", self.method, self.path)?;
        match self.answer {
            Answer::Status(status) => write!(f, "{status}")?,
            Answer::Dropped => f.write_str("connection closed without an answer")?,
        }
        if self.number.is_some() {
            let applied = if self.applied {
                "applied"
            } else {
                "not applied"
            };
            write!(f, ", {} rows, {} bytes, {applied}", self.rows, self.bytes)?;
        }
        Ok(())
    }
}

/// A sandbox that is running on a thread of its own. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    stop: Arc<Notify>,
    totals: Arc<Mutex<Totals>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Binds the address, starts the sandbox's thread, and returns once it is listening.
///
/// # Errors
/// The address is not a loopback address, or cannot be bound.
pub fn start(settings: Settings) -> io::Result<Running> {
    if !settings.listen.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "{} is not a loopback address; the sandbox has no TLS and listens on 127.0.0.1 or [::1] only",
                settings.listen
            ),
        ));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = std::net::TcpListener::bind(settings.listen)?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };

    let stop = Arc::new(Notify::new());
    let totals = Arc::new(Mutex::new(Totals::default()));
    let thread = {
        let (stop, totals) = (Arc::clone(&stop), Arc::clone(&totals));
        std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || serve::run(&runtime, listener, &stop, settings, totals))?
    };
    Ok(Running {
        addr,
        stop,
        totals,
        thread: Mutex::new(Some(thread)),
    })
}

impl Running {
    /// The address it listens on, with the real port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:PORT`, to be used as the API address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What it has seen so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        *lock(&self.totals)
    }

    /// Stops listening, closes every connection, and returns once the thread has ended.
    pub fn stop(&self) {
        self.stop.notify_one();
        self.wait();
    }

    /// Blocks until another thread has called [`Running::stop`].
    pub fn wait(&self) {
        // A second caller waits for the lock, that is, for the first one's join.
        if let Some(thread) = lock(&self.thread).take() {
            // A panic there has been reported by the panic hook already.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Locks in spite of a panic elsewhere: what is guarded here is replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
