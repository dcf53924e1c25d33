//! Parse, run, exit code; nothing else.

use std::process::ExitCode;

use ampost::cli::{self, ColorWhen, Format};
use ampost::commands;
use ampost::exit::Exit;
use ampost::report::console::Verbosity;
use ampost::report::{ClosedStdout, ColorChoice, Console};

fn main() -> ExitCode {
    // A panic's own message may quote the text that it stumbled over; its place says enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        Console::new(Verbosity::Normal, false, ColorChoice::Auto).error(format!(
            "a bug in ampost at {place}; the same command can be run again and goes on where this run was"
        ));
    }));
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // Help into a closed pipe is no error, and there is nobody else to tell.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let verbosity = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, 0) => Verbosity::Normal,
        (false, _) => Verbosity::Verbose,
    };
    let color = match cli.global.color {
        ColorWhen::Auto => ColorChoice::Auto,
        ColorWhen::Always => ColorChoice::Always,
        ColorWhen::Never => ColorChoice::Never,
    };
    let console = Console::new(verbosity, cli.global.format == Format::Json, color);
    let exit = commands::run(cli.command, &console).unwrap_or_else(|error| {
        if error.downcast_ref::<ClosedStdout>().is_some() {
            return Exit::Done;
        }
        console.error(format!("{error:#}"));
        Exit::of(&error)
    });
    ExitCode::from(exit.code())
}
