//! What the documentation shows is run, and what it says is compared with what the program does.
//!
//! In the documents, each line that begins with `$ ` in a block marked `console` is a command; the lines
//! after it are what it prints, `…` standing for lines left out. The comment `# exit N` names the exit code
//! where it is not 0. A document's commands are run in order in one fresh directory, with a copy of
//! `examples/`. The examples of `--help` and of the man pages have a directory each.
//!
//! Nothing outside this machine is contacted: `127.0.0.1:8080` in a command is replaced by the address of a
//! sandbox of the test's own, and any https address would be asked for through a proxy that is not there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "docs/parse.rs"]
mod parse;
#[path = "docs/stage.rs"]
mod stage;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ampost::cli::man;
use parse::Shown;
use stage::Stage;

/// The documents whose commands are run. Those of `docs/performance.md` take minutes, and a quiet machine.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![
        root.join("README.md"),
        root.join("SECURITY.md"),
        root.join("CHANGELOG.md"),
    ];
    for entry in fs::read_dir(root.join("docs")).into_iter().flatten() {
        let path = entry.unwrap().path();
        let markdown = path.extension().is_some_and(|extension| extension == "md");
        if markdown && path.file_name().unwrap() != "performance.md" {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_commands_of_the_documents_end_and_print_as_shown() {
    let mut run = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let mut stage = Stage::new();
        for command in parse::commands(&text) {
            let place = format!("{}:{}", document.display(), command.line);
            let ran = stage.run(&command.text);
            assert_eq!(
                ran.code,
                Some(command.exit),
                "{place}: {}\n{}",
                command.text,
                ran.output
            );
            for shown in &command.shown {
                assert!(
                    matches!(shown, Shown::LeftOut) || ran.prints(shown),
                    "{place}: {}\nthe documentation shows a line that is not printed: {shown:?}\n{}",
                    command.text,
                    ran.output
                );
            }
            run += 1;
        }
    }
    assert!(run > 10, "only {run} commands were found");
}

#[test]
fn the_examples_of_help_and_man_pages_run() {
    let mut lines = BTreeSet::new();
    for words in parse::every_command() {
        for example in ampost::cli::examples::of(&words) {
            lines.insert(example.line);
        }
    }
    assert!(lines.len() > 20);
    for line in lines {
        let mut stage = Stage::for_examples();
        if let Some(ran) = stage.run_if_possible(line) {
            assert_eq!(ran.code, Some(0), "{line}\n{}", ran.output);
        }
    }
}

#[test]
fn the_cron_script_turns_exit_codes_into_what_a_person_should_know() {
    let mut stage = Stage::for_examples();
    let quiet = stage.run("sh examples/cron/nightly.sh crm.csv");
    assert_eq!((quiet.code, quiet.output.as_str()), (Some(0), ""));
    stage.run("cp examples/clients.csv c.csv");
    let options = "--mapping examples/clients.toml --decimal-comma";
    let rejects = stage.run(&format!("sh examples/cron/nightly.sh c.csv {options}"));
    assert_eq!(rejects.code, Some(3), "{}", rejects.output);
    assert!(
        rejects.output.contains("ampost import c.csv.rejects-"),
        "{}",
        rejects.output
    );
    stage.run("export AMPOST_TRIES=2 AMPOST_PAUSE=0 AMPOST_API_URL=http://127.0.0.1:9");
    let down = stage.run("sh examples/cron/nightly.sh crm.csv --retries 0 --restart");
    assert_eq!(down.code, Some(5), "{}", down.output);
    assert_eq!(
        down.output.matches("run the same command again").count(),
        2,
        "{}",
        down.output
    );
}

#[test]
fn the_pipes_from_databases_arrive() {
    let mut stage = Stage::for_examples();
    // In the place of the databases' clients, what they are known to print.
    stage.put_tool("psql", "psql.csv", "cat");
    stage.put_tool("clickhouse-client", "clickhouse.csv", r"sed 's/\\N//g'");
    let Some(ran) = stage.run_if_possible("make -s -f examples/pipes/Makefile customers orders")
    else {
        return;
    };
    assert_eq!(ran.code, Some(0), "{}", ran.output);
    assert_eq!(
        ran.output.matches("accepted  5 rows").count(),
        2,
        "{}",
        ran.output
    );
}

#[test]
fn the_sample_config_is_understood() {
    let mut stage = Stage::for_examples();
    stage.run("unset APPMETRICA_APPLICATION_ID APPMETRICA_POST_API_KEY AMPOST_API_URL");
    stage.run("printf 0123456789abcdef > examples/shop.key && chmod 600 examples/shop.key");
    let ran = stage.run("ampost verify-keys --offline --config examples/config.toml");
    assert_eq!(ran.code, Some(0), "{}", ran.output);
    assert!(ran.output.contains("…cdef"), "{}", ran.output);
}

/// The fields of a JSON object, and what a man page lists.
#[track_caller]
fn fields_agree(stage: &mut Stage, commands: &[&str], listed: &[(&str, &str)]) {
    let mut printed = BTreeSet::new();
    for command in commands {
        let ran = stage.run(&format!("{command} --format json 2>/dev/null"));
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&ran.output).unwrap_or_else(|_| panic!("{command}: {ran:?}"));
        printed.extend(object.into_iter().map(|(name, _)| name));
    }
    let listed: BTreeSet<String> = listed
        .iter()
        .flat_map(|(names, _)| names.split(", "))
        .map(str::to_owned)
        .collect();
    assert_eq!(printed, listed, "{commands:?}");
}

#[test]
fn json_objects_have_the_fields_that_the_man_pages_list() {
    let mut stage = Stage::for_examples();
    let import = ["ampost import crm.csv --sandbox"];
    fields_agree(&mut stage, &import, man::JSON_IMPORT);
    let set = [
        "ampost set --profile-id a b=c --sandbox",
        "ampost set --profile-id a b=c --dry-run",
    ];
    fields_agree(&mut stage, &set, man::JSON_SET);
    let hash = ["ampost hash phone 70123456789 abc"];
    fields_agree(&mut stage, &hash, man::JSON_HASH);
    let hash_csv = ["ampost hash csv crm.csv -o hashed.csv"];
    fields_agree(&mut stage, &hash_csv, man::JSON_HASH_CSV);
    let verify = ["ampost verify-keys crm.csv --sandbox"];
    fields_agree(&mut stage, &verify, man::JSON_VERIFY_KEYS);
}

#[test]
fn the_readme_has_the_exit_codes_of_the_program() {
    let readme = include_str!("../README.md");
    for (codes, meaning) in man::EXIT_STATUS {
        let shown = readme
            .lines()
            .any(|line| line.starts_with(&format!("| {codes} |")));
        assert!(
            shown,
            "README.md has no row for exit code {codes}: {meaning}"
        );
    }
}

#[test]
fn every_test_that_a_table_names_is_there() {
    let mut sources = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for directory in ["src", "tests"] {
        parse::read_all(&root.join(directory), &mut sources);
    }
    let mut named = 0;
    for text in [include_str!("../README.md"), include_str!("../SECURITY.md")] {
        for name in parse::test_names(text) {
            named += 1;
            assert!(
                sources.contains(&format!("fn {name}()")),
                "no test is called {name}"
            );
        }
    }
    assert!(named > 30, "only {named} tests are named");
}
