//! One file for each kind of page: its view, and how it is composed.

pub mod case_studies;
pub mod case_study;
pub mod coverage;
pub mod desk;
pub mod feed;
pub mod home;
pub mod idea;
pub mod ideas;
pub mod lineage;
pub mod metrics;
pub mod playbook;
pub mod playbooks;
pub mod proposals;
pub mod prose;
pub mod redirect;
pub mod reuse;
pub mod search;
pub mod similar_how;
pub mod similar_report;
pub mod sitemap;
pub mod speed;
pub mod team;
pub mod teams;
pub mod term;
pub mod terms;
pub mod vocabulary;
