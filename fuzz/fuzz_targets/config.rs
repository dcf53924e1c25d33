//! See `checks::config`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ampost_fuzz::checks::config::check(data));
