//! INT and TERM: the first lets the requests under way finish, the second leaves at once.

use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::exit::Exit;
use crate::prompt;
use crate::report::Console;
use crate::report::console::Verbosity;
use crate::upload::{Run, StopReason};

/// How long requests under way may take after a signal. The journal knows of them, so leaving is safe.
const GRACE: Duration = Duration::from_secs(30);

/// Watches for signals from now on; they stop `run`.
pub(super) fn watch(run: &Arc<Run>, console: &Console) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot watch for signals")?;
    prompt::leave_interrupts();
    let run = Arc::clone(run);
    let quiet = console.verbosity() == Verbosity::Quiet;
    thread::spawn(move || {
        let mut signals = signals.forever();
        let Some(first) = signals.next() else { return };
        let (reason, exit) = match first {
            SIGTERM => (StopReason::Terminated, Exit::Terminated),
            _ => (StopReason::Interrupted, Exit::Interrupted),
        };
        run.stop(reason);
        if !quiet {
            Console::plain(
                &"stopping: the requests under way are being finished; once more leaves at once",
            );
        }
        thread::spawn(move || {
            thread::sleep(GRACE);
            process::exit(i32::from(exit.code()));
        });
        signals.next();
        process::exit(i32::from(exit.code()));
    });
    Ok(())
}
