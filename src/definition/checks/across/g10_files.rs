//! G10 over files: one number about one field in the conditions of several procedures, of which the next amendment forgets
//! one.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::checks::across::File;
use crate::definition::checks::g10_repeated::{conditions, numbers};
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::Procedure;
use crate::definition::source::Route;
use crate::definition::value::Number;
use crate::ids::FieldId;

/// The same field, as far as two files can have one: its id, and what it is measured in.
type Border = (FieldId, Option<String>, Number);

/// Told of the later file, once for each number; versions of one procedure are not held against each other.
pub fn check(files: &[File<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<Border, (usize, Route)> = BTreeMap::new();
    for (n, (procedure, source)) in files.iter().enumerate() {
        for (border, route) in borders(procedure) {
            let Some((first, place)) = seen.get(&border) else {
                seen.insert(border, (n, route));
                continue;
            };
            let (other, text) = files[*first];
            if other.id == procedure.id {
                continue;
            }
            let (field, measure, number) = &border;
            let unit = measure.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
            let told = Diagnostic::error(
                "G10",
                source.span(&route),
                format!("`{field}` so với {number}{unit}, và quy trình `{}` cũng vậy: sửa một nơi dễ quên nơi kia", other.id),
                format!("`{field}` is compared with {number}{unit}, and in procedure `{}` too: whoever changes one forgets the other", other.id),
            )
            .warning()
            .elsewhere(Elsewhere::at(text, text.span(place), "cùng con số này", "the same number"))
            .help(
                "đưa phần chung vào một quy trình con (`kind: procedure`), hoặc ghi lý do ở `allow`",
                "put what is common into a sub-procedure (`kind: procedure`), or say why at `allow`",
            );
            found.push((n, told));
        }
    }
    found
}

/// Every number that a file's conditions know, once, with its first place. 0 and 1 are borders of everything.
fn borders(procedure: &Procedure) -> BTreeMap<Border, Route> {
    let mut borders = BTreeMap::new();
    for (route, guard) in conditions(procedure, &BTreeSet::new()) {
        for (field, number) in numbers(guard.expr()) {
            let measure = procedure.fields.get(&field).and_then(|field| field.measure.clone());
            if number.millionths().unsigned_abs() > 1_000_000 {
                borders.entry((field, measure, number)).or_insert_with(|| route.clone());
            }
        }
    }
    borders
}
