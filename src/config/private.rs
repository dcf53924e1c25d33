//! Files that only their owner may read: the check, and the writing of one.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::exit::Exit;

/// Refuses a file with a key that group or others have any right to.
///
/// Only regular files have a mode that says something; a pipe (`<(pass show key)`) is let through.
///
/// # Errors
/// [`Exit::Usage`], with the `chmod` that mends it.
pub fn refuse_if_open_to_others(
    path: &Path,
    metadata: &Metadata,
    what: &str,
) -> anyhow::Result<()> {
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_file() || mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Exit::Usage.error(format!(
        "{what} {} holds a post API key, and others than its owner can open it (mode {mode:03o}); run: chmod 600 {}",
        path.display(),
        shell_word(&path.display().to_string()),
    )))
}

/// A text as one word of the shell, for command lines that are proposed to the user.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Puts `bytes` in the place of the file `path`, or creates it, so that only its owner may read it
/// (mode 600). The file is whole at any moment: the bytes go to a temporary file beside it, to disk, and
/// then take the name. Directories that are missing are created for the owner alone (mode 700). A
/// symbolic link stays one.
///
/// # Errors
/// The system's, with the file or directory that it is about.
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&directory)
        .map_err(|error| about(&directory, &error))?;
    let temporary = directory.join(format!(
        ".config.{}-{:08x}.tmp",
        std::process::id(),
        fastrand::u32(..)
    ));
    let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, &target));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(about(path, &error));
    }
    // The rename itself is durable only when the directory is. Not every file system can do this, and
    // the file is in place already.
    if let Ok(directory) = File::open(&directory) {
        let _ = directory.sync_all();
    }
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_and_its_directories_are_for_the_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/b/config.toml");
        replace_private(&path, b"x = 1\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"x = 1\n");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_loose_file_is_replaced_by_a_closed_one_and_a_link_stays_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace_private(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            (fs::read(&path).unwrap(), mode(&path)),
            (b"new".to_vec(), 0o600)
        );
    }

    #[test]
    fn a_failure_names_the_file_and_leaves_no_temporary_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("taken");
        fs::create_dir(&path).unwrap();
        let error = replace_private(&path, b"x").unwrap_err().to_string();
        assert!(error.contains("taken"), "{error}");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn words_for_the_shell_are_quoted_when_they_must_be() {
        assert_eq!(shell_word("/a/b-c.toml"), "/a/b-c.toml");
        assert_eq!(shell_word("/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(shell_word(""), "''");
    }
}
