//! The program in a pseudo-terminal, keys typed and all: the plan and its question, the wizard, the hidden key,
//! the bar. What is drawn is put through a small emulator where it matters what stands on the screen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    dead_code,
    unreachable_pub,
    missing_docs
)]

#[path = "cli/util.rs"]
mod util;

use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Session};

use util::{KEY, Place, Server};

const COLUMNS: u16 = 100;

/// A run of the program on a terminal.
struct Run {
    session: OsSession,
    /// Everything drawn so far.
    drawn: String,
}

impl Run {
    fn start(place: &Place, args: &[&str]) -> Run {
        let mut command = place.command(args);
        command
            .env("TERM", "xterm-256color")
            .stdin(std::process::Stdio::inherit());
        let mut session = Session::spawn(command).unwrap();
        session
            .get_process_mut()
            .set_window_size(COLUMNS, 40)
            .unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(30)));
        Run {
            session,
            drawn: String::new(),
        }
    }

    /// Waits until `text` is drawn; returns what was drawn since the last call, colours taken off.
    fn until(&mut self, text: &str) -> String {
        let found = match self.session.expect(text) {
            Ok(found) => found,
            Err(error) => panic!("{error} instead of {text:?}, after:\n{}", self.drawn),
        };
        let mut part = String::from_utf8_lossy(found.before()).into_owned();
        part.push_str(text);
        self.drawn.push_str(&part);
        plain(&part)
    }

    fn types(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
    }

    /// Waits for the end; checks the exit code and returns everything that was drawn.
    #[track_caller]
    fn ends(mut self, code: i32) -> String {
        let rest = self.session.expect(Eof).unwrap();
        self.drawn
            .push_str(&String::from_utf8_lossy(rest.as_bytes()));
        match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, exited) => {
                assert_eq!(exited, code, "after:\n{}", plain(&self.drawn));
            }
            other => panic!("{other:?} after:\n{}", self.drawn),
        }
        self.drawn
    }
}

/// `text` without escape sequences.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // CSI, parameters, and the letter that ends it.
            let _ = chars.find(char::is_ascii_alphabetic);
        } else if c != '\r' {
            out.push(c);
        }
    }
    out
}

/// What stands on the screen after `text` was written to it: the lines, as far up as the program can reach.
fn screen(text: &str) -> Vec<String> {
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column) = (0_usize, 0_usize);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\r' => column = 0,
            '\n' => {
                row += 1;
                if row == lines.len() {
                    lines.push(Vec::new());
                }
            }
            '\u{1b}' => {
                let mut parameters = String::new();
                let end = chars.by_ref().find(|c| {
                    parameters.push(*c);
                    c.is_ascii_alphabetic()
                });
                let count = parameters
                    .trim_matches(|c: char| !c.is_ascii_digit())
                    .parse::<usize>();
                match end {
                    Some('A') => row = row.saturating_sub(count.unwrap_or(1)),
                    Some('B') => row = (row + count.unwrap_or(1)).min(lines.len() - 1),
                    Some('K') if count == Ok(2) => lines[row].clear(),
                    Some('K') => lines[row].truncate(column),
                    Some('J') => {
                        lines[row].truncate(column);
                        lines.truncate(row + 1);
                    }
                    _ => {}
                }
            }
            c => {
                // A full line goes on in the next one, without a line end.
                if column == usize::from(COLUMNS) {
                    (row, column) = (row + 1, 0);
                    if row == lines.len() {
                        lines.push(Vec::new());
                    }
                }
                let line = &mut lines[row];
                if line.len() <= column {
                    line.resize(column + 1, ' ');
                }
                line[column] = c;
                column += 1;
            }
        }
    }
    lines
        .into_iter()
        .map(|line| line.into_iter().collect::<String>().trim_end().to_owned())
        .collect()
}

const CRM: &str = "profile_id,phone,tier,ltv:number,visits:counter,note\n\
                   c-0001,+79001112233,gold,1234.50,1,hello there\n\
                   c-0002,+79001112244,silver,1,2,\n";

fn crm() -> (Server, Place) {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", CRM);
    (server, place)
}

