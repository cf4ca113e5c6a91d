//! R18: one person approves more than a third of all that a unit does. Asked over all files of the unit at once.

use std::collections::BTreeMap;

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Procedure, Step, StepKind};
use crate::definition::source::Source;
use crate::directory::Directory;
use crate::ids::{PersonId, StepId, Ts};

/// More than this share, of 100, of at least [`FEW`] steps.
const SHARE: usize = 30;
const FEW: usize = 20;

/// For each owning unit, the person who alone approves too much; one finding, in the first file it shows in. Answers the number of the
/// file beside each finding.
pub fn share(files: &[(&Procedure, &Source)], directory: &Directory, at: Ts) -> Vec<(usize, Diagnostic)> {
    let mut units: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (n, (procedure, _)) in files.iter().enumerate() {
        units.entry(procedure.owner.clone()).or_default().push(n);
    }
    let mut found = Vec::new();
    for (unit, numbers) in units {
        let mut all = 0;
        let mut approves: BTreeMap<PersonId, Vec<(usize, StepId)>> = BTreeMap::new();
        for n in numbers {
            let (procedure, source) = files[n];
            let look = Beside::of(procedure, directory, at, source);
            for step in procedure.steps.values().filter(|step| matches!(step.kind, StepKind::Staff(_))) {
                all += 1;
                if let Some(person) = approver(&look, step) {
                    approves.entry(person).or_default().push((n, step.id.clone()));
                }
            }
        }
        let most = approves.iter().max_by_key(|(person, steps)| (steps.len(), std::cmp::Reverse(*person)));
        let Some((person, steps)) = most.filter(|(_, steps)| all >= FEW && steps.len() * 100 > SHARE * all) else {
            continue;
        };
        let (count, share) = (steps.len(), steps.len() * 100 / all);
        let (name, unit) = (directory.person_name(person), directory.unit_name(&unit));
        let Some((n, step)) = steps.first() else { continue };
        let (procedure, source) = files[*n];
        let look = Beside::of(procedure, directory, at, source);
        found.push((
            *n,
            Diagnostic::error(
                "R18",
                source.key_span(&look.route(step).key("by")),
                format!("một mình {name} duyệt {count}/{all} bước ({share}%) của {unit}"),
                format!("{name} alone approves {count} of {all} steps ({share}%) of {unit}"),
            )
            .warning()
            .help(
                "giao bớt việc duyệt cho cấp phó hoặc trưởng phòng",
                "give some of the approving to deputies or heads of division",
            ),
        ));
    }
    found
}

/// Who alone approves in a step.
fn approver(look: &Beside<'_>, step: &Step) -> Option<PersonId> {
    if !step.actions()?.keys().any(|verb| matches!(verb.as_str(), "approve" | "sign")) {
        return None;
    }
    let entries = look.seats.entries(&step.id);
    let [only] = &entries[..] else { return None };
    let mut candidates = look.seats.candidates(&only.then, None);
    (candidates.len() == 1).then(|| candidates.remove(0))
}
