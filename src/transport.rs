//! The way to the server: the only module that knows ureq.
//!
//! Time-outs for connecting and for the whole request, HTTPS by the system's roots and `--ca-cert`, a proxy
//! from the environment for HTTPS only, no redirects, one kept-alive connection a lane. What leaves here
//! holds no key: ureq's own error texts may hold the whole address, so none of them is passed on as it is,
//! and what the server says is redacted against the request.

mod watched;

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, DefaultConnector};
use ureq::{Agent, Proxy, SendBody, Timeout};

use crate::exit::Exit;
use crate::post_api::redact;
use crate::post_api::reply::{self, Reply};
use crate::post_api::resource::Address;
use crate::secret::PostApiKey;

use watched::{Watch, WatchingConnector};

/// How long connecting may take, name look-up and TLS included.
const CONNECT: Duration = Duration::from_secs(15);

/// How much of an answer's body is read.
const ANSWER: u64 = 4096;

/// How much of a certificate file is read: many times all authorities there are.
const LONGEST_PEM: u64 = 16 << 20;

/// An idle connection is not trusted longer than this: servers close theirs, and a request that meets a
/// closing connection is in doubt for no good reason.
const IDLE: Duration = Duration::from_secs(5);

/// Who we say we are.
const USER_AGENT: &str = concat!("ampost/", env!("CARGO_PKG_VERSION"));

/// Connections to one API address.
pub struct Http {
    agents: Vec<(Agent, Watch)>,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("lanes", &self.agents.len())
            .finish()
    }
}

/// What a transport is made of.
#[derive(Clone, Debug)]
pub struct HttpSettings<'a> {
    /// The API's address, as resolved.
    pub api_url: &'a str,
    /// `--timeout`: the whole request.
    pub timeout: Duration,
    /// `--ca-cert`.
    pub ca_cert: Option<&'a Path>,
    /// How many connections are kept.
    pub connections: usize,
}

impl Http {
    /// A transport; nothing is connected yet.
    ///
    /// # Errors
    /// A certificate file that cannot be read, a proxy address that cannot be understood.
    pub fn new(settings: &HttpSettings<'_>) -> anyhow::Result<Http> {
        let secure = settings.api_url.starts_with("https:");
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // ureq would turn a POST that is answered 302 into a GET, and take the key along.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(USER_AGENT)
            .accept_encoding("identity")
            .timeout_global(Some(settings.timeout))
            .timeout_connect(Some(CONNECT.min(settings.timeout)))
            .timeout_resolve(Some(CONNECT.min(settings.timeout)))
            .max_idle_age(IDLE)
            .max_idle_connections(1)
            .max_idle_connections_per_host(1);
        if secure {
            config = config.tls_config(tls(settings.ca_cert)?).proxy(proxy()?);
        } else {
            // Plain HTTP goes to this machine only; a proxy would be shown the key.
            config = config.proxy(None);
            if let Some(path) = settings.ca_cert {
                read_certificates(path)?;
            }
        }
        let config = config.build();
        Ok(Http {
            agents: (0..settings.connections.max(1))
                .map(|_| {
                    let watch = Watch::default();
                    let connector =
                        DefaultConnector::default().chain(WatchingConnector::new(&watch));
                    let resolver = DefaultResolver::default();
                    (
                        Agent::with_parts(config.clone(), connector, resolver),
                        watch,
                    )
                })
                .collect(),
        })
    }

