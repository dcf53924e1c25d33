//! Questions on the terminal. dialoguer lives only here.
//!
//! All is drawn on standard error: standard output is for results. Knows nothing of what is asked and
//! why; what an answer must look like is handed in.

use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Input, Select};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use zeroize::{Zeroize, Zeroizing};

use crate::exit::Exit;

/// What an answer must look like; the error is shown and the question asked again.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// Someone to ask. Every question can end with [`Exit::Interrupted`], when Ctrl-C is pressed.
pub trait Prompt {
    /// Whether there is anyone: without, every question is an error.
    fn available(&self) -> bool;

    /// Asks for a secret, which is not shown; may be empty.
    ///
    /// # Errors
    /// No terminal, Ctrl-C, or the system's.
    fn secret(&mut self, question: &str) -> Result<Zeroizing<String>>;

    /// Asks for a line. Enter alone takes `proposed`.
    ///
    /// # Errors
    /// As [`Prompt::secret`].
    fn text(&mut self, question: &str, proposed: Option<&str>, check: Check<'_>) -> Result<String>;

    /// Asks yes or no. Enter alone takes `proposed`.
    ///
    /// # Errors
    /// As [`Prompt::secret`].
    fn confirm(&mut self, question: &str, proposed: bool) -> Result<bool>;

    /// Asks for one of `choices`, by its place from 0. Enter alone takes `proposed`.
    ///
    /// # Errors
    /// As [`Prompt::secret`].
    fn select(&mut self, question: &str, choices: &[String], proposed: usize) -> Result<usize>;
}

/// The real terminal.
#[derive(Debug)]
pub struct Terminal {
    term: Term,
    available: bool,
}

impl Terminal {
    /// The terminal that the program runs on, if standard input and standard error both are one.
    #[must_use]
    pub fn new() -> Terminal {
        Terminal {
            term: Term::stderr(),
            available: io::stdin().is_terminal() && io::stderr().is_terminal(),
        }
    }

    fn needed(&self) -> Result<()> {
        if self.available {
            return Ok(());
        }
        Err(Exit::Usage.error("a question would have to be asked, but this is no terminal"))
    }
}

impl Default for Terminal {
    fn default() -> Terminal {
        Terminal::new()
    }
}

impl Prompt for Terminal {
    fn available(&self) -> bool {
        self.available
    }

    fn secret(&mut self, question: &str) -> Result<Zeroizing<String>> {
        self.needed()?;
        // Hidden first, asked then: who answers at once is not shown either.
        let hidden = Hidden::begin()?;
        self.term.write_str(&format!("{question}: "))?;
        let answer = read_line();
        drop(hidden);
        self.term.write_line("")?;
        answer
    }

    fn text(&mut self, question: &str, proposed: Option<&str>, check: Check<'_>) -> Result<String> {
        self.needed()?;
        let _asking = Asking::begin();
        let theme = ColorfulTheme::default();
        let mut input = Input::<String>::with_theme(&theme)
            .with_prompt(question)
            .validate_with(|answer: &String| check(answer));
        if let Some(proposed) = proposed {
            input = input.default(proposed.to_owned());
        }
        input.interact_text_on(&self.term).map_err(answered)
    }

    fn confirm(&mut self, question: &str, proposed: bool) -> Result<bool> {
        self.needed()?;
        let _asking = Asking::begin();
        Confirm::with_theme(&ColorfulTheme::default())
            .with_prompt(question)
            .default(proposed)
            .interact_on(&self.term)
            .map_err(answered)
    }

