//! The command line: defaults, forms, messages, and that its examples can be typed.

#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;
use std::ffi::OsString;
use std::time::Duration;

/// `ampost` and the words of `line`; a `~` stands for a space within a word.
fn words(line: &str) -> Vec<OsString> {
    std::iter::once("ampost")
        .chain(line.split_whitespace())
        .map(|word| OsString::from(word.replace('~', " ")))
        .collect()
}

fn typed(line: &str) -> Command {
    parse(words(line)).unwrap().command
}

fn refused(line: &str) -> String {
    parse(words(line)).unwrap_err().to_string()
}

fn import(line: &str) -> Box<ImportArgs> {
    match typed(line) {
        Command::Import(args) => args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_definition_is_consistent() {
    command().debug_assert();
}

#[test]
fn defaults_are_those_of_the_contract() {
    let args = import("import");
    assert_eq!(args.file, None);
    assert_eq!(args.delivery.batch_rows, 10_000);
    assert_eq!(args.delivery.batch_bytes, 16 << 20);
    assert_eq!(args.delivery.jobs, 4);
    assert_eq!(args.delivery.rate, None);
    assert_eq!(args.connection.retries, 8);
    assert_eq!(args.connection.timeout, Duration::from_secs(120));
    assert_eq!(args.input.encoding, "auto");
    assert_eq!(args.input.delimiter, "auto");
    assert_eq!(args.mapping.invalid_contacts, InvalidContacts::Reject);
    assert_eq!(args.resume.in_doubt, InDoubt::Ask);
    assert_eq!(args.progress, ProgressWhen::Auto);
    match typed("sandbox") {
        Command::Sandbox(args) => assert_eq!(args.listen.to_string(), "127.0.0.1:8080"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_option_of_import_is_there() {
    let args = import(
        "import - --map Phone=phone --map A=b=c:number --mapping m.toml --save-mapping s.toml \
         --only-mapped --encoding windows-1251 --delimiter ; --no-quotes --decimal-comma \
         --allow-plain Note --allow-plain Text --invalid-contacts skip --telegram-keep-case \
         --batch-rows 100000 --batch-bytes 500k --jobs 64 --rate 1 --retries 0 --timeout 0.5 \
         --rejects r.csv --overwrite-rejects --max-rejects 0 --dry-run --output - --sandbox --again \
         --restart --in-doubt resend --state-dir d --job nightly -y --progress never -q --color never \
         --format json --ca-cert c.pem --config c --app a --application-id 1 --post-api-key-file k \
         --api-url http://[::1]:1",
    );
    assert_eq!(args.mapping.map, ["Phone=phone", "A=b=c:number"]);
    assert_eq!(args.mapping.allow_plain, ["Note", "Text"]);
    assert_eq!(args.delivery.batch_bytes, 500_000);
    assert_eq!(args.connection.timeout, Duration::from_millis(500));
    assert_eq!(args.rejects.max_rejects, Some(0));
    assert!(args.yes && args.sandbox && args.dry_run && args.resume.again && args.resume.restart);
}

#[test]
fn sizes_count_in_thousands_or_in_1024s() {
    let bytes = |size: &str| {
        import(&format!("import --batch-bytes {size}"))
            .delivery
            .batch_bytes
    };
    assert_eq!(bytes("1"), 1);
    assert_eq!(bytes("2KB"), 2_000);
    assert_eq!(bytes("2kib"), 2_048);
    assert_eq!(bytes("3M"), 3_000_000);
    assert_eq!(bytes("16MiB"), 16_777_216);
    assert_eq!(bytes("1GB"), 1_000_000_000);
    for size in ["0", "1GiB", "99999999999999999999", "1.5M", "-1", "M", "1T"] {
        assert!(parse(words(&format!("import --batch-bytes={size}"))).is_err());
    }
}

#[test]
fn numbers_out_of_their_range_are_refused() {
    for option in [
        "--jobs=0",
        "--jobs=65",
        "--batch-rows=0",
        "--batch-rows=100001",
        "--rate=0",
        "--timeout=0",
        "--timeout=86401",
        "--timeout=inf",
        "--timeout=nan",
        "--retries=-1",
        "--max-rejects=-1",
        "--map=Phone",
        "--map==phone",
        "--map=Phone=",
        "--encoding=",
        "--app=",
        "--job=",
    ] {
        let error = parse(words(&format!("import {option}"))).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{option}");
    }
}

#[test]
fn set_needs_one_identifier_and_something_to_set() {
    assert!(refused("set a=b").contains("--profile-id"));
    assert!(refused("set --profile-id x --device-id y a=b").contains("cannot be used with"));
    assert!(refused("set --profile-id x").contains("ATTRIBUTE"));
    assert!(refused("set --profile-id= a=b").contains("a value is needed"));
    match typed("set --device-id d visits-=1 ltv:=-5 --phone +7~900 --phone 8 --email a@b.cc") {
        Command::Set(args) => {
            assert_eq!(args.identity.device_id.as_deref(), Some("d"));
            assert_eq!(args.attributes, ["visits-=1", "ltv:=-5"]);
            assert_eq!(args.phone, ["+7 900", "8"]);
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        typed("set --profile-id x --telegram durov"),
        Command::Set(_)
    ));
}

#[test]
fn an_output_needs_a_dry_run_and_overwriting_needs_a_rejects_file() {
    assert!(refused("import f --output o").contains("--dry-run"));
    assert!(refused("import f --overwrite-rejects").contains("--rejects"));
    assert!(refused("verify-keys --offline --sandbox").contains("cannot be used with"));
}

#[test]
fn credential_options_may_stand_before_the_command() {
    match typed("--app shop --config a.toml -q verify-keys --config b.toml") {
        Command::VerifyKeys(args) => {
            assert_eq!(args.credentials.app.as_deref(), Some("shop"));
            assert_eq!(args.credentials.config, Some("b.toml".into()));
        }
        other => panic!("{other:?}"),
    }
    let error = parse(words("--app shop hash phone 1")).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(
        error
            .to_string()
            .contains("`ampost hash` has no use for --app")
    );
}

#[test]
fn a_key_given_as_an_option_is_refused_without_being_shown() {
    for line in [
        "import f --post-api-key SECRET",
        "import f --post-api-key=SECRET",
        "--post-api-key SECRET import",
    ] {
        let text = refused(line);
        assert!(
            text.contains("--post-api-key-file") && !text.contains("SECRET"),
            "{text}"
        );
    }
    let pasted = parse(words("verify-keys --application-id SECRET")).unwrap();
    assert!(matches!(pasted.command, Command::VerifyKeys(_)));
}

#[test]
fn near_misses_are_pointed_out() {
    assert!(refused("imprt f").contains("'import'"));
    assert!(refused("import f --dryrun").contains("--dry-run"));
    assert!(refused("completions bsh").contains("bash"));
}

#[test]
fn version_and_help_end_with_code_0() {
    let version = parse(words("--version")).unwrap_err();
    assert_eq!(version.exit_code(), 0);
    assert_eq!(
        version.to_string(),
        format!("ampost {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(parse(words("hash csv --help")).unwrap_err().exit_code(), 0);
    assert_eq!(parse(words("")).unwrap_err().exit_code(), 2);
}

/// Calls `visit` with the words and the definition of every command.
fn every_command(
    command: &clap::Command,
    words: &str,
    visit: &mut dyn FnMut(&str, &clap::Command),
) {
    visit(words, command);
    for below in command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
    {
        let words = format!("{words} {}", below.get_name());
        every_command(below, words.trim(), visit);
    }
}

#[test]
fn every_command_has_examples_and_every_option_a_help_text() {
    every_command(&command(), "", &mut |words, command| {
        assert!(!examples::of(words).is_empty(), "{words}");
        let help = command.get_after_long_help().unwrap().to_string();
        for example in examples::of(words) {
            assert!(example.line.contains("ampost") || example.line.contains("curl"));
            assert!(help.contains(example.line), "{words}: {}", example.line);
        }
        for argument in command.get_arguments() {
            assert!(
                argument.get_help().is_some(),
                "{words} {}",
                argument.get_id()
            );
        }
    });
}

#[test]
fn the_examples_can_be_typed() {
    every_command(&command(), "", &mut |name, _| {
        for example in examples::of(name) {
            let Some(at) = example.line.find("ampost") else {
                continue;
            };
            let mut line = example.line[at..]
                .split(['|', '>', '<'])
                .next()
                .unwrap()
                .to_owned();
            let mut quoted = false;
            line = line
                .chars()
                .map(|c| match c {
                    '\'' => {
                        quoted = !quoted;
                        '\0'
                    }
                    ' ' if quoted => '~',
                    _ => c,
                })
                .filter(|&c| c != '\0')
                .collect();
            let typed = line.trim().strip_prefix("ampost").unwrap();
            parse(words(typed)).unwrap();
        }
    });
}
