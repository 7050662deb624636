//! The theme room.
