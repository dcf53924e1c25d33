//! What every command that talks to a server begins with: config, credentials, an own sandbox.

use std::collections::BTreeMap;

use anyhow::Context;

use crate::attribute::Type;
use crate::cli::{ConnectionArgs, CredentialArgs};
use crate::config::{DeclaredType, Environment};
use crate::options::{ApiUrl, Credentials, Found, Sources};
use crate::prompt::Terminal;
use crate::report::Console;
use crate::sandbox::{self, Running, Settings};
use crate::transport::{Http, HttpSettings};
use crate::upload::retry::Policy;

/// The config file and where else credentials are looked for.
pub(super) struct Setup<'a> {
    sources: Sources<'a>,
    declared: BTreeMap<String, Type>,
}

impl<'a> Setup<'a> {
    pub(super) fn load(
        typed: &'a CredentialArgs,
        environment: &'a Environment,
    ) -> anyhow::Result<Setup<'a>> {
        let sources = Sources::load(typed, environment)?;
        let declared = sources
            .config
            .attributes
            .iter()
            .map(|attribute| {
                let kind = match attribute.kind {
                    DeclaredType::String => Type::String,
                    DeclaredType::Number => Type::Number,
                    DeclaredType::Bool => Type::Bool,
                    DeclaredType::Counter => Type::Counter,
                };
                (attribute.name.clone(), kind)
            })
            .collect();
        Ok(Setup { sources, declared })
    }

    /// The config's `[attributes]`.
    pub(super) fn declared(&self) -> &BTreeMap<String, Type> {
        &self.declared
    }

    /// The application ID; asked of nobody.
    pub(super) fn application_id(&self) -> anyhow::Result<Found<u64>> {
        self.sources.application_id()
    }

    /// The application ID, if there is one.
    pub(super) fn application_id_if_given(&self) -> anyhow::Result<Option<Found<u64>>> {
        self.sources.application_id_if_given()
    }

    /// The address of the API.
    pub(super) fn api_url(&self) -> anyhow::Result<Found<ApiUrl>> {
        self.sources.api_url()
    }

    /// Everything a request needs; a missing key is asked for on a terminal.
    pub(super) fn credentials(&self, console: &Console) -> anyhow::Result<Credentials> {
        let credentials = self.sources.credentials(&mut Terminal::new())?;
        if let Some(warning) = &credentials.key_warning {
            console.warning(warning);
        }
        Ok(credentials)
    }

    /// The same for a server: the real one, or a sandbox of our own when `sandbox` has one.
    pub(super) fn credentials_for(
        &self,
        sandbox: Option<&Running>,
        console: &Console,
    ) -> anyhow::Result<Credentials> {
        match sandbox {
            Some(sandbox) => {
                let url = ApiUrl::parse(&sandbox.url()).map_err(anyhow::Error::msg)?;
                Credentials::for_sandbox(url, self.application_id_if_given()?)
            }
            None => self.credentials(console),
        }
    }
}

/// The sandbox of `--sandbox`, if it is wanted; `counters` are added up there.
pub(super) fn own_sandbox(wanted: bool, counters: Vec<String>) -> anyhow::Result<Option<Running>> {
    if !wanted {
        return Ok(None);
    }
    let settings = Settings {
        counters,
        ..Settings::default()
    };
    sandbox::start(settings)
        .context("cannot start the sandbox on this machine's loopback address")
        .map(Some)
}

/// Connections for these credentials, as many as there are lanes.
pub(super) fn http(
    credentials: &Credentials,
    connection: &ConnectionArgs,
    connections: usize,
) -> anyhow::Result<Http> {
    Http::new(&HttpSettings {
        api_url: credentials.api_url.as_str(),
        timeout: connection.timeout,
        ca_cert: connection.ca_cert.as_deref(),
        connections,
    })
}

/// The retry policy of these options.
pub(super) fn policy(connection: &ConnectionArgs) -> Policy {
    Policy {
        retries: connection.retries,
        ..Policy::default()
    }
}
