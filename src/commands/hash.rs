//! `ampost hash phone|email|telegram`: single values, or lines of stdin answered line for line.

use std::borrow::Cow;
use std::io::{self, BufRead, BufWriter, IsTerminal, Read, Write};

use serde::Serialize;

use crate::cli::{ContactArgs, HashArgs, HashCommand};
use crate::exit::Exit;
use crate::first_party::{self, Contact, Hash, Rules};
use crate::report::Console;
use crate::report::console::stdout_error;
use crate::report::summary::plural;

/// The longest line that is read whole. No valid value is near it, so a longer one is refused by its
/// beginning, whatever its length.
const LONGEST_LINE: u64 = 64 * 1024;

/// Runs the command.
pub(super) fn run(args: &HashArgs, console: &Console) -> anyhow::Result<Exit> {
    let no_rules = Rules {
        telegram_keep_case: false,
    };
    match &args.command {
        HashCommand::Phone(args) => values(Contact::Phone, args, no_rules, console),
        HashCommand::Email(args) => values(Contact::Email, args, no_rules, console),
        HashCommand::Telegram(args) => {
            let rules = Rules {
                telegram_keep_case: args.telegram_keep_case,
            };
            values(Contact::Telegram, &args.contact, rules, console)
        }
        HashCommand::Csv(args) => super::hash_csv::run(args, console),
    }
}

fn values(
    contact: Contact,
    args: &ContactArgs,
    rules: Rules,
    console: &Console,
) -> anyhow::Result<Exit> {
    let mut answers = Answers {
        contact,
        rules,
        show_normalized: args.show_normalized,
        json: console.wants_json(),
        out: BufWriter::with_capacity(64 * 1024, io::stdout().lock()),
        normalized: Vec::with_capacity(128),
        count: 0,
        invalid: 0,
    };
    answers.begin().map_err(stdout_error)?;
    if args.values.is_empty() {
        from_stdin(&mut answers, console)?;
    } else {
        for (at, value) in args.values.iter().enumerate() {
            answers
                .answer(value.as_bytes(), &format!("value {}", at + 1), console)
                .map_err(stdout_error)?;
        }
    }
    answers.end().map_err(stdout_error)?;
    if answers.invalid == 0 {
        return Ok(Exit::Done);
    }
    console.say(format!(
        "{} of {} could not be hashed",
        answers.invalid,
        plural(answers.count, "value")
    ));
    Ok(Exit::Rejected)
}

fn from_stdin(answers: &mut Answers<impl Write>, console: &Console) -> anyhow::Result<()> {
    let stdin = io::stdin();
    let terminal = stdin.is_terminal();
    if terminal {
        console.say("reading values from the terminal, one a line; end with Ctrl-D");
    }
    let mut stdin = io::BufReader::with_capacity(64 * 1024, stdin.lock());
    let mut line = Vec::new();
    let mut number = 0_u64;
    loop {
        line.clear();
        let failed =
            |error: io::Error| anyhow::Error::new(error).context("cannot read standard input");
        let read = stdin
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .map_err(failed)?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        let place = format!("line {number}");
        if read as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
            stdin.skip_until(b'\n').map_err(failed)?;
            answers.refuse("the line is too long".to_owned(), &place, console)
        } else {
            let value = line.strip_suffix(b"\n").unwrap_or(&line);
            let value = value.strip_suffix(b"\r").unwrap_or(value);
            answers.answer(value, &place, console)
        }
        .map_err(stdout_error)?;
        if terminal {
            answers.out.flush().map_err(stdout_error)?;
        }
    }
}

/// Writes one answer after the other.
struct Answers<W> {
    contact: Contact,
    rules: Rules,
    show_normalized: bool,
    json: bool,
    out: W,
    normalized: Vec<u8>,
    count: u64,
    invalid: u64,
}

/// One answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    normalized: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl<W: Write> Answers<W> {
    fn begin(&mut self) -> io::Result<()> {
        if self.json {
            self.out.write_all(b"{\"results\":[")
        } else {
            Ok(())
        }
    }

    fn answer(&mut self, value: &[u8], place: &str, console: &Console) -> io::Result<()> {
        let result = match std::str::from_utf8(value) {
            Ok(value) => first_party::normalize_and_hash(
                self.contact,
                value,
                self.rules,
                &mut self.normalized,
            )
            .map_err(|refusal| refusal.to_string()),
            Err(_) => Err("the bytes are not UTF-8 text".to_owned()),
        };
        self.tell(result, place, console)
    }

    fn refuse(&mut self, reason: String, place: &str, console: &Console) -> io::Result<()> {
        self.tell(Err(reason), place, console)
    }

    fn tell(
        &mut self,
        result: Result<Hash, String>,
        place: &str,
        console: &Console,
    ) -> io::Result<()> {
        if let Err(reason) = &result {
            self.invalid += 1;
            console.warning(format!("{place}: {reason}"));
        }
        self.count += 1;
        if self.json {
            self.write_json(result)
        } else {
            self.write_line(result.ok())
        }
    }

    fn write_line(&mut self, hash: Option<Hash>) -> io::Result<()> {
        if let Some(hash) = hash {
            if self.show_normalized {
                self.out.write_all(&self.normalized)?;
                self.out.write_all(b"\t")?;
            }
            self.out.write_all(hash.as_bytes())?;
        }
        self.out.write_all(b"\n")
    }

    fn write_json(&mut self, result: Result<Hash, String>) -> io::Result<()> {
        if self.count > 1 {
            self.out.write_all(b",")?;
        }
        let valid = result.is_ok();
        let hash = result.as_ref().ok();
        let answer = Answer {
            hash: hash.map(Hash::as_str),
            normalized: (valid && self.show_normalized)
                .then(|| String::from_utf8_lossy(&self.normalized)),
            reason: result.as_ref().err().cloned(),
        };
        serde_json::to_writer(&mut self.out, &answer).map_err(io::Error::from)
    }

    fn exit(&self) -> Exit {
        if self.invalid > 0 {
            Exit::Rejected
        } else {
            Exit::Done
        }
    }

    fn end(&mut self) -> io::Result<()> {
        if self.json {
            writeln!(
                self.out,
                "],\"values\":{},\"invalid\":{},\"exit_code\":{}}}",
                self.count,
                self.invalid,
                self.exit().code()
            )?;
        }
        self.out.flush()
    }
}
