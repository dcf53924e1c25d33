//! `ampost set`.

use crate::util::{KEY, Place, Server};

#[test]
fn every_form_of_attribute_reaches_the_server_as_it_was_meant() {
    let server = Server::new();
    Place::at(&server.url())
        .run(&[
            "set",
            "--profile-id",
            "c-1",
            "tier=gold",
            "note=a b&c=d\"é",
            "ltv:=1234.50",
            "big:=123456789012345678901234567890",
            "vip:=true",
            "code:=\"007\"",
            "visits+=2",
        ])
        .exits(0);
    let profile = &server.profiles()["c-1"];
    assert_eq!(profile["tier"], "gold");
    assert_eq!(profile["note"], "a b&c=d\"é");
    assert_eq!(profile["vip"], true);
    assert_eq!(profile["code"], "007");
    assert_eq!(profile["visits"].to_string(), "2");
    let raw = ureq::get(format!("{}/profiles", server.url()))
        .call()
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    assert!(
        raw.contains("\"ltv\":1234.50") && raw.contains("\"big\":123456789012345678901234567890"),
        "{raw}"
    );
    let request = &server.requests()[0];
    assert!(
        request["user_agent"]
            .as_str()
            .unwrap()
            .starts_with("ampost/"),
        "{request}"
    );
}

#[test]
fn counters_go_up_and_down() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place
        .run(&["set", "--device-id", "42", "visits+=5"])
        .exits(0);
    place
        .run(&["set", "--device-id", "42", "visits-=2"])
        .exits(0);
    assert_eq!(server.profiles()["42"]["visits"].to_string(), "3");
}

#[test]
fn contacts_are_hashed_in_order_and_duplicates_dropped() {
    let server = Server::new();
    Place::at(&server.url())
        .run(&[
            "set",
            "--profile-id",
            "c",
            "--phone",
            "+7 (012) 345-67-89",
            "--phone",
            "70123456789",
            "--phone",
            "79001112233",
            "--email",
            "name@yandex.ru",
            "--telegram",
            "@Some_Login",
        ])
        .exits(0);
    let profile = &server.profiles()["c"];
    assert_eq!(
        profile["appmetrica_1pd_phone_sha256_0"],
        "8f0dd3d30a1ea4b739c6217c02604aee1556025da990212759efd877206a1948"
    );
    assert!(profile.contains_key("appmetrica_1pd_phone_sha256_1"));
    assert!(!profile.contains_key("appmetrica_1pd_phone_sha256_2"));
    assert_eq!(
        profile["appmetrica_1pd_email_sha256_0"],
        "41b86f44151924a940be6fa30d93f2471683ca74ac361d3b827a9b72c80a7623"
    );
    assert!(profile.contains_key("appmetrica_1pd_telegram_sha256"));
}

#[test]
fn a_dry_run_prints_the_request_and_sends_nothing() {
    let server = Server::new();
    Place::at(&server.url())
        .run(&["set", "--profile-id", "c 1", "tier=gold", "--dry-run"])
        .exits(0)
        .prints("/logs/v1/import/profiles?")
        .prints("profile_id=c%201")
        .prints("post_api_key=***")
        .never_shows(KEY);
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn mistakes_are_usage_errors_and_send_nothing() {
    let server = Server::new();
    let place = Place::at(&server.url());
    for (args, says) in [
        (&["set", "--profile-id", "c"] as &[&str], "ATTRIBUTE"),
        (&["set", "tier=gold"], "--profile-id"),
        (
            &["set", "--profile-id", "c", "--device-id", "d", "tier=gold"],
            "--device-id",
        ),
        (&["set", "--profile-id", "c", "tier"], "name=text"),
        (&["set", "--profile-id", "c", "ltv:=12,5"], "ltv"),
        (&["set", "--profile-id", "c", "ltv:=[1]"], "ltv"),
        (&["set", "--profile-id", "c", "ltv:=null"], "ltv"),
        (&["set", "--profile-id", "c", "visits+=many"], "visits"),
        (&["set", "--profile-id", "c", "=x"], "name"),
        (&["set", "--profile-id", "c", "a=1", "a=2"], "twice"),
        (
            &["set", "--profile-id", "c", "appmetrica_1pd_phone_0=x"],
            "appmetrica_1pd_phone_sha256_0",
        ),
    ] {
        place.run(args).exits(2).says(says);
    }
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn a_contact_that_does_not_normalise_is_rejected_without_being_shown() {
    let server = Server::new();
    Place::at(&server.url())
        .run(&["set", "--profile-id", "c", "--phone", "not-a-phone-4711"])
        .exits(3)
        .says("phone")
        .never_shows("4711");
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn a_refused_key_and_a_missing_one_are_exit_code_4() {
    let server = Server::new();
    Place::at(&server.url())
        .env("APPMETRICA_POST_API_KEY", "another-key-entirely")
        .run(&["set", "--profile-id", "c", "tier=gold"])
        .exits(4)
        .never_shows("another-key-entirely");
    Place::empty()
        .env("AMPOST_API_URL", &server.url())
        .env("APPMETRICA_APPLICATION_ID", "1")
        .run(&["set", "--profile-id", "c", "tier=gold"])
        .exits(4)
        .says("APPMETRICA_POST_API_KEY");
}

#[test]
fn a_counter_in_doubt_is_not_repeated() {
    let server = Server::failing("1:drop-after");
    Place::at(&server.url())
        .run(&["set", "--profile-id", "c", "visits+=1"])
        .exits(6)
        .says("may or may not");
    assert_eq!(server.totals().requests, 1);
}

#[test]
fn a_replacing_attribute_is_repeated_until_it_is_acknowledged() {
    let server = Server::failing("1:drop-after,2:503;retry-after=0");
    Place::at(&server.url())
        .run(&["set", "--profile-id", "c", "tier=gold"])
        .exits(0);
    assert_eq!(server.totals().requests, 3);
}

#[test]
fn json_output_is_one_object() {
    let server = Server::new();
    let ran = Place::at(&server.url())
        .run(&["set", "--profile-id", "c", "tier=gold", "--format", "json"])
        .exits(0);
    assert_eq!(ran.json()["acknowledged"], true);
}
