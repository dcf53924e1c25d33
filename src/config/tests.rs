//! Reading and editing config files: what is found, what is refused and with which words.

#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

const GOOD: &str = r#"# our apps
default_app = "shop"

[apps.shop]
application_id = 424242
post_api_key = "SECRET-0123456789"   # from the settings

[apps."другое"]
application_id = 7
post_api_key_command = "pass show appmetrica"
api_url = "https://proxy.example"

[attributes]
ltv = "number"
visits = "counter"
tier = "string"
vip = "bool"
"#;

fn read(text: &str) -> Result<Config, String> {
    read::parse(text, Path::new("dir/config.toml"))
}

fn refused(text: &str) -> String {
    let message = read(text).unwrap_err();
    assert!(!message.contains("SECRET"), "{message}");
    message
}

fn file(mode: u32, text: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    (directory, path)
}

#[test]
fn everything_that_a_config_may_hold_is_read() {
    let config = read(GOOD).unwrap();
    assert_eq!(config.default_app.as_deref(), Some("shop"));
    assert_eq!(config.app_names(), "shop, другое");
    let shop = config.app("shop").unwrap();
    assert_eq!(shop.application_id.as_ref().unwrap().value, 424_242);
    let key = shop.key.as_ref().unwrap();
    assert_eq!(key.line, 6);
    assert!(matches!(&key.value, KeySource::Inline(key) if key.expose() == "SECRET-0123456789"));
    let other = config.app("другое").unwrap();
    assert!(
        matches!(&other.key.as_ref().unwrap().value, KeySource::Command(c) if c == "pass show appmetrica")
    );
    let declared: Vec<_> = config
        .attributes
        .iter()
        .map(|d| (d.name.as_str(), d.kind, d.line))
        .collect();
    assert_eq!(declared[0], ("ltv", DeclaredType::Number, 14));
    assert_eq!(declared[3], ("vip", DeclaredType::Bool, 17));
    assert!(!format!("{config:?}").contains("SECRET"));
}

#[test]
fn an_empty_file_and_inline_tables_are_fine() {
    assert!(read("").unwrap().apps.is_empty());
    let config =
        read("apps = { a = { application_id = 1 } }\nattributes = { x = 'bool' }").unwrap();
    assert_eq!(config.app_names(), "a");
}

#[test]
fn unknown_keys_name_the_nearest_known_one_and_their_line() {
    let message = refused("[apps.shop]\naplication_id = 5\n");
    assert_eq!(
        message,
        "dir/config.toml:2: unknown key `aplication_id` in [apps.shop]; did you mean `application_id`?"
    );
    assert!(refused("[apps.shop]\napi_key = 'SECRET'").contains("did you mean `post_api_key`?"));
    assert!(refused("\n[atributes]\n").starts_with("dir/config.toml:2: unknown key `atributes`"));
    assert!(refused("colour = 1").contains("there are: default_app, apps, attributes"));
    assert!(refused("post_api_key = 'SECRET'").contains("belongs into the table of an app"));
    assert!(
        refused("[apps]\npost_api_key = 'SECRET'").contains("belongs into the table of an app")
    );
}

#[test]
fn wrong_types_and_malformed_values_say_what_is_wanted() {
    for (text, wanted) in [
        (
            "[apps.a]\napplication_id = 'SECRET'",
            ":2: application_id must be a whole number above 0, without quotes, not a string",
        ),
        (
            "[apps.a]\napplication_id = 0",
            ":2: application_id must be a whole number above 0",
        ),
        ("[apps.a]\napplication_id = -5", "above 0"),
        ("[apps.a]\napplication_id = 1.5", "not a float"),
        (
            "[apps.a]\npost_api_key = 5",
            ":2: post_api_key must be a text in quotes, not an integer",
        ),
        ("[apps.a]\npost_api_key = ''", "post_api_key is empty"),
        (
            "[apps.a]\npost_api_key = 'SEC RET'",
            ":2: the post API key has white space",
        ),
        (
            "[apps.a]\napi_url = ['SECRET']",
            "api_url must be a text in quotes, not an array",
        ),
        ("default_app = 5", ":1: default_app must be a text"),
        ("apps = 5", "apps must be tables"),
        ("[apps]\na = 5", "apps.a must be a table: [apps.a]"),
        ("attributes = 'x'", "attributes must be a table"),
        (
            "[attributes]\nltv = 'numbr'",
            ":2: attribute ltv: \"numbr\" is no type; did you mean `number`?",
        ),
        (
            "[attributes]\nltv = 'x'",
            "there are: string, number, bool, counter",
        ),
        ("[attributes]\nltv = 1", "ltv must be a text in quotes"),
        (
            "default_app = 'shp'\n[apps.shop]\n",
            ":1: default_app is \"shp\", but there is no [apps.shp]; did you mean `shop`?",
        ),
    ] {
        let message = refused(text);
        assert!(message.contains(wanted), "{text}\n{message}");
    }
}

#[test]
fn a_key_can_be_said_in_one_way_only() {
    let message = refused("[apps.a]\npost_api_key_file = 'k'\npost_api_key = 'SECRET'\n");
    assert!(
        message.contains(":3: [apps.a] has both post_api_key_file (line 2) and post_api_key"),
        "{message}"
    );
}

