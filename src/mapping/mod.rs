//! From the columns of a file to the attributes of profiles.
//!
//! [`target`] is the grammar of what a column can become, [`columns`] applies it to a header, [`plan`] is the
//! result, and [`row`] reads row after row by that plan. Nothing here knows of batches, files or the network.

pub mod columns;
pub mod file;
pub mod head;
pub mod native;
pub mod outcome;
pub mod plan;
pub mod row;
pub mod target;

pub use outcome::{InvalidContacts, Noticed, RowOutcome};
pub use plan::{Column, Habits, Meaning, Plan, Rule, Rules, Shape};
pub use row::RowReader;
pub use target::Target;
