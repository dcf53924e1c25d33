//! `ampost hash`: its commands and options. Forms only; see `cli` for what this must not know.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::examples;
use super::forms;
use super::shared::InputArgs;

/// Options of `ampost hash`.
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct HashArgs {
    /// What is hashed.
    #[command(subcommand)]
    pub command: HashCommand,
}

/// What `ampost hash` hashes.
#[derive(Debug, Subcommand)]
pub enum HashCommand {
    /// Hash phone numbers
    #[command(after_long_help = examples::help(examples::HASH_PHONE))]
    Phone(ContactArgs),

    /// Hash e-mail addresses
    #[command(after_long_help = examples::help(examples::HASH_EMAIL))]
    Email(ContactArgs),

    /// Hash Telegram logins
    #[command(after_long_help = examples::help(examples::HASH_TELEGRAM))]
    Telegram(TelegramArgs),

    /// Replace the contact columns of a CSV file by their hashes
    #[command(after_long_help = examples::help(examples::HASH_CSV))]
    Csv(HashCsvArgs),
}

/// Options of `ampost hash phone` and `ampost hash email`.
#[derive(Args, Clone, Debug)]
pub struct ContactArgs {
    /// Values to hash; none: one a line of standard input, answered line for line
    #[arg(value_name = "VALUE")]
    pub values: Vec<String>,

    /// Put the normalised value and a tab before the hash
    #[arg(long)]
    pub show_normalized: bool,
}

/// Options of `ampost hash telegram`.
#[derive(Args, Clone, Debug)]
pub struct TelegramArgs {
    /// Values and how they are shown.
    #[command(flatten)]
    pub contact: ContactArgs,

    /// Hash logins without lowercasing them
    ///
    /// For apps that pass logins in mixed case to the SDK on Android.
    #[arg(long)]
    pub telegram_keep_case: bool,
}

/// Options of `ampost hash csv`.
#[derive(Args, Clone, Debug)]
pub struct HashCsvArgs {
    /// CSV file, also gzip or zstd; `-`, or none in a pipe: standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,

    /// A column and what it holds: phone, email or telegram; repeatable
    ///
    /// Columns that are named phone, email or telegram (also phone_2 and so on) need no rule.
    #[arg(long, value_name = "COLUMN=KIND", value_parser = forms::column_rule)]
    pub map: Vec<String>,

    /// Write the result here instead of standard output; `-` is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    /// Hash Telegram logins without lowercasing them
    ///
    /// For apps that pass logins in mixed case to the SDK on Android.
    #[arg(long)]
    pub telegram_keep_case: bool,

    /// How the file is read.
    #[command(flatten)]
    pub input: InputArgs,
}
