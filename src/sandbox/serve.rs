//! The HTTP side: connections, bodies, answers, and faults carried out.
//!
//! Everything runs on one thread, so that state needs no locks. Each request is a task of its own: a
//! client that gives up does not undo what the server is about to do, as with a real one.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, USER_AGENT};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::{LocalSet, spawn_local};
use zeroize::Zeroizing;

use super::answer::{Reply, faulty, json, not_allowed, refused, requests_json, text};
use super::attributes::Names;
use super::fault::{Action, Facts};
use super::request::{self, MOST_BYTES, Refusal, Resource};
use super::staged::Staged;
use super::store::Store;
use super::{Answer, Faults, Log, RequestLine, Settings, Totals, lock};

const HELP: &str = "\
A stand-in for the AppMetrica Post API: POST /logs/v1/import/profiles[.csv]; see GET /profiles and GET /requests.
";

/// Serves until told to stop.
pub(super) fn run(
    runtime: &Runtime,
    listener: TcpListener,
    stop: &Notify,
    settings: Settings,
    totals: Arc<Mutex<Totals>>,
) {
    let sandbox = Rc::new(Sandbox {
        key: settings.key,
        faults: settings.faults,
        swallow: settings.swallow,
        log: settings.log,
        arrived: Cell::new(0),
        state: RefCell::new(State {
            names: Names::new(settings.counters),
            store: Store::default(),
            requests: Vec::new(),
        }),
        totals,
    });
    let tasks = LocalSet::new();
    tasks.block_on(runtime, async {
        spawn_local(accept(listener, sandbox));
        // Whatever is under way ends with the task set.
        stop.notified().await;
    });
}

async fn accept(listener: TcpListener, sandbox: Rc<Sandbox>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                spawn_local(connection(stream, Rc::clone(&sandbox)));
            }
            // Out of descriptors, most likely: connections that end make room.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, sandbox: Rc<Sandbox>) {
    // It only costs speed where it fails.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let task = spawn_local(Rc::clone(&sandbox).answer(request));
        // An error instead of an answer makes hyper close the connection without a byte.
        async { task.await.unwrap_or(Err(Dropped)) }
    });
    // An error here is a client that went away, or a drop on purpose.
    let _ = http1::Builder::new()
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// No answer: the connection is closed instead.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

struct Sandbox {
    key: Option<Zeroizing<String>>,
    faults: Faults,
    swallow: bool,
    log: Option<Log>,
    /// POST requests so far.
    arrived: Cell<u64>,
    state: RefCell<State>,
    totals: Arc<Mutex<Totals>>,
}

struct State {
    names: Names,
    store: Store,
    requests: Vec<RequestLine>,
}

impl Sandbox {
    async fn answer(self: Rc<Self>, request: Request<Incoming>) -> Result<Reply, Dropped> {
        let (head, body) = request.into_parts();
        let mut line = RequestLine {
            number: None,
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            answer: Answer::Dropped,
            rows: 0,
            bytes: 0,
            applied: false,
            user_agent: header(&head.headers, USER_AGENT),
            content_type: header(&head.headers, CONTENT_TYPE),
        };
        let reply = if head.method == Method::POST {
            self.arrived.set(self.arrived.get() + 1);
            line.number = Some(self.arrived.get());
            self.post(self.arrived.get(), &head, body, &mut line).await
        } else {
            Ok(self.look(&head))
        };
        if let Ok(reply) = &reply {
            line.answer = Answer::Status(reply.status().as_u16());
        }
        self.record(line);
        reply
    }

    /// Notes a request down. Comes before its answer, so that who has the answer finds it noted.
    fn record(&self, line: RequestLine) {
        if let Some(log) = &self.log {
            log(&line);
        }
        if line.number.is_none() {
            return;
        }
        let mut state = self.state.borrow_mut();
        let mut totals = lock(&self.totals);
        totals.requests += 1;
        totals.bytes += line.bytes;
        if line.applied {
            totals.applied += 1;
            totals.rows += line.rows;
        }
        totals.profiles = state.store.len();
        state.requests.push(line);
    }

