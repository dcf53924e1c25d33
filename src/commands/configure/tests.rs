//! `configure` with a scripted person: what is asked, what is written, what is shown.

#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::prompt::scripted::Scripted;

const KEY: &str = "SECRET-0123-abcd";

/// A home directory, and the command run in it.
struct Home {
    directory: tempfile::TempDir,
    typed: CredentialArgs,
    format: Format,
    /// What the server says.
    verdict: fn() -> Result<()>,
}

/// What a run left: its result, standard output, standard error, the questions.
struct Left {
    result: Result<Exit>,
    out: String,
    notices: String,
    questions: Vec<String>,
    verified: Vec<String>,
}

impl Home {
    fn new() -> Home {
        Home {
            directory: tempfile::tempdir().unwrap(),
            typed: CredentialArgs::default(),
            format: Format::Text,
            verdict: || Ok(()),
        }
    }

    fn with_config(text: &str) -> Home {
        let home = Home::new();
        fs::create_dir_all(home.path().parent().unwrap()).unwrap();
        fs::write(home.path(), text).unwrap();
        home
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(".config/ampost/config.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn run(&self, mut person: Scripted) -> Left {
        let home = self.directory.path().to_str().unwrap();
        let environment = Environment::of(&[
            ("HOME", home),
            ("APPMETRICA_POST_API_KEY", "SECRET-OF-ENVIRONMENT"),
            ("AMPOST_APP", "elsewhere"),
        ]);
        let (mut out, mut notices, mut verified) = (Vec::new(), Vec::new(), Vec::new());
        let mut verify = |found: &Credentials| {
            verified.push(format!(
                "{} {} {}",
                found.application_id,
                found.key.expose(),
                found.api_url
            ));
            (self.verdict)()
        };
        let result = run(
            &self.typed,
            self.format,
            Surroundings {
                environment: &environment,
                prompt: &mut person,
                verify: &mut verify,
                out: &mut out,
                notices: &mut notices,
            },
        );
        let left = Left {
            result,
            out: String::from_utf8(out).unwrap(),
            notices: String::from_utf8(notices).unwrap(),
            questions: person.questions,
            verified,
        };
        let shown = format!(
            "{:?}{}{}{:?}",
            left.result, left.out, left.notices, left.questions
        );
        assert!(!shown.contains("SECRET"), "{shown}");
        left
    }
}

#[test]
fn a_first_app_is_asked_for_verified_written_and_shown_masked() {
    let home = Home::new();
    let left = home.run(Scripted::answering(&[
        "",
        "abc",
        "123",
        "not a key",
        KEY,
        "",
    ]));
    assert_eq!(left.result.unwrap(), Exit::Done);
    assert_eq!(
        home.text(),
        format!("[apps.main]\napplication_id = 123\npost_api_key = \"{KEY}\"\n")
    );
    assert_eq!(
        fs::metadata(home.path()).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(left.verified, [format!("123 {KEY} {}", ApiUrl::DEFAULT)]);
    assert!(
        left.out.contains("accepted by the server") && left.out.contains("post_api_key = …abcd"),
        "{}",
        left.out
    );
    assert!(left.notices.is_empty());
}

#[test]
fn the_result_as_json_is_one_object() {
    let mut home = Home::new();
    home.format = Format::Json;
    let left = home.run(Scripted::answering(&["shop", "123", KEY, "n"]));
    let object: serde_json::Value = serde_json::from_str(&left.out).unwrap();
    assert_eq!(object["app"], "shop");
    assert_eq!(object["application_id"], 123);
    assert_eq!(object["post_api_key"], "…abcd");
    assert_eq!(object["verified"], serde_json::Value::Null);
    assert_eq!(object["config"], home.path().to_str().unwrap());
    assert!(left.verified.is_empty());
}

#[test]
fn another_app_joins_the_first_and_may_become_the_default() {
    let before = "# ours\n[apps.shop] # one\napplication_id = 1\npost_api_key = 'SECRET-OF-SHOP'\n";
    let home = Home::with_config(before);
    let left = home.run(Scripted::answering(&["game", "2", KEY, "", "n"]));
    left.result.unwrap();
    assert!(left.questions[0].contains("shop"));
    let text = home.text();
    assert!(
        text.contains("# ours")
            && text.contains("[apps.shop] # one")
            && text.contains("SECRET-OF-SHOP")
    );
    let config = Config::parse(&text, &home.path()).unwrap();
    assert_eq!(
        (config.default_app.as_deref(), config.apps.len()),
        (Some("game"), 2)
    );
    // The file was open to others; now it is not.
    assert_eq!(
        fs::metadata(home.path()).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn enter_keeps_what_is_there() {
    let home = Home::with_config(
        "[apps.shop]\napplication_id = 5\npost_api_key = 'SECRET-1234-wxyz' # mine\n",
    );
    let before = home.text();
    let left = home.run(Scripted::answering(&["", "", "", "y"]));
    left.result.unwrap();
    assert_eq!(home.text(), before);
    assert!(
        left.questions
            .iter()
            .any(|question| question.contains("…wxyz"))
    );
    assert_eq!(left.verified.len(), 1);
}

#[test]
fn a_key_command_is_not_run_unless_it_is_needed() {
    let config = "[apps.shop]\napplication_id = 5\npost_api_key_command = 'touch ran; false'\n";
    let home = Home::with_config(config);
    let left = home.run(Scripted::answering(&["", "", "", "n"]));
    left.result.unwrap();
    assert!(left.out.contains("post_api_key_command"), "{}", left.out);
    assert!(!Path::new("ran").exists());
}

#[test]
fn credentials_that_are_refused_are_saved_only_if_wanted() {
    let mut home = Home::new();
    home.verdict = || Err(Exit::Credentials.error("the server refused the key"));
    let left = home.run(Scripted::answering(&["shop", "1", KEY, "y", "n"]));
    assert_eq!(Exit::of(&left.result.unwrap_err()), Exit::Credentials);
    assert!(left.notices.contains("the server refused the key"));
    assert!(!home.path().exists());

    let left = home.run(Scripted::answering(&["shop", "1", KEY, "y", "y"]));
    left.result.unwrap();
    assert!(left.out.contains("not accepted by the server") && home.path().exists());
}

#[test]
fn what_is_given_as_an_option_is_not_asked_for() {
    let mut home = Home::new();
    let key_file = home.directory.path().join("key");
    fs::write(&key_file, KEY).unwrap();
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
    home.typed = CredentialArgs {
        config: Some(home.directory.path().join("own.toml")),
        app: Some("shop".to_owned()),
        application_id: Some("77".to_owned()),
        post_api_key_file: Some(key_file.clone()),
        api_url: Some("http://localhost:9/".to_owned()),
    };
    let left = home.run(Scripted::answering(&["y"]));
    left.result.unwrap();
    assert_eq!(left.questions.len(), 1);
    assert_eq!(left.verified, [format!("77 {KEY} http://localhost:9")]);
    let text = fs::read_to_string(home.directory.path().join("own.toml")).unwrap();
    assert!(
        text.contains(&format!("post_api_key_file = \"{}\"", key_file.display()))
            && !text.contains(KEY)
    );
}

#[test]
fn malformed_options_are_refused_before_anything_is_written() {
    for (option, value) in [
        ("id", "SECRET"),
        ("url", "http://example.org/SECRET"),
        ("app", "a b"),
    ] {
        let mut home = Home::new();
        match option {
            "id" => home.typed.application_id = Some(value.to_owned()),
            "url" => home.typed.api_url = Some(value.to_owned()),
            _ => home.typed.app = Some(value.to_owned()),
        }
        let error = home
            .run(Scripted::answering(&["shop", "1", KEY, "n"]))
            .result
            .unwrap_err();
        assert_eq!(Exit::of(&error), Exit::Usage);
        assert!(!home.path().exists());
    }
}

#[test]
fn without_a_terminal_the_error_says_what_to_write_and_where() {
    let home = Home::new();
    let error = home.run(Scripted::no_terminal()).result.unwrap_err();
    assert_eq!(Exit::of(&error), Exit::Usage);
    let message = error.to_string();
    assert!(message.contains(home.path().to_str().unwrap()), "{message}");
    let sample: String = message
        .lines()
        .filter(|line| line.starts_with("    "))
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(
        Config::parse(&sample, Path::new("sample"))
            .unwrap()
            .app_names(),
        "main"
    );
}

#[test]
fn a_broken_config_file_is_told_and_left_alone() {
    let home = Home::with_config("[apps.shop]\nkey = 'SECRET'\n");
    let error = home.run(Scripted::answering(&[])).result.unwrap_err();
    assert_eq!(Exit::of(&error), Exit::Usage);
    assert!(error.to_string().contains(":2: unknown key `key`"));
}
