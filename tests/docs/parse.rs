//! Reads commands and names of tests out of documents. Runs nothing.

use std::fs;
use std::path::Path;

/// A command that a document shows.
#[derive(Debug)]
pub(crate) struct Command {
    /// Where it stands, from 1.
    pub(crate) line: usize,
    /// The command, lines joined.
    pub(crate) text: String,
    /// The exit code that the document promises.
    pub(crate) exit: i32,
    /// What it is shown to print.
    pub(crate) shown: Vec<Shown>,
}

/// A line that a document shows after a command.
#[derive(Debug)]
pub(crate) enum Shown {
    /// `…`: lines that are left out.
    LeftOut,
    /// A line of output.
    Line(String),
}

/// The commands of a document, in order.
pub(crate) fn commands(text: &str) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut console = false;
    let mut goes_on = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            console = line == "```console";
            goes_on = false;
        } else if !console {
        } else if goes_on {
            let command = commands.last_mut().unwrap();
            command.text.push(' ');
            goes_on = join(line.trim(), command);
        } else if let Some(text) = line.strip_prefix("$ ") {
            let mut command = Command {
                line: index + 1,
                text: String::new(),
                exit: 0,
                shown: Vec::new(),
            };
            goes_on = join(text, &mut command);
            commands.push(command);
        } else {
            let command = commands.last_mut().expect("output before a command");
            command.shown.push(match line {
                "…" => Shown::LeftOut,
                line => Shown::Line(line.to_owned()),
            });
        }
    }
    commands
}

/// Appends a line; says whether the next one belongs to it.
fn join(line: &str, command: &mut Command) -> bool {
    if let Some(line) = line.strip_suffix('\\') {
        command.text.push_str(line.trim_end());
        return true;
    }
    match line.rsplit_once("# exit ") {
        Some((text, code)) => {
            command.text.push_str(text.trim_end());
            command.exit = code.trim().parse().expect("# exit N");
        }
        None => command.text.push_str(line),
    }
    false
}

/// The words of every command of the program: `""`, `"hash csv"`, …
pub(crate) fn every_command() -> Vec<String> {
    fn below(command: &clap::Command, words: &str, found: &mut Vec<String>) {
        found.push(words.to_owned());
        for sub in command.get_subcommands() {
            below(sub, format!("{words} {}", sub.get_name()).trim(), found);
        }
    }
    let mut found = Vec::new();
    below(&ampost::cli::command(), "", &mut found);
    found
}

/// The names of tests in the tables of a document: long words with underscores in backticks.
pub(crate) fn test_names(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|word| {
            word.matches('_').count() >= 4
                && !word.starts_with("appmetrica")
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        })
        .collect()
}

/// Appends every Rust file below a directory.
pub(crate) fn read_all(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
