//! `ampost sandbox`: a local stand-in for the Post API, until it is interrupted.

use anyhow::Context;
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::cli::SandboxArgs;
use crate::exit::Exit;
use crate::report::Console;
use crate::sandbox::{self, Faults, Settings};

/// Runs the command.
pub(super) fn run(args: &SandboxArgs, console: &Console) -> anyhow::Result<Exit> {
    let mut faults = Faults::default();
    for spec in &args.fail {
        faults.append(
            spec.parse()
                .map_err(|error| Exit::Usage.error(format!("--fail: {error}")))?,
        );
    }
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot watch for signals")?;
    // Standard error is where a server's log belongs; stdout has the address, for scripts.
    let quiet = console.verbosity() == crate::report::console::Verbosity::Quiet;
    let running = sandbox::start(Settings {
        listen: args.listen,
        key: args.key.clone().map(Into::into),
        counters: args.counter.clone(),
        faults,
        log: (!quiet).then(|| -> sandbox::Log { Box::new(Console::plain) }),
        swallow: args.swallow,
    })
    .with_context(|| {
        format!(
            "cannot listen on {}; choose another address with --listen",
            args.listen
        )
    })?;
    let url = running.url();
    if console.wants_json() {
        console.result(&json!({"url": url}).to_string())?;
    } else {
        console.result(&format!("listening on {url}"))?;
        console.say(format!("send to it with --api-url {url}; see what arrived with: curl {url}/profiles; end with Ctrl-C"));
    }
    signals.forever().next();
    let totals = running.totals();
    running.stop();
    console.say(format!(
        "{} requests, {} rows applied, {} profiles",
        totals.requests, totals.rows, totals.profiles
    ));
    Ok(Exit::Done)
}
