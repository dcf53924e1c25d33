//! Rates of detection and of false alarms on generated data. `cargo test rates -- --nocapture` prints them.
#![allow(clippy::print_stdout)]

use std::fmt::Write;

use super::*;

/// Columns generated for each kind, and values in each.
const COLUMNS: u64 = 200;
const VALUES: u64 = 20;

type Generator = fn(&mut Random) -> String;

struct Random(fastrand::Rng);

impl Random {
    fn number(&mut self, from: u64, to: u64) -> u64 {
        self.0.u64(from..=to)
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.0.usize(..choices.len())]
    }

    /// Replaces each `#` by a digit, each `^` by a digit from 2 to 9.
    fn fill(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|character| match character {
                '#' => self.0.char('0'..='9'),
                '^' => self.0.char('2'..='9'),
                other => other,
            })
            .collect()
    }

    fn fill_one_of(&mut self, patterns: &[&str]) -> String {
        let pattern = self.pick(patterns);
        self.fill(pattern)
    }

    fn word(&mut self) -> String {
        let words = [
            "ivan",
            "Petrov",
            "olga",
            "marketing",
            "x",
            "Анна",
            "client7",
            "o'neil",
            "j_d",
            "VIP",
        ];
        self.pick(&words).to_owned()
    }

    /// Ends a number in the digit, or the two, that make it valid.
    fn completed(&mut self, stem: &str, is_valid: fn(&Digits) -> bool) -> String {
        let stem = self.fill(stem);
        let ends = (0..10).map(|end| format!("{stem}{end}"));
        let longer = (0..100).map(|end| format!("{stem}{end:02}"));
        ends.chain(longer)
            .find(|text| Digits::parse(text).is_some_and(|digits| is_valid(&digits)))
            .unwrap()
    }
}

const EMAILS: &[(&str, Generator)] = &[
    ("plain", |r| r.fill("user####@example.org")),
    ("names and dots", |r| {
        format!("{}.{}@mail.ru", r.word(), r.word())
    }),
    ("plus tags", |r| format!("{}+shop@gmail.com", r.word())),
    ("sub-domains", |r| format!("{}@sub.company.co.uk", r.word())),
    ("Cyrillic", |r| format!("{}@почта.рф", r.word())),
    ("upper case, spaces", |r| {
        format!(" {}@YANDEX.RU ", r.word().to_uppercase())
    }),
    ("with a name", |r| {
        format!("{} <{}@bk.ru>", r.word(), r.word())
    }),
];

const PHONES: &[(&str, Generator)] = &[
    ("RU +79161234567", |r| r.fill("+79#########")),
    ("RU +7 916 123-45-67", |r| r.fill("+7 9## ###-##-##")),
    ("RU +7 (916) 123-45-67", |r| r.fill("+7 (9##) ###-##-##")),
    ("RU 8 (916) 123-45-67", |r| r.fill("8 (9##) ###-##-##")),
    ("RU 8(4852)12-34-56", |r| r.fill("8(4###)##-##-##")),
    ("RU 8-916-123-45-67", |r| r.fill("8-9##-###-##-##")),
    ("RU 8 916 123 45 67", |r| r.fill("8 9## ### ## ##")),
    ("RU 8 9161234567", |r| r.fill("8 9#########")),
    ("RU 8916 123 45 67", |r| r.fill("8916 ### ## ##")),
    ("RU 8916-1234567", |r| r.fill("89##-#######")),
    ("RU (495) 123-45-67", |r| r.fill("(4##) ###-##-##")),
    ("RU 916-123-45-67", |r| r.fill("9##-###-##-##")),
    ("KZ +7 701 123 45 67", |r| r.fill("+7 70# ### ## ##")),
    ("KZ 8 (727) 250-12-34", |r| r.fill("8 (7##) ###-##-##")),
    ("BY +375 29 123-45-67", |r| r.fill("+375 29 ###-##-##")),
    ("BY 375 29 123-45-67", |r| r.fill("375 29 ###-##-##")),
    ("BY 8 029 123-45-67", |r| r.fill("8 029 ###-##-##")),
    ("UA +380671234567", |r| r.fill("+38067#######")),
    ("UA 380 67 123 45 67", |r| r.fill("380 67 ### ## ##")),
    ("UA 067 123-45-67", |r| r.fill("067 ###-##-##")),
    ("UZ +998 90 123 45 67", |r| r.fill("+998 90 ### ## ##")),
    ("UZ 998 90 123 45 67", |r| r.fill("998 90 ### ## ##")),
    ("US +1 415 555 2671", |r| r.fill("+1 ^## ^## ####")),
    ("US (415) 555-2671", |r| r.fill("(^##) ^##-####")),
    ("US 415-555-2671", |r| r.fill("^##-^##-####")),
    ("US 415.555.2671", |r| r.fill("^##.^##.####")),
    ("UK +44 20 7946 0958", |r| r.fill("+44 20 7### ####")),
    ("UK 020 7946 0958", |r| r.fill("020 7### ####")),
    ("UK 07911 123456", |r| r.fill("07### ######")),
    ("DE +49 171 1234567", |r| r.fill("+49 17# #######")),
    ("DE 0171 1234567", |r| r.fill("017# #######")),
    ("DE 0171/1234567", |r| r.fill("017#/#######")),
    ("DE 030 12345678", |r| r.fill("030 ########")),
    ("FR 06 12 34 56 78", |r| r.fill("06 ## ## ## ##")),
];

