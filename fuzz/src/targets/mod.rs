//! The fuzz targets, one file each.

pub mod body;
pub mod front_matter;
pub mod hub;
pub mod opening;
pub mod query;
pub mod settings;
pub mod vocabulary;
