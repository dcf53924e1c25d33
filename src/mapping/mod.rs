//! From the columns of a file to the attributes of profiles.
//!
//! [`target`] is the grammar of what a column can become, [`plan`] applies it to a header once, and
//! [`row`] reads row after row by that plan. Nothing here knows of batches, files or the network.

pub mod file;
pub mod head;
pub mod native;
pub mod plan;
pub mod row;
pub mod target;

pub use plan::{Column, Meaning, Plan, Rule, Rules, Shape};
pub use row::{InvalidContacts, RowOutcome, RowReader};
pub use target::Target;
