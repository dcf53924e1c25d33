//! The built program, run as users run it: real files, real sockets, real signals, its own exit code.
//!
//! Each test has a fresh directory and a cleared environment, so nothing of the machine reaches it, and
//! contacts nothing but a sandbox of its own on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub
)]

mod broken;
mod delivery;
mod exports;
mod hash;
mod import;
mod leaks;
mod mistakes;
mod regressions;
mod set;
mod util;
mod verify;
