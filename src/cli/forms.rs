//! Checks of form for single values, with messages that name the way out. clap puts the option's
//! name and the value before them, so none of these is for a secret.

use std::net::SocketAddr;
use std::time::Duration;

/// The API's limit for a file: 1 GB, taken as the smaller of its two readings.
const MAX_BATCH_BYTES: u64 = 1_000_000_000;

/// Longest time-out that makes sense: a day.
const MAX_SECONDS: f64 = 86_400.0;

/// Any text but the empty one.
pub(super) fn not_empty(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("a value is needed here".to_owned());
    }
    Ok(text.to_owned())
}

/// `COLUMN=TARGET`, neither side empty. Which `=` divides them is for the mapping to say: columns
/// may have one in their names.
pub(super) fn column_rule(text: &str) -> Result<String, String> {
    let divided = text
        .char_indices()
        .any(|(at, c)| c == '=' && at > 0 && at + 1 < text.len());
    if divided {
        return Ok(text.to_owned());
    }
    Err("write COLUMN=TARGET, for example 'Phone=phone' or 'LTV=ltv:number'".to_owned())
}

/// A number of bytes with an optional unit: `500k`, `16MiB`, `1GB`.
pub(super) fn byte_size(text: &str) -> Result<usize, String> {
    let lower = text.trim().to_ascii_lowercase();
    let digits_end = lower
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(lower.len());
    let (digits, unit) = lower.split_at(digits_end);
    let factor: u64 = match unit.trim() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" | "ki" => 1 << 10,
        "mib" | "mi" => 1 << 20,
        "gib" | "gi" => 1 << 30,
        _ => return Err("write a size such as 500k, 16MiB or 1GB".to_owned()),
    };
    if digits.is_empty() {
        return Err("write a size such as 500k, 16MiB or 1GB".to_owned());
    }
    let bytes = digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .filter(|&bytes| bytes <= MAX_BATCH_BYTES)
        .ok_or("the API takes no more than 1 GB (1000000000 bytes) in a request")?;
    if bytes == 0 {
        return Err("the size must be more than 0".to_owned());
    }
    usize::try_from(bytes).map_err(|_| "too large for this machine".to_owned())
}

/// Seconds, with or without a fraction.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let number = text
        .strip_suffix('s')
        .unwrap_or(text)
        .parse::<f64>()
        .map_err(|_| "write a number of seconds, such as 120 or 0.5".to_owned())?;
    if number > 0.0 && number <= MAX_SECONDS {
        return Ok(Duration::from_secs_f64(number).max(Duration::from_millis(1)));
    }
    Err("write more than 0 and at most 86400 seconds".to_owned())
}

/// An address with a port; `localhost` stands for 127.0.0.1.
pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    let numeric = text
        .strip_prefix("localhost:")
        .map(|port| format!("127.0.0.1:{port}"));
    numeric
        .as_deref()
        .unwrap_or(text)
        .parse()
        .map_err(|_| "write an address and a port, such as 127.0.0.1:8080 or [::1]:0".to_owned())
}
