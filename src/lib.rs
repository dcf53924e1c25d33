//! The parts of `ampost`, a command-line client of the AppMetrica Post API.
//!
//! The library exists so that tests and benches can reach the parts; the program is its only user and
//! nothing here is a stable interface. The rule between the modules: data flows one way,
//!
//! bytes → rows → `Profile` or `Reject` → `Batch` → request → reply → `Event` → journal, rejects, progress, summary
//!
//! and only `commands::import` sees the whole chain. A module that needs to know of something further
//! down that chain is in the wrong place.

pub mod attribute;
pub mod batch;
pub mod cli;
pub mod commands;
pub mod config;
pub mod exit;
pub mod first_party;
pub mod guard;
pub mod input;
pub mod journal;
pub mod mapping;
pub mod nearest;
pub mod options;
pub mod pipeline;
pub mod post_api;
pub mod prepare;
pub mod profile;
pub mod prompt;
pub mod rejects;
pub mod report;
pub mod sandbox;
pub mod secret;
pub mod transport;
pub mod upload;
