//! The exit codes as one enum, and how an error finds its own.
//!
//! Every failure that has a code of its own is raised as an [`Exit`]-tagged error close to where it is
//! understood; whatever carries no tag is exit code 1. Knows nothing of what the errors are about.

use std::fmt;

/// Exit codes, a contract with scripts (`ampost --help` and the README list them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: all done.
    Done,
    /// 1: file, disk, or a server answer that no other code covers.
    Failed,
    /// 2: bad arguments, bad mapping, bad config; nothing was sent.
    Usage,
    /// 3: finished, but rows or values were rejected; each is listed.
    Rejected,
    /// 4: credentials missing or refused.
    Credentials,
    /// 5: stopped early, server or network unavailable; the same command goes on.
    Unavailable,
    /// 6: a request with counters may or may not have been applied, and was not repeated.
    InDoubt,
    /// 130: interrupted by SIGINT; the same command goes on.
    Interrupted,
    /// 143: ended by SIGTERM; the same command goes on.
    Terminated,
}

impl Exit {
    /// The process exit status.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Rejected => 3,
            Exit::Credentials => 4,
            Exit::Unavailable => 5,
            Exit::InDoubt => 6,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        }
    }

    /// An error with this exit code. `message` says what happened, where, and what to do next.
    pub fn error(self, message: impl fmt::Display) -> anyhow::Error {
        anyhow::Error::new(Tagged {
            exit: self,
            message: message.to_string(),
        })
    }

    /// The exit code that an error carries; [`Exit::Failed`] when it carries none.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Exit {
        error
            .chain()
            .find_map(|cause| cause.downcast_ref::<Tagged>())
            .map_or(Exit::Failed, |tagged| tagged.exit)
    }
}

/// A message together with the exit code that it ends the program with.
#[derive(Debug)]
struct Tagged {
    exit: Exit,
    message: String,
}

impl fmt::Display for Tagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Tagged {}