#[test]
fn the_plan_shows_everything_before_a_yes_sends_it() {
    let (server, place) = crm();
    let mut run = Run::start(&place, &["import", "crm.csv", "--map", "note=ignore"]);
    let plan = run.until("Send it?");
    for says in [
        "crm.csv",
        "UTF-8",
        "delimiter \",\"",
        "6 columns",
        "one column per attribute",
        "names the profile (profile_id)",
        "→ appmetrica_1pd_phone_sha256_0 (normalised and hashed)",
        "→ tier, string",
        "→ ltv, number",
        "→ visits, counter",
        "not sent: note",
        "2 rows, 2 batches",
        "if the server takes 1 s for a batch",
        "to application 1234567",
        &server.url(),
        "profile_id c-…",
        "\"tier\":\"g…\"",
        "\"ltv\":1234.50",
    ] {
        assert!(plan.contains(says), "{says:?} is not in the plan:\n{plan}");
    }
    assert!(!plan.contains("c-0001") && !plan.contains("1112233") && !plan.contains(KEY));
    assert_eq!(server.totals().requests, 0);
    run.types("y");
    assert!(plain(&run.ends(0)).contains("accepted  2 rows"));
    assert_eq!(server.profiles().len(), 2);
}

#[test]
fn enter_is_yes_and_a_no_sends_nothing() {
    let (server, place) = crm();
    let mut run = Run::start(&place, &["import", "crm.csv"]);
    run.until("Send it?");
    run.types("n");
    assert!(plain(&run.ends(2)).contains("nothing was sent"));
    assert_eq!(server.totals().requests, 0);
    let mut run = Run::start(&place, &["import", "crm.csv"]);
    run.until("Send it?");
    run.types("\r");
    run.ends(0);
    assert_eq!(server.profiles().len(), 2);
}

#[test]
fn ctrl_c_at_the_question_sends_nothing_and_is_exit_code_130() {
    let (server, place) = crm();
    let mut run = Run::start(&place, &["import", "crm.csv"]);
    run.until("Send it?");
    run.types("\u{3}");
    let drawn = run.ends(130);
    assert!(drawn.contains("nothing was sent"), "{drawn}");
    // The cursor is there again.
    assert!(
        drawn.rfind("\u{1b}[?25h") > drawn.rfind("\u{1b}[?25l"),
        "{drawn:?}"
    );
    assert_eq!(server.totals().requests, 0);
}

#[test]
fn ctrl_c_after_the_question_finishes_the_request_under_way() {
    let server = Server::failing("*:delay=1s");
    let place = Place::at(&server.url());
    let rows: String = (0..20).map(|n| format!("c{n},gold\n")).collect();
    place.write("crm.csv", format!("profile_id,tier\n{rows}"));
    let args = ["import", "crm.csv", "--jobs", "1", "--batch-rows", "5"];
    let mut run = Run::start(&place, &args);
    run.until("Send it?");
    run.types("y");
    run.until("rows/s");
    std::thread::sleep(Duration::from_millis(300));
    run.types("\u{3}");
    let drawn = plain(&run.ends(130));
    assert!(
        drawn.contains("run the same command again to go on"),
        "{drawn}"
    );
    assert_eq!(server.profiles().len(), 5);
}

#[test]
fn yes_as_an_option_asks_nothing_and_a_dry_run_shows_the_same_plan() {
    let (server, place) = crm();
    let drawn = plain(&Run::start(&place, &["import", "crm.csv", "--yes"]).ends(0));
    assert!(!drawn.contains("Send it?"), "{drawn}");
    assert_eq!(server.profiles().len(), 2);
    place.write("crm.csv", CRM.replace("gold", "iron"));
    let mut run = Run::start(&place, &["import", "crm.csv"]);
    let plan = run.until("Send it?");
    run.types("n");
    run.ends(2);
    let dry = place.run(&["import", "crm.csv", "--dry-run"]).exits(0);
    let common: Vec<&str> = dry
        .stderr
        .lines()
        .filter(|line| !line.contains("dry run"))
        .collect();
    assert!(common.len() >= 9, "{}", dry.stderr);
    for line in common {
        assert!(plan.contains(line), "{line:?} is not in:\n{plan}");
    }
}

const UNKNOWN: &str = "Код клиента;Мобильный;Почта;Сумма;VIP;Имя;Город\n\
                       К-0001;+7 900 111-22-33;one@example.com;1234,50;да;Анна;Казань\n\
                       К-0002;8 900 111-22-44;two@example.com;99;нет;Борис;Пермь\n";

