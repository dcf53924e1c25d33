//! Header and mapping grammar: whatever is asked for, there is a plan or a list of problems that can be
//! printed; and a plan written as a mapping file gives the same plan again.
//!
//! The input is text, a line each, whose first character says what it is: `h` a header cell, `m` a
//! `--map`, `f` a line of the mapping file, `d` `NAME:TYPE` of the config's `[attributes]`, `p` an
//! `--allow-plain`, `o` `--only-mapped`. `␤` stands for a line end within.

use std::collections::BTreeMap;

use ampost::mapping::{Meaning, Plan, Rules, Target, file};

/// See the module.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (header, rules) = read(&text);
    for text in header.iter().chain(&rules.maps) {
        check_target(text);
    }
    match Plan::new(&header, &rules) {
        Err(problems) => {
            assert!(!problems.is_empty());
            problems
                .iter()
                .for_each(|text| super::assert_printable(text));
        }
        Ok(plan) => {
            plan.notices
                .iter()
                .for_each(|text| super::assert_printable(text));
            assert_eq!(plan.columns.len(), header.len());
            check_written(&header, &plan);
        }
    }
}

fn read(text: &str) -> (Vec<String>, Rules) {
    let mut header = Vec::new();
    let mut rules = Rules::default();
    let mut mapping = String::new();
    let mut declared = BTreeMap::new();
    for line in text.split('\n') {
        let mut rest = line.chars();
        let kind = rest.next();
        let rest = rest.as_str().replace('␤', "\n");
        match kind {
            Some('h') => header.push(rest),
            Some('m') => rules.maps.push(rest),
            Some('p') => rules.allow_plain.push(rest),
            Some('o') => rules.only_mapped = true,
            Some('f') => {
                mapping.push_str(&rest);
                mapping.push('\n');
            }
            Some('d') => {
                if let Some((name, Ok(kind))) =
                    rest.rsplit_once(':').map(|(n, kind)| (n, kind.parse()))
                {
                    declared.insert(name.to_owned(), kind);
                }
            }
            _ => {}
        }
    }
    rules.declared = declared;
    if !mapping.is_empty() {
        match file::parse(&mapping) {
            Ok(columns) => rules.mapping_file = columns,
            Err(error) => super::assert_printable(&error),
        }
    }
    (header, rules)
}

fn check_target(text: &str) {
    match Target::parse(text) {
        Ok(target) => assert_eq!(Target::parse(&target.to_text()), Ok(target)),
        Err(error) => super::assert_printable(&error),
    }
    if let Ok(Some(target)) = Target::from_header(text) {
        assert_eq!(Target::parse(&target.to_text()), Ok(target));
    }
}

fn check_written(header: &[String], plan: &Plan) {
    let written = file::write(plan);
    let rules = Rules {
        mapping_file: file::parse(&written).expect("what is written can be read"),
        only_mapped: written.contains("# Add --only-mapped"),
        ..Rules::default()
    };
    let again = Plan::new(header, &rules)
        .unwrap_or_else(|problems| panic!("{problems:?} in {written} for {header:?}"));
    assert_eq!(plan.shape, again.shape);
    let meanings =
        |plan: &Plan| -> Vec<Meaning> { plan.columns.iter().map(|c| c.meaning.clone()).collect() };
    assert_eq!(meanings(plan), meanings(&again), "{written}");
}
