//! Opens a file or standard input and gives its unpacked bytes, counting what was read of it.
//!
//! gzip and zstd are recognised by content, whatever the name says. Everything streams. Must not know
//! that the bytes are text.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::error::{InputError, InputErrorKind};
use super::zstd::Zstd;

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl Origin {
    /// `-` is standard input, anything else a path.
    #[must_use]
    pub fn from_argument(argument: &Path) -> Origin {
        if argument.as_os_str() == "-" {
            Origin::Stdin
        } else {
            Origin::Path(argument.to_owned())
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Path(path) => path.display().fmt(f),
            Origin::Stdin => f.write_str("standard input"),
        }
    }
}

/// How an input is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, one or more members.
    Gzip,
    /// Zstandard, one or more frames.
    Zstd,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compression::None => "uncompressed",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        })
    }
}

/// An input's bytes, unpacked.
pub(super) struct Opened {
    pub(super) bytes: Box<dyn Read + Send>,
    pub(super) compression: Compression,
    pub(super) progress: Arc<AtomicU64>,
}

/// Opens `origin`; also says how many bytes it has as it is, if that can be known.
pub(super) fn open(origin: &Origin) -> Result<(Box<dyn Read + Send>, Option<u64>), InputError> {
    match origin {
        Origin::Stdin => Ok((Box::new(io::stdin()), stdin_size())),
        Origin::Path(path) => {
            let fail = |error: io::Error| {
                let kind = match error.kind() {
                    io::ErrorKind::NotFound => InputErrorKind::NotFound,
                    io::ErrorKind::PermissionDenied => InputErrorKind::PermissionDenied,
                    _ => InputErrorKind::Io(error),
                };
                InputError::new(&origin.to_string(), kind)
            };
            // Windows refuses to open a directory, and calls it a lack of permission.
            if fs::metadata(path).map_err(fail)?.is_dir() {
                return Err(InputError::new(
                    &origin.to_string(),
                    InputErrorKind::IsDirectory,
                ));
            }
            let file = File::open(path).map_err(fail)?;
            let metadata = file.metadata().map_err(fail)?;
            let size = metadata.is_file().then_some(metadata.len());
            Ok((Box::new(file), size))
        }
    }
}

/// The size of what stands behind standard input where that is a file (`< crm.csv`).
#[cfg(unix)]
fn stdin_size() -> Option<u64> {
    use std::os::fd::AsFd;
    let handle = io::stdin().as_fd().try_clone_to_owned().ok()?;
    let metadata = File::from(handle).metadata().ok()?;
    metadata.is_file().then_some(metadata.len())
}

#[cfg(not(unix))]
fn stdin_size() -> Option<u64> {
    None
}

/// Recognises how `raw` is packed, and unpacks it.
pub(super) fn unpack(raw: impl Read + Send + 'static) -> io::Result<Opened> {
    let progress = Arc::new(AtomicU64::new(0));
    let mut raw = Counting {
        inner: raw,
        count: Arc::clone(&progress),
    };
    let mut start = Vec::with_capacity(4);
    raw.by_ref().take(4).read_to_end(&mut start)?;
    let compression = match start.as_slice() {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        // A frame, or one of the skippable frames that may stand before it.
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Compression::Zstd,
        _ => Compression::None,
    };
    let whole = Cursor::new(start).chain(raw);
    let bytes: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(whole),
        Compression::Gzip => Box::new(MultiGzDecoder::new(buffered(whole))),
        Compression::Zstd => Box::new(Zstd::new(buffered(whole))),
    };
    Ok(Opened {
        bytes,
        compression,
        progress,
    })
}

fn buffered<R: Read>(inner: R) -> BufReader<R> {
    BufReader::with_capacity(64 * 1024, inner)
}

/// What an error while reading means.
pub(super) fn classify(error: io::Error, compression: Compression) -> InputErrorKind {
    // An error of the system's has a number; the decoders' own have none.
    if compression == Compression::None || error.raw_os_error().is_some() {
        InputErrorKind::Io(error)
    } else if error.kind() == io::ErrorKind::UnexpectedEof {
        InputErrorKind::ArchiveEndsEarly(compression)
    } else {
        InputErrorKind::ArchiveDamaged(compression, error)
    }
}

/// Counts the bytes that go through, for progress.
struct Counting<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.inner.read(buffer) {
                // Repeated here, under all the decoders, as not each of them stays whole when a read fails.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(read) => {
                    // usize is never wider than u64 where this runs.
                    self.count.fetch_add(read as u64, Ordering::Relaxed);
                    return Ok(read);
                }
            }
        }
    }
}
