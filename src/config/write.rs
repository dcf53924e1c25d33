//! Puts an app into the text of a config file and leaves the rest of it, comments and order, alone.

use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use super::KeySource;

/// What is to stand in `[apps.NAME]`.
#[derive(Debug)]
pub struct Entry<'a> {
    /// NAME.
    pub app: &'a str,
    /// `application_id`.
    pub application_id: u64,
    /// Where the key is; `None` leaves what stands there.
    pub key: Option<&'a KeySource>,
    /// `api_url`; `None` leaves what stands there.
    pub api_url: Option<&'a str>,
    /// Whether to make it the `default_app`.
    pub default: bool,
}

/// The text of the config file with `entry` in it. Other keys of the same app stay, but for the other
/// two ways of saying where the key is.
///
/// # Errors
/// If `text` is not a config file; it should have been read before.
pub fn with_app(text: &str, entry: &Entry<'_>) -> Result<String, String> {
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let apps = document
        .entry("apps")
        .or_insert_with(|| {
            let mut table = Table::new();
            // So that `[apps]` does not stand there as an empty heading.
            table.set_implicit(true);
            Item::Table(table)
        })
        .as_table_like_mut()
        .ok_or("apps is not a table")?;
    let app = apps
        .entry(entry.app)
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_like_mut()
        .ok_or("the app is not a table")?;
    let number =
        i64::try_from(entry.application_id).map_err(|_| "application_id is too large for TOML")?;
    set(app, "application_id", value(number));
    if let Some(source) = entry.key {
        for name in ["post_api_key", "post_api_key_file", "post_api_key_command"] {
            if name != source.setting() {
                app.remove(name);
            }
        }
        set(
            app,
            source.setting(),
            value(match source {
                KeySource::Inline(key) => key.expose(),
                KeySource::File(text) | KeySource::Command(text) => text,
            }),
        );
    }
    if let Some(url) = entry.api_url {
        set(app, "api_url", value(url));
    }
    if entry.default {
        set(document.as_table_mut(), "default_app", value(entry.app));
    }
    Ok(document.to_string())
}

/// Sets a value, keeping the comment that stands behind the one it replaces.
fn set(table: &mut dyn TableLike, name: &str, mut item: Item) {
    if let (Some(old), Some(new)) = (
        table.get(name).and_then(Item::as_value),
        item.as_value_mut(),
    ) {
        *new.decor_mut() = old.decor().clone();
    }
    table.insert(name, item);
}
