//! What the man pages say besides the options: exit status, environment, files, JSON output.
//! Texts only. `--help` of the program itself shares the table of exit codes.

use std::fmt::Write as _;

use super::examples::{self, heading};

/// A section of a man page.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its heading, in capitals.
    pub title: &'static str,
    /// A paragraph before the list; may be empty.
    pub text: &'static str,
    /// Terms and what they mean; may be empty.
    pub list: &'static [(&'static str, &'static str)],
}

/// Exit codes and their meaning.
pub const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "all done"),
    (
        "1",
        "failed: file, disk, or a server answer that no other code covers",
    ),
    (
        "2",
        "usage: bad arguments, bad mapping, bad config; nothing was sent",
    ),
    (
        "3",
        "finished, but rows (or values) were rejected; each is listed",
    ),
    ("4", "credentials missing or refused"),
    (
        "5",
        "stopped early, server or network unavailable; run the same command again to go on",
    ),
    (
        "6",
        "in doubt: a request with counters may or may not have been applied, and was not repeated",
    ),
    (
        "130, 143",
        "interrupted; run the same command again to go on",
    ),
];

/// Environment variables.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "APPMETRICA_POST_API_KEY",
        "The post API key. Goes before the config file, after --post-api-key-file.",
    ),
    (
        "APPMETRICA_APPLICATION_ID",
        "The application ID. Goes before the config file, after --application-id.",
    ),
    (
        "AMPOST_APP",
        "The app of the config file to use, as --app does.",
    ),
    (
        "AMPOST_API_URL",
        "The address of the API, as --api-url does.",
    ),
    ("AMPOST_CONFIG", "The config file, as --config does."),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "The proxy for https addresses (HTTPS_PROXY goes first), and the hosts that are asked without \
         it. Lower case names count, too. A plain http address is this machine itself, and no proxy is \
         used for it.",
    ),
    ("NO_COLOR", "If set and not empty, no colours."),
    (
        "XDG_CONFIG_HOME, XDG_STATE_HOME",
        "Where the config file and the journals are.",
    ),
];

/// Files.
pub const FILES: &[(&str, &str)] = &[
    (
        "$XDG_CONFIG_HOME/ampost/config.toml, else ~/.config/ampost/config.toml",
        "The config file; `ampost configure` writes it. It has default_app, a table [apps.NAME] for \
         each app with application_id, api_url and one of post_api_key, post_api_key_file and \
         post_api_key_command (run by the shell; the first line of its output is the key), and a table \
         [attributes] that declares types: ltv = \"number\", visits = \"counter\". A relative \
         post_api_key_file is looked for beside the config file. A config file that holds a key and that \
         others can open is refused; of a key's own file that others can open, a warning tells. \
         chmod 600 mends both.",
    ),
    (
        "$XDG_STATE_HOME/ampost, else ~/.local/state/ampost",
        "Journals of imports: which batches were acknowledged. They hold no key and no value. A \
         finished one is removed when it has not been touched for 90 days, any other after 365.",
    ),
];

/// The JSON object of `ampost import --format json`: `report::summary::Summary`, field by field.
pub const JSON_IMPORT: &[(&str, &str)] = &[
    ("dry_run", "true with --dry-run: nothing was sent."),
    (
        "destination",
        "Where the rows went, in words; null with --dry-run.",
    ),
    ("rows_read", "Rows read from the file."),
    ("rows_sent", "Rows that the server accepted in this run."),
    (
        "rows_already_sent",
        "Rows that an earlier run had sent, and this one therefore not.",
    ),
    ("rows_skipped", "Rows without any attribute; not sent."),
    (
        "rows_rejected",
        "Rows that were not sent, or that the server refused, each for a reason that is listed.",
    ),
    (
        "rows_in_doubt",
        "Rows of the batches that are counted in batches_in_doubt.",
    ),
    (
        "rows_abandoned",
        "Rows in doubt since an earlier run and left out, as --in-doubt skip asked.",
    ),
    (
        "rows_not_sent",
        "Rows that were read and are left for the next run. When a run stops early, there may be more \
         in the file that were not read.",
    ),
    (
        "rows_ready",
        "With --dry-run, rows that could be sent; else 0.",
    ),
    (
        "batches_acknowledged",
        "Batches that the server accepted in this run.",
    ),
    (
        "batches_already_sent",
        "Batches left out because an earlier run had sent them.",
    ),
    (
        "batches_in_doubt",
        "Batches with counters that may or may not have been applied, and were not repeated.",
    ),
    (
        "batches_ready",
        "With --dry-run, batches that could be sent; else 0.",
    ),
    ("retries", "Requests that were repeated."),
    ("bytes_sent", "Bytes of the bodies that were accepted."),
    (
        "contacts_left_out",
        "Contacts that are not valid and were left out of their rows (--invalid-contacts skip).",
    ),
    (
        "long_values",
        "Strings of more than 200 characters; AppMetrica cuts them.",
    ),
    (
        "seconds",
        "Time from start to end, as a number with a fraction.",
    ),
    ("exit_code", "The exit code that the command ends with."),
    (
        "stopped",
        "Why the run stopped early, in words; null if it did not.",
    ),
];

