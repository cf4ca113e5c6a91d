//! The pages: one page a file, server-rendered, whole without JavaScript.

pub mod act;
pub mod assets;
pub mod case_page;
pub mod custody;
pub mod door;
pub mod explain;
pub mod failure;
pub mod format;
pub mod forms;
pub mod inbox;
pub mod item;
pub mod lang;
pub mod language;
pub mod morning;
pub mod open_case;
pub mod open_page;
pub mod posted;
pub mod procedures;
pub mod router;
pub mod samples;
pub mod samples_procedures;
mod samples_time;
pub mod search;
pub mod shell;
pub mod sign_in;
pub mod stuck;
pub mod suspensions;
pub mod text_page;
pub mod words;

pub use router::router;
