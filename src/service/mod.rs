//! Where time, storage and rules meet: the writer is the only one who changes anything, `query` the only reader, and
//! `sweep` asks in the name of passing time.

pub mod accounts;
pub mod act;
pub mod ask;
pub mod calendar_change;
pub mod calendar_moves;
pub mod clock;
mod council;
pub mod digest;
pub mod digest_text;
pub mod doctor;
pub mod engine;
pub mod explain;
pub mod explain_days;
pub mod explain_words;
pub mod forms;
pub mod health;
pub mod history;
pub mod library;
pub mod migration;
pub mod offers;
pub mod past;
pub mod plan;
pub mod publish;
pub mod purge;
pub mod query;
pub mod suspensions;
pub mod sweep;
pub mod timeline;
pub mod tree;
pub mod tree_year;
pub mod views;
pub mod watch;
pub mod watchdog;
pub mod words;
pub mod writer;
