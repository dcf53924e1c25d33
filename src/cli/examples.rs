//! The examples of `--help` and of the man pages: one list, so that one test can run them all.

use std::fmt::Write as _;

/// A command line to paste, and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What it does, in a few words.
    pub what: &'static str,
    /// The line.
    pub line: &'static str,
}

const fn example(what: &'static str, line: &'static str) -> Example {
    Example { what, line }
}

/// Of `ampost` itself.
pub const TOP: &[Example] = &[
    example(
        "See what would be sent, without account and network",
        "ampost import crm.csv --sandbox --yes",
    ),
    example("Store key and application ID", "ampost configure"),
    example(
        "Send it, the rejected rows to a file",
        "ampost import crm.csv --rejects rejects.csv",
    ),
];

/// Of `ampost set`.
pub const SET: &[Example] = &[
    example(
        "A string, a number and a bool",
        "ampost set --profile-id c00001 tier=gold ltv:=8102.11 vip:=true",
    ),
    example(
        "One more visit, two points fewer",
        "ampost set --profile-id c00001 visits+=1 points-=2",
    ),
    example(
        "Contacts, hashed before they are sent",
        "ampost set --profile-id c00001 --phone '+7 900 190-00-01' --email buyer@example.org",
    ),
    example(
        "Only show the request",
        "ampost set --profile-id c00001 tier=gold --dry-run",
    ),
    example(
        "Try it without account and network",
        "ampost set --profile-id c00001 tier=gold --sandbox",
    ),
];

/// Of `ampost import`.
pub const IMPORT: &[Example] = &[
    example(
        "Try a file without account and network",
        "ampost import crm.csv --sandbox --yes",
    ),
    example(
        "Check a file, see what each column becomes, send nothing",
        "ampost import crm.csv --dry-run",
    ),
    example(
        "Say what columns are, leave the others out",
        "ampost import crm.csv --only-mapped --map profile_id=profile_id --map phone=phone \
         --map city=city",
    ),
    example(
        "An Excel export with Russian numbers",
        "ampost import excel.csv --encoding windows-1251 --decimal-comma",
    ),
    example(
        "From a pipe, under a name, so that it can be resumed",
        "gzip -dc crm.csv.gz | ampost import - --job nightly --yes",
    ),
    example(
        "A nightly job: rejects to a file, a summary for programs",
        "ampost import crm.csv --yes --rejects rejects.csv --format json",
    ),
    example(
        "The API-ready CSV, rows in input order",
        "ampost import crm.csv --dry-run --output -",
    ),
];

/// Of `ampost hash`.
pub const HASH: &[Example] = &[
    example("One phone number", "ampost hash phone '8 (900) 190-00-01'"),
    example(
        "The contact columns of a CSV file",
        "ampost hash csv crm.csv -o hashed.csv",
    ),
];

/// Of `ampost hash phone`.
pub const HASH_PHONE: &[Example] = &[
    example("One number", "ampost hash phone 70123456789"),
    example(
        "Many, one a line, with what was hashed",
        "ampost hash phone --show-normalized < phones.txt",
    ),
];

/// Of `ampost hash email`.
pub const HASH_EMAIL: &[Example] = &[
    example("One address", "ampost hash email name@yandex.ru"),
    example(
        "Many, one a line, with what was hashed",
        "ampost hash email --show-normalized < emails.txt",
    ),
];

/// Of `ampost hash telegram`.
pub const HASH_TELEGRAM: &[Example] = &[
    example("One login", "ampost hash telegram @buyer_one"),
    example(
        "As an Android app passes it, in mixed case",
        "ampost hash telegram --telegram-keep-case BuyerOne",
    ),
];

/// Of `ampost hash csv`.
pub const HASH_CSV: &[Example] = &[
    example(
        "Columns named phone, email, telegram",
        "ampost hash csv crm.csv -o hashed.csv",
    ),
    example(
        "Columns of other names",
        "ampost hash csv contacts.csv --map Mobile=phone --map 'E-mail=email' > hashed.csv",
    ),
];

/// Of `ampost verify-keys`.
pub const VERIFY_KEYS: &[Example] = &[
    example(
        "Key and application ID, with the server",
        "ampost verify-keys",
    ),
    example(
        "Where they come from and their form, without the server",
        "ampost verify-keys --offline",
    ),
    example(
        "A file's attribute keys, too",
        "ampost verify-keys crm.csv --sandbox",
    ),
];

/// Of `ampost configure`.
pub const CONFIGURE: &[Example] = &[
    example("Ask for everything", "ampost configure"),
    example("A second app", "ampost configure --app android"),
];

/// Of `ampost sandbox`.
pub const SANDBOX: &[Example] = &[
    example(
        "Serve on port 8080, add up one attribute",
        "ampost sandbox --counter visits",
    ),
    example(
        "A busy server, and an answer that gets lost",
        "ampost sandbox --counter visits --fail '2-3:429;retry-after=2' --fail 5:drop-after",
    ),
    example(
        "Send to it, from another terminal",
        "APPMETRICA_POST_API_KEY=any ampost import crm.csv --yes --application-id 1 --api-url http://127.0.0.1:8080",
    ),
    example("See what arrived", "curl http://127.0.0.1:8080/profiles"),
];

/// Of `ampost completions`.
pub const COMPLETIONS: &[Example] = &[
    example(
        "bash",
        "ampost completions bash > ~/.local/share/bash-completion/completions/ampost",
    ),
    example(
        "zsh, into a directory of $fpath",
        "ampost completions zsh > ~/.zfunc/_ampost",
    ),
    example(
        "fish",
        "ampost completions fish > ~/.config/fish/completions/ampost.fish",
    ),
];

/// The examples of a command by its words: `""` for `ampost` itself, `"hash csv"`, …
#[must_use]
pub fn of(command: &str) -> &'static [Example] {
    match command {
        "" => TOP,
        "set" => SET,
        "import" => IMPORT,
        "hash" => HASH,
        "hash phone" => HASH_PHONE,
        "hash email" => HASH_EMAIL,
        "hash telegram" => HASH_TELEGRAM,
        "hash csv" => HASH_CSV,
        "verify-keys" => VERIFY_KEYS,
        "configure" => CONFIGURE,
        "sandbox" => SANDBOX,
        "completions" => COMPLETIONS,
        _ => &[],
    }
}

/// The block of examples at the end of a command's `--help`.
#[must_use]
pub fn help(examples: &[Example]) -> String {
    let mut text = heading("Examples:");
    for (index, example) in examples.iter().enumerate() {
        let gap = if index == 0 { "" } else { "\n" };
        let _ = write!(text, "{gap}\n  # {}\n  {}", example.what, example.line);
    }
    text
}

/// A heading in the style of clap's own; clap takes the style off where there is no colour.
pub(super) fn heading(text: &str) -> String {
    format!("\u{1b}[1m\u{1b}[4m{text}\u{1b}[0m")
}