    fn select(&mut self, question: &str, choices: &[String], proposed: usize) -> Result<usize> {
        self.needed()?;
        let _asking = Asking::begin();
        Select::with_theme(&ColorfulTheme::default())
            .with_prompt(question)
            .items(choices)
            .default(proposed)
            .interact_on(&self.term)
            .map_err(answered)
    }
}

/// Whether SIGINT ends the program at once, as it does where nobody watches for it.
static ENDS_AT_ONCE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// While dialoguer asks: at Ctrl-C it raises SIGINT, which would end the program with the cursor hidden.
struct Asking {
    ends: &'static AtomicBool,
}

impl Asking {
    fn begin() -> Asking {
        let ends = ENDS_AT_ONCE.get_or_init(|| {
            let ends = Arc::new(AtomicBool::new(false));
            // Without it Ctrl-C ends the program as ever, only the cursor stays hidden.
            drop(flag::register_conditional_default(
                SIGINT,
                Arc::clone(&ends),
            ));
            ends
        });
        ends.store(false, Ordering::SeqCst);
        Asking { ends }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
    }
}

/// Someone else watches for SIGINT from now on: having asked a question must not make it end the program.
pub fn leave_interrupts() {
    if let Some(ends) = ENDS_AT_ONCE.get() {
        ends.store(false, Ordering::SeqCst);
    }
}

/// dialoguer's error: Ctrl-C arrives as an interrupted read.
fn answered(error: dialoguer::Error) -> anyhow::Error {
    let dialoguer::Error::IO(error) = error;
    if error.kind() == io::ErrorKind::Interrupted {
        // dialoguer hides the cursor while it draws and leaves it so.
        let _ = Term::stderr().show_cursor();
        return interrupted();
    }
    anyhow::Error::new(error).context("the question on the terminal failed")
}

fn interrupted() -> anyhow::Error {
    Exit::Interrupted.error("interrupted at a question")
}

/// Keys that mean something while a secret is typed.
mod key {
    pub(super) const CTRL_C: u8 = 0x03;
    pub(super) const CTRL_D: u8 = 0x04;
    pub(super) const BACKSPACE: u8 = 0x08;
    pub(super) const CTRL_U: u8 = 0x15;
    pub(super) const DELETE: u8 = 0x7f;
}

/// Longest secret that is taken; what is beyond is dropped, and the secret will be refused as too long.
const LONGEST: usize = 4096;

/// Reads a line key by key, in the mode of [`Hidden`].
fn read_line() -> Result<Zeroizing<String>> {
    let stdin = io::stdin();
    // Of its full size from the start: a buffer that grows leaves copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    loop {
        let mut byte = [0_u8; 1];
        // Not through `stdin().read()`: its buffer would take away what is typed ahead for the next question.
        let count = match rustix::io::read(stdin.as_fd(), &mut byte) {
            Ok(count) => count,
            Err(rustix::io::Errno::INTR) => return Err(interrupted()),
            Err(error) => return Err(io::Error::from(error).into()),
        };
        match byte[0] {
            _ if count == 0 => return Err(Exit::Credentials.error("the terminal was closed")),
            b'\r' | b'\n' => break,
            key::CTRL_C => return Err(interrupted()),
            key::CTRL_D if line.is_empty() => return Err(interrupted()),
            key::CTRL_D => break,
            key::BACKSPACE | key::DELETE => drop(line.pop()),
            key::CTRL_U => line.clear(),
            typed if line.len() < LONGEST => line.push(typed),
            _ => {}
        }
        byte.zeroize();
    }
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(Exit::Usage.error("what was typed is not valid UTF-8"))
        }
    }
}

/// The terminal with the echo off, until dropped.
///
/// Keys arrive one by one and Ctrl-C is a key like any other: so the echo is on again whatever ends the
/// question, with or without signal handlers.
struct Hidden {
    before: Termios,
}

impl Hidden {
    fn begin() -> io::Result<Hidden> {
        let stdin = io::stdin();
        let before = tcgetattr(stdin.as_fd())?;
        let mut hidden = before.clone();
        hidden
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN);
        hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
        hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin.as_fd(), OptionalActions::Drain, &hidden)?;
        Ok(Hidden { before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin().as_fd(), OptionalActions::Drain, &self.before);
    }
}

#[cfg(test)]
pub(crate) mod scripted {
    //! A person who answers from a list, for tests of commands.

    use super::{Check, Prompt, Result, Zeroizing};
    use std::collections::VecDeque;

    /// Answers in order; writes the questions down. With no answers there is no terminal.
    #[derive(Debug, Default)]
    pub(crate) struct Scripted {
        answers: VecDeque<String>,
        terminal: bool,
        pub(crate) questions: Vec<String>,
    }

    impl Scripted {
        pub(crate) fn answering(answers: &[&str]) -> Scripted {
            Scripted {
                answers: answers.iter().map(|&answer| answer.to_owned()).collect(),
                terminal: true,
                questions: Vec::new(),
            }
        }

        pub(crate) fn no_terminal() -> Scripted {
            Scripted::default()
        }

        fn next(&mut self, question: &str) -> Result<String> {
            self.questions.push(question.to_owned());
            self.answers
                .pop_front()
                .ok_or_else(|| anyhow::anyhow!("no answer for {question:?}"))
        }
    }

    impl Prompt for Scripted {
        fn available(&self) -> bool {
            self.terminal
        }

        fn secret(&mut self, question: &str) -> Result<Zeroizing<String>> {
            self.next(question).map(Zeroizing::new)
        }

        fn text(
            &mut self,
            question: &str,
            proposed: Option<&str>,
            check: Check<'_>,
        ) -> Result<String> {
            loop {
                let mut answer = self.next(question)?;
                if answer.is_empty() {
                    answer = proposed.unwrap_or_default().to_owned();
                }
                match check(&answer) {
                    Ok(()) => return Ok(answer),
                    Err(why) => self.questions.push(why),
                }
            }
        }

        fn confirm(&mut self, question: &str, proposed: bool) -> Result<bool> {
            Ok(match self.next(question)?.as_str() {
                "" => proposed,
                answer => answer == "y",
            })
        }

        fn select(&mut self, question: &str, _: &[String], proposed: usize) -> Result<usize> {
            let answer = self.next(question)?;
            Ok(answer.parse().unwrap_or(proposed))
        }
    }
}
