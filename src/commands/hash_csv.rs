//! `ampost hash csv`: the same CSV with its contact columns replaced by their hashed attributes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;

use crate::cli::HashCsvArgs;
use crate::exit::Exit;
use crate::first_party::{self, Contact, Hash, Rules};
use crate::input::{Row, Rows};
use crate::mapping::columns::find_column;
use crate::mapping::target::Target;
use crate::nearest::nearest;
use crate::pipeline::{self, Flow};
use crate::profile::printable;
use crate::rejects::RecordFormat;
use crate::report::Console;
use crate::report::console::stdout_error;
use crate::report::summary::plural;

/// How many invalid values are told one by one.
const TOLD: u64 = 20;

/// Runs the command.
pub(super) fn run(args: &HashCsvArgs, console: &Console) -> anyhow::Result<Exit> {
    let mut input = super::import::source::open(args.file.as_deref(), &args.input)?;
    let columns = columns(input.header(), &args.map)?;
    let format = RecordFormat {
        delimiter: input.found().delimiter,
        columns: input.header().len(),
        mark: false,
    };
    let to_stdout = args
        .output
        .as_deref()
        .is_none_or(|path| path == Path::new("-"));
    if to_stdout && console.wants_json() {
        return Err(Exit::Usage.error("--format json describes the result on standard output, where the CSV goes too; name a file with -o FILE"));
    }
    let header = header(input.header(), &columns);
    let names = input.header().to_vec();
    let mut out = Output::open(args.output.as_deref().filter(|_| !to_stdout))?;
    out.write(&header_line(&header, format))?;
    let mut head = Rows::default();
    let mut counts = Counts::default();
    if input.fill(&mut head)? {
        let rules = Rules {
            telegram_keep_case: args.telegram_keep_case,
        };
        let columns = Arc::new(columns);
        let threads = pipeline::default_threads();
        let new_worker = move || {
            let mut hasher = Hasher::new(Arc::clone(&columns), rules, format);
            move |rows: &Rows, made: &mut Hashed| hasher.work(rows, made)
        };
        pipeline::run(
            head,
            input,
            threads,
            new_worker,
            |chunk: &pipeline::Chunk<Hashed>| -> anyhow::Result<Flow> {
                counts.add(&chunk.made, &names, console);
                out.write(&chunk.made.bytes)?;
                Ok(Flow::Continue)
            },
            || Flow::Continue,
        )?;
    }
    out.finish()?;
    counts.tell(console)
}

/// What a column becomes.
#[derive(Clone, Copy, Debug)]
struct ContactColumn {
    contact: Contact,
    /// Which of the contact's columns it is, from 0.
    index: usize,
}

/// By column: the contact it holds, if it holds one.
fn columns(header: &[String], maps: &[String]) -> anyhow::Result<Vec<Option<ContactColumn>>> {
    let mut contacts: Vec<Option<Contact>> = header
        .iter()
        .map(|name| match Target::from_header(name) {
            Ok(Some(Target::Contact(contact))) => Some(contact),
            _ => None,
        })
        .collect();
    for map in maps {
        // The kind has no `=` in it, so the last one divides.
        let (name, kind) = map.rsplit_once('=').unwrap_or((map, ""));
        let column = find_column(name, header)
            .map_err(|error| Exit::Usage.error(format!("--map: {error}")))?;
        let contact = kind.parse().map_err(|_| {
            let near = nearest(kind, Contact::ALL.map(Contact::as_str))
                .map(|near| format!("; did you mean {near}?"))
                .unwrap_or_default();
            Exit::Usage.error(format!(
                "--map {}: a column can hold phone, email or telegram{near}",
                printable(map)
            ))
        })?;
        contacts[column] = Some(contact);
    }
    if contacts.iter().all(Option::is_none) {
        return Err(Exit::Usage.error(format!(
            "no column is named phone, email or telegram; say which hold them with --map COLUMN=phone. The file has: {}",
            header.iter().map(|name| printable(name)).collect::<Vec<_>>().join(", ")
        )));
    }
    let mut numbers = [0; 3];
    let mut columns = Vec::with_capacity(contacts.len());
    for contact in contacts {
        columns.push(match contact {
            Some(contact) => {
                let index = numbers[contact as usize];
                numbers[contact as usize] += 1;
                let most = contact.max_values();
                if index >= most {
                    return Err(Exit::Usage.error(format!(
                        "more than {most} columns hold {}, and a profile has at most {most}",
                        contact.as_str()
                    )));
                }
                Some(ContactColumn { contact, index })
            }
            None => None,
        });
    }
    Ok(columns)
}

fn header(names: &[String], columns: &[Option<ContactColumn>]) -> Vec<String> {
    names
        .iter()
        .zip(columns)
        .map(|(name, column)| match column {
            Some(column) => column.contact.attributes()[column.index].to_owned(),
            None => name.clone(),
        })
        .collect()
}

fn header_line(names: &[String], format: RecordFormat) -> Vec<u8> {
    let mut line = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            line.push(format.delimiter);
        }
        format.write_field(name, &mut line);
    }
    line.push(b'\n');
    line
}

