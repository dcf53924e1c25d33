//! `ampost set`: its options. Forms only; see `cli` for what this must not know.

use clap::Args;

use super::forms;
use super::{ConnectionArgs, CredentialArgs};

/// Options of `ampost set`.
#[derive(Args, Debug)]
pub struct SetArgs {
    /// The profile.
    #[command(flatten)]
    pub identity: Identity,

    /// name=text, name:=JSON (number, bool, string), name+=1, name-=1 (counter)
    ///
    /// `name=text` sets a string, `name:=12.5`, `name:=true` a number or a bool as JSON has it;
    /// `name+=1` and `name-=1` add to a counter or take from it. For several profiles at once, put them
    /// in a CSV file and use `ampost import`.
    #[arg(value_name = "ATTRIBUTE", required_unless_present_any = ["phone", "email", "telegram"])]
    pub attributes: Vec<String>,

    /// Phone number, in the clear; normalised and hashed here; up to ten
    #[arg(long, value_name = "PHONE", help_heading = "Contacts")]
    pub phone: Vec<String>,

    /// E-mail address, in the clear; normalised and hashed here; up to ten
    #[arg(long, value_name = "EMAIL", help_heading = "Contacts")]
    pub email: Vec<String>,

    /// Telegram login, in the clear; normalised and hashed here
    #[arg(long, value_name = "LOGIN", help_heading = "Contacts")]
    pub telegram: Vec<String>,

    /// Hash the Telegram login without lowercasing it
    ///
    /// For apps that pass logins in mixed case to the SDK on Android.
    #[arg(long, help_heading = "Contacts")]
    pub telegram_keep_case: bool,

    /// Print the request, the key redacted; send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Send to a sandbox inside the program: no account, no key, no network
    #[arg(long)]
    pub sandbox: bool,

    /// How requests are made.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// Where key, application ID and address come from.
    #[command(flatten)]
    pub credentials: CredentialArgs,
}

/// How the profile is named: one of the two.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub struct Identity {
    /// The company's own identifier of the profile
    #[arg(long, value_name = "ID", value_parser = forms::not_empty)]
    pub profile_id: Option<String>,

    /// The SDK's identifier of the installation (appmetrica_device_id)
    #[arg(long, value_name = "ID", value_parser = forms::not_empty)]
    pub device_id: Option<String>,
}
