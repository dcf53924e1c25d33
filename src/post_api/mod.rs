//! The Post API: where its resources are, how requests are written and what replies mean.
//!
//! Pure: knows nothing of sockets, files, retries or time. Facts and their sources are named where they
//! are used; what the vendor documents nowhere is not relied upon.

pub mod redact;
pub mod reply;
pub mod resource;
pub mod wire;
