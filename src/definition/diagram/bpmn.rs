//! The procedure as a drawing in BPMN 2.0, for other tools: lanes by unit, places included.
//!
//! BPMN cannot say what a procedure says of limits, separation, silence and the like. So the drawing carries the file
//! itself in an extension element, with what was drawn: whoever reads it with us gets the same file back, and is told
//! what somebody has changed in the drawing since.

mod figures;
mod names;
mod place;
mod sheet;
mod write;

use crate::definition::diagram::Walk;
use crate::definition::procedure::Procedure;
use crate::definition::resolve::digest_of;
use crate::ids::ProcedureId;

/// The extension element that holds the file, the one in it that holds what was drawn, and their namespace.
pub const SOURCE: &str = "procedureSource";
/// See [`SOURCE`].
pub const DRAWN: &str = "procedureDrawn";
/// See [`SOURCE`].
pub const NAMESPACE: &str = "urn:quytrinh:bpmn:1";

/// The drawing; `source` is the text the procedure was read from.
pub fn bpmn(procedure: &Procedure, walk: &Walk, source: &str) -> String {
    let sheet = sheet::sheet(procedure, walk);
    write::write(&sheet, source, &digest_of(source).to_string())
}

/// Ids and beginnings of ids that the other elements of a drawing have.
const TAKEN: &[&str] = &["definitions", "collaboration", "pool", "lanes", "diagram", "plane", "start"];
const TAKEN_HEADS: &[&str] = &["s_", "g_", "e_", "j_", "f_", "a_", "lane_"];

/// The id of the process that a procedure is drawn as, by which a drawing that calls the procedure names it.
pub fn process_id(procedure: &ProcedureId) -> String {
    let id = procedure.as_str();
    let taken = TAKEN.contains(&id) || TAKEN_HEADS.iter().any(|head| id.starts_with(head)) || id.ends_with("_di");
    // An id of XML begins with a letter or `_`.
    match taken || !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => format!("_{id}"),
        false => id.to_owned(),
    }
}

/// What is drawn of a shape, as one line: who compares two drawings compares these.
pub fn shape_fact(id: &str, name: &str, time: &str) -> String {
    format!("shape {id} [{}] {time}", one_line(name)).trim_end().to_owned()
}

/// What is drawn of an arrow, as one line.
pub fn arrow_fact(id: &str, name: &str, ends: (&str, &str), condition: &str) -> String {
    format!("arrow {id} [{}] {} {} {condition}", one_line(name), ends.0, ends.1).trim_end().to_owned()
}

/// What is drawn of a lane, as one line.
pub fn lane_fact<'a>(name: &str, shapes: impl Iterator<Item = &'a str>) -> String {
    let mut shapes: Vec<&str> = shapes.collect();
    shapes.sort_unstable();
    format!("lane [{}] {}", one_line(name), shapes.join(" "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
