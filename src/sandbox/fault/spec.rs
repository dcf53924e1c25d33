//! Reads a SPEC. Every mistake is answered with the rule that holds it and the grammar.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Action, Faults, FaultyAnswer, RetryAfter, Rule, What, When};
use crate::sandbox::form::decode;

/// A SPEC that cannot be read. Says which rule, why, and how rules are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError {
    rule: String,
    problem: String,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rule {:?}: {}\n\
             a rule is WHEN:WHAT; rules are separated by commas\n\
             WHEN = 3 | 4-6 | 10+ | * | every3 | profile=ID | attribute=NAME | rows>N | bytes>SIZE\n\
             WHAT = STATUS[;after][;retry-after=[date+]SECONDS][;text=TEXT] | drop-before | drop-after | drop-connect,\n       \
             and before or without it delay=250ms | delay=2s, as in 3:delay=2s;503",
            self.rule, self.problem
        )
    }
}

impl std::error::Error for FaultError {}

impl FromStr for Faults {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Faults, FaultError> {
        let rules = spec
            .split(',')
            .map(|rule| {
                let rule = rule.trim();
                read_rule(rule).map_err(|problem| FaultError {
                    rule: rule.to_owned(),
                    problem,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Faults { rules })
    }
}

fn read_rule(rule: &str) -> Result<Rule, String> {
    let (when, what) = rule.split_once(':').ok_or("no colon in it")?;
    Ok(Rule {
        when: read_when(when.trim())?,
        what: read_what(what)?,
    })
}

fn read_when(when: &str) -> Result<When, String> {
    if when == "*" {
        return Ok(When::Numbers(1, u64::MAX));
    }
    if let Some(id) = when.strip_prefix("profile=") {
        return Ok(When::Profile(text(id)?));
    }
    if let Some(name) = when.strip_prefix("attribute=") {
        return Ok(When::Attribute(text(name)?));
    }
    if let Some(rows) = when.strip_prefix("rows>") {
        return Ok(When::MoreRows(number(rows)?));
    }
    if let Some(bytes) = when.strip_prefix("bytes>") {
        return Ok(When::MoreBytes(size(bytes)?));
    }
    if let Some(step) = when.strip_prefix("every") {
        return Ok(When::Every(positive(step)?));
    }
    if let Some(first) = when.strip_suffix('+') {
        return Ok(When::Numbers(positive(first)?, u64::MAX));
    }
    if let Some((first, last)) = when.split_once('-') {
        let (first, last) = (positive(first)?, positive(last)?);
        if last < first {
            return Err(format!("{first}-{last} runs backwards"));
        }
        return Ok(When::Numbers(first, last));
    }
    if when.bytes().all(|b| b.is_ascii_digit()) {
        let only = positive(when)?;
        return Ok(When::Numbers(only, only));
    }
    Err(format!("{when:?} is no WHEN"))
}

fn read_what(what: &str) -> Result<What, String> {
    let mut delay = Duration::ZERO;
    let mut action = None;
    for part in what.split(';').map(str::trim) {
        if let Some(more) = part.strip_prefix("delay=") {
            delay += duration(more)?;
            continue;
        }
        let next = match part {
            "drop-before" => Action::DropBefore,
            "drop-after" => Action::DropAfter,
            "drop-connect" => Action::DropConnect,
            _ if part.starts_with(|c: char| c.is_ascii_digit()) => Action::Answer(status(part)?),
            _ => {
                modify(action.as_mut(), part)?;
                continue;
            }
        };
        if action.is_some() {
            return Err(format!("{part:?} is one WHAT too many"));
        }
        action = Some(next);
    }
    Ok(What { delay, action })
}

fn status(part: &str) -> Result<FaultyAnswer, String> {
    let status = number(part)
        .ok()
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (200..=599).contains(status))
        .ok_or_else(|| format!("{part:?} is no status from 200 to 599"))?;
    Ok(FaultyAnswer {
        status,
        after: false,
        retry_after: None,
        text: None,
    })
}

/// Applies a modifier to the status before it.
fn modify(action: Option<&mut Action>, part: &str) -> Result<(), String> {
    let (name, value) = match part.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (part, None),
    };
    if !matches!(
        (name, value),
        ("after", None) | ("retry-after" | "text", Some(_))
    ) {
        return Err(format!("{part:?} is no WHAT"));
    }
    let Some(Action::Answer(answer)) = action else {
        return Err(format!("{name} needs a status before it"));
    };
    match (name, value) {
        ("retry-after", Some(value)) => {
            let seconds = |text| {
                number(text)
                    .ok()
                    .and_then(|seconds| u32::try_from(seconds).ok())
                    .ok_or_else(|| format!("{text:?} is no number of seconds"))
            };
            answer.retry_after = Some(match value.strip_prefix("date+") {
                Some(value) => RetryAfter::Date(seconds(value)?),
                None => RetryAfter::Seconds(seconds(value)?),
            });
        }
        ("text", Some(value)) => answer.text = Some(text(value)?),
        _ => answer.after = true,
    }
    Ok(())
}

fn text(encoded: &str) -> Result<String, String> {
    decode(encoded, false).ok_or_else(|| format!("{encoded:?} is not percent-encoded UTF-8"))
}

fn number(digits: &str) -> Result<u64, String> {
    Some(digits)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| format!("{digits:?} is no number"))
}

/// A request's number, or a step between them: both begin at 1.
fn positive(digits: &str) -> Result<u64, String> {
    match number(digits)? {
        0 => Err("requests are numbered from 1".to_owned()),
        number => Ok(number),
    }
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "ki" | "kib" => 1 << 10,
        "mi" | "mib" => 1 << 20,
        "gi" | "gib" => 1 << 30,
        _ => return Err(format!("{text:?} is no size")),
    };
    number(digits)?
        .checked_mul(unit)
        .ok_or_else(|| format!("{text:?} is too large"))
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration such as 250ms or 2s");
    let (digits, unit) = match text.strip_suffix("ms") {
        Some(digits) => (digits, 1),
        None => (text.strip_suffix('s').ok_or_else(wrong)?, 1_000),
    };
    let millis = number(digits).ok().and_then(|n| n.checked_mul(unit));
    // A day: the timer takes no more than some years, and sums of delays must not overflow.
    millis
        .filter(|millis| *millis <= 86_400_000)
        .map(Duration::from_millis)
        .ok_or_else(wrong)
}