    async fn post(
        &self,
        number: u64,
        head: &Parts,
        body: Incoming,
        line: &mut RequestLine,
    ) -> Result<Reply, Dropped> {
        if let Some(delay) = self.faults.cut_at_head(number) {
            tokio::time::sleep(delay).await;
            return Err(Dropped);
        }
        let checked = request::check_head(head, self.key.as_ref().map(|key| key.as_str()));
        let (body, checked) = match read(body, self.swallow).await {
            Ok(body) => (body, checked),
            Err(Unread::Cut) => return Err(Dropped),
            Err(Unread::TooLarge(seen)) => {
                let refusal = Refusal::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "the body is larger than 1 GB",
                );
                let body = Contents {
                    size: seen,
                    ..Contents::default()
                };
                (body, checked.and(Err(refusal)))
            }
        };
        line.bytes = body.size;
        let verdict = checked.and_then(|resource| self.judge(resource, head, &body.bytes));
        if let Ok(Some(staged)) = &verdict {
            line.rows = staged.rows.len() as u64;
        }

        let plan = {
            let names = &self.state.borrow().names;
            let staged = verdict.as_ref().ok().and_then(Option::as_ref);
            self.faults.decide(&Facts {
                number,
                bytes: body.size,
                content: staged.map(|staged| (staged, names)),
            })
        };
        if !plan.delay.is_zero() {
            tokio::time::sleep(plan.delay).await;
        }
        match plan.action {
            None => Ok(match verdict {
                Ok(staged) => {
                    line.applied = self.apply(staged);
                    text(StatusCode::OK, "Your data has been uploaded.")
                }
                Err(refusal) => refused(&refusal),
            }),
            Some(Action::Answer(answer)) => {
                if answer.after
                    && let Ok(staged) = verdict
                {
                    line.applied = self.apply(staged);
                }
                Ok(faulty(answer, head, &body.bytes))
            }
            Some(Action::DropBefore | Action::DropConnect) => Err(Dropped),
            Some(Action::DropAfter) => {
                if let Ok(staged) = verdict {
                    line.applied = self.apply(staged);
                }
                Err(Dropped)
            }
        }
    }

    /// The rows of a request, or `None` where nobody wants to know.
    fn judge(
        &self,
        resource: Resource,
        head: &Parts,
        body: &[u8],
    ) -> Result<Option<Staged>, Refusal> {
        if self.swallow {
            return Ok(None);
        }
        request::stage(resource, head, body, &mut self.state.borrow_mut().names).map(Some)
    }

    fn apply(&self, staged: Option<Staged>) -> bool {
        let state = &mut *self.state.borrow_mut();
        if let Some(staged) = staged {
            state.store.apply(&staged, &state.names);
        }
        true
    }

    /// Everything but POST: nothing is changed, nothing counted, nothing fails.
    fn look(&self, head: &Parts) -> Reply {
        let path = head.uri.path();
        let allowed = match path {
            _ if request::is_view(path) => "GET",
            _ if Resource::at(path).is_some() => "POST",
            _ => return text(StatusCode::NOT_FOUND, "Not found"),
        };
        if head.method.as_str() != allowed {
            return not_allowed(allowed);
        }
        let state = self.state.borrow();
        match path {
            "/profiles" => json(state.store.to_json(&state.names)),
            "/requests" => json(requests_json(&state.requests)),
            _ => text(StatusCode::OK, HELP),
        }
    }
}

/// A body that was read.
#[derive(Default)]
struct Contents {
    bytes: Vec<u8>,
    size: u64,
}

/// Why a body was not read to its end.
enum Unread {
    /// The client went away.
    Cut,
    /// Larger than the limit; so many bytes were announced or seen.
    TooLarge(u64),
}

async fn read(mut body: Incoming, swallow: bool) -> Result<Contents, Unread> {
    let announced = body.size_hint().lower();
    if announced > MOST_BYTES {
        return Err(Unread::TooLarge(announced));
    }
    let mut contents = Contents::default();
    if !swallow {
        // The length is the client's word; beyond some MiB it has to be earned.
        let trusted = usize::try_from(announced.min(64 << 20)).unwrap_or_default();
        contents.bytes.reserve_exact(trusted);
    }
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Cut)?.into_data() else {
            continue;
        };
        contents.size += data.len() as u64;
        if contents.size > MOST_BYTES {
            return Err(Unread::TooLarge(contents.size));
        }
        if !swallow {
            contents.bytes.extend_from_slice(&data);
        }
    }
    Ok(contents)
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
