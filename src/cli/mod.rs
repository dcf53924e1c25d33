//! The command line as it is typed: names, forms, help. Nothing is interpreted here.
//!
//! What an option means, where a value comes from when it was not typed, and which options exclude
//! one another for reasons of meaning is the business of `options` and the commands. This module
//! knows no config file, no environment and no other module of the program.

#![allow(
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    reason = "doc comments here are help texts: [apps.NAME] is a table of the config file"
)]

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
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        display_order = 900
    )]
    pub quiet: bool,

    /// Show requests and answers, secrets redacted
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 901)]
    pub verbose: u8,

    /// When to use colours
    ///
    /// `auto` uses them on a terminal, unless the environment has NO_COLOR.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColorWhen::Auto,
          display_order = 902)]
    pub color: ColorWhen,

    /// Form of the result on standard output
    ///
    /// `json` is one object, described field by field in the command's man page.
    #[arg(long, global = true, value_name = "FORM", value_enum, default_value_t = Format::Text,
          display_order = 903)]
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
    ///
    /// Sends one request. The profile must be one that the app's SDK has reported before; AppMetrica does
    /// not tell when it is not.
    #[command(after_long_help = examples::help(examples::SET))]
    Set(Box<SetArgs>),

    /// Send a CSV file of profiles, in batches
    ///
    /// Each row is one profile: an identifier and its attributes. Phones, e-mails and Telegram logins are
    /// hashed before they are sent; empty cells are not sent; a row with a mistake is rejected as a whole,
    /// never sent in part.
    ///
    /// What the server has acknowledged is written to a journal. If a run is stopped, by whatever, run
    /// the same command again: it sends what is missing, and counters are not counted twice.
    #[command(after_long_help = examples::help(examples::IMPORT))]
    Import(Box<ImportArgs>),

    /// Hash phones, e-mails and Telegram logins as the SDK does
    ///
    /// Values are normalised by the rules of AppMetrica's SDK and hashed with SHA-256, so that they match
    /// what an app has reported for the same person. Nothing is sent anywhere.
    #[command(after_long_help = examples::help(examples::HASH))]
    Hash(HashArgs),

    /// Check the post API key, the application ID and a file's attribute keys
    ///
    /// Says where key and application ID come from, checks their form and asks the server, with a
    /// request that names no profile and so cannot write. With FILE, checks the attribute keys that an
    /// import of it would send. Nothing is uploaded.
    #[command(after_long_help = examples::help(examples::VERIFY_KEYS))]
    VerifyKeys(Box<VerifyKeysArgs>),

    /// Ask for the key and the application ID and write the config file
    ///
    /// What is given by an option is not asked for. The key is typed hidden, and the file is written for
    /// its owner alone (mode 600). Other apps and comments in it stay.
    #[command(after_long_help = examples::help(examples::CONFIGURE))]
    Configure(Box<ConfigureArgs>),

    /// Run a local stand-in for the Post API
    ///
    /// Takes the documented requests, checks them as the documentation has it, keeps the profiles in
    /// memory and adds counters up. `GET /profiles` shows what arrived, as JSON.
    #[command(after_long_help = man::sandbox_help())]
    Sandbox(SandboxArgs),

    /// Print a shell's completion script
    #[command(after_long_help = examples::help(examples::COMPLETIONS))]
    Completions(CompletionsArgs),
}

#[cfg(test)]
mod tests;
