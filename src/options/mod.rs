//! From what was typed to what will be done: flags, environment, config file and terminal brought
//! together, in this order, and checked across.

mod api_url;
mod credentials;
mod key;
mod key_command;

pub use crate::config::Environment;
pub use api_url::ApiUrl;
pub use credentials::{Credentials, Found, Origin, Sources, parse_application_id};