#[test]
fn the_wizard_walks_through_unknown_columns_and_the_cron_run_uses_what_it_saved() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", UNKNOWN);
    let mut run = Run::start(
        &place,
        &[
            "import",
            "crm.csv",
            "--decimal-comma",
            "--save-mapping",
            "crm.toml",
        ],
    );
    // Name, masked values, a proposal that Enter accepts.
    let asked = run.until("(profile_id)");
    assert!(asked.contains("1 of 7, Код клиента: К-…, К-…"), "{asked}");
    run.types("\r");
    let asked = run.until("(phone)");
    assert!(asked.contains("2 of 7, Мобильный: +7…, 8 …"), "{asked}");
    run.types("\r");
    run.until("(email)");
    run.types("\r");
    run.until("(Сумма:number)");
    // Another name than the proposed one.
    run.types("ltv:number\r");
    run.until("(VIP:bool)");
    run.types("\r");
    // Names of people are proposed to be left out.
    run.until("(ignore)");
    run.types("\r");
    run.until("(Город:string)");
    // A slip is answered, and the question stays.
    run.types("ignor\r");
    run.until("did you mean \"ignore\"?");
    run.types("\u{15}city\r");
    let plan = run.until("Send it?");
    assert!(plan.contains("the mapping is in crm.toml"), "{plan}");
    assert!(plan.contains("→ ltv, number"), "{plan}");
    run.types("y");
    let drawn = plain(&run.ends(0));
    for personal in ["900 111", "one@example", "Анна", "К-0001"] {
        assert!(!drawn.contains(personal), "{personal} in:\n{drawn}");
    }
    let first = server.profiles();
    assert_eq!(first["К-0001"]["ltv"].to_string(), "1234.5");
    assert_eq!(first["К-0001"]["VIP"], true);
    assert_eq!(first["К-0001"]["city"], "Казань");
    assert!(first["К-0001"].contains_key("appmetrica_1pd_email_sha256_0"));
    // The next night: no terminal, the saved mapping.
    let server = Server::new();
    let url = server.url();
    place
        .run(&[
            "import",
            "crm.csv",
            "--decimal-comma",
            "--mapping",
            "crm.toml",
            "--api-url",
            &url,
        ])
        .exits(0);
    assert_eq!(server.profiles(), first);
    // And everything it did, flags can do.
    let server = Server::new();
    let url = server.url();
    let mut args = vec!["import", "crm.csv", "--decimal-comma", "--api-url", &url];
    for map in [
        "Код клиента=profile_id",
        "Мобильный=phone",
        "Почта=email",
        "Сумма=ltv:number",
        "VIP=VIP:bool",
        "Имя=ignore",
        "Город=city",
    ] {
        args.extend(["--map", map]);
    }
    place.run(&args).exits(0);
    assert_eq!(server.profiles(), first);
}

#[test]
fn the_wizard_comes_by_itself_when_no_column_names_the_profile_and_ctrl_c_leaves_it() {
    let server = Server::new();
    let place = Place::at(&server.url());
    place.write("crm.csv", UNKNOWN);
    let mut run = Run::start(&place, &["import", "crm.csv"]);
    run.until("(profile_id)");
    run.types("\r");
    run.until("(phone)");
    run.types("\u{3}");
    run.ends(130);
    assert_eq!(server.totals().requests, 0);
    // Without a terminal there is nobody to ask.
    place
        .run(&["import", "crm.csv"])
        .exits(2)
        .says("--map \"Код клиента=profile_id\"");
}

#[test]
fn a_missing_key_is_asked_for_hidden_and_not_stored() {
    let server = Server::new();
    let place = Place::empty()
        .env("APPMETRICA_APPLICATION_ID", "1")
        .env("AMPOST_API_URL", &server.url());
    place.write("crm.csv", CRM);
    let mut run = Run::start(&place, &["import", "crm.csv", "--yes"]);
    run.until("key");
    run.until(": ");
    run.types(&format!("{KEY}\r"));
    let drawn = run.ends(0);
    assert!(
        !drawn.contains(KEY) && !drawn.contains("Test-Key"),
        "{drawn}"
    );
    assert_eq!(server.profiles().len(), 2);
    for file in place.files() {
        let content = std::fs::read(&file).unwrap();
        let content = String::from_utf8_lossy(&content);
        assert!(!content.contains(KEY), "{}", file.display());
    }
}

