//! A drawing in BPMN 2.0 as a first procedure file.
//!
//! `xml` bytes as a tree; `model` the tree as a drawing; `net` the drawing as one flat graph, mended where that is
//! certain; `blocks` where its parallel parts begin and end; `plan` what becomes a step and where each leads; `draft` the
//! text. `ledger` keeps account: every element of the drawing is either brought in or listed as left out. `kept` reads a
//! drawing that we made ourselves and gives the same file back. Pure: bytes in, text and lists out.

pub mod beside;
pub mod blocks;
pub mod draft;
pub mod import;
pub mod kept;
pub mod ledger;
pub mod model;
pub mod net;
pub mod parts;
pub mod plan;
pub mod read;
pub mod refused;
pub mod timer;
pub mod verbs;
pub mod walk;
pub mod xml;
