//! `ampost import`: its options. Forms only; see `cli` for what this must not know.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum, ValueHint};

use super::forms;
use super::{ConnectionArgs, CredentialArgs, InputArgs, MappingArgs};

/// Options of `ampost import`.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// CSV file, also gzip or zstd; `-`, or none in a pipe: standard input
    ///
    /// A file with a column `attributes` (JSON) beside `profile_id` or `appmetrica_device_id` is sent
    /// as it is. Any other file has one column an attribute, as CRM exports have it; what each column
    /// is comes from --map, --mapping, the header itself and the config's [attributes], in this order.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,

    /// Prepare and check everything, send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// With --dry-run: write the API-ready CSV here; `-` is standard output
    #[arg(short, long, value_name = "FILE", requires = "dry_run", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    /// Upload to a sandbox inside the program: no account, no key, no network
    #[arg(long)]
    pub sandbox: bool,

    /// Do not show the plan and ask, on a terminal
    #[arg(short, long)]
    pub yes: bool,

    /// When to show progress: a bar on a terminal, a line every 30 s elsewhere
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ProgressWhen::Auto)]
    pub progress: ProgressWhen,

    /// What the columns mean.
    #[command(flatten)]
    pub mapping: MappingArgs,

    /// Write the rules of this run to a file for --mapping
    ///
    /// On a terminal, goes through the columns that no rule names and asks what they are.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Columns")]
    pub save_mapping: Option<PathBuf>,

    /// How the file is read.
    #[command(flatten)]
    pub input: InputArgs,

    /// How the rows are sent.
    #[command(flatten)]
    pub delivery: DeliveryArgs,

    /// What happens to rejected rows.
    #[command(flatten)]
    pub rejects: RejectsArgs,

    /// How an earlier run is taken up again.
    #[command(flatten)]
    pub resume: ResumeArgs,

    /// How requests are made.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// Where key, application ID and address come from.
    #[command(flatten)]
    pub credentials: CredentialArgs,
}

/// Batches and how many are under way.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Delivery")]
pub struct DeliveryArgs {
    /// Most rows in a request, up to 100000
    #[arg(long, value_name = "N", default_value_t = 10_000,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    pub batch_rows: usize,

    /// Most bytes in a request: 500k, 16MiB, 1GB
    ///
    /// k, M, G count in thousands; KiB, MiB, GiB in 1024s. The API takes up to 1 GB.
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = forms::byte_size)]
    pub batch_bytes: usize,

    /// Requests under way at once
    ///
    /// The rows of one profile arrive in file order all the same.
    #[arg(long, value_name = "N", default_value_t = 4,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=64))]
    pub jobs: usize,

    /// Most rows a second [default: no limit]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub rate: Option<u64>,
}

/// The rejects file and its limit.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Rejected rows")]
pub struct RejectsArgs {
    /// Write rejected rows here, each with its line and the reason
    ///
    /// The file has the input's own columns, then `ampost_line` and `ampost_reason`: mend it and import
    /// it. Without this the first 20 are told on standard error. Readable by its owner only.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub rejects: Option<PathBuf>,

    /// Let --rejects replace a file that is there already
    #[arg(long, requires = "rejects")]
    pub overwrite_rejects: bool,

    /// Stop sending beyond this many rejected rows [default: no limit]
    #[arg(long, value_name = "N")]
    pub max_rejects: Option<u64>,
}

/// The journal and what earlier runs left.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Going on after a stop")]
pub struct ResumeArgs {
    /// Send a file with counters once more that an earlier run finished
    ///
    /// Its counters are added once more, too; without this option it is refused.
    #[arg(long)]
    pub again: bool,

    /// Forget what an unfinished run has sent and begin anew
    #[arg(long)]
    pub restart: bool,

    /// What to do with counters that may or may not have been counted
    ///
    /// For requests of an earlier run whose answer was lost. `ask` without a terminal ends with exit
    /// code 6.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = InDoubt::Ask)]
    pub in_doubt: InDoubt,

    /// Directory of the journals [default: $XDG_STATE_HOME/ampost or ~/.local/state/ampost]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub state_dir: Option<PathBuf>,

    /// Name of the run, so that standard input can be resumed too [default: the file's path]
    #[arg(long, value_name = "NAME", value_parser = forms::not_empty)]
    pub job: Option<String>,
}

/// What to do with batches that an earlier run left in doubt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum InDoubt {
    /// Ask on the terminal; without one, stop with exit code 6
    #[default]
    Ask,
    /// Send them again: counters may be counted twice
    Resend,
    /// Leave them: counters may be missing
    Skip,
}

/// When progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProgressWhen {
    /// A bar on a terminal, a line every 30 s elsewhere
    #[default]
    Auto,
    /// As `auto`, also with --quiet
    Always,
    /// Nothing
    Never,
}