    /// Posts a body, `header` and then `rows`, to `address` on the connection of `lane`.
    ///
    /// `key`, the rows and the address's personal values are also what the server's answer is redacted
    /// against; the header line holds nothing but documented names.
    pub fn post(
        &self,
        lane: usize,
        address: &Address,
        key: &PostApiKey,
        content_type: Option<&str>,
        header: &[u8],
        rows: &[u8],
    ) -> Reply {
        let pieces = [header, rows];
        let (agent, watch) = &self.agents[lane % self.agents.len()];
        watch.begin();
        let mut body = Pieces::new(&pieces, watch);
        let mut request = agent
            .post(address.expose().as_str())
            .header("content-length", body.total.to_string());
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let result = if body.total == 0 {
            request.send_empty()
        } else {
            request.send(SendBody::from_reader(&mut body))
        };
        match result {
            Ok(mut response) => {
                let retry_after = response
                    .headers()
                    .get("retry-after")
                    .and_then(|value| value.to_str().ok())
                    .and_then(|value| reply::retry_after(value, SystemTime::now()));
                let code = response.status().as_u16();
                let mut text = Vec::new();
                // The status is what counts; a body that breaks off takes nothing from it.
                drop(
                    response
                        .body_mut()
                        .as_reader()
                        .take(ANSWER)
                        .read_to_end(&mut text),
                );
                // An answer that came before the request was whole is worth reading for why it was refused,
                // but it cannot have been taken whole.
                if code == 200 && watch.is_broken() {
                    return Reply::Lost {
                        why: "the server answered before it had all".to_owned(),
                    };
                }
                // Nobody reads what an accepted request was answered with.
                let text = if code == 200 {
                    String::new()
                } else {
                    redact::reply(&text, key, &[address.personal(), rows])
                };
                Reply::Status {
                    code,
                    retry_after,
                    text,
                }
            }
            Err(error) => failure(&error, &body),
        }
    }
}

/// A body in pieces that knows how much of it was taken.
struct Pieces<'a> {
    pieces: &'a [&'a [u8]],
    total: u64,
    taken: u64,
    watch: &'a Watch,
}

impl<'a> Pieces<'a> {
    fn new(pieces: &'a [&'a [u8]], watch: &'a Watch) -> Pieces<'a> {
        Pieces {
            pieces,
            total: pieces.iter().map(|piece| piece.len() as u64).sum(),
            taken: 0,
            watch,
        }
    }

    /// Whether all of it was handed over, so that the server may have it.
    fn is_out(&self) -> bool {
        self.taken == self.total && self.watch.is_begun() && !self.watch.is_broken()
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut before = 0;
        for piece in self.pieces {
            let end = before + piece.len() as u64;
            if self.taken < end {
                let start = usize::try_from(self.taken - before).unwrap_or(usize::MAX);
                let rest = piece.get(start..).unwrap_or_default();
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                self.taken += count as u64;
                return Ok(count);
            }
            before = end;
        }
        Ok(0)
    }
}

/// What a failed request means. The words are ours: ureq's may quote the address.
fn failure(error: &ureq::Error, body: &Pieces<'_>) -> Reply {
    let not_connected = |why: &str| Reply::NotConnected {
        why: why.to_owned(),
    };
    match error {
        ureq::Error::HostNotFound => not_connected("the server's name could not be resolved"),
        ureq::Error::ConnectionFailed => not_connected("no connection to the server"),
        ureq::Error::ConnectProxyFailed(_) => {
            not_connected("the proxy did not connect to the server")
        }
        ureq::Error::Timeout(Timeout::Resolve) => {
            not_connected("looking up the server's name took too long")
        }
        ureq::Error::Timeout(Timeout::Connect) => not_connected("connecting took too long"),
        ureq::Error::Timeout(_) => Reply::TimedOut {
            body_sent: body.is_out(),
        },
        ureq::Error::Rustls(error) => tls_failure(error),
        ureq::Error::Tls(_) | ureq::Error::Pem(_) => Reply::Tls {
            why: "TLS could not be set up".to_owned(),
        },
        ureq::Error::Io(error) => io_failure(error, body),
        _ if !body.watch.is_begun() => not_connected("the request could not be made"),
        _ => lost("the answer was not HTTP", body),
    }
}

fn io_failure(error: &io::Error, body: &Pieces<'_>) -> Reply {
    if let Some(error) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return tls_failure(error);
    }
    let not_connected = |why: &str| Reply::NotConnected {
        why: why.to_owned(),
    };
    match error.kind() {
        io::ErrorKind::ConnectionRefused => not_connected("the connection was refused"),
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => {
            not_connected("the server cannot be reached from here")
        }
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Reply::TimedOut {
            body_sent: body.is_out(),
        },
        _ if !body.watch.is_begun() => {
            not_connected("the server's name could not be resolved, or connecting failed")
        }
        _ => lost("the connection was lost", body),
    }
}

