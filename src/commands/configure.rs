//! `ampost configure`: asks for what a config file needs and writes it. Wiring only: what a config
//! file is, `config` knows; what a valid answer is, `options` and `secret` know.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zeroize::Zeroizing;

use crate::cli::{CredentialArgs, Format};
use crate::config::{self, App, Config, Entry, Environment, KeySource, Setting};
use crate::exit::Exit;
use crate::options::{ApiUrl, Credentials, Sources, parse_application_id};
use crate::prompt::Prompt;
use crate::secret::PostApiKey;

/// The name proposed for a first app.
const FIRST_APP: &str = "main";

/// How often a key that cannot be one is asked for again.
const ASKED_AT_MOST: usize = 3;

/// Asks the server whether it accepts these credentials.
pub type Verify<'a> = &'a mut dyn FnMut(&Credentials) -> Result<()>;

/// Where the command gets its answers and leaves its results.
pub struct Surroundings<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// Who is asked.
    pub prompt: &'a mut dyn Prompt,
    /// Asks the server.
    pub verify: Verify<'a>,
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Standard error, for notices.
    pub notices: &'a mut dyn Write,
}

/// Asks, verifies if wanted, writes the config file and shows what it wrote, the key masked.
///
/// What `typed` has is not asked for.
///
/// # Errors
/// [`Exit::Usage`] without a terminal, for a malformed option and for a config file that cannot be read;
/// [`Exit::Interrupted`] for Ctrl-C; the exit code of `verify` if its refusal is a reason not to save; a
/// failed write.
pub fn run(typed: &CredentialArgs, format: Format, with: Surroundings<'_>) -> Result<Exit> {
    let Surroundings {
        environment,
        prompt,
        verify,
        out,
        notices,
    } = with;
    let (config, text) = Config::load_to_edit(typed.config.as_deref(), environment)?;
    let path = config.path.clone().unwrap_or_default();
    if !prompt.available() {
        return Err(no_terminal(&path));
    }
    let api_url = given_url(typed)?;
    let name = app_name(typed, &config, prompt)?;
    let before = config.app(&name);
    let application_id = application_id(typed, before, prompt)?;
    let key = key_source(typed, before, prompt)?;
    let entry = Entry {
        app: &name,
        application_id,
        key: key.as_ref(),
        api_url: api_url.as_ref().map(ApiUrl::as_str),
        default: make_default(&config, &name, prompt)?,
    };
    let text = Zeroizing::new(config::with_app(&text, &entry).map_err(anyhow::Error::msg)?);

    // From here on everything is read from the new text, as later runs will read it. Variables that go
    // before the file are left out: it is the file that is checked.
    let chosen = CredentialArgs {
        app: Some(name.clone()),
        ..CredentialArgs::default()
    };
    let home = environment.text("HOME")?.unwrap_or_default();
    let file_only = Environment::of(&[("HOME", &home)]);
    let sources = Sources::new(&chosen, &file_only, Config::parse(&text, &path)?);

    let asked = prompt.confirm("Ask the server whether it accepts them?", true)?;
    // A key that was there before may need a password manager to be read: only if it is needed.
    let credentials = (asked || key.is_some())
        .then(|| sources.credentials(prompt))
        .transpose()?;
    let verified = match &credentials {
        Some(credentials) if asked => Some(accepted(credentials, &path, prompt, verify, notices)?),
        _ => None,
    };
    config::replace_private(&path, text.as_bytes())
        .context("the config file could not be written")?;
    let report = Report {
        path: &path,
        app: sources.app()?,
        key: credentials.as_ref().map(|found| found.key.masked()),
        verified,
    };
    report.show(format, out)?;
    Ok(Exit::Done)
}

/// Asks the server. If it does not accept the credentials, the user says whether to save them anyway.
fn accepted(
    credentials: &Credentials,
    path: &Path,
    prompt: &mut dyn Prompt,
    verify: Verify<'_>,
    notices: &mut dyn Write,
) -> Result<bool> {
    let Err(error) = verify(credentials) else {
        return Ok(true);
    };
    if Exit::of(&error) == Exit::Interrupted {
        return Err(error);
    }
    writeln!(notices, "{error:#}")?;
    if prompt.confirm("Save them all the same?", false)? {
        return Ok(false);
    }
    let exit = Exit::of(&error);
    Err(exit.error(format!("not saved; {} is as it was", path.display())))
}

fn no_terminal(path: &Path) -> anyhow::Error {
    let path = path.display();
    Exit::Usage.error(format!(
        "`ampost configure` asks questions, and this is no terminal; write {path} yourself, for example:

    [apps.{FIRST_APP}]
    application_id = 1234567
    post_api_key_file = \"/path/to/a/file/with/the/key\"

or set APPMETRICA_APPLICATION_ID and APPMETRICA_POST_API_KEY instead"
    ))
}

fn given_url(typed: &CredentialArgs) -> Result<Option<ApiUrl>> {
    let Some(text) = &typed.api_url else {
        return Ok(None);
    };
    ApiUrl::parse(text).map(Some).map_err(|why| {
        Exit::Usage.error(format!(
            "--api-url: this address of the API is refused: {why}"
        ))
    })
}

