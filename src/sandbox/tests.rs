//! The sandbox as its clients see it, over a socket and with an HTTP client that shares no code with it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod checks;
mod client;
mod faults;
mod profiles;
mod rows;
