//! The Post API as a protocol: what goes out on the wire and what an answer means.

pub mod reply;
