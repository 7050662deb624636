//! "Take it": a proposal as a ready Markdown file, and the address of the git host's form to add it.

/// A file ready to be added to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Path below the hub's root: `content/ideas/cart-recovery-in-no.md`.
    pub path: String,
    /// Its whole text.
    pub text: String,
    /// The git host's form for a new file; none where site.toml names no repository.
    pub form: Option<Form>,
}

/// The git host's form for a new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its address.
    pub address: String,
    /// Whether the form opens with the text filled in; else it must be pasted.
    pub filled: bool,
}
