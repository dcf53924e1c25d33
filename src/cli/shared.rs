//! Groups of options that several commands share. Forms only; see `cli` for what this must not know.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::forms;

/// Where key, application ID and address come from.
#[derive(Args, Clone, Debug, Default)]
// The comments below are help texts, in which a link's brackets would be printed.
#[allow(rustdoc::bare_urls)]
#[command(next_help_heading = "Credentials")]
pub struct CredentialArgs {
    /// Config file [env: AMPOST_CONFIG] [default: ~/.config/ampost/config.toml]
    ///
    /// The default is $XDG_CONFIG_HOME/ampost/config.toml where XDG_CONFIG_HOME is set.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// App of the config file to use [env: AMPOST_APP]
    ///
    /// Chooses the table [apps.NAME]. Without it: `default_app`, or the only app there is.
    #[arg(long, value_name = "NAME", value_parser = forms::not_empty)]
    pub app: Option<String>,

    /// Application ID [env: APPMETRICA_APPLICATION_ID]
    ///
    /// A whole number; AppMetrica shows it in the app's settings.
    // Text on purpose: someone may paste the key here by mistake, and clap's message for a malformed
    // number would print it.
    #[arg(long, value_name = "N")]
    pub application_id: Option<String>,

    /// File with the post API key [env: APPMETRICA_POST_API_KEY, the key itself]
    ///
    /// Keep it readable by its owner only (mode 600); others are warned of. No option takes the key itself, because it would
    /// stand in the process list and in the shell's history.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub post_api_key_file: Option<PathBuf>,

    /// Address of the API [env: AMPOST_API_URL] [default: https://api.appmetrica.yandex.com]
    ///
    /// Must be https, or http to this machine itself (localhost, 127.0.0.1, [::1]).
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub api_url: Option<String>,
}

impl CredentialArgs {
    /// The first of these options that was typed, as typed.
    pub(super) fn first_given(&self) -> Option<&'static str> {
        [
            ("--config", self.config.is_some()),
            ("--app", self.app.is_some()),
            ("--application-id", self.application_id.is_some()),
            ("--post-api-key-file", self.post_api_key_file.is_some()),
            ("--api-url", self.api_url.is_some()),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }

    /// Takes from `early` what was not typed here.
    pub(super) fn fill_from(&mut self, early: CredentialArgs) {
        self.config = self.config.take().or(early.config);
        self.app = self.app.take().or(early.app);
        self.application_id = self.application_id.take().or(early.application_id);
        self.post_api_key_file = self.post_api_key_file.take().or(early.post_api_key_file);
        self.api_url = self.api_url.take().or(early.api_url);
    }
}

/// How requests are made.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// PEM file with certificates to trust besides the system's
    ///
    /// For a proxy or a test server with a certificate of its own.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_cert: Option<PathBuf>,

    /// Attempts after the first, for each request
    ///
    /// With exponentially growing pauses; a server's `Retry-After` is obeyed.
    #[arg(long, value_name = "N", default_value_t = 8,
          value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub retries: u32,

    /// Longest time for a whole request and its answer
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = forms::seconds)]
    pub timeout: Duration,
}

/// How the bytes of a CSV file are read.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Reading the file")]
pub struct InputArgs {
    /// Encoding of the file: auto, utf-8, utf-16, windows-1251, koi8-r …
    ///
    /// `auto` goes by the byte order mark and takes the rest for UTF-8. Any encoding of the WHATWG
    /// Encoding Standard can be named.
    #[arg(long, value_name = "NAME", default_value = "auto", value_parser = forms::not_empty)]
    pub encoding: String,

    /// Delimiter of the file: auto, one character, or tab
    ///
    /// `auto` finds it in the header, among comma, semicolon, tab and `|`.
    #[arg(long, value_name = "CHAR", default_value = "auto", value_parser = forms::not_empty,
          allow_hyphen_values = true)]
    pub delimiter: String,

    /// Take quotation marks for ordinary characters
    ///
    /// For files that are written without CSV quoting, where a lone `"` would swallow lines.
    #[arg(long)]
    pub no_quotes: bool,
}

/// What the columns of a CSV file mean.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Columns")]
pub struct MappingArgs {
    /// What a column is: `--map 'Phone=phone'`, `--map 'LTV=ltv:number'`; repeatable
    ///
    /// TARGET is profile_id, device_id, phone, email, telegram, ignore, or the name of an attribute,
    /// with or without its type: NAME:string, NAME:number, NAME:bool, NAME:counter. COLUMN is the name in
    /// the header, or #N for the Nth column, which tells columns of one name apart.
    #[arg(long, value_name = "COLUMN=TARGET", value_parser = forms::column_rule)]
    pub map: Vec<String>,

    /// TOML file with such rules, in a table [columns]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub mapping: Option<PathBuf>,

    /// Ignore the columns that no rule names
    #[arg(long)]
    pub only_mapped: bool,

    /// Read numbers as `1 234,50`
    #[arg(long)]
    pub decimal_comma: bool,

    /// Take cells that hold just this text as empty: `\N` in exports of ClickHouse and MySQL
    #[arg(long, value_name = "TEXT", value_parser = forms::not_empty)]
    pub null: Option<String>,

    /// Drop the apostrophe that some programs put before numbers: `'+79000000001`
    #[arg(long)]
    pub strip_apostrophe: bool,

    /// Take several phones or e-mails from one cell, divided by , ; | or line ends
    ///
    /// Each is normalised and hashed by itself; a row has at most ten of each kind.
    #[arg(long)]
    pub split_contacts: bool,

    /// Send this column although its values look like e-mails or phone numbers; repeatable
    ///
    /// Without it such a column stops the command before anything is sent: personal data goes hashed.
    #[arg(long, value_name = "COLUMN", value_parser = forms::not_empty)]
    pub allow_plain: Vec<String>,

    /// What to do with phones, e-mails and logins that are not valid
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = InvalidContacts::Reject)]
    pub invalid_contacts: InvalidContacts,

    /// Hash Telegram logins without lowercasing them
    ///
    /// For apps that pass logins in mixed case to the SDK on Android.
    #[arg(long)]
    pub telegram_keep_case: bool,
}

/// What happens to a phone, e-mail or Telegram login that does not normalise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum InvalidContacts {
    /// Reject the whole row
    #[default]
    Reject,
    /// Leave the value out, send the rest of the row
    Skip,
}
