//! R08: whoever stands in is the same person.

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Substitute;
use crate::definition::source::Route;

/// Entries whose every substitute is the one he should stand in for.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, people) in &look.procedure.people {
        let candidates = look.seats.candidates(id, None);
        let listed = look.seats.listed(id, None);
        let itself = people.substitute.iter().any(|other| matches!(other, Substitute::People(other) if other == id));
        let [person] = &candidates[..] else { continue };
        let same = !listed.is_empty() && listed.iter().all(|other| other == person);
        if itself || same {
            let name = look.seats.name(person);
            found.push(
                Diagnostic::error(
                    "R08",
                    look.source.key_span(&Route::of(["people", id.as_str(), "substitute"])),
                    format!("người thay của `{id}` lại chính là {name}"),
                    format!("the substitute of `{id}` is {name} himself"),
                )
                .help("nêu một người khác", "name somebody else"),
            );
        }
    }
    found
}
