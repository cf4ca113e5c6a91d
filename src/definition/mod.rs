//! The procedure file: read, resolved, checked and drawn. Pure: text in, a procedure and diagnostics out.

pub mod canonical;
pub mod causes;
pub mod cells;
pub mod checks;
pub mod diagnostic;
pub mod diagram;
pub mod diff;
pub mod filled;
pub mod graph;
pub mod guard;
pub mod guard_parser;
pub mod keep;
pub mod load;
pub mod mandate;
pub mod mend;
pub mod outline;
pub mod pattern;
pub mod points;
pub mod policy;
pub mod procedure;
pub mod reader;
pub mod report;
pub mod resolve;
pub mod schema;
pub mod shape;
pub mod share;
pub mod source;
pub mod study;
pub mod syllable;
pub mod together;
pub mod value;
pub mod verbs;
pub mod waiver;
pub mod window;

pub use load::load;