#[test]
fn malformed_toml_is_told_with_its_line_and_without_its_text() {
    for text in [
        "[apps.a]\npost_api_key = SECRET-123\n",
        "[apps.a]\npost_api_key = 'SECRET\n",
        "[apps.a]\npost_api_key = \"SECRET\n",
        "[apps.a]\npost_api_key = \"SECRET\\q\"\n",
        "[apps.a]\npost_api_key \"SECRET\"\n",
        "[apps.a]\npost_api_key = \"x\" SECRET\n",
        "[apps.a]\npost_api_key = SECRET\u{1}\n",
        "[apps.a]\npost_api_key = [\"SECRET\"\n",
        "[apps.a]\npost_api_key = 12SECRET\n",
        "[apps.a]\npost_api_key = 0xSECRET\n",
    ] {
        let message = refused(text);
        assert!(
            message.starts_with("dir/config.toml:") && message.contains("not valid TOML"),
            "{message}"
        );
    }
    assert!(refused("a = 1\na = 2").contains(":2:"));
}

#[test]
fn a_key_in_a_file_that_others_may_open_is_refused_with_the_chmod() {
    for mode in [0o644, 0o640, 0o604, 0o660] {
        let (_directory, path) = file(mode, GOOD);
        let error =
            Config::load(Some(&path), &Environment::of(&[]), Openness::Refused).unwrap_err();
        assert_eq!(Exit::of(&error), Exit::Usage);
        let wanted = format!("chmod 600 {}", path.display());
        assert!(error.to_string().contains(&wanted), "{error}");
        Config::load_to_edit(Some(&path), &Environment::of(&[])).unwrap();
    }
    for mode in [0o600, 0o400] {
        let (_directory, path) = file(mode, GOOD);
        Config::load(Some(&path), &Environment::of(&[]), Openness::Refused).unwrap();
    }
}

#[test]
fn a_file_without_a_key_may_be_open() {
    let (_directory, path) = file(0o644, "[apps.a]\npost_api_key_file = 'k'\n");
    Config::load(Some(&path), &Environment::of(&[]), Openness::Refused).unwrap();
}

#[test]
fn the_file_is_looked_for_where_flag_environment_and_xdg_say() {
    let (directory, path) = file(0o600, "[apps.named]\n");
    let text = path.to_str().unwrap();
    let load = |named: Option<&Path>, variables: &[(&str, &str)]| {
        Config::load(named, &Environment::of(variables), Openness::Refused)
    };
    assert_eq!(
        load(Some(&path), &[("AMPOST_CONFIG", "/none")])
            .unwrap()
            .app_names(),
        "named"
    );
    assert_eq!(
        load(None, &[("AMPOST_CONFIG", text)]).unwrap().app_names(),
        "named"
    );

    let home = directory.path().to_str().unwrap();
    for (variable, below) in [("XDG_CONFIG_HOME", "ampost"), ("HOME", ".config/ampost")] {
        fs::create_dir_all(directory.path().join(below)).unwrap();
        fs::copy(&path, directory.path().join(below).join("config.toml")).unwrap();
        assert_eq!(
            load(None, &[(variable, home)]).unwrap().app_names(),
            "named"
        );
        fs::remove_file(directory.path().join(below).join("config.toml")).unwrap();
    }
    let absent = load(None, &[("XDG_CONFIG_HOME", "relative"), ("HOME", home)]).unwrap();
    assert!(!absent.exists);
    assert_eq!(
        absent.path,
        Some(directory.path().join(".config/ampost/config.toml"))
    );
    assert_eq!(load(None, &[]).unwrap().path, None);
}

#[test]
fn a_named_file_must_be_there_and_be_a_text() {
    let directory = tempfile::tempdir().unwrap();
    let environment = Environment::of(&[]);
    let refused = |path: &Path| {
        let error = Config::load(Some(path), &environment, Openness::Refused).unwrap_err();
        assert_eq!(Exit::of(&error), Exit::Usage);
        error.to_string()
    };
    assert!(refused(&directory.path().join("none")).contains("named by --config"));
    assert!(refused(directory.path()).contains("is a directory"));
    let binary = directory.path().join("binary");
    fs::write(&binary, [0xff, 0xfe]).unwrap();
    assert!(refused(&binary).contains("not UTF-8"));
    let error = Config::load(
        None,
        &Environment::of(&[("AMPOST_CONFIG", "/no/such")]),
        Openness::Refused,
    )
    .unwrap_err();
    assert!(error.to_string().contains("named by AMPOST_CONFIG"));
}

#[test]
fn editing_keeps_comments_other_apps_and_order() {
    let key = KeySource::Inline(PostApiKey::new("NEW-KEY".to_owned()).unwrap());
    let entry = Entry {
        app: "shop",
        application_id: 9,
        key: Some(&key),
        api_url: None,
        default: false,
    };
    let text = with_app(GOOD, &entry).unwrap();
    let expected = GOOD
        .replace("424242", "9")
        .replace("SECRET-0123456789", "NEW-KEY");
    assert_eq!(text, expected);
}

#[test]
fn a_new_key_replaces_the_other_ways_of_saying_it() {
    let key = KeySource::Inline(PostApiKey::new("NEW-KEY".to_owned()).unwrap());
    let entry = Entry {
        app: "другое",
        application_id: 8,
        key: Some(&key),
        api_url: None,
        default: true,
    };
    let text = with_app(GOOD, &entry).unwrap();
    let config = read(&text).unwrap();
    assert_eq!(config.default_app.as_deref(), Some("другое"));
    assert!(!text.contains("pass show") && text.contains("proxy.example"));
}

#[test]
fn the_first_app_of_an_empty_file_reads_well() {
    let key = KeySource::Inline(PostApiKey::new("KEY".to_owned()).unwrap());
    let entry = Entry {
        app: "shop",
        application_id: 1,
        key: Some(&key),
        api_url: Some("http://localhost:1"),
        default: false,
    };
    assert_eq!(
        with_app("", &entry).unwrap(),
        "[apps.shop]\napplication_id = 1\npost_api_key = \"KEY\"\napi_url = \"http://localhost:1\"\n"
    );
}
