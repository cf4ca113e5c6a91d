//! R21: one unit writes the procedure, does every step and inspects itself.

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;
use crate::ids::UnitId;

/// A file whose owner is also all who act and all who inspect.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let owner = &look.procedure.owner;
    let own = |unit: &UnitId| look.directory.is_under(unit, owner);
    let units: Vec<Option<UnitId>> = look
        .staffed()
        .flat_map(|step| look.seats.entries(&step.id))
        .map(|choice| look.seats.unit(&choice.then, None))
        .collect();
    let inspectors = look.directory.inspectors_of(owner);
    let inside = |person: &crate::ids::PersonId| look.directory.unit_of(person, look.at).is_some_and(|unit| own(&unit));
    let does_all = !units.is_empty() && units.iter().all(|unit| unit.as_ref().is_some_and(own));
    if !does_all || inspectors.is_empty() || !inspectors.iter().all(inside) {
        return Vec::new();
    }
    let name = look.directory.unit_name(owner);
    vec![
        Diagnostic::error(
            "R21",
            look.source.span(&Route::of(["owner"])),
            format!("{name} tự viết quy trình, tự làm mọi bước và tự thanh tra"),
            format!("{name} writes the procedure, does every step and inspects itself"),
        )
        .warning()
        .help("để một thanh tra ngoài đơn vị phụ trách", "let an inspector from outside the unit see it"),
    ]
}