const BARE_PHONES: &[(&str, Generator)] = &[
    ("RU 79161234567", |r| r.fill("79#########")),
    ("RU 89161234567", |r| r.fill("89#########")),
    ("RU 9161234567", |r| r.fill("9#########")),
    ("RU all three mixed", |r| {
        r.fill_one_of(&["79#########", "89#########", "9#########"])
    }),
    ("KZ 77011234567", |r| r.fill("7701#######")),
    ("BY 375291234567", |r| r.fill("37529#######")),
    ("UA 380671234567", |r| r.fill("38067#######")),
];

const BENIGN: &[(&str, Generator)] = &[
    ("order ORD-2024-00123", |r| r.fill("ORD-2024-#####")),
    ("order 2024-000123", |r| r.fill("2024-######")),
    ("order 302-1234567-1234567", |r| {
        r.fill("30#-#######-#######")
    }),
    ("order, 6 to 9 digits", |r| {
        r.number(100_000, 999_999_999).to_string()
    }),
    ("order, 10 digits, any", |r| r.fill("^#########")),
    ("order, 11 digits, any", |r| r.fill("^##########")),
    ("order, 12 digits, any", |r| r.fill("^###########")),
    ("order 00123-4567", |r| r.fill("00###-####")),
    ("part 12-345-678", |r| r.fill("##-###-###")),
    ("date ISO", date),
    ("date 15.01.2024", |r| {
        format!("{:02}.{:02}.2024", r.number(1, 28), r.number(1, 12))
    }),
    ("date and time 2024-01-15 10:30:00", |r| {
        format!("{} {}", date(r), time(r))
    }),
    ("date and time RFC 3339", |r| {
        format!("{}T{}+03:00", date(r), time(r))
    }),
    ("date and time 15.01.2024 10.30", |r| {
        format!(
            "{:02}.{:02}.2024 {:02}.{:02}",
            r.number(1, 28),
            r.number(1, 12),
            r.number(0, 23),
            r.number(0, 59)
        )
    }),
    ("time stamp 20240115103000", |r| {
        format!("{}{}", date(r).replace('-', ""), time(r).replace(':', ""))
    }),
    ("time stamp 202401151030", |r| {
        let time = time(r).replace(':', "");
        format!("{}{}", date(r).replace('-', ""), &time[..4])
    }),
    ("Unix seconds", |r| {
        r.number(1_500_000_000, 1_900_000_000).to_string()
    }),
    ("Unix milliseconds", |r| {
        r.number(1_500_000_000_000, 1_900_000_000_000).to_string()
    }),
    ("INN, 10 digits", |r| {
        let region = r.pick(&["77", "78", "50", "97", "99"]);
        r.completed(&format!("{region}#######"), Digits::is_inn)
    }),
    ("INN, 12 digits", |r| {
        let region = r.pick(&["77", "37", "38", "50", "99"]);
        r.completed(&format!("{region}########"), Digits::is_inn)
    }),
    ("SNILS 112-233-445 95", |r| r.fill("###-###-### ##")),
    ("SNILS 11223344595", |r| r.fill("###########")),
    ("SNILS 112-233-445-95", |r| r.fill("###-###-###-##")),
    ("OGRN", |r| r.fill("102##########")),
    ("KPP", |r| r.fill("77##01001")),
    ("bank account", |r| r.fill("40702810#00000######")),
    ("passport 45 08 123456", |r| r.fill("## 08 ######")),
    ("masked card", |r| r.fill("4276 **** **** ####")),
    ("card 4276 1234 5678 9012", |r| {
        r.fill("#### #### #### ####")
    }),
    ("card, bare", |r| r.fill("4276############")),
    ("loyalty card, 11 digits, Luhn", |r| {
        r.completed("79########", Digits::passes_luhn)
    }),
    ("IBAN", |r| r.fill("DE## #### #### #### #### ##")),
    ("UUID", |r| {
        let bits = u128::from(r.number(0, u64::MAX)) << 64 | u128::from(r.number(0, u64::MAX));
        let hex = format!("{bits:032x}");
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }),
    ("latitude", |r| r.fill("55.######")),
    ("signed longitude, 9 places", |r| r.fill("+37.#########")),
    ("coordinates", |r| r.fill("55.######, 37.######")),
    ("money 1 234 567,89", |r| r.fill("^ ### ###,##")),
    ("money 1 234 567 890", |r| r.fill("^ ### ### ###")),
    ("money +1 234 567 890", |r| r.fill("+^ ### ### ###")),
    ("money 12,345.67", |r| r.fill("##,###.##")),
    ("IPv4", |r| {
        let mut octet = || r.number(0, 255);
        format!("{}.{}.{}.{}", octet(), octet(), octet(), octet())
    }),
    ("IPv6", |r| r.fill("2001:db8:####::####")),
    ("EAN-13", |r| r.fill("460##########")),
    ("EAN-13, grouped", |r| r.fill("# ###### ######")),
    ("UPC-A, grouped", |r| r.fill("# ##### ##### #")),
    ("version", |r| {
        r.fill_one_of(&["#.##.###", "10.##.####.#", "v#.#.#-rc#", "tool@1.##.#"])
    }),
    ("range 1000-2000", |r| {
        r.fill_one_of(&["^###-^###", "^#####-^#####", "^#-^#"])
    }),
    ("hours 10:30-19:00", |r| r.fill("1#:30-2#:00")),
    ("nickname, image", |r| {
        r.fill_one_of(&["@user_###", "logo-##@2x.png", "user@localhost"])
    }),
    ("words", |r| format!("{} {}", r.word(), r.word())),
];

