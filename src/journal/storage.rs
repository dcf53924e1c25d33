//! Where journals live: a trait that the simulation can stand in for, and real files.
//!
//! Knows bytes, paths, modes and locks; not what the bytes mean.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// An append-only file of one process. Appended bytes survive the process, synced ones a power cut.
pub trait Storage: Send + Sync {
    /// All bytes, from the beginning.
    ///
    /// # Errors
    /// As the disk has them.
    fn read_all(&self) -> io::Result<Vec<u8>>;

    /// Appends `bytes`. After an error, some of them may have been written.
    ///
    /// # Errors
    /// As the disk has them; the disk is full, for one.
    fn append(&self, bytes: &[u8]) -> io::Result<()>;

    /// Makes durable what was appended before the call. Other threads may append meanwhile.
    ///
    /// # Errors
    /// As the disk has them. What is durable after an error nobody knows.
    fn sync(&self) -> io::Result<()>;

    /// Sees to it that the file can grow to `len` bytes, so that what must be written later finds room.
    ///
    /// # Errors
    /// There is no room. A file system that cannot say is taken to have some.
    fn reserve(&self, len: u64) -> io::Result<()> {
        let _ = len;
        Ok(())
    }

    /// Replaces all bytes by `bytes`, durably: after a kill or a power cut, either the old or the new are there.
    ///
    /// # Errors
    /// As the disk has them; the old bytes are then still there.
    fn replace(&self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file down to `len` bytes.
    ///
    /// # Errors
    /// As the disk has them.
    fn truncate(&self, len: u64) -> io::Result<()>;
}

/// A journal on a real disk, locked against other processes as long as it is open.
#[derive(Debug)]
pub struct FileStorage {
    path: PathBuf,
    // Changes only when the file is replaced by another.
    file: Mutex<Arc<File>>,
}

/// Why a file could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Another process has it; what it wrote so far.
    Busy(Vec<u8>),
    /// As the disk has it.
    Io(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        OpenError::Io(error)
    }
}

impl FileStorage {
    /// Opens or creates `path` (mode 0600, its directory 0700) and locks it.
    ///
    /// # Errors
    /// [`OpenError::Busy`] if another process holds the lock.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        if let Some(dir) = path.parent() {
            create_dir(dir)?;
        }
        // Another process may be clearing the file away as too old: then the lock is on a file without a
        // name. Look again until name and lock belong together.
        for _ in 0..16 {
            let file = own_file().create(true).open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let mut bytes = Vec::new();
                    // Only for the message; a system that lets nobody read a locked file has a shorter one.
                    let _ = (&file).read_to_end(&mut bytes);
                    return Err(OpenError::Busy(bytes));
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
            if same_file(&file, path) {
                own_only(&file)?;
                sync_dir(path)?;
                return Ok(FileStorage {
                    path: path.to_owned(),
                    file: Mutex::new(Arc::new(file)),
                });
            }
        }
        Err(io::Error::other("the file is being replaced again and again").into())
    }

    fn file(&self) -> Arc<File> {
        Arc::clone(&self.file.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Storage for FileStorage {
    fn read_all(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = self.file();
        let mut file = &*file;
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        (&*self.file()).write_all(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.file().sync_data()
    }

    #[cfg(target_os = "linux")]
    fn reserve(&self, len: u64) -> io::Result<()> {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        match fallocate(&*self.file(), FallocateFlags::KEEP_SIZE, 0, len) {
            Err(error @ (Errno::NOSPC | Errno::DQUOT)) => Err(error.into()),
            // Not every file system can reserve; there a full disk is found out by the write itself.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let path = self.path.with_extension("jsonl.new");
        // One left by a run that was killed in this very place; only the holder of the lock comes here.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = own_file().create_new(true).open(&path)?;
        let written = file
            .lock()
            .and_then(|()| (&file).write_all(bytes))
            .and_then(|()| file.sync_all())
            .and_then(|()| std::fs::rename(&path, &self.path));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&path);
            return Err(error);
        }
        // From the rename on the new file is the journal, whether its name is durable or not. The lock
        // on the old one goes last: whoever got that one by its name looks again.
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(file);
        sync_dir(&self.path)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file().set_len(len)
    }
}

/// How a file is opened that nobody else may read.
fn own_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn create_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// A journal copied about may have lost its mode.
#[cfg(unix)]
fn own_only(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    file.set_permissions(PermissionsExt::from_mode(0o600))
}

#[cfg(not(unix))]
fn own_only(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub(super) fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
pub(super) fn same_file(_file: &File, path: &Path) -> bool {
    path.exists()
}

/// Makes the file's name durable, which syncing the file itself does not.
#[cfg(unix)]
fn sync_dir(path: &Path) -> io::Result<()> {
    let dir = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let dir = if dir.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        dir
    };
    match File::open(dir)?.sync_all() {
        // Some network file systems cannot sync a directory; their files are as durable as they get.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

#[cfg(not(unix))]
fn sync_dir(_path: &Path) -> io::Result<()> {
    Ok(())
}
