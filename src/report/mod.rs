//! What the program tells people: notices and errors, progress, and the summary.
//!
//! Results go to stdout and everything else to stderr, through one [`Console`], so that a message never
//! tears the progress bar and a closed stdout is told from every other failure.

pub mod console;
pub mod plan;
pub mod progress;
pub mod summary;

pub use console::{ClosedStdout, ColorChoice, Console};
pub use progress::Progress;
pub use summary::Summary;
