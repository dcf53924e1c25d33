//! One module a command: wiring of the parts, and the order in which things happen.

pub mod completions;
pub mod configure;
mod hash;
mod hash_csv;
mod import;
mod sandbox;
mod set;
mod set_items;
mod setup;
mod single;
mod verify_keys;

use std::io;

use crate::cli::{Command, ConfigureArgs, Format};
use crate::config::Environment;
use crate::exit::Exit;
use crate::options::Credentials;
use crate::prompt::Terminal;
use crate::report::Console;
use crate::report::console::stdout_error;

/// Runs a command.
///
/// # Errors
/// What ended it early; [`Exit::of`] tells the exit code.
pub fn run(command: Command, console: &Console) -> anyhow::Result<Exit> {
    match command {
        Command::Set(args) => set::run(&args, console),
        Command::Import(args) => import::run(&args, console),
        Command::Hash(args) => hash::run(&args, console),
        Command::VerifyKeys(args) => verify_keys::run(&args, console),
        Command::Configure(args) => configure(&args, console),
        Command::Sandbox(args) => sandbox::run(&args, console),
        Command::Completions(args) => {
            completions::run(args.shell, &mut io::stdout().lock()).map_err(stdout_error)?;
            Ok(Exit::Done)
        }
    }
}

/// `configure` on the real terminal, with the real server to verify with.
fn configure(args: &ConfigureArgs, console: &Console) -> anyhow::Result<Exit> {
    let format = if console.wants_json() {
        Format::Json
    } else {
        Format::Text
    };
    let mut verify = |credentials: &Credentials| -> anyhow::Result<()> {
        let outcome = verify_keys::ask(credentials, &args.connection, console)?;
        let (_, said, exit) = verify_keys::judge(&outcome);
        if exit == Exit::Done {
            console.say(said);
            return Ok(());
        }
        Err(exit.error(said))
    };
    configure::run(
        &args.credentials,
        format,
        configure::Surroundings {
            environment: &Environment::process(),
            prompt: &mut Terminal::new(),
            verify: &mut verify,
            out: &mut io::stdout(),
            notices: &mut io::stderr(),
        },
    )
}
