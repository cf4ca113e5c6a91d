//! The life of a case: command in, events out. Every rule is here. Pure: time, workload and directory are arguments.
//!
//! `decide` turns a request into events or a refusal; `evolve` turns events into the case; both speak the types of
//! `command`, `event`, `refusal` and `case`. A decision is made on a `draft`: the case as it stands after each event
//! decided so far. `open`, `take`, `handover`, `holders`, `dates`, `record`, `fire`, `escalate` and `calls` decide one kind of command each.
//! What they share is how a branch moves (`flow`, `block`), who gets it (`assignment`), who may (`authority`), until when
//! (`clocks`, `fixed`, `standing`), what must be given (`inputs`), what stands against the case (`marks`), who is told (`notices`) and how a refusal reads (`words`).

pub mod available;
pub mod case;
pub mod command;
pub mod decide;
pub mod event;
pub mod evolve;
pub mod invariants;
pub mod migration;
pub mod refusal;
pub mod rules;
mod signal;

mod assignment;
mod authority;
mod block;
pub mod calendar_change;
pub mod calls;
mod clocks;
mod dates;
mod draft;
mod escalate;
mod fire;
mod fixed;
mod flow;
mod handover;
mod holders;
mod inputs;
mod marks;
mod notices;
mod open;
mod record;
mod renamed;
mod standing;
mod take;
pub mod takes_part;
pub mod vote;
mod words;
