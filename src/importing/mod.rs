//! What people already have, turned into a first procedure file: tables of steps from Word and Excel.
//!
//! Pure: bytes or cells in, text and guesses out. It never decides silently: what is not certain stands beside the
//! original, what cannot be carried over is listed, and what a table does not say is left for `check` to ask.

pub mod cells;
pub mod draft;
pub mod length;
pub mod sheet;
pub mod table;
pub mod words;
