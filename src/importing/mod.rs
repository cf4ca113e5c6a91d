//! What people already have, turned into a first procedure file: tables of steps from Word and Excel,
//! drawings in BPMN.
//!
//! Pure: bytes or cells in, text and guesses out. It never decides silently: what is not certain stands beside the
//! original, what cannot be carried over is listed, and what a table does not say is left for `check` to ask.

pub mod bpmn;
pub mod cells;
pub mod draft;
pub mod edits;
pub mod length;
pub mod scaffold;
pub mod sheet;
pub mod table;
pub mod wording;
pub mod words;
pub mod workbook;
