//! The commands with few options: verify-keys, configure, sandbox, completions. Forms only; see `cli`
//! for what this must not know.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::Shell;

use super::forms;
use super::{ConnectionArgs, CredentialArgs, InputArgs, MappingArgs};

/// Options of `ampost verify-keys`.
#[derive(Args, Debug)]
pub struct VerifyKeysArgs {
    /// CSV file whose attribute keys are checked as well, as `import` would send them; `-` is standard input
    ///
    /// Names, reserved names, indexes of hashed contacts, their number and the declared types. Nothing
    /// of it is uploaded.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,

    /// Leave the server out: check only where the credentials come from and their form
    #[arg(long, conflicts_with = "sandbox")]
    pub offline: bool,

    /// Ask a sandbox inside the program instead of the server
    #[arg(long)]
    pub sandbox: bool,

    /// What the columns mean.
    #[command(flatten)]
    pub mapping: MappingArgs,

    /// How the file is read.
    #[command(flatten)]
    pub input: InputArgs,

    /// How requests are made.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// Where key, application ID and address come from.
    #[command(flatten)]
    pub credentials: CredentialArgs,
}

/// Options of `ampost configure`: what is given is not asked for.
#[derive(Args, Debug)]
pub struct ConfigureArgs {
    /// How requests are made.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// The config file, and answers given beforehand.
    #[command(flatten)]
    pub credentials: CredentialArgs,
}

/// Options of `ampost sandbox`.
#[derive(Args, Clone, Debug)]
pub struct SandboxArgs {
    /// Address to serve on; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = forms::listen)]
    pub listen: SocketAddr,

    /// The post API key to accept [default: any that is not empty]
    #[arg(long, value_name = "KEY", value_parser = forms::not_empty)]
    pub key: Option<String>,

    /// An attribute that is a counter and is added up; repeatable
    #[arg(long, value_name = "NAME", value_parser = forms::not_empty)]
    pub counter: Vec<String>,

    /// Which requests go wrong, and how: `3:503`, `5:drop-after`; repeatable
    ///
    /// The rules are listed below, under Faults.
    #[arg(long, value_name = "SPEC", value_parser = forms::not_empty)]
    pub fail: Vec<String>,

    /// Check and count the rows, but keep no profiles: for measuring
    #[arg(long, hide = true)]
    pub swallow: bool,
}

/// Options of `ampost completions`.
#[derive(Args, Clone, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}
