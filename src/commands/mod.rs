//! The commands: wiring only. What is wired lives in the other modules.

pub mod completions;
pub mod configure;
