//! The procedure file: read, resolved, checked and drawn. Pure: text in, a procedure and diagnostics out.

pub mod guard;
pub mod procedure;
pub mod value;
