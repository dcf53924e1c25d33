//! One request, repeated as the retry policy allows: what `set` and `verify-keys` do.

use std::thread;

use crate::post_api::reply::{self, Outcome};
use crate::post_api::resource::Address;
use crate::report::Console;
use crate::secret::PostApiKey;
use crate::transport::Http;
use crate::upload::retry::{self, Decision, Policy};

/// Posts to `address` without a body until the outcome is final.
///
/// `idempotent`: whether applying it twice equals applying it once. Returns the last outcome and how often
/// the request was made again.
pub(super) fn post(
    http: &Http,
    address: &Address,
    key: &PostApiKey,
    policy: &Policy,
    idempotent: bool,
    console: &Console,
) -> (Outcome, u32) {
    let mut attempt = 1;
    loop {
        console.detail(format!("POST {} (attempt {attempt})", address.shown));
        let outcome = reply::outcome(http.post(0, address, key, None, &[], &[]));
        console.detail(describe(&outcome));
        match retry::decide(policy, attempt, &outcome, idempotent, fastrand::f64()) {
            Decision::Retry { after } => {
                console.notice(format!(
                    "{}; trying again in {:.1} s, attempt {} of {}",
                    describe(&outcome),
                    after.as_secs_f64(),
                    attempt + 1,
                    policy.retries + 1
                ));
                thread::sleep(after);
                attempt += 1;
            }
            _ => return (outcome, attempt - 1),
        }
    }
}

/// An outcome in words, without advice.
pub(super) fn describe(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Acknowledged => "the server accepted it",
        Outcome::Refused { reason } | Outcome::TooLarge { reason } => reason,
        Outcome::Credentials { why }
        | Outcome::TryAgain { why, .. }
        | Outcome::InDoubt { why, .. }
        | Outcome::Unexpected { why } => why,
    }
}
