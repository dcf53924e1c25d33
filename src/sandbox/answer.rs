//! Answers, from reasons and faults to HTTP. Knows nothing of connections and state.

use std::time::SystemTime;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};

use super::fault::FaultyAnswer;
use super::request::{self, Refusal};
use super::{Answer, RequestLine};

pub(super) type Reply = Response<Full<Bytes>>;

/// The answer to a request that is refused for what it is.
pub(super) fn refused(refusal: &Refusal) -> Reply {
    if refusal.status == StatusCode::METHOD_NOT_ALLOWED {
        return not_allowed("GET");
    }
    let mut reply = text(refusal.status, refusal.reason.clone());
    if refusal.status == StatusCode::PAYLOAD_TOO_LARGE {
        // The rest of the body is still under way, and nobody is going to read it.
        reply
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    reply
}

/// A 405 that names the method to use.
pub(super) fn not_allowed(allowed: &'static str) -> Reply {
    let mut reply = text(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");
    reply
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    reply
}

/// The answer that a fault asks for.
pub(super) fn faulty(answer: &FaultyAnswer, head: &Parts, body: &[u8]) -> Reply {
    let query = request::query(head);
    let key = query.get("post_api_key").ok().flatten().unwrap_or_default();
    // The grammar lets no status through that is none.
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = text(status, answer.body(&key, query.0, body));
    if status.is_redirection() {
        reply
            .headers_mut()
            .insert(LOCATION, HeaderValue::from_static("/elsewhere"));
    }
    if let Some(value) = answer
        .retry_after(SystemTime::now())
        .and_then(|value| HeaderValue::try_from(value).ok())
    {
        reply.headers_mut().insert(RETRY_AFTER, value);
    }
    reply
}

/// The answer to `GET /requests`, in the order of arrival.
pub(super) fn requests_json(requests: &[RequestLine]) -> Vec<u8> {
    let mut sorted: Vec<&RequestLine> = requests.iter().collect();
    sorted.sort_by_key(|line| line.number);
    let list: Vec<serde_json::Value> = sorted
        .iter()
        .map(|line| {
            let status = match line.answer {
                Answer::Status(status) => serde_json::Value::from(status),
                Answer::Dropped => serde_json::Value::from("dropped"),
            };
            serde_json::json!({
                "number": line.number,
                "method": line.method,
                "path": line.path,
                "status": status,
                "rows": line.rows,
                "bytes": line.bytes,
                "applied": line.applied,
                "user_agent": line.user_agent,
                "content_type": line.content_type,
            })
        })
        .collect();
    let mut json = serde_json::Value::from(list).to_string().into_bytes();
    json.push(b'\n');
    json
}

pub(super) fn text(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    reply(status, "text/plain; charset=utf-8", body.into())
}

pub(super) fn json(body: Vec<u8>) -> Reply {
    reply(StatusCode::OK, "application/json", body.into())
}

fn reply(status: StatusCode, media_type: &'static str, body: Bytes) -> Reply {
    let mut reply = Response::new(Full::new(body));
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    reply
}
