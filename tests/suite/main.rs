//! All integration tests in one binary.

mod addresses;
mod architecture;
mod authoring;
mod commands;
mod evidence_pages;
mod export;
mod families;
mod feed;
mod fields;
mod found;
mod front_matter;
mod gist;
mod golden;
mod invalid_input;
mod kill;
mod lists;
mod mistakes;
mod number_limits;
mod page_body;
mod publish;
mod relevance;
mod sample_hub;
mod serve;
mod shared;
mod similar;
mod small_disk;
mod source;
// Public, because the tests beside the modules use it as well: what only they call is not dead.
pub mod support;
mod teams;
mod theme;
mod translate;
mod visible_labels;
mod well_formed;
mod withheld;
