//! R04: one person alone, and nobody who stands in.

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;
use crate::ids::{PeopleId, PersonId, StepId};

/// Entries that lead a step, name one person, and have nobody for the days he is away.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for id in look.procedure.people.keys() {
        let Some(person) = alone(look, id).filter(|_| led_by(look, id).next().is_some()) else { continue };
        let name = look.seats.name(&person);
        found.push(
            Diagnostic::error(
                "R04",
                look.source.key_span(&Route::of(["people", id.as_str()])),
                format!("`{id}` chỉ có một người ({name}) và không ai thay"),
                format!("`{id}` is one person ({name}) with nobody to stand in"),
            )
            .warning()
            .label("người này vắng thì việc dừng", "work stops while this person is away")
            .help(
                "thêm `substitute: [...]`, hoặc bổ sung cấp phó của đơn vị vào sơ đồ tổ chức",
                "add `substitute: [...]`, or a deputy of the unit to the directory",
            ),
        );
    }
    found
}

/// The only person of an entry, where nobody can stand in for him.
pub fn alone(look: &Beside<'_>, people: &PeopleId) -> Option<PersonId> {
    let candidates = look.seats.candidates(people, None);
    let [person] = &candidates[..] else { return None };
    look.seats.stand_ins(people, person, None).is_empty().then(|| person.clone())
}

/// The steps that an entry leads.
pub fn led_by<'a>(look: &'a Beside<'_>, people: &'a PeopleId) -> impl Iterator<Item = &'a StepId> {
    look.staffed().map(|step| &step.id).filter(move |step| look.seats.entries(step).iter().any(|c| c.then == *people))
}
