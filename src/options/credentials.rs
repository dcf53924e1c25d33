//! Key, application ID and address: found in flags, environment or config file, in this order, and
//! each with the place that it came from.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{ApiUrl, key, key_command};
use crate::cli::CredentialArgs;
use crate::config::{App, Config, Environment, KeySource, Openness, Setting};
use crate::exit::Exit;
use crate::nearest::nearest;
use crate::prompt::Prompt;
use crate::secret::PostApiKey;

const ENV_APP: &str = "AMPOST_APP";
const ENV_APPLICATION_ID: &str = "APPMETRICA_APPLICATION_ID";
const ENV_KEY: &str = "APPMETRICA_POST_API_KEY";
const ENV_API_URL: &str = "AMPOST_API_URL";

/// Everything that a request needs to be accepted.
#[derive(Debug)]
pub struct Credentials {
    /// The post API key.
    pub key: PostApiKey,
    /// Where it came from.
    pub key_from: Origin,
    /// What is unsafe about that place, if anything is.
    pub key_warning: Option<String>,
    /// The application ID.
    pub application_id: u64,
    /// Where it came from.
    pub application_id_from: Origin,
    /// The address of the API.
    pub api_url: ApiUrl,
    /// Where it came from.
    pub api_url_from: Origin,
    /// The app of the config file that was chosen, if any.
    pub app: Option<String>,
}

/// The place that a value came from, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// From a place with this description.
    #[must_use]
    pub fn new(place: impl Into<String>) -> Origin {
        Origin(place.into())
    }

    fn environment(name: &str) -> Origin {
        Origin(format!("environment variable {name}"))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value and the place that it came from.
#[derive(Debug)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub from: Origin,
    /// What is unsafe about the place, if anything is.
    pub warning: Option<String>,
}

impl<T> Found<T> {
    pub(super) fn new(value: T, from: Origin) -> Found<T> {
        Found {
            value,
            from,
            warning: None,
        }
    }
}

/// Where values are looked for: what was typed, the environment, the config file.
#[derive(Debug)]
pub struct Sources<'a> {
    typed: &'a CredentialArgs,
    environment: &'a Environment,
    /// The config file.
    pub config: Config,
}

