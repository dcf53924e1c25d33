//! The command line as it is typed: names, forms, help. Nothing is interpreted here.
//!
//! What an option means, where a value comes from when it was not typed, and which options exclude
//! one another for reasons of meaning is the business of `options` and the commands. This module
//! knows no config file, no environment and no other module of the program.

pub mod examples;
mod forms;
mod hash;
mod import;
pub mod man;
mod parse;
mod set;
mod shared;
mod small;

pub use hash::{ContactArgs, HashArgs, HashCommand, HashCsvArgs, TelegramArgs};
pub use import::{ImportArgs, InDoubt, ProgressWhen};
pub use parse::{command, parse};
pub use set::{Identity, SetArgs};
pub use shared::{ConnectionArgs, CredentialArgs, InputArgs, InvalidContacts, MappingArgs};
pub use small::{CompletionsArgs, ConfigureArgs, SandboxArgs, VerifyKeysArgs};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

/// Send CRM facts to AppMetrica as profile attributes
///
/// Reads a CSV export, hashes phones, e-mails and Telegram logins exactly as the AppMetrica SDK does,
/// and delivers the rows through the Post API in batches: nothing lost, nothing sent twice, nothing leaked.
#[derive(Debug, Parser)]
#[command(
    name = "ampost",
    version,
    propagate_version = true,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Try `ampost COMMAND --help` for options and examples.",
    after_long_help = man::top_level_help()
)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,

    /// Credential options typed before the command; [`parse`] hands them to the command.
    #[command(flatten)]
    early: CredentialArgs,

    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// No progress and no notices, only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Show requests and answers, secrets redacted
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,

    /// When to use colours
    ///
    /// `auto` uses them on a terminal, unless the environment has NO_COLOR.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColorWhen::Auto)]
    pub color: ColorWhen,

    /// Form of the result on standard output
    ///
    /// `json` is one object, described field by field in the command's man page.
    #[arg(long, global = true, value_name = "FORM", value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always, also into pipes and files
    Always,
    /// Never
    Never,
}

/// The form of a command's result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON object
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set attributes of one profile
    #[command(after_long_help = examples::help(examples::SET))]
    Set(Box<SetArgs>),

    /// Send a CSV file of profiles, in batches
    #[command(after_long_help = examples::help(examples::IMPORT))]
    Import(Box<ImportArgs>),

    /// Hash phones, e-mails and Telegram logins as the SDK does
    #[command(after_long_help = examples::help(examples::HASH))]
    Hash(HashArgs),

    /// Check the post API key, the application ID and a file's attribute keys
    #[command(after_long_help = examples::help(examples::VERIFY_KEYS))]
    VerifyKeys(Box<VerifyKeysArgs>),

    /// Ask for the key and the application ID and write the config file
    #[command(after_long_help = examples::help(examples::CONFIGURE))]
    Configure(Box<ConfigureArgs>),

    /// Run a local stand-in for the Post API
    #[command(after_long_help = examples::help(examples::SANDBOX))]
    Sandbox(SandboxArgs),

    /// Print a shell's completion script
    #[command(after_long_help = examples::help(examples::COMPLETIONS))]
    Completions(CompletionsArgs),
}

#[cfg(test)]
mod tests;