/// The JSON object of `ampost set --format json`.
pub const JSON_SET: &[(&str, &str)] = &[
    ("acknowledged", "true if the server accepted the request."),
    ("retries", "How often the request was repeated."),
    (
        "reason",
        "Why the request was not accepted, in words; null if it was.",
    ),
    ("exit_code", "The exit code that the command ends with."),
    (
        "dry_run, request",
        "Only with --dry-run, and then instead of retries and reason: true, and the request as it would \
         be sent, the key redacted.",
    ),
];

/// The JSON object of `ampost hash phone|email|telegram --format json`.
pub const JSON_HASH: &[(&str, &str)] = &[
    (
        "results",
        "One object a value, in order. hash: the hash, or null if the value is not valid. normalized: \
         what was hashed, only with --show-normalized and only if the value is valid. reason: why the \
         value is not valid, only if it is not.",
    ),
    ("values", "How many values there were."),
    ("invalid", "How many of them are not valid."),
    ("exit_code", "The exit code that the command ends with."),
];

/// The JSON object of `ampost hash csv --format json`, which needs -o.
pub const JSON_HASH_CSV: &[(&str, &str)] = &[
    ("rows", "Rows read and written."),
    ("values", "Contacts found in the mapped columns."),
    (
        "invalid",
        "How many of them are not valid and were left empty.",
    ),
    ("exit_code", "The exit code that the command ends with."),
];

/// The JSON object of `ampost verify-keys --format json`.
pub const JSON_VERIFY_KEYS: &[(&str, &str)] = &[
    ("application_id", "The application ID, a number."),
    ("application_id_from", "Where it came from, in words."),
    (
        "post_api_key",
        "The key, masked but for its last 4 characters; a short key is masked whole.",
    ),
    ("post_api_key_from", "Where it came from, in words."),
    ("api_url", "The address of the API."),
    (
        "key_accepted",
        "true or false as the server has it; null with --offline, or if the server did not say.",
    ),
    (
        "server",
        "What the server said, in words; null with --offline.",
    ),
    (
        "file",
        "Null without FILE. Else an object. name: the file. attributes: the attribute keys, each an \
         object with name, type and column. notices and problems: lists of texts; with a problem, an \
         import of the file would stop before anything is sent.",
    ),
    ("exit_code", "The exit code that the command ends with."),
];

/// The JSON object of `ampost configure --format json`.
pub const JSON_CONFIGURE: &[(&str, &str)] = &[
    ("config", "The config file that was written."),
    ("app", "The name of the app in it."),
    ("application_id", "The application ID."),
    (
        "post_api_key",
        "The key, masked but for its last 4 characters; null if it was neither typed nor needed.",
    ),
    (
        "verified",
        "true if the server accepted the key, false if it did not, null if it was not asked.",
    ),
];

/// The JSON object of `ampost sandbox --format json`, printed as soon as it listens.
pub const JSON_SANDBOX: &[(&str, &str)] = &[("url", "The address to send to, for --api-url.")];

