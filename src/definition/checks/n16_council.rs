//! N16: a council of which more votes are wanted than it has members, so that nothing is ever carried. How many persons
//! sit by a post only a directory tells; without one, what surely is one person is counted.

use crate::definition::checks::Look;
use crate::definition::checks::beside::Beside;
use crate::definition::checks::factory;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Council, Procedure, Who};
use crate::definition::share::Share;
use crate::definition::source::{Route, Source};
use crate::ids::PeopleId;

/// Councils of heads and holders, of whom there is one each.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let size = |council: &Council| {
        let sits = |id: &PeopleId| look.procedure.people.get(id).map(|people| &people.who);
        let one = |who: &Who| matches!(who, Who::HeadOf(_) | Who::HolderOf(_) | Who::ManagerOf(_));
        seats(council).iter().all(|id| sits(id).is_some_and(one)).then(|| seats(council).len())
    };
    councils(look.procedure, look.source, size)
}

/// Every council, by the persons there are.
pub fn with_people(look: &Beside<'_>) -> Vec<Diagnostic> {
    let size = |council: &Council| {
        let mut persons: Vec<_> = seats(council).iter().flat_map(|id| look.seats.candidates(id, None)).collect();
        persons.sort();
        persons.dedup();
        Some(persons.len())
    };
    councils(look.procedure, look.source, size)
}

/// Its members, and its chair where that is one more.
fn seats(council: &Council) -> Vec<&PeopleId> {
    let mut seats: Vec<&PeopleId> = council.members.iter().chain([&council.chair]).collect();
    seats.sort();
    seats.dedup();
    seats
}

fn councils(procedure: &Procedure, source: &Source, size: impl Fn(&Council) -> Option<usize>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, people) in &procedure.people {
        let Who::Council(council) = &people.who else { continue };
        let Some(members) = size(council).filter(|members| *members > 0) else { continue };
        for (key, share) in [("quorum", &council.quorum), ("threshold", &council.threshold)] {
            let Share::AtLeast(wanted) = share else { continue };
            if usize::try_from(*wanted).is_ok_and(|wanted| wanted <= members) {
                continue;
            }
            let span = source.span(&Route::of(["people", id.as_str(), "council", key]));
            found.push(
                factory::wrong_shape(
                    span,
                    format!("`{key}: {wanted}` nhiều hơn số thành viên ({members}): không bao giờ đủ"),
                    format!("`{key}: {wanted}` is more than there are members ({members}): never reached"),
                )
                .help(
                    format!("viết từ 1 đến {members}, hoặc thêm thành viên"),
                    format!("write 1 to {members}, or add members"),
                ),
            );
        }
    }
    found
}
