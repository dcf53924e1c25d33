//! The config file: read or refused with words that never hold a key, and edited without losing anything.
//!
//! `@KEY@` becomes a key where it is the value of a `post_api_key` line, well written or not, and is left
//! out elsewhere: what stands in the place of a name is shown as one.

use std::path::Path;

use ampost::config::{Config, Entry, KeySource, with_app};

const KEY: &str = "Zq9-SECRET-0123456789";

/// See the module.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<String> = text.split('\n').map(with_key).collect();
    let text = lines.join("\n");
    match Config::parse(&text, Path::new("config.toml")) {
        Err(error) => {
            for shown in [format!("{error:#}"), format!("{error:?}")] {
                assert!(!shown.contains("SECRET"), "{shown}");
                assert!(!shown.contains("0123456789"), "{shown}");
            }
            super::assert_printable(&format!("{error:#}"));
        }
        Ok(config) => {
            assert!(!format!("{config:?}").contains("SECRET") || !is_key_only(&config));
            check_edit(&text, &config);
        }
    }
}

fn with_key(line: &str) -> String {
    let is_key = line.trim_start().starts_with("post_api_key");
    match line.split_once('=') {
        Some((name, value)) if is_key && !name.contains("@KEY@") => {
            format!("{name}={}", value.replace("@KEY@", KEY))
        }
        _ => line.replace("@KEY@", ""),
    }
}

/// Whether the key stands only where a key belongs; a path or a command is shown by `Debug`.
fn is_key_only(config: &Config) -> bool {
    config.apps.iter().all(|app| {
        !matches!(
            app.key.as_ref().map(|key| &key.value),
            Some(KeySource::File(_) | KeySource::Command(_))
        )
    })
}

fn check_edit(text: &str, config: &Config) {
    let new = Entry {
        app: "новое",
        application_id: 42,
        key: None,
        api_url: Some("https://proxy.example"),
        default: false,
    };
    for name in config
        .apps
        .iter()
        .map(|app| app.name.as_str())
        .chain(["новое"])
    {
        let entry = Entry { app: name, ..new };
        let edited = with_app(text, &entry).expect("a config that can be read can be edited");
        let again = Config::parse(&edited, Path::new("config.toml")).expect("and read again");
        let app = again.app(name).expect("with the app in it");
        assert_eq!(app.application_id.as_ref().map(|id| id.value), Some(42));
        assert_eq!(
            again.default_app, config.default_app,
            "nothing else has changed"
        );
        for old in config.apps.iter().filter(|app| app.name != name) {
            let kept = again
                .app(&old.name)
                .expect("the other apps are still there");
            assert_eq!(
                kept.application_id.as_ref().map(|id| id.value),
                old.application_id.as_ref().map(|id| id.value)
            );
            assert_eq!(kept.key.is_some(), old.key.is_some());
        }
        let names = |config: &Config| -> Vec<String> {
            config.attributes.iter().map(|a| a.name.clone()).collect()
        };
        assert_eq!(names(&again), names(config));
    }
}
