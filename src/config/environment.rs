//! The environment as a value, so that tests need not touch the process's own.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::exit::Exit;

/// What a variable's value is.
type Lookup = dyn Fn(&str) -> Option<OsString>;

/// Environment variables. One that is set but empty counts as not set.
pub struct Environment {
    get: Box<Lookup>,
}

impl Environment {
    /// The process's own.
    #[must_use]
    pub fn process() -> Environment {
        Environment {
            get: Box::new(|name| std::env::var_os(name)),
        }
    }

    /// These variables and no others.
    #[must_use]
    pub fn of(variables: &[(&str, &str)]) -> Environment {
        let variables: Vec<(String, OsString)> = variables
            .iter()
            .map(|&(name, value)| (name.to_owned(), OsString::from(value)))
            .collect();
        Environment {
            get: Box::new(move |wanted| {
                variables
                    .iter()
                    .find(|(name, _)| name == wanted)
                    .map(|(_, value)| value.clone())
            }),
        }
    }

    /// A variable's value, if it has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<OsString> {
        (self.get)(name).filter(|value| !value.is_empty())
    }

    /// A variable's value as text.
    ///
    /// # Errors
    /// [`Exit::Usage`] if it is not valid text; the value is not shown.
    pub fn text(&self, name: &str) -> anyhow::Result<Option<String>> {
        self.get(name)
            .map(|value| {
                value.into_string().map_err(|_| {
                    Exit::Usage.error(format!(
                        "the environment variable {name} is not valid UTF-8"
                    ))
                })
            })
            .transpose()
    }

    /// A base directory of the XDG specification: the variable, if it is an absolute path (the
    /// specification has others ignored), else `below_home` in HOME.
    #[must_use]
    pub fn base_directory(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        self.get(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| self.home().map(|home| home.join(below_home)))
    }

    /// The home directory.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        self.get("HOME").map(PathBuf::from)
    }
}

// By hand: the closure has no Debug, and the values would include a key.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}
