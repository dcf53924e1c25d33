//! From the text of a config file to [`Config`], strictly: what is not known is an error with its line.
//!
//! Messages are made here from names and lines alone. The parser's own rendering of an error is not
//! used, because it quotes the line, and the line may hold the key.

use std::path::Path;

use toml_edit::{Document, Item, Key, TableLike};
use zeroize::Zeroizing;

use super::{App, Config, Declared, DeclaredType, KeySource, Setting};
use crate::nearest::nearest;
use crate::secret::PostApiKey;

const TOP_KEYS: [&str; 3] = ["default_app", "apps", "attributes"];
const APP_KEYS: [&str; 5] = [
    "application_id",
    "post_api_key",
    "post_api_key_file",
    "post_api_key_command",
    "api_url",
];

/// Reads the text of the config file `path`.
pub(super) fn parse(text: &str, path: &Path) -> Result<Config, String> {
    let reader = Reader { text, path };
    let document = Document::parse(text).map_err(|error| reader.malformed(&error))?;
    let mut config = Config {
        exists: true,
        ..Config::absent(Some(path.to_owned()))
    };
    for (name, item) in document.iter() {
        let line = reader.line_of(document.as_table(), name);
        match name {
            "default_app" => config.default_app = Some(reader.string(item, line, name)?),
            "apps" => config.apps = reader.apps(item, line)?,
            "attributes" => config.attributes = reader.attributes(item, line)?,
            _ => return Err(reader.unknown(line, name, "at the top of the file", &TOP_KEYS)),
        }
    }
    if let Some(name) = &config.default_app
        && config.app(name).is_none()
    {
        let line = reader.line_of(document.as_table(), "default_app");
        let names: Vec<&str> = config.apps.iter().map(|app| app.name.as_str()).collect();
        return Err(reader.at(
            line,
            format!(
                "default_app is {name:?}, but there is no [apps.{name}]{}",
                proposal(name, &names)
            ),
        ));
    }
    Ok(config)
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
}

impl Reader<'_> {
    fn apps(&self, item: &Item, line: usize) -> Result<Vec<App>, String> {
        let Some(apps) = item.as_table_like() else {
            return Err(self.at(line, "apps must be tables: [apps.NAME]"));
        };
        let mut read = Vec::new();
        for (name, item) in apps.iter() {
            let line = self.line_of(apps, name);
            let Some(table) = item.as_table_like() else {
                let hint = if APP_KEYS.contains(&name) {
                    format!("{name} belongs into the table of an app: [apps.NAME]")
                } else {
                    format!("apps.{name} must be a table: [apps.{name}]")
                };
                return Err(self.at(line, hint));
            };
            read.push(self.app(name, table)?);
        }
        Ok(read)
    }

    fn app(&self, name: &str, table: &dyn TableLike) -> Result<App, String> {
        let mut app = App {
            name: name.to_owned(),
            application_id: None,
            key: None,
            api_url: None,
        };
        for (key, item) in table.iter() {
            let line = self.line_of(table, key);
            let source = match key {
                "application_id" => {
                    let value = self.application_id(item, line)?;
                    app.application_id = Some(Setting { value, line });
                    continue;
                }
                "api_url" => {
                    let value = self.string(item, line, key)?;
                    app.api_url = Some(Setting { value, line });
                    continue;
                }
                "post_api_key" => {
                    let raw = Zeroizing::new(self.string(item, line, key)?);
                    let key = PostApiKey::new(raw.as_str().to_owned())
                        .map_err(|error| self.at(line, error))?;
                    KeySource::Inline(key)
                }
                "post_api_key_file" => KeySource::File(self.string(item, line, key)?),
                "post_api_key_command" => KeySource::Command(self.string(item, line, key)?),
                _ => return Err(self.unknown(line, key, &format!("in [apps.{name}]"), &APP_KEYS)),
            };
            if let Some(first) = &app.key {
                return Err(self.at(
                    line,
                    format!(
                        "[apps.{name}] has both {} (line {}) and {key}; keep one of them",
                        first.value.setting(),
                        first.line
                    ),
                ));
            }
            app.key = Some(Setting {
                value: source,
                line,
            });
        }
        Ok(app)
    }

    fn attributes(&self, item: &Item, line: usize) -> Result<Vec<Declared>, String> {
        let Some(table) = item.as_table_like() else {
            return Err(self.at(line, "attributes must be a table: [attributes]"));
        };
        let types = DeclaredType::NAMED.map(|(name, _)| name);
        let mut read = Vec::new();
        for (name, item) in table.iter() {
            let line = self.line_of(table, name);
            let written = self.string(item, line, name)?;
            let kind = DeclaredType::NAMED
                .into_iter()
                .find_map(|(known, kind)| (known == written).then_some(kind));
            let Some(kind) = kind else {
                return Err(self.at(
                    line,
                    format!(
                        "attribute {name}: {written:?} is no type{}",
                        proposal(&written, &types)
                    ),
                ));
            };
            read.push(Declared {
                name: name.to_owned(),
                kind,
                line,
            });
        }
        Ok(read)
    }

    fn string(&self, item: &Item, line: usize, name: &str) -> Result<String, String> {
        match item.as_str() {
            Some("") => Err(self.at(line, format!("{name} is empty; fill it in or take it out"))),
            Some(text) => Ok(text.to_owned()),
            None => Err(self.at(
                line,
                format!("{name} must be a text in quotes, not {}", article(item)),
            )),
        }
    }

    fn application_id(&self, item: &Item, line: usize) -> Result<u64, String> {
        let form = "application_id must be a whole number above 0, without quotes";
        item.as_integer()
            .and_then(|number| u64::try_from(number).ok())
            .filter(|&number| number > 0)
            .ok_or_else(|| match item.as_integer() {
                Some(_) => self.at(line, form),
                None => self.at(line, format!("{form}, not {}", article(item))),
            })
    }

    fn unknown(&self, line: usize, name: &str, place: &str, known: &[&str]) -> String {
        // A key put at the top level is a slip worth its own words.
        let hint = if known == TOP_KEYS && APP_KEYS.contains(&name) {
            "; it belongs into the table of an app: [apps.NAME]".to_owned()
        } else {
            proposal(name, known)
        };
        self.at(line, format!("unknown key `{name}` {place}{hint}"))
    }

    fn malformed(&self, error: &toml_edit::TomlError) -> String {
        let line = error.span().map_or(1, |span| self.line(span.start));
        self.at(line, format!("not valid TOML: {}", error.message()))
    }

    fn at(&self, line: usize, message: impl std::fmt::Display) -> String {
        // Names stand in messages as the file has them, and may hold anything. Only single characters are
        // escaped, because a whole text would be cut.
        let mut character = [0; 4];
        let message: String = message
            .to_string()
            .chars()
            .map(|c| crate::profile::printable(c.encode_utf8(&mut character)))
            .collect();
        format!("{}:{line}: {message}", self.path.display())
    }

    fn line_of(&self, table: &dyn TableLike, key: &str) -> usize {
        table
            .get_key_value(key)
            .and_then(|(key, item): (&Key, &Item)| key.span().or_else(|| item.span()))
            .map_or(1, |span| self.line(span.start))
    }

    fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        1 + before.iter().filter(|&&byte| byte == b'\n').count()
    }
}

/// `; did you mean …?`, or what there is to choose from.
fn proposal(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; there are: {}", known.join(", ")),
    }
}

fn article(item: &Item) -> String {
    let name = item.type_name();
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}
