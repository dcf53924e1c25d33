//! Completions and man pages are made from the command line's definition and committed. This compares
//! them, and writes them anew on request:
//!
//!     UPDATE_GENERATED=1 cargo test --test generated

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ampost::cli::{self, examples, man};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

const COMMAND: &str = "UPDATE_GENERATED=1 cargo test --test generated";

/// File names and contents of one directory.
type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn completions_are_those_of_the_command_line() {
    let mut files = Files::new();
    for (shell, name) in [
        (Shell::Bash, "ampost.bash"),
        (Shell::Zsh, "_ampost"),
        (Shell::Fish, "ampost.fish"),
        (Shell::PowerShell, "_ampost.ps1"),
        (Shell::Elvish, "ampost.elv"),
    ] {
        let mut script = Vec::new();
        ampost::commands::completions::run(shell, &mut script).unwrap();
        files.insert(name.to_owned(), script);
    }
    agree("completions", &files);
}

#[test]
fn man_pages_are_those_of_the_command_line() {
    let mut files = Files::new();
    let mut command = cli::command().disable_help_subcommand(true);
    command.build();
    pages(&command, "", &mut files);
    agree("man", &files);
}

/// Compares the files of a directory with what they should be, or writes them.
fn agree(directory: &str, wanted: &Files) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::create_dir_all(&directory).unwrap();
        for stale in present(&directory)
            .into_iter()
            .filter(|name| !wanted.contains_key(name))
        {
            fs::remove_file(directory.join(stale)).unwrap();
        }
        for (name, content) in wanted {
            fs::write(directory.join(name), content).unwrap();
        }
    }
    let names: Vec<String> = wanted.keys().cloned().collect();
    assert_eq!(
        present(&directory),
        names,
        "files in {}; run: {COMMAND}",
        directory.display()
    );
    for (name, content) in wanted {
        let path: PathBuf = directory.join(name);
        assert!(
            fs::read(&path).unwrap() == *content,
            "{} is not what the command line's definition gives; run: {COMMAND}",
            path.display()
        );
    }
}

fn present(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The page of a command and those of the commands below it. `words` are its words after `ampost`.
fn pages(command: &clap::Command, words: &str, files: &mut Files) {
    let name = format!("ampost {words}").trim().replace(' ', "-");
    files.insert(format!("{name}.1"), page(command, words));
    for below in command.get_subcommands() {
        pages(below, format!("{words} {}", below.get_name()).trim(), files);
    }
}

fn page(command: &clap::Command, words: &str) -> Vec<u8> {
    let source = format!("ampost {}", env!("CARGO_PKG_VERSION"));
    let generated = Man::new(command.clone())
        .source(source)
        .manual("ampost manual");
    let mut page = Vec::new();
    generated.render_title(&mut page).unwrap();
    generated.render_name_section(&mut page).unwrap();
    generated.render_synopsis_section(&mut page).unwrap();
    generated.render_description_section(&mut page).unwrap();
    generated.render_options_section(&mut page).unwrap();
    if command.has_subcommands() {
        generated.render_subcommands_section(&mut page).unwrap();
    }
    for section in man::sections(words) {
        section_of(&section).to_writer(&mut page).unwrap();
    }
    examples_of(words).to_writer(&mut page).unwrap();
    see_also(command, words).to_writer(&mut page).unwrap();
    page
}

fn section_of(section: &man::Section) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [section.title]);
    if !section.text.is_empty() {
        roff.text([roman(section.text)]);
    }
    for (term, meaning) in section.list {
        roff.control("TP", []);
        roff.text([bold(*term)]);
        roff.text([roman(*meaning)]);
    }
    roff
}

fn examples_of(words: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    for example in examples::of(words) {
        roff.control("PP", []);
        roff.text([roman(format!("{}:", example.what))]);
        roff.control("PP", []);
        roff.control("RS", ["4"]);
        roff.control("nf", []);
        roff.text([roman(example.line)]);
        roff.control("fi", []);
        roff.control("RE", []);
    }
    roff
}

fn see_also(command: &clap::Command, words: &str) -> Roff {
    let mut names: Vec<String> = command
        .get_subcommands()
        .map(|below| format!("ampost {words} {}", below.get_name()))
        .collect();
    if let Some((above, _)) = words.rsplit_once(' ') {
        names.push(format!("ampost {above}"));
    } else if !words.is_empty() {
        names.push("ampost".to_owned());
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let mut line = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let name: Vec<&str> = name.split_whitespace().collect();
        if index > 0 {
            line.push(roman(", "));
        }
        line.push(italic(name.join("-")));
        line.push(roman("(1)"));
    }
    roff.text(line);
    roff
}
