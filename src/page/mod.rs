//! The page room.

pub mod data;
