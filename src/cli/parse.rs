//! From the words typed to [`Cli`]. Knows clap, and nothing beyond `cli`.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory, FromArgMatches};

use super::{Cli, Command, CredentialArgs};

/// The whole command line as clap's value; completions and man pages are made from it, too.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Reads the words typed, the program's name first.
///
/// Credential options may stand before the command as well as after it; what stands after it wins.
///
/// # Errors
/// clap's own, to be shown with its `print` and ended with its `exit_code` (2; 0 for help and version).
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let words: Vec<OsString> = words.into_iter().collect();
    let mut command = command().color(color_choice(&words));
    let mut cli = command
        .try_get_matches_from_mut(words)
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .map_err(|error| error.format(&mut command))?;
    let early = std::mem::take(&mut cli.early);
    match credentials_of(&mut cli.command) {
        Ok(credentials) => credentials.fill_from(early),
        Err(name) => {
            if let Some(option) = early.first_given() {
                let message = format!("`ampost {name}` has no use for {option}: leave it out");
                return Err(command.error(ErrorKind::ArgumentConflict, message));
            }
        }
    }
    Ok(cli)
}

/// The credential options of a command, or the name of a command that has none.
fn credentials_of(command: &mut Command) -> Result<&mut CredentialArgs, &'static str> {
    match command {
        Command::Set(args) => Ok(&mut args.credentials),
        Command::Import(args) => Ok(&mut args.credentials),
        Command::VerifyKeys(args) => Ok(&mut args.credentials),
        Command::Configure(args) => Ok(&mut args.credentials),
        Command::Hash(_) => Err("hash"),
        Command::Sandbox(_) => Err("sandbox"),
        Command::Completions(_) => Err("completions"),
    }
}

/// `--color` for clap's own messages, which are printed before any option has been parsed.
fn color_choice(words: &[OsString]) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut words = words.iter().skip(1).map(OsString::as_os_str);
    while let Some(word) = words.next() {
        let value = match word.to_str() {
            Some("--") => break,
            Some("--color") => words.next().and_then(OsStr::to_str),
            Some(other) => other.strip_prefix("--color="),
            None => None,
        };
        choice = match value {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            Some("auto") => ColorChoice::Auto,
            _ => choice,
        };
    }
    choice
}
