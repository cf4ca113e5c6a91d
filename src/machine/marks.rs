//! What stands against a case itself: it happened, the case goes on, and nobody can say later that it was not seen.

use crate::ids::{BranchId, LegalId, StepId};
use crate::machine::draft::Draft;
use crate::machine::event::{Event, Mark, Scope};
use crate::machine::notices::head_and_inspectors;
use crate::machine::refusal::Refusal;

/// The standard verb that asks the applicant for more papers. Waits by other verbs ask for something else.
pub(super) const REQUEST_SUPPLEMENT: &str = "request_supplement";

/// Papers were asked for once more. One request is right, wherever in the case it was made; every further one marks it.
pub(super) fn supplement_asked(
    draft: &mut Draft<'_>,
    branch: BranchId,
    step: &StepId,
    legal: Option<LegalId>,
) -> Result<(), Refusal> {
    let asked = draft.case().counts.iter().filter(|((_, verb), _)| verb.as_str() == REQUEST_SUPPLEMENT);
    let count: u32 = asked.map(|(_, times)| times).sum();
    if count < 2 {
        return Ok(());
    }
    let to = head_and_inspectors(draft, &Scope::Branch(branch));
    draft.push(Event::Marked { mark: Mark::SecondSupplement, branch, step: step.clone(), count, legal, to })
}