#[test]
fn the_bar_is_drawn_and_messages_stand_whole_above_it() {
    let server = Server::failing("*:delay=100ms");
    let place = Place::at(&server.url());
    let rows: String = (0..400)
        .map(|n| format!("c{n},{}\n", if n % 40 == 7 { "x" } else { "1" }))
        .collect();
    place.write("crm.csv", format!("profile_id,ltv:number\n{rows}"));
    let drawn = Run::start(
        &place,
        &[
            "import",
            "crm.csv",
            "--yes",
            "--batch-rows",
            "20",
            "--jobs",
            "1",
            "-v",
        ],
    )
    .ends(3);
    let text = plain(&drawn);
    assert!(drawn.contains('━'), "{text}");
    for says in ["% of ", "rows/s", "batches accepted", "10 rejected"] {
        assert!(text.contains(says), "{says:?} was never drawn:\n{text}");
    }
    // What is left on the screen: every message on a line of its own, and no bar.
    if std::env::var_os("DUMP").is_some() {
        eprintln!("{drawn:?}");
    }
    let screen = screen(&drawn);
    let shown = screen.join("\n");
    for n in 0..10 {
        let line = format!(
            "warning: crm.csv, line {}: column \"ltv:number\": not a number; write it as 1234.50",
            n * 40 + 9
        );
        assert!(screen.contains(&line), "{line:?} is not on:\n{shown}");
    }
    assert!(!shown.contains('━') && !shown.contains("rows/s"), "{shown}");
    let accepted = screen
        .iter()
        .filter(|line| line.ends_with(": accepted"))
        .count();
    assert_eq!(accepted, 20, "{shown}");
}

#[test]
fn waiting_for_a_retry_is_seen_on_the_bar_and_in_a_mail() {
    let wait = "1:503;retry-after=2";
    let (server, place) = (Server::failing(wait), Place::empty());
    place.write("crm.csv", CRM);
    let place = place
        .env("APPMETRICA_POST_API_KEY", KEY)
        .env("APPMETRICA_APPLICATION_ID", "1")
        .env("AMPOST_API_URL", &server.url());
    let mut run = Run::start(&place, &["import", "crm.csv", "--yes", "--jobs", "1"]);
    run.until("waiting 2.");
    run.until("retry 1 of 8");
    run.ends(0);
    let server = Server::failing(wait);
    let url = server.url();
    let args = ["import", "crm.csv", "--again", "--api-url", &url];
    place
        .run(&args)
        .exits(0)
        .says("waiting 2.")
        .says("retry 1 of 8")
        .says("503");
}

#[test]
fn quiet_shows_no_bar_and_no_notice() {
    let (server, place) = crm();
    let drawn = Run::start(&place, &["import", "crm.csv", "--yes", "--quiet"]).ends(0);
    assert_eq!(plain(&drawn).trim(), "", "{drawn}");
    assert_eq!(server.profiles().len(), 2);
}

#[test]
fn a_pipe_has_a_spinner_with_counts_and_asks_nothing() {
    // Standard input is no terminal here, standard error is.
    let server = Server::failing("*:delay=500ms");
    let place = Place::at(&server.url());
    place.write("crm.csv", CRM);
    let program = env!("CARGO_BIN_EXE_ampost");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("cat crm.csv | {program} import - --jobs 1")]);
    let place_command = place.command(&[]);
    shell.current_dir(place_command.get_current_dir().unwrap());
    shell.env_clear().env("TERM", "xterm-256color");
    for (name, value) in place_command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    let mut session = Session::spawn(shell).unwrap();
    session
        .get_process_mut()
        .set_window_size(COLUMNS, 40)
        .unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(30)));
    let run = Run {
        session,
        drawn: String::new(),
    };
    let drawn = plain(&run.ends(0));
    assert!(
        drawn.contains(" read · ") && drawn.contains("2 rows · "),
        "{drawn}"
    );
    assert!(!drawn.contains("Send it?"), "{drawn}");
    assert_eq!(server.profiles().len(), 2);
}