/// What some thousand rows became.
#[derive(Debug, Default)]
struct Hashed {
    bytes: Vec<u8>,
    rows: u64,
    values: u64,
    /// Line, column and reason of each value that could not be hashed.
    invalid: Vec<(u64, usize, String)>,
}

struct Hasher {
    columns: Arc<Vec<Option<ContactColumn>>>,
    rules: Rules,
    format: RecordFormat,
    normalized: Vec<u8>,
    seen: Vec<(Contact, Hash)>,
}

impl Hasher {
    fn new(columns: Arc<Vec<Option<ContactColumn>>>, rules: Rules, format: RecordFormat) -> Hasher {
        Hasher {
            columns,
            rules,
            format,
            normalized: Vec::new(),
            seen: Vec::new(),
        }
    }

    fn work(&mut self, rows: &Rows, made: &mut Hashed) {
        made.bytes.clear();
        made.invalid.clear();
        made.rows = 0;
        made.values = 0;
        for row in rows.iter() {
            made.rows += 1;
            self.row(row, made);
        }
    }

    fn row(&mut self, row: Row<'_>, made: &mut Hashed) {
        self.seen.clear();
        for at in 0..row.len() {
            if at > 0 {
                made.bytes.push(self.format.delimiter);
            }
            let value = row.field(at).unwrap_or_default();
            match self.columns.get(at).copied().flatten() {
                Some(column) if !value.is_empty() => {
                    made.values += 1;
                    match first_party::normalize_and_hash(
                        column.contact,
                        value,
                        self.rules,
                        &mut self.normalized,
                    ) {
                        Ok(hash) => self.write(column.contact, hash, made),
                        Err(refusal) => made.invalid.push((row.line(), at, refusal.to_string())),
                    }
                }
                Some(_) => {}
                None => self.format.write_field(value, &mut made.bytes),
            }
        }
        made.bytes.push(b'\n');
    }

    /// A value that the row has had already stays empty: of several, duplicates are dropped.
    fn write(&mut self, contact: Contact, hash: Hash, made: &mut Hashed) {
        if !self.seen.contains(&(contact, hash)) {
            made.bytes.extend_from_slice(hash.as_bytes());
            self.seen.push((contact, hash));
        }
    }
}

#[derive(Default)]
struct Counts {
    rows: u64,
    values: u64,
    invalid: u64,
}

impl Counts {
    fn add(&mut self, made: &Hashed, names: &[String], console: &Console) {
        self.rows += made.rows;
        self.values += made.values;
        for (line, column, reason) in &made.invalid {
            if self.invalid < TOLD {
                let name = names
                    .get(*column)
                    .map(|name| printable(name))
                    .unwrap_or_default();
                console.warning(format!("line {line}, column \"{name}\": {reason}"));
            }
            self.invalid += 1;
        }
    }

    fn tell(&self, console: &Console) -> anyhow::Result<Exit> {
        if self.invalid > TOLD {
            console.warning(format!(
                "{} more could not be hashed",
                plural(self.invalid - TOLD, "value")
            ));
        }
        let exit = if self.invalid > 0 {
            Exit::Rejected
        } else {
            Exit::Done
        };
        if console.wants_json() {
            let json = json!({"rows": self.rows, "values": self.values, "invalid": self.invalid, "exit_code": exit.code()});
            console.last_result(&json.to_string())?;
        } else {
            console.say(format!(
                "{}: {} hashed, {} left empty",
                plural(self.rows, "row"),
                plural(self.values - self.invalid, "value"),
                self.invalid
            ));
        }
        Ok(exit)
    }
}

/// Where the CSV goes. A file appears under its name only when it is complete.
enum Output {
    Stdout(io::Stdout),
    File {
        writer: BufWriter<File>,
        partial: PathBuf,
        path: PathBuf,
    },
}

impl Output {
    fn open(path: Option<&Path>) -> anyhow::Result<Output> {
        let Some(path) = path else {
            return Ok(Output::Stdout(io::stdout()));
        };
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let partial = path.with_file_name(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&partial)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Output::File {
            writer: BufWriter::with_capacity(256 * 1024, file),
            partial,
            path: path.to_owned(),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match self {
            Output::Stdout(out) => out.lock().write_all(bytes).map_err(stdout_error),
            Output::File { writer, path, .. } => writer
                .write_all(bytes)
                .with_context(|| format!("cannot write {}", path.display())),
        }
    }

    fn finish(mut self) -> anyhow::Result<()> {
        match &mut self {
            Output::Stdout(out) => out.lock().flush().map_err(stdout_error),
            Output::File {
                writer,
                partial,
                path,
            } => writer
                .flush()
                .and_then(|()| fs::rename(&*partial, &*path))
                .with_context(|| format!("cannot write {}", path.display())),
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Output::File { partial, .. } = self {
            // Gone already when all went well; half a file is of no use to anybody.
            drop(fs::remove_file(partial));
        }
    }
}