fn lost(why: &str, body: &Pieces<'_>) -> Reply {
    let why = why.to_owned();
    if body.is_out() {
        Reply::Lost { why }
    } else {
        Reply::LostBeforeBody { why }
    }
}

fn tls_failure(error: &rustls::Error) -> Reply {
    let why = match error {
        rustls::Error::InvalidCertificate(_) => {
            "nobody that is trusted here has signed it".to_owned()
        }
        rustls::Error::AlertReceived(_) => "the server refused the TLS connection".to_owned(),
        _ => "TLS could not be set up with the server".to_owned(),
    };
    Reply::Tls { why }
}

/// TLS with the system's roots and those of `--ca-cert`.
fn tls(ca_cert: Option<&Path>) -> anyhow::Result<TlsConfig> {
    // Reading some hundred certificates is slow enough to be done once.
    static SYSTEM: OnceLock<Vec<Certificate<'static>>> = OnceLock::new();
    let mut roots = SYSTEM
        .get_or_init(|| {
            rustls_native_certs::load_native_certs()
                .certs
                .iter()
                .map(|certificate| Certificate::from_der(certificate).to_owned())
                .collect()
        })
        .clone();
    if let Some(path) = ca_cert {
        roots.extend(read_certificates(path)?);
    }
    if roots.is_empty() {
        return Err(Exit::Failed.error(
            "this system has no root certificates, so no server can be trusted; install its package of CA certificates, or name a file with --ca-cert",
        ));
    }
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build())
}

fn read_certificates(path: &Path) -> anyhow::Result<Vec<Certificate<'static>>> {
    let mut pem = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LONGEST_PEM).read_to_end(&mut pem))
        .with_context(|| {
            format!(
                "cannot read the certificates of --ca-cert {}",
                path.display()
            )
        })?;
    let certificates = CertificateDer::pem_slice_iter(&pem)
        .map(|certificate| certificate.map(|der| Certificate::from_der(&der).to_owned()))
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|certificates| !certificates.is_empty());
    certificates.ok_or_else(|| {
        Exit::Usage.error(format!(
            "--ca-cert {}: there is no certificate in PEM form in it",
            path.display()
        ))
    })
}

/// The proxy that the environment names for HTTPS: `HTTPS_PROXY`, else `ALL_PROXY`, lower case first as curl
/// has it, with the exceptions of `NO_PROXY`. ureq's own reading of the environment would take `HTTP_PROXY`
/// too and pass over an address that it cannot read.
fn proxy() -> anyhow::Result<Option<Proxy>> {
    let set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    let Some(name) = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        .iter()
        .find(|name| set(name))
    else {
        return Ok(None);
    };
    // The address may hold a password, so it is not repeated.
    let unreadable = || {
        Exit::Usage.error(format!(
            "the proxy address in {name} cannot be read; write it as http://HOST:PORT"
        ))
    };
    let named = Proxy::new(&std::env::var(name).unwrap_or_default()).map_err(|_| unreadable())?;
    let mut proxy = Proxy::builder(named.protocol())
        .host(named.host())
        .port(named.port());
    if let Some(username) = named.username() {
        proxy = proxy.username(username);
    }
    if let Some(password) = named.password() {
        proxy = proxy.password(password);
    }
    let exceptions = ["no_proxy", "NO_PROXY"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    for exception in exceptions
        .iter()
        .flat_map(|list| list.split(','))
        .map(str::trim)
    {
        proxy = proxy.no_proxy(exception);
        // As curl has it, a name stands for what is below it as well.
        if exception.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            proxy = proxy.no_proxy(&format!(".{exception}"));
        }
    }
    proxy.build().map(Some).map_err(|_| unreadable())
}
