//! The post API key from a file, from a variable, from the terminal: read, checked, never shown.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::Result;
use zeroize::{Zeroize, Zeroizing};

use super::{Found, Origin};
use crate::config::refuse_if_open_to_others;
use crate::exit::Exit;
use crate::prompt::Prompt;
use crate::secret::{KeyError, PostApiKey};

/// More than any key has: enough to see that a file is no key file.
const KEY_FILE_READ: u16 = 4096;

/// How often a key that cannot be one is asked for again.
const ASKED_AT_MOST: usize = 3;

/// A key as it was read. None at all is missing credentials, a malformed one is a usage error.
pub(super) fn checked(raw: String, from: Origin) -> Result<Found<PostApiKey>> {
    match PostApiKey::new(raw) {
        Ok(value) => Ok(Found::new(value, from)),
        Err(KeyError::Empty) => {
            Err(Exit::Credentials.error(format!("{from}: {}", KeyError::Empty)))
        }
        Err(error) => Err(Exit::Usage.error(format!("{from}: {error}"))),
    }
}

/// A key from a file of its own; one that is open to others comes with a warning.
pub(super) fn from_file(path: &Path, from: Origin) -> Result<Found<PostApiKey>> {
    let failed = |what: &str| {
        Exit::Credentials.error(format!(
            "the post API key could not be read from {from}: {what}"
        ))
    };
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => failed("there is no such file"),
        _ => failed(&error.to_string()),
    })?;
    let metadata = file
        .metadata()
        .map_err(|error| failed(&error.to_string()))?;
    if metadata.is_dir() {
        return Err(failed("it is a directory"));
    }
    // Mounted secrets of containers are often open, and cannot be closed by who uses them: the contract
    // refuses only an open config file. This is said, not refused.
    let warning = refuse_if_open_to_others(path, &metadata, "the file")
        .err()
        .map(|error| error.to_string());
    // Room for all of it beforehand: a buffer that grows leaves copies of the key behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::from(KEY_FILE_READ) + 1));
    file.take(KEY_FILE_READ.into())
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error.to_string()))?;
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(raw) => checked(raw, from).map(|found| Found { warning, ..found }),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(failed("it is not a text file"))
        }
    }
}

/// A key from the terminal; what cannot be one is asked for again.
pub(super) fn ask(prompt: &mut dyn Prompt) -> Result<Found<PostApiKey>> {
    let mut question = "Post API key (hidden, not stored)".to_owned();
    for _ in 0..ASKED_AT_MOST {
        let mut raw = prompt.secret(&question)?;
        match PostApiKey::new(std::mem::take(&mut *raw)) {
            Ok(value) => return Ok(Found::new(value, Origin::new("typed on the terminal"))),
            Err(error) => question = format!("{error}. Post API key (hidden, not stored)"),
        }
    }
    Err(Exit::Credentials.error("no post API key was given"))
}
