//! `ampost completions`: the completion script of a shell, made from the command line's definition.

use std::io::{self, Write};

use clap_complete::Shell;

use crate::cli;

/// Writes the script. One write, so that a reader who goes away early is told of in one place.
///
/// # Errors
/// Those of `out`.
pub fn run(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    // clap_complete panics when its writer fails; a buffer does not fail.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "ampost", &mut script);
    out.write_all(&script)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_shell_completes_commands_and_options() {
        for shell in [
            Shell::Bash,
            Shell::Zsh,
            Shell::Fish,
            Shell::PowerShell,
            Shell::Elvish,
        ] {
            let mut script = Vec::new();
            run(shell, &mut script).unwrap();
            let script = String::from_utf8(script).unwrap();
            for word in ["verify-keys", "in-doubt", "show-normalized"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }

    #[test]
    fn a_closed_output_is_an_error_and_no_panic() {
        let error = run(Shell::Bash, &mut Closed).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