fn app_name(typed: &CredentialArgs, config: &Config, prompt: &mut dyn Prompt) -> Result<String> {
    if let Some(name) = &typed.app {
        check_app_name(name).map_err(|why| Exit::Usage.error(format!("--app: {why}")))?;
        return Ok(name.clone());
    }
    let proposed = match (&config.default_app, config.apps.as_slice()) {
        (Some(name), _) => name.as_str(),
        (None, [first, ..]) => first.name.as_str(),
        (None, []) => FIRST_APP,
    };
    let question = if config.apps.is_empty() {
        "A name for the app, to be used with --app".to_owned()
    } else {
        format!(
            "Name of the app, a new one or one of: {}",
            config.app_names()
        )
    };
    prompt.text(&question, Some(proposed), &check_app_name)
}

fn check_app_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("a name must have no white space in it and not be empty".to_owned());
    }
    Ok(())
}

fn application_id(
    typed: &CredentialArgs,
    before: Option<&App>,
    prompt: &mut dyn Prompt,
) -> Result<u64> {
    if let Some(text) = &typed.application_id {
        return parse_application_id(text)
            .map_err(|form| Exit::Usage.error(format!("--application-id: {form}")));
    }
    let proposed = before
        .and_then(|app| app.application_id.as_ref())
        .map(|setting| setting.value.to_string());
    let check = |text: &str| parse_application_id(text).map(drop).map_err(str::to_owned);
    let answer = prompt.text("Application ID", proposed.as_deref(), &check)?;
    parse_application_id(&answer).map_err(|form| Exit::Usage.error(form))
}

/// Where the key is to be, or `None` to leave what the file says.
fn key_source(
    typed: &CredentialArgs,
    before: Option<&App>,
    prompt: &mut dyn Prompt,
) -> Result<Option<KeySource>> {
    if let Some(path) = &typed.post_api_key_file {
        return key_file(path).map(Some);
    }
    let kept = before.and_then(|app| app.key.as_ref()).map(keeping);
    let question = match &kept {
        None => "Post API key (hidden)".to_owned(),
        Some(kept) => format!("Post API key (hidden; Enter alone keeps {kept})"),
    };
    let mut asked = question.clone();
    for _ in 0..ASKED_AT_MOST {
        let mut raw = prompt.secret(&asked)?;
        if raw.trim().is_empty() && kept.is_some() {
            return Ok(None);
        }
        match PostApiKey::new(std::mem::take(&mut *raw)) {
            Ok(key) => return Ok(Some(KeySource::Inline(key))),
            Err(error) => asked = format!("{error}. {question}"),
        }
    }
    Err(Exit::Credentials.error("no post API key was given; nothing was written"))
}

fn keeping(setting: &Setting<KeySource>) -> String {
    match &setting.value {
        KeySource::Inline(key) => format!("the one in the file, {}", key.masked()),
        other => format!("{} as it is", other.setting()),
    }
}

/// The file of `--post-api-key-file` as the config is to name it: whole, as a relative path there
/// would be looked for beside the config file.
fn key_file(path: &Path) -> Result<KeySource> {
    let path: PathBuf = std::path::absolute(path)
        .with_context(|| format!("--post-api-key-file {}", path.display()))?;
    path.into_os_string()
        .into_string()
        .map(KeySource::File)
        .map_err(|_| {
            Exit::Usage
                .error("--post-api-key-file: a config file cannot hold a path that is not UTF-8")
        })
}

/// Whether the app is to be the one that is used when none is named. Asked only where it matters.
fn make_default(config: &Config, name: &str, prompt: &mut dyn Prompt) -> Result<bool> {
    let others = config.apps.iter().any(|app| app.name != name);
    if !others || config.default_app.as_deref() == Some(name) {
        return Ok(false);
    }
    let question = format!("Use {name} when no --app is given?");
    prompt.confirm(&question, config.default_app.is_none())
}

/// What was written, for the user.
struct Report<'a> {
    path: &'a Path,
    app: Option<&'a App>,
    key: Option<String>,
    verified: Option<bool>,
}

impl Report<'_> {
    fn show(&self, format: Format, out: &mut dyn Write) -> Result<()> {
        let Some(app) = self.app else {
            return Ok(());
        };
        let application_id = app.application_id.as_ref().map(|setting| setting.value);
        if format == Format::Json {
            let object = serde_json::json!({
                "config": self.path.to_string_lossy(),
                "app": app.name,
                "application_id": application_id,
                "post_api_key": self.key,
                "verified": self.verified,
            });
            writeln!(out, "{object}")?;
            return Ok(());
        }
        let verified = match self.verified {
            Some(true) => "accepted by the server",
            Some(false) => "not accepted by the server",
            None => "not verified; `ampost verify-keys` does it",
        };
        writeln!(out, "Wrote {} (mode 600): {verified}", self.path.display())?;
        writeln!(out, "  [apps.{}]", app.name)?;
        if let Some(number) = application_id {
            writeln!(out, "  application_id = {number}")?;
        }
        match app.key.as_ref().map(|setting| &setting.value) {
            Some(KeySource::Inline(key)) => writeln!(out, "  post_api_key = {}", key.masked())?,
            Some(source @ (KeySource::File(text) | KeySource::Command(text))) => {
                writeln!(out, "  {} = {text:?}", source.setting())?;
            }
            None => {}
        }
        if let Some(setting) = &app.api_url {
            writeln!(out, "  api_url = {}", setting.value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