fn date(r: &mut Random) -> String {
    format!(
        "20{:02}-{:02}-{:02}",
        r.number(10, 29),
        r.number(1, 12),
        r.number(1, 28)
    )
}

fn time(r: &mut Random) -> String {
    format!(
        "{:02}:{:02}:{:02}",
        r.number(0, 23),
        r.number(0, 59),
        r.number(0, 59)
    )
}

/// Shares, in percent, of values that are certain and of columns with a verdict.
fn measure(kind: Generator, expected: Option<Looks>) -> (f64, f64) {
    let mut random = Random(fastrand::Rng::with_seed(7));
    let (mut values, mut columns) = (0_u32, 0_u32);
    for _ in 0..COLUMNS {
        let mut watch = ColumnWatch::default();
        for _ in 0..VALUES {
            let value = kind(&mut random);
            let looks = certain(&value);
            values += u32::from(looks.is_some() && (expected.is_none() || looks == expected));
            watch.see(&value);
        }
        let verdict = watch.verdict();
        columns += u32::from(verdict.is_some() && (expected.is_none() || verdict == expected));
    }
    (
        100.0 * f64::from(values) / (COLUMNS * VALUES) as f64,
        100.0 * f64::from(columns) / COLUMNS as f64,
    )
}

#[test]
fn rates_are_within_bounds() {
    let mut table = String::from("kind                                 values %   columns %\n");
    let mut failures = Vec::new();
    let mut section =
        |title: &str, kinds: &[(&str, Generator)], expected, within: fn(f64, f64) -> bool| {
            writeln!(table, "-- {title} ({} kinds)", kinds.len()).unwrap();
            for &(name, kind) in kinds {
                let (values, columns) = measure(kind, expected);
                writeln!(table, "{name:<36}{values:>8.2}{columns:>12.2}").unwrap();
                if !within(values, columns) {
                    failures.push(name.to_owned());
                }
            }
        };
    let found = |values: f64, columns: f64| values >= 99.0 && columns >= 99.0;
    section("e-mails", EMAILS, Some(Looks::Email), found);
    section("phones as written", PHONES, Some(Looks::Phone), found);
    section(
        "phones in bare digits",
        BARE_PHONES,
        Some(Looks::Phone),
        |_, columns| columns >= 99.0,
    );
    section("neither", BENIGN, None, |values, columns| {
        values < 0.5 && columns < 0.5
    });
    println!("{table}");
    assert!(failures.is_empty(), "out of bounds: {failures:?}\n{table}");
}

#[test]
fn three_phones_in_bare_digits_are_nearly_always_enough() {
    let mut random = Random(fastrand::Rng::with_seed(11));
    let found = (0..2000)
        .filter(|_| {
            let mut watch = ColumnWatch::default();
            (0..3).for_each(|_| watch.see(&random.fill_one_of(&["79#########", "9#########"])));
            watch.verdict() == Some(Looks::Phone)
        })
        .count();
    assert!(found >= 1980, "{found} of 2000");
}
