//! The config file: where it is, what it may hold, who may read it.
//!
//! Knows TOML and file modes. Which of flag, environment and config file wins is for `options` to say;
//! this module reads no credentials from anywhere else and never puts a key into a message.

mod environment;
mod private;
mod read;
mod write;

pub use environment::Environment;
pub use private::{refuse_if_open_to_others, replace_private, shell_word};
pub use write::{Entry, with_app};

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::secret::PostApiKey;

/// Largest config file that is read; anything larger was named by mistake.
const LARGEST: u64 = 1 << 20;

/// What the config file says. Of a file that is not there, nothing.
#[derive(Debug)]
pub struct Config {
    /// The file, whether it is there or not. `None` if neither XDG_CONFIG_HOME nor HOME says where it
    /// would be.
    pub path: Option<PathBuf>,
    /// Whether the file is there.
    pub exists: bool,
    /// `default_app`.
    pub default_app: Option<String>,
    /// `[apps.NAME]`, in the order of the file.
    pub apps: Vec<App>,
    /// `[attributes]`, in the order of the file.
    pub attributes: Vec<Declared>,
}

/// One `[apps.NAME]`.
#[derive(Debug)]
pub struct App {
    /// NAME.
    pub name: String,
    /// `application_id`.
    pub application_id: Option<Setting<u64>>,
    /// Where the post API key is.
    pub key: Option<Setting<KeySource>>,
    /// `api_url`, as written.
    pub api_url: Option<Setting<String>>,
}

/// A value and the line that it stands on, from 1.
#[derive(Debug)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Its line.
    pub line: usize,
}

/// Where an app's post API key is.
#[derive(Debug)]
pub enum KeySource {
    /// `post_api_key`: in the config file itself.
    Inline(PostApiKey),
    /// `post_api_key_file`: in a file of its own, as written.
    File(String),
    /// `post_api_key_command`: on the first line of a command's output.
    Command(String),
}

impl KeySource {
    /// The name of the setting.
    #[must_use]
    pub fn setting(&self) -> &'static str {
        match self {
            KeySource::Inline(_) => "post_api_key",
            KeySource::File(_) => "post_api_key_file",
            KeySource::Command(_) => "post_api_key_command",
        }
    }
}

/// One line of `[attributes]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The attribute's name.
    pub name: String,
    /// Its type.
    pub kind: DeclaredType,
    /// The line that it stands on, from 1.
    pub line: usize,
}

/// The types that an attribute can be declared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredType {
    /// `string`
    String,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `counter`
    Counter,
}

impl DeclaredType {
    /// All of them, by name.
    pub const NAMED: [(&'static str, DeclaredType); 4] = [
        ("string", DeclaredType::String),
        ("number", DeclaredType::Number),
        ("bool", DeclaredType::Bool),
        ("counter", DeclaredType::Counter),
    ];
}

/// Whether a file that holds a key and is open to others is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// It is.
    Refused,
    /// It is not: the file is about to be replaced by one that is closed.
    Allowed,
}

impl Config {
    /// A config that says nothing, of the file `path`.
    #[must_use]
    pub fn absent(path: Option<PathBuf>) -> Config {
        Config {
            path,
            exists: false,
            default_app: None,
            apps: Vec::new(),
            attributes: Vec::new(),
        }
    }

    /// Finds and reads the config file: `named` (from `--config`), AMPOST_CONFIG, or the default place.
    ///
    /// # Errors
    /// [`Exit::Usage`]: a named file that is not there, a file that cannot be read, a malformed or
    /// unknown setting (with its line), a key in a file that others may read.
    pub fn load(
        named: Option<&Path>,
        environment: &Environment,
        openness: Openness,
    ) -> anyhow::Result<Config> {
        match find(named, environment) {
            Place::Named(path, by) => read_file(&path, openness)?
                .map(|(config, _)| config)
                .ok_or_else(|| {
                    Exit::Usage.error(format!(
                        "there is no config file {} (named by {by}); `ampost configure` writes one",
                        path.display()
                    ))
                }),
            Place::Default(Some(path)) => Ok(read_file(&path, openness)?
                .map_or_else(|| Config::absent(Some(path)), |(config, _)| config)),
            Place::Default(None) => Ok(Config::absent(None)),
        }
    }

