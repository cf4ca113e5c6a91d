//! The life of a case: command in, events out. Every rule is here. Pure: time, workload and directory are arguments.
//!
//! `decide` turns a request into events or a refusal; `evolve` turns events into the case; both speak the types of
//! `command`, `event`, `refusal` and `case`.

pub mod case;
pub mod command;
pub mod event;
pub mod refusal;