impl<'a> Sources<'a> {
    /// Finds and reads the config file.
    ///
    /// # Errors
    /// Those of [`Config::load`].
    pub fn load(typed: &'a CredentialArgs, environment: &'a Environment) -> Result<Sources<'a>> {
        let config = Config::load(typed.config.as_deref(), environment, Openness::Refused)?;
        Ok(Sources::new(typed, environment, config))
    }

    /// With a config that has been read already.
    #[must_use]
    pub fn new(
        typed: &'a CredentialArgs,
        environment: &'a Environment,
        config: Config,
    ) -> Sources<'a> {
        Sources {
            typed,
            environment,
            config,
        }
    }

    /// The app of the config file: `--app`, AMPOST_APP, `default_app`, or the only one. `None` if the
    /// file has none and none was asked for.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the one asked for is not there, or there are several and none was chosen.
    pub fn app(&self) -> Result<Option<&App>> {
        let asked = self.asked_for_app()?;
        if let Some((name, by)) = asked {
            return self
                .config
                .app(&name)
                .map(Some)
                .ok_or_else(|| self.no_such_app(&name, by));
        }
        if let Some(name) = &self.config.default_app {
            return Ok(self.config.app(name));
        }
        match self.config.apps.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            _ => Err(Exit::Usage.error(format!(
                "{} has several apps ({}); choose one with --app NAME, {ENV_APP}, or default_app in the file",
                self.config.shown_path(),
                self.config.app_names(),
            ))),
        }
    }

    /// The application ID.
    ///
    /// # Errors
    /// [`Exit::Credentials`] if there is none, [`Exit::Usage`] if it is malformed; those of
    /// [`Sources::app`].
    pub fn application_id(&self) -> Result<Found<u64>> {
        self.application_id_if_given()?.ok_or_else(|| {
            Exit::Credentials.error(format!(
                "no application ID; give it with --application-id N, set {ENV_APPLICATION_ID}, or store it with `ampost configure` {}",
                self.looked_at("application_id"),
            ))
        })
    }

    /// The application ID, if there is one: for runs that can do without.
    ///
    /// # Errors
    /// [`Exit::Usage`] if it is malformed; those of [`Sources::app`].
    pub fn application_id_if_given(&self) -> Result<Option<Found<u64>>> {
        if let Some(text) = &self.typed.application_id {
            let origin = Origin::new("--application-id");
            return application_id(text, origin).map(Some);
        }
        if let Some(text) = self.environment.text(ENV_APPLICATION_ID)? {
            return application_id(&text, Origin::environment(ENV_APPLICATION_ID)).map(Some);
        }
        let Some(app) = self.app()? else {
            return Ok(None);
        };
        Ok(app.application_id.as_ref().map(|setting| {
            Found::new(
                setting.value,
                self.in_config(setting, app, "application_id"),
            )
        }))
    }

    /// The address of the API.
    ///
    /// # Errors
    /// [`Exit::Usage`] if it is malformed or plain http to another machine.
    pub fn api_url(&self) -> Result<Found<ApiUrl>> {
        if let Some(text) = &self.typed.api_url {
            return api_url(text, Origin::new("--api-url"));
        }
        if let Some(text) = self.environment.text(ENV_API_URL)? {
            return api_url(&text, Origin::environment(ENV_API_URL));
        }
        // With several apps and none chosen, this is reached only if neither key nor application ID is
        // taken from the file, and then nothing else is either.
        let app = if self.asked_for_app()?.is_some() {
            self.app()?
        } else {
            self.app().ok().flatten()
        };
        match app.and_then(|app| app.api_url.as_ref().map(|setting| (app, setting))) {
            Some((app, setting)) => {
                api_url(&setting.value, self.in_config(setting, app, "api_url"))
            }
            None => Ok(Found::new(ApiUrl::default(), Origin::new("the default"))),
        }
    }

    /// The post API key. If it is nowhere, it is asked for on the terminal, hidden.
    ///
    /// # Errors
    /// [`Exit::Credentials`] if there is none, or its file or command fails; [`Exit::Usage`] if it is
    /// malformed. None of them shows it.
    pub fn key(&self, prompt: &mut dyn Prompt) -> Result<Found<PostApiKey>> {
        if let Some(path) = &self.typed.post_api_key_file {
            let origin = Origin::new(format!("{} (--post-api-key-file)", path.display()));
            return key::from_file(path, origin);
        }
        if let Some(raw) = self.environment.text(ENV_KEY)? {
            return key::checked(raw, Origin::environment(ENV_KEY));
        }
        if let Some(app) = self.app()?
            && let Some(setting) = &app.key
        {
            return self.key_from_config(app, setting);
        }
        if !prompt.available() {
            return Err(Exit::Credentials.error(format!(
                "no post API key; name a file that holds it with --post-api-key-file PATH, set {ENV_KEY}, or store it with `ampost configure` {}",
                self.looked_at("post_api_key"),
            )));
        }
        key::ask(prompt)
    }

    /// All of them. The key comes last, so that nothing is asked for in vain.
    ///
    /// # Errors
    /// Those of the others.
    pub fn credentials(&self, prompt: &mut dyn Prompt) -> Result<Credentials> {
        let application_id = self.application_id()?;
        let api_url = self.api_url()?;
        let key = self.key(prompt)?;
        Ok(Credentials {
            key: key.value,
            key_from: key.from,
            key_warning: key.warning,
            application_id: application_id.value,
            application_id_from: application_id.from,
            api_url: api_url.value,
            api_url_from: api_url.from,
            app: self.app().ok().flatten().map(|app| app.name.clone()),
        })
    }

    fn asked_for_app(&self) -> Result<Option<(String, &'static str)>> {
        if let Some(name) = &self.typed.app {
            return Ok(Some((name.clone(), "--app")));
        }
        Ok(self.environment.text(ENV_APP)?.map(|name| (name, ENV_APP)))
    }

    fn no_such_app(&self, name: &str, by: &str) -> anyhow::Error {
        let path = self.config.shown_path();
        let names = self.config.apps.iter().map(|app| app.name.as_str());
        let hint = match nearest(name, names) {
            Some(near) => format!("did you mean {near}?"),
            None if self.config.apps.is_empty() => {
                "the file has no apps yet; `ampost configure` adds one".to_owned()
            }
            None => format!("there are: {}", self.config.app_names()),
        };
        let hint = if self.config.exists {
            hint
        } else {
            "there is no such file yet; `ampost configure` writes it".to_owned()
        };
        Exit::Usage.error(format!(
            "{by} names the app {name:?}, which is not in {path}; {hint}"
        ))
    }

    fn key_from_config(
        &self,
        app: &App,
        setting: &Setting<KeySource>,
    ) -> Result<Found<PostApiKey>> {
        let place = self.in_config(setting, app, setting.value.setting());
        match &setting.value {
            // The config lives as long as the run; a second copy, wiped like the first, is the price of
            // not taking it apart.
            KeySource::Inline(key) => key::checked(key.expose().to_owned(), place),
            KeySource::File(written) => {
                let path = self.beside_config(written)?;
                let origin = Origin::new(format!("{} ({place})", path.display()));
                key::from_file(&path, origin)
            }
            KeySource::Command(command) => {
                let mut line =
                    key_command::first_line(command, &place.to_string(), key_command::LIMIT)?;
                key::checked(std::mem::take(&mut line), place)
            }
        }
    }

    /// A path of the config file: `~/` is the home directory, a relative one is beside the file.
    fn beside_config(&self, written: &str) -> Result<PathBuf> {
        if let Some(below) = written.strip_prefix("~/") {
            let home = self.environment.home().ok_or_else(|| {
                Exit::Usage.error(format!(
                    "{}: post_api_key_file begins with ~/, but HOME is not set",
                    self.config.shown_path()
                ))
            })?;
            return Ok(home.join(below));
        }
        let directory = self.config.path.as_deref().and_then(Path::parent);
        Ok(directory.unwrap_or(Path::new("")).join(written))
    }

    fn in_config<T>(&self, setting: &Setting<T>, app: &App, name: &str) -> Origin {
        Origin::new(format!(
            "{}:{}, {name} of [apps.{}]",
            self.config.shown_path(),
            setting.line,
            app.name
        ))
    }

    /// What the config file had to say about a setting that was not found.
    fn looked_at(&self, name: &str) -> String {
        let path = self.config.shown_path();
        match self.app() {
            Ok(Some(app)) => format!("([apps.{}] in {path} has no {name})", app.name),
            _ if self.config.exists => format!("({path} has no apps yet)"),
            _ => format!("(there is no {path} yet)"),
        }
    }
}

