//! The procedure file: read, resolved, checked and drawn. Pure: text in, a procedure and diagnostics out.

pub mod diagnostic;
pub mod guard;
pub mod guard_parser;
pub mod procedure;
pub mod source;
pub mod value;
