//! Delivery.

pub mod pace;
pub mod part;
pub mod retry;