impl Credentials {
    /// Credentials for a sandbox inside the program, at `api_url`: any key does there.
    ///
    /// # Errors
    /// None in practice: the key is a fixed one.
    pub fn for_sandbox(api_url: ApiUrl, application_id: Option<Found<u64>>) -> Result<Credentials> {
        let here = || Origin::new("--sandbox");
        let application_id = application_id.unwrap_or_else(|| Found::new(1, here()));
        Ok(Credentials {
            key: PostApiKey::new("sandbox-key".to_owned())?,
            key_from: here(),
            key_warning: None,
            application_id: application_id.value,
            application_id_from: application_id.from,
            api_url,
            api_url_from: here(),
            app: None,
        })
    }
}

/// Reads an application ID: a whole number above 0.
///
/// # Errors
/// What it must be. The text is not repeated: it may be the key, put in the wrong place.
pub fn parse_application_id(text: &str) -> Result<u64, &'static str> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u64>() {
        // TOML has no larger integers than i64's, and an ID must fit into the config file.
        Ok(number) if digits && number > 0 && i64::try_from(number).is_ok() => Ok(number),
        _ => Err(
            "an application ID is a whole number above 0, as AppMetrica shows it in the app's settings",
        ),
    }
}

fn application_id(text: &str, from: Origin) -> Result<Found<u64>> {
    match parse_application_id(text) {
        Ok(value) => Ok(Found::new(value, from)),
        Err(form) => Err(Exit::Usage.error(format!("{from}: this is no application ID; {form}"))),
    }
}

fn api_url(text: &str, from: Origin) -> Result<Found<ApiUrl>> {
    match ApiUrl::parse(text) {
        Ok(value) => Ok(Found::new(value, from)),
        Err(why) => {
            Err(Exit::Usage.error(format!("{from}: this address of the API is refused: {why}")))
        }
    }
}

#[cfg(test)]
mod tests;