    /// As [`Config::load`], for a command that writes the file: it need not be there yet, and its mode
    /// will be mended. Returns its text as well, empty for a file that is not there.
    ///
    /// # Errors
    /// As [`Config::load`]; and [`Exit::Usage`] if nothing says where the file would be.
    pub fn load_to_edit(
        named: Option<&Path>,
        environment: &Environment,
    ) -> anyhow::Result<(Config, Zeroizing<String>)> {
        let path = match find(named, environment) {
            Place::Named(path, _) => path,
            Place::Default(Some(path)) => path,
            Place::Default(None) => {
                return Err(Exit::Usage.error(
                    "neither HOME nor XDG_CONFIG_HOME is set: say where the config file is with --config PATH",
                ));
            }
        };
        let found = read_file(&path, Openness::Allowed)?;
        Ok(found.unwrap_or_else(|| (Config::absent(Some(path)), Zeroizing::default())))
    }

    /// Reads the text of a config file that is, or will be, `path`.
    ///
    /// # Errors
    /// [`Exit::Usage`] for a malformed or unknown setting, with its line.
    pub fn parse(text: &str, path: &Path) -> anyhow::Result<Config> {
        read::parse(text, path).map_err(|message| Exit::Usage.error(message))
    }

    /// The app of this name.
    #[must_use]
    pub fn app(&self, name: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// The names of the apps, for messages.
    #[must_use]
    pub fn app_names(&self) -> String {
        let names: Vec<&str> = self.apps.iter().map(|app| app.name.as_str()).collect();
        names.join(", ")
    }

    /// The file's path, for messages.
    #[must_use]
    pub fn shown_path(&self) -> String {
        self.path.as_deref().map_or_else(
            || "config.toml".to_owned(),
            |path| path.display().to_string(),
        )
    }
}

enum Place {
    Named(PathBuf, &'static str),
    Default(Option<PathBuf>),
}

fn find(named: Option<&Path>, environment: &Environment) -> Place {
    if let Some(path) = named {
        return Place::Named(path.to_owned(), "--config");
    }
    if let Some(path) = environment.get("AMPOST_CONFIG") {
        return Place::Named(PathBuf::from(path), "AMPOST_CONFIG");
    }
    let directory = environment.base_directory("XDG_CONFIG_HOME", ".config");
    Place::Default(directory.map(|directory| directory.join("ampost").join("config.toml")))
}

/// Reads a config file and its text; `None` if there is none.
fn read_file(
    path: &Path,
    openness: Openness,
) -> anyhow::Result<Option<(Config, Zeroizing<String>)>> {
    let failed = |what: &str| Exit::Usage.error(format!("config file {}: {what}", path.display()));
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error.to_string())),
    };
    let metadata = file
        .metadata()
        .map_err(|error| failed(&error.to_string()))?;
    if metadata.is_dir() {
        return Err(failed("is a directory; name the file in it"));
    }
    // Room for the whole file beforehand: a buffer that grows leaves copies of the key behind.
    let room = usize::try_from(metadata.len().min(LARGEST)).unwrap_or(0) + 1;
    let mut text = Zeroizing::new(String::with_capacity(room));
    let read = file.by_ref().take(LARGEST + 1).read_to_string(&mut text);
    match read {
        Ok(_) if text.len() as u64 > LARGEST => {
            return Err(failed("is larger than 1 MiB, so it is no config file"));
        }
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            return Err(failed("is not UTF-8 text; save it as UTF-8"));
        }
        Err(error) => return Err(failed(&error.to_string())),
    }
    let config = Config::parse(&text, path)?;
    let holds_key = config
        .apps
        .iter()
        .any(|app| matches!(&app.key, Some(key) if matches!(key.value, KeySource::Inline(_))));
    if holds_key && openness == Openness::Refused {
        refuse_if_open_to_others(path, &metadata, "the config file")?;
    }
    Ok(Some((config, text)))
}

#[cfg(test)]
mod tests;
