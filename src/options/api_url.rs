//! The address of the API: which addresses may be sent a key.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An address that a key may be sent to: https anywhere, http only to this machine itself.
///
/// Scheme, host, optional port and path; no user, query or fragment, no slash at the end.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiUrl(String);

impl ApiUrl {
    /// The vendor's own address.
    pub const DEFAULT: &'static str = "https://api.appmetrica.yandex.com";

    /// Takes an address as it was written.
    ///
    /// # Errors
    /// Why it is not taken. The message does not repeat the address: a user or a query in it may be
    /// a secret.
    pub fn parse(text: &str) -> Result<ApiUrl, &'static str> {
        let text = text.trim();
        let (scheme, rest) = text
            .split_once("://")
            .ok_or("it must begin with https://")?;
        let scheme = scheme.to_ascii_lowercase();
        // Anything odd is refused here rather than left to be read differently by the HTTP library:
        // a backslash, for one, ends the host for some parsers only.
        if !rest.bytes().all(|b| b.is_ascii_graphic()) || rest.contains(['\\', '"', '<', '>', '%'])
        {
            return Err("it has a character that may not stand there");
        }
        if rest.contains(['?', '#']) {
            return Err("it must end before any ? or #");
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err("it must have no user name or password");
        }
        let host = host_of(authority)?;
        match scheme.as_str() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => {
                return Err(
                    "plain http would show the key to the network; write https://; plain http is for this machine itself only (localhost, 127.0.0.1, [::1])",
                );
            }
            _ => return Err("it must begin with https://"),
        }
        let path = path.trim_end_matches('/');
        Ok(ApiUrl(format!("{scheme}://{authority}{path}")))
    }

    /// The address, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ApiUrl {
    fn default() -> ApiUrl {
        ApiUrl(ApiUrl::DEFAULT.to_owned())
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiUrl({})", self.0)
    }
}

/// The host of `host`, `host:port`, `[v6]` or `[v6]:port`, brackets kept.
fn host_of(authority: &str) -> Result<&str, &'static str> {
    let split = if authority.starts_with('[') {
        authority
            .find(']')
            .map(|end| end + 1)
            .ok_or("the bracket of its IPv6 address is not closed")?
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(split);
    let named = host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    if host.is_empty() || !(named || ipv6(host).is_some()) {
        return Err("its host name is not valid");
    }
    let Some(port) = port.strip_prefix(':') else {
        return if port.is_empty() {
            Ok(host)
        } else {
            Err("its host name is not valid")
        };
    };
    let digits = port.bytes().all(|b| b.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(1..) if digits => Ok(host),
        _ => Err("its port must be a number from 1 to 65535"),
    }
}

fn ipv6(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// Only names and addresses that cannot mean another machine. `127.1` and the like are not read as
/// addresses here, so they do not count.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || ipv6(host).is_some_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn https_goes_anywhere_and_http_stays_at_home() {
        for (written, taken) in [
            ("https://api.appmetrica.yandex.com", ApiUrl::DEFAULT),
            ("HTTPS://api.appmetrica.yandex.com///", ApiUrl::DEFAULT),
            (
                "https://proxy.example:8443/appmetrica/",
                "https://proxy.example:8443/appmetrica",
            ),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("http://localhost", "http://localhost"),
            ("http://LocalHost:8080/", "http://LocalHost:8080"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.255.0.9:1", "http://127.255.0.9:1"),
            (" http://[::1]:8080\n", "http://[::1]:8080"),
        ] {
            assert_eq!(ApiUrl::parse(written).unwrap().as_str(), taken);
        }
        assert_eq!(ApiUrl::default(), ApiUrl::parse(ApiUrl::DEFAULT).unwrap());
    }

    #[test]
    fn plain_http_to_another_machine_is_refused_however_it_is_written() {
        for written in [
            "http://api.appmetrica.yandex.com",
            "http://localhost.example",
            "http://localhost.",
            "http://127.0.0.1.example",
            "http://0.0.0.0:8080",
            "http://10.0.0.1",
            "http://127.1",
            "http://2130706433",
            "http://[::]:80",
            "http://[::ffff:127.0.0.1]",
            "http://[fe80::1]",
        ] {
            assert!(
                ApiUrl::parse(written).unwrap_err().contains("plain http"),
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_plain_address_is_refused_without_being_repeated() {
        for written in [
            "",
            "api.appmetrica.yandex.com",
            "ftp://host",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "https://user:SECRET@host",
            "http://localhost@evil.example",
            "https://host?key=SECRET",
            "https://host/#SECRET",
            "http://localhost\\@evil.example",
            "http://localhost%2eevil.example",
            "https://ho st",
            "https://höst",
            "https://host:",
            "https://host:0",
            "https://host:65536",
            "https://host:+1",
            "https://[::1",
            "https://[::1]x",
            "https://[x]",
            "https://host:80:80",
        ] {
            let message = ApiUrl::parse(written).unwrap_err();
            assert!(!message.contains("SECRET"), "{written}");
        }
    }
}
