//! The procedure as the annex an agency approves: what stands in it, and the same as a page, a text document, a table
//! and a printed sheet.
//!
//! Everything here is made from the procedure alone and gives the same bytes each time.

pub mod content;
pub mod docx;
pub mod html;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod xlsx;
pub mod xlsx_source;

pub mod facts;
mod papers;
mod rules;
mod steps;
mod widths;
mod wording;
