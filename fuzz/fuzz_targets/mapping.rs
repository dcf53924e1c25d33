//! See `checks::mapping`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ampost_fuzz::checks::mapping::check(data));
