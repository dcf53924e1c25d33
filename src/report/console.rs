//! The two streams: results on stdout, everything else on stderr.

use std::fmt;
use std::io::{self, Write};
use std::sync::Mutex;

use console::Style;
use indicatif::ProgressBar;

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whoever read our stdout has gone (`| head`): not an error, just the end.
#[derive(Debug)]
pub struct ClosedStdout;

impl fmt::Display for ClosedStdout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("standard output was closed")
    }
}

impl std::error::Error for ClosedStdout {}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Notices too.
    Normal,
    /// Requests and answers too, secrets redacted.
    Verbose,
}

/// The program's voice.
#[derive(Debug)]
pub struct Console {
    verbosity: Verbosity,
    /// Whether results are wanted as JSON.
    json: bool,
    /// The bar that is on the screen now.
    bar: Mutex<Option<ProgressBar>>,
}

impl Console {
    /// A console. Colours are decided here, once for the whole process.
    #[must_use]
    pub fn new(verbosity: Verbosity, json: bool, color: ColorChoice) -> Console {
        match color {
            // console asks for the terminal and for NO_COLOR by itself.
            ColorChoice::Auto => {}
            ColorChoice::Always | ColorChoice::Never => {
                console::set_colors_enabled(color == ColorChoice::Always);
                console::set_colors_enabled_stderr(color == ColorChoice::Always);
            }
        }
        Console {
            verbosity,
            json,
            bar: Mutex::new(None),
        }
    }

    /// Whether results are wanted as JSON.
    #[must_use]
    pub fn wants_json(&self) -> bool {
        self.json
    }

    /// How much is told.
    #[must_use]
    pub fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// Something the user should know.
    pub fn notice(&self, text: impl fmt::Display) {
        if self.verbosity > Verbosity::Quiet {
            self.line(&format!(
                "{}: {text}",
                Style::new().for_stderr().cyan().bold().apply_to("note")
            ));
        }
    }

    /// Something that needs the user's attention, though the program goes on.
    pub fn warning(&self, text: impl fmt::Display) {
        self.line(&format!(
            "{}: {text}",
            Style::new()
                .for_stderr()
                .yellow()
                .bold()
                .apply_to("warning")
        ));
    }

    /// Something that failed.
    pub fn error(&self, text: impl fmt::Display) {
        self.line(&format!(
            "{}: {text}",
            Style::new().for_stderr().red().bold().apply_to("error")
        ));
    }

    /// A line of its own on stderr, unless quiet.
    pub fn say(&self, text: impl fmt::Display) {
        if self.verbosity > Verbosity::Quiet {
            self.line(&text.to_string());
        }
    }

    /// A request or an answer, shown with `--verbose`.
    pub fn detail(&self, text: impl fmt::Display) {
        if self.verbosity == Verbosity::Verbose {
            self.line(&format!(
                "{}",
                Style::new().for_stderr().dim().apply_to(text)
            ));
        }
    }

    /// One line on stderr, whatever is drawn there. A stderr that cannot be written to is nobody's to tell.
    pub fn line(&self, text: &str) {
        let write = || drop(writeln!(io::stderr().lock(), "{text}"));
        match self.bar.lock() {
            Ok(bar) => match bar.as_ref() {
                Some(bar) => bar.suspend(write),
                None => write(),
            },
            Err(_) => write(),
        }
    }

    /// A line on stderr from a thread that has no console: a server's log.
    pub fn plain(text: &impl fmt::Display) {
        drop(writeln!(io::stderr().lock(), "{text}"));
    }

    /// Has messages go above `bar` from now on.
    pub fn attach(&self, bar: Option<ProgressBar>) {
        if let Ok(mut current) = self.bar.lock() {
            *current = bar;
        }
    }

    /// A line of the result.
    ///
    /// # Errors
    /// [`ClosedStdout`] when nobody reads it, or what else writing had to say.
    pub fn result(&self, text: &str) -> anyhow::Result<()> {
        write_stdout(|out| writeln!(out, "{text}"))
    }

    /// The last line of the result, after the work is done: that nobody reads it is no reason to lose the
    /// exit code that the work ended with.
    ///
    /// # Errors
    /// What writing had to say, but for a closed stdout.
    pub fn last_result(&self, text: &str) -> anyhow::Result<()> {
        match self.result(text) {
            Err(error) if error.is::<ClosedStdout>() => Ok(()),
            result => result,
        }
    }
}

/// Writes to stdout.
///
/// # Errors
/// [`ClosedStdout`] when nobody reads it, or what else writing had to say.
pub fn write_stdout(
    write: impl FnOnce(&mut io::StdoutLock<'static>) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    write(&mut out)
        .and_then(|()| out.flush())
        .map_err(stdout_error)
}

/// Tells a closed stdout from other failures to write.
#[must_use]
pub fn stdout_error(error: io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        anyhow::Error::new(ClosedStdout)
    } else {
        anyhow::Error::new(error).context("cannot write to standard output")
    }
}
