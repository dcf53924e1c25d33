//! Opening the input that a command names, or standard input.

use std::fs;
use std::io::{self, IsTerminal};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::cli::InputArgs;
use crate::exit::Exit;
use crate::input::{Compression, EncodingFrom, Found, Options, Origin, Reader};
use crate::report::Console;
use crate::report::summary::bytes;

/// Where the input comes from: the file, or standard input when it is no terminal.
///
/// # Errors
/// Usage, when neither is there.
pub(in crate::commands) fn origin(file: Option<&Path>) -> anyhow::Result<Origin> {
    match file {
        Some(path) => Ok(Origin::from_argument(path)),
        None if io::stdin().is_terminal() => Err(Exit::Usage
            .error("no file was named; name one, or pipe a CSV in (`-` names standard input)")),
        None => Ok(Origin::Stdin),
    }
}

/// Opens the input and reads its header.
///
/// # Errors
/// Usage for options that cannot be understood; failure for a file that cannot be read.
pub(in crate::commands) fn open(file: Option<&Path>, args: &InputArgs) -> anyhow::Result<Reader> {
    open_origin(&origin(file)?, args)
}

/// The same for an origin that is known already.
///
/// # Errors
/// As for [`open`].
pub(in crate::commands) fn open_origin(
    origin: &Origin,
    args: &InputArgs,
) -> anyhow::Result<Reader> {
    let options = Options {
        encoding: args
            .encoding
            .parse()
            .map_err(|error| Exit::Usage.error(format!("--encoding: {error}")))?,
        delimiter: args
            .delimiter
            .parse()
            .map_err(|error| Exit::Usage.error(format!("--delimiter: {error}")))?,
        quotes: !args.no_quotes,
    };
    Ok(Reader::open(origin, &options)?)
}

/// Sees that a file to be written is not the input itself: it would be emptied before it is read.
///
/// # Errors
/// Usage, when it is; `option` is what named it.
pub(in crate::commands) fn refuse_input_as_output(
    origin: &Origin,
    output: Option<&Path>,
    option: &str,
) -> anyhow::Result<()> {
    let input = match origin {
        Origin::Path(path) => path.as_path(),
        Origin::Stdin => Path::new("/dev/stdin"),
    };
    let (Some(output), Ok(input)) = (output, fs::metadata(input)) else {
        return Ok(());
    };
    let same = input.is_file()
        && fs::metadata(output)
            .is_ok_and(|output| (output.dev(), output.ino()) == (input.dev(), input.ino()));
    if same {
        return Err(Exit::Usage.error(format!(
            "{option} names the input itself, which would be lost; name another file. Nothing was sent"
        )));
    }
    Ok(())
}

/// What was found out about the input, in a line.
pub(in crate::commands) fn describe(name: &str, found: &Found, columns: usize) -> String {
    let mut parts = vec![name.to_owned()];
    if found.compression != Compression::None {
        parts.push(found.compression.to_string());
    }
    if let Some(size) = found.size {
        parts.push(bytes(size));
    }
    let from = match found.encoding_from {
        EncodingFrom::ByteOrderMark => " (by its byte order mark)",
        _ => "",
    };
    parts.push(format!("{}{from}", found.encoding));
    let delimiter = match found.delimiter {
        b'\t' => "tab".to_owned(),
        other => format!("\"{}\"", char::from(other)),
    };
    parts.push(format!("delimiter {delimiter}"));
    parts.push(if columns == 1 {
        "1 column".to_owned()
    } else {
        format!("{columns} columns")
    });
    parts.join(", ")
}

/// Says what is likely not meant.
pub(in crate::commands) fn notices(found: &Found, console: &Console) {
    if found.seems_utf8 {
        console.warning(format!(
            "the file seems to be UTF-8, but is read as {}; if names and values look garbled in the plan, leave --encoding out",
            found.encoding
        ));
    }
}