/// What `--fail` of `ampost sandbox` takes: WHEN and WHAT of a rule, and what may follow a status.
pub const FAULTS: Section = Section {
    title: "FAULTS",
    text: "SPEC is a list of rules WHEN:WHAT, separated by commas; --fail may be repeated. The first rule \
           that matches decides, but delays add up. Requests are numbered from 1; only POST requests \
           count. ID, NAME and TEXT are percent-decoded: %2C is a comma, %3B a semicolon.",
    list: &[
        ("3", "the third request"),
        ("4-6", "the fourth to the sixth"),
        ("10+", "the tenth and all after it"),
        ("*", "every request"),
        ("every3", "the third, the sixth, the ninth and so on"),
        (
            "profile=ID",
            "a request with that profile_id or appmetrica_device_id",
        ),
        ("attribute=NAME", "a request with that attribute"),
        ("rows>N", "a request of more than N rows"),
        (
            "bytes>SIZE",
            "a request whose body is larger (k, M, G, KiB, MiB, GiB)",
        ),
        (
            ":503",
            "answer with this status (200 to 599), apply nothing",
        ),
        (
            ":drop-before",
            "close the connection without an answer, apply nothing",
        ),
        (
            ":drop-after",
            "apply, then close the connection without an answer",
        ),
        (
            ":drop-connect",
            "close the connection before the body is read",
        ),
        (
            ":delay=2s",
            "wait first (ms or s); alone, or before another: delay=2s;503",
        ),
        (";after", "behind a status: apply first, then answer so"),
        (
            ";retry-after=SECONDS",
            "behind a status: send Retry-After; date+SECONDS sends it as a date",
        ),
        (
            ";text=TEXT",
            "behind a status: send this text; {key}, {query} and {body} echo the request",
        ),
    ],
};

/// The sections that the page of a command has after its options, examples excepted.
#[must_use]
pub fn sections(command: &str) -> Vec<Section> {
    let json = match command {
        "import" => JSON_IMPORT,
        "set" => JSON_SET,
        "hash phone" | "hash email" | "hash telegram" => JSON_HASH,
        "hash csv" => JSON_HASH_CSV,
        "sandbox" => JSON_SANDBOX,
        "verify-keys" => JSON_VERIFY_KEYS,
        "configure" => JSON_CONFIGURE,
        _ => &[],
    };
    let with_credentials = matches!(command, "" | "import" | "set" | "verify-keys" | "configure");
    let mut sections = Vec::new();
    if command == "sandbox" {
        sections.push(FAULTS);
    }
    if !json.is_empty() {
        sections.push(Section {
            title: "JSON OUTPUT",
            text: "With --format json, one object on standard output. A command that ends before it has a \
                   result, for example because the file is not there, prints none: the reason is on \
                   standard error, and the exit code tells. Fields may be added in later versions; none \
                   changes its meaning.",
            list: json,
        });
    }
    sections.push(Section {
        title: "EXIT STATUS",
        text: "",
        list: EXIT_STATUS,
    });
    if with_credentials {
        sections.push(Section {
            title: "ENVIRONMENT",
            text: "A variable that is set but empty counts as not set.",
            list: ENVIRONMENT,
        });
        sections.push(Section {
            title: "FILES",
            text: "",
            list: FILES,
        });
    }
    sections
}

/// What `ampost --help` has after the options: exit codes and examples.
pub(super) fn top_level_help() -> String {
    let mut text = heading("Exit codes:");
    for (code, meaning) in EXIT_STATUS {
        let _ = write!(text, "\n  {code:<8}  {meaning}");
    }
    let _ = write!(
        text,
        "\n\n{}\n\nTry `ampost COMMAND --help` for a command's options and examples.",
        examples::help(examples::TOP)
    );
    text
}

/// What `ampost sandbox --help` has after the options: the rules of `--fail` and examples.
pub(super) fn sandbox_help() -> String {
    let mut text = format!("{}\n", heading("Faults:"));
    for line in wrapped(FAULTS.text, 90) {
        let _ = writeln!(text, "  {line}");
    }
    for (term, meaning) in FAULTS.list {
        let _ = write!(text, "\n  {term:<20}  {meaning}");
    }
    let _ = write!(text, "\n\n{}", examples::help(examples::SANDBOX));
    text
}

/// Lines of at most `width` characters, words whole. clap wraps this text too, but without indenting.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
