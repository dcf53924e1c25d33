//! What must hold for any input: one function a fuzz target, `check(data)`, which panics if it does not.
//!
//! Used by the fuzz targets and, on stable Rust, by `tests/fuzz_regressions.rs`, which replays what was
//! found. Expected results are worked out here anew, from the rules and with other libraries' parsers, so
//! that a mistake in the program is not made a second time by its check.

#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod config;
pub mod contacts;
pub mod journal;
pub mod mapping;
pub mod reply;
pub mod rows;

mod expected;
mod json;

/// Panics if `text`, which is for a terminal, could do more than be read there.
pub(crate) fn assert_printable(text: &str) {
    for c in text.chars() {
        let moves = c.is_control() && c != '\n';
        let reorders = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!moves && !reorders, "{c:?} stands in {text:?}");
    }
}
