//! What the builder, the command line and the browser share about search.
