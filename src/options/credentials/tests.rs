//! Where credentials come from: precedence, the choice of the app, every refusal, and that no
//! message shows the key.

#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::prompt::scripted::Scripted;

const TWO_APPS: &str = "[apps.shop]\napplication_id = 1\npost_api_key = 'SECRET-OF-SHOP-1111'\n\
    [apps.game]\napplication_id = 2\npost_api_key = 'SECRET-OF-GAME-2222'\napi_url = 'http://localhost:2'\n";

/// A config file in a directory of its own, with what is typed and what the environment has.
struct Fixture {
    directory: tempfile::TempDir,
    typed: CredentialArgs,
    variables: Vec<(&'static str, String)>,
}

impl Fixture {
    fn new(config: &str) -> Fixture {
        let fixture = Fixture {
            directory: tempfile::tempdir().unwrap(),
            typed: CredentialArgs::default(),
            variables: Vec::new(),
        };
        fixture.file(".config/ampost/config.toml", 0o600, config);
        fixture
    }

    fn file(&self, name: &str, mode: u32, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn with(mut self, name: &'static str, value: &str) -> Fixture {
        self.variables.push((name, value.to_owned()));
        self
    }

    fn look<T>(&self, look: impl FnOnce(&Sources<'_>) -> Result<T>) -> Result<T> {
        let home = self.directory.path().to_str().unwrap();
        let mut variables = vec![("HOME", home)];
        variables.extend(
            self.variables
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        let environment = Environment::of(&variables);
        look(&Sources::load(&self.typed, &environment)?)
    }

    fn all(&self) -> Result<Credentials> {
        self.look(|sources| sources.credentials(&mut Scripted::no_terminal()))
    }

    fn refused(&self) -> (Exit, String) {
        let error = self.all().unwrap_err();
        let message = format!("{error:#}");
        assert!(
            !format!("{message} {error:?}").contains("SECRET"),
            "{message}"
        );
        (Exit::of(&error), message)
    }
}

#[test]
fn flags_go_before_the_environment_and_the_environment_before_the_config() {
    let mut fixture = Fixture::new(TWO_APPS).with("AMPOST_APP", "game");
    let found = fixture.all().unwrap();
    assert_eq!(
        (found.application_id, found.key.expose()),
        (2, "SECRET-OF-GAME-2222")
    );
    assert_eq!(found.api_url.as_str(), "http://localhost:2");
    assert_eq!(found.app.as_deref(), Some("game"));
    assert!(
        found
            .application_id_from
            .to_string()
            .ends_with("config.toml:5, application_id of [apps.game]")
    );
    assert!(
        found
            .key_from
            .to_string()
            .ends_with("config.toml:6, post_api_key of [apps.game]")
    );

    fixture = fixture
        .with("APPMETRICA_APPLICATION_ID", "33")
        .with("APPMETRICA_POST_API_KEY", "SECRET-OF-ENV\n")
        .with("AMPOST_API_URL", "http://localhost:3");
    let found = fixture.all().unwrap();
    assert_eq!(
        (found.application_id, found.key.expose()),
        (33, "SECRET-OF-ENV")
    );
    assert_eq!(found.api_url.as_str(), "http://localhost:3");
    assert_eq!(
        found.key_from.to_string(),
        "environment variable APPMETRICA_POST_API_KEY"
    );

    let key = fixture.file("key", 0o600, "SECRET-OF-FILE\n");
    fixture.typed.post_api_key_file = Some(key);
    fixture.typed.application_id = Some("44".to_owned());
    fixture.typed.api_url = Some("http://localhost:4/".to_owned());
    fixture.typed.app = Some("shop".to_owned());
    let found = fixture.all().unwrap();
    assert_eq!(
        (found.application_id, found.key.expose()),
        (44, "SECRET-OF-FILE")
    );
    assert_eq!(found.api_url.as_str(), "http://localhost:4");
    assert_eq!(found.application_id_from.to_string(), "--application-id");
    assert!(
        found
            .key_from
            .to_string()
            .ends_with("key (--post-api-key-file)")
    );
    assert_eq!(found.app.as_deref(), Some("shop"));
    assert!(!format!("{found:?}").contains("SECRET"));
}

#[test]
fn the_app_is_the_one_asked_for_or_the_default_or_the_only_one() {
    let id = |fixture: &Fixture| {
        fixture
            .look(|sources| sources.application_id())
            .unwrap()
            .value
    };
    let only = "[apps.shop]\napplication_id = 1\n";
    assert_eq!(id(&Fixture::new(only)), 1);
    assert_eq!(
        id(&Fixture::new(&format!("default_app = 'game'\n{TWO_APPS}"))),
        2
    );
    let asked =
        Fixture::new(&format!("default_app = 'game'\n{TWO_APPS}")).with("AMPOST_APP", "shop");
    assert_eq!(id(&asked), 1);
}

#[test]
fn several_apps_and_none_chosen_is_an_error_that_names_them() {
    let (exit, message) = Fixture::new(TWO_APPS).refused();
    assert_eq!(exit, Exit::Usage);
    assert!(
        message.contains("shop, game") && message.contains("--app"),
        "{message}"
    );
}

#[test]
fn no_app_need_be_chosen_when_the_file_is_not_needed() {
    let fixture = Fixture::new(TWO_APPS)
        .with("APPMETRICA_APPLICATION_ID", "3")
        .with("APPMETRICA_POST_API_KEY", "key");
    let found = fixture.all().unwrap();
    assert_eq!(found.api_url, ApiUrl::default());
    assert_eq!(found.app, None);
}

#[test]
fn an_app_that_is_not_there_is_an_error_with_the_nearest() {
    let mut fixture = Fixture::new(TWO_APPS);
    fixture.typed.app = Some("shp".to_owned());
    let (exit, message) = fixture.refused();
    assert_eq!(exit, Exit::Usage);
    assert!(message.contains("did you mean shop?"), "{message}");
    let (_, message) = Fixture::new(TWO_APPS).with("AMPOST_APP", "zzz").refused();
    assert!(
        message.starts_with("AMPOST_APP names") && message.contains("shop, game"),
        "{message}"
    );
    // Also where everything else is given: a name that leads nowhere is a slip.
    let given = Fixture::new("")
        .with("AMPOST_APP", "shop")
        .with("APPMETRICA_APPLICATION_ID", "3")
        .with("APPMETRICA_POST_API_KEY", "key");
    assert_eq!(given.refused().0, Exit::Usage);
}

#[test]
fn what_is_missing_is_exit_code_4_and_lists_the_ways_to_give_it() {
    let (exit, message) = Fixture::new("").refused();
    assert_eq!(exit, Exit::Credentials);
    for way in [
        "--application-id",
        "APPMETRICA_APPLICATION_ID",
        "ampost configure",
        "config.toml",
    ] {
        assert!(message.contains(way), "{message}");
    }
    let (exit, message) = Fixture::new("[apps.shop]\napplication_id = 1\n").refused();
    assert_eq!(exit, Exit::Credentials);
    for way in [
        "--post-api-key-file",
        "APPMETRICA_POST_API_KEY",
        "ampost configure",
        "[apps.shop]",
    ] {
        assert!(message.contains(way), "{message}");
    }
    let given = Fixture::new("")
        .look(|sources| sources.application_id_if_given())
        .unwrap();
    assert!(given.is_none());
}

#[test]
fn malformed_values_are_exit_code_2_and_not_repeated() {
    for (name, value, wanted) in [
        ("APPMETRICA_APPLICATION_ID", "SECRET", "whole number"),
        ("APPMETRICA_APPLICATION_ID", "0", "whole number"),
        ("APPMETRICA_APPLICATION_ID", "+5", "whole number"),
        (
            "APPMETRICA_APPLICATION_ID",
            "99999999999999999999",
            "whole number",
        ),
        ("APPMETRICA_POST_API_KEY", "SEC RET SECRET", "white space"),
        (
            "AMPOST_API_URL",
            "http://example.org/?SECRET",
            "AMPOST_API_URL",
        ),
    ] {
        let others = [
            ("APPMETRICA_APPLICATION_ID", "1"),
            ("APPMETRICA_POST_API_KEY", "key"),
        ];
        let mut fixture = Fixture::new("").with(name, value);
        for (other, text) in others.into_iter().filter(|(other, _)| *other != name) {
            fixture = fixture.with(other, text);
        }
        let (exit, message) = fixture.refused();
        assert_eq!(exit, Exit::Usage, "{message}");
        assert!(
            message.contains(name) && message.contains(wanted),
            "{message}"
        );
    }
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let fixture =
        Fixture::new("[apps.a]\napplication_id = 7\n").with("APPMETRICA_APPLICATION_ID", "");
    assert_eq!(
        fixture
            .look(|sources| sources.application_id())
            .unwrap()
            .value,
        7
    );
}

fn with_key_file(mode: u32, text: &str) -> Fixture {
    let mut fixture = Fixture::new("").with("APPMETRICA_APPLICATION_ID", "1");
    fixture.typed.post_api_key_file = Some(fixture.file("k/the key", mode, text));
    fixture
}

#[test]
fn a_key_file_that_is_open_to_others_is_warned_of_and_holds_one_key() {
    assert_eq!(
        with_key_file(0o400, "\nkey\r\n")
            .all()
            .unwrap()
            .key
            .expose(),
        "key"
    );
    let open = with_key_file(0o644, "SECRET").all().unwrap();
    let warning = open.key_warning.unwrap();
    assert!(
        warning.contains("chmod 600 '") && warning.contains("the key'"),
        "{warning}"
    );
    assert!(!warning.contains("SECRET"), "{warning}");
    let (exit, message) = with_key_file(0o600, "SECRET\nSECRET").refused();
    assert_eq!(exit, Exit::Usage);
    assert!(message.contains("more than one line"), "{message}");
    assert_eq!(with_key_file(0o600, "\n").refused().0, Exit::Credentials);

    let mut fixture = with_key_file(0o600, "");
    fixture.typed.post_api_key_file = Some("/no/such/file".into());
    let (exit, message) = fixture.refused();
    assert_eq!(exit, Exit::Credentials);
    assert!(
        message.contains("/no/such/file") && message.contains("no such file"),
        "{message}"
    );
    fixture.typed.post_api_key_file = Some(fixture.directory.path().to_owned());
    assert!(fixture.refused().1.contains("directory"));
}

#[test]
fn a_key_file_of_the_config_is_beside_it_or_at_home() {
    for (written, placed) in [("keys/k", ".config/ampost/keys/k"), ("~/k", "k")] {
        let config = format!("[apps.a]\napplication_id = 1\npost_api_key_file = '{written}'\n");
        let fixture = Fixture::new(&config);
        fixture.file(placed, 0o600, "key-in-file");
        let found = fixture.all().unwrap();
        assert_eq!(found.key.expose(), "key-in-file");
        let from = found.key_from.to_string();
        assert!(
            from.contains(placed) && from.contains("config.toml:3"),
            "{from}"
        );
        fixture.file(placed, 0o640, "SECRET");
        assert!(fixture.all().unwrap().key_warning.is_some());
    }
}

#[test]
fn a_key_command_is_run_by_the_shell_and_its_failure_is_exit_code_4() {
    let config = |command: &str| {
        Fixture::new(&format!(
            "[apps.a]\napplication_id = 1\npost_api_key_command = \"\"\"{command}\"\"\"\n"
        ))
    };
    let found = config("printf 'key-%s\\\\nsecond line\\\\n' $((40 + 2))")
        .all()
        .unwrap();
    assert_eq!(found.key.expose(), "key-42");
    assert!(
        found
            .key_from
            .to_string()
            .contains("post_api_key_command of [apps.a]")
    );
    let (exit, message) = config("echo SECRET; false").refused();
    assert_eq!(exit, Exit::Credentials);
    assert!(
        message.contains("config.toml:3") && message.contains("exit status 1"),
        "{message}"
    );
    let (exit, _) = config("echo SECRET SECRET").refused();
    assert_eq!(exit, Exit::Usage);
}

#[test]
fn a_missing_key_is_asked_for_hidden_and_not_in_vain() {
    let fixture = Fixture::new("[apps.a]\napplication_id = 1\n");
    let mut person = Scripted::answering(&["", "not a key", "SECRET-TYPED"]);
    let found = fixture
        .look(|sources| sources.credentials(&mut person))
        .unwrap();
    assert_eq!(found.key.expose(), "SECRET-TYPED");
    assert_eq!(found.key_from.to_string(), "typed on the terminal");
    assert!(person.questions[0].contains("hidden"));
    assert!(
        person.questions[2].contains("white space") && !person.questions[2].contains("not a key")
    );

    let mut person = Scripted::answering(&["", "", ""]);
    let error = fixture
        .look(|sources| sources.credentials(&mut person))
        .unwrap_err();
    assert_eq!(Exit::of(&error), Exit::Credentials);

    // The application ID is missing: nothing is asked.
    let mut person = Scripted::answering(&["SECRET"]);
    Fixture::new("")
        .look(|sources| sources.credentials(&mut person))
        .unwrap_err();
    assert!(person.questions.is_empty());
}

#[test]
fn a_sandbox_takes_any_key_and_the_application_that_there_is() {
    let url = ApiUrl::parse("http://127.0.0.1:1").unwrap();
    assert_eq!(
        Credentials::for_sandbox(url.clone(), None)
            .unwrap()
            .application_id,
        1
    );
    let given = Found {
        warning: None,
        value: 9,
        from: Origin::new("--application-id"),
    };
    assert_eq!(
        Credentials::for_sandbox(url, Some(given))
            .unwrap()
            .application_id,
        9
    );
}
