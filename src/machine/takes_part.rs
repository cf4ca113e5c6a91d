//! Who takes part in a case, for who looks on: whether a person has a vote, supports or follows a step, and whether he may
//! act in another's name. It decides nothing.

use crate::ids::{PersonId, Ts};
use crate::machine::authority::{right, sits, supports};
use crate::machine::case::Case;
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::rules::Rules;

/// Whether the person has a vote where the case rests, or supports, follows or answers for a step that it is in.
pub fn takes_part(rules: &Rules<'_>, case: &Case, person: &PersonId, at: Ts) -> bool {
    let draft = Draft::on(case.clone(), *rules, &Actor::System, at);
    case.branches.values().any(|branch| sits(&draft, branch, person) || supports(&draft, branch, person))
}

/// Whether the person may act in the other's name in this case: a delegation in force whose condition the case meets, or
/// an absence that he stands in for.
pub fn may_act_for(rules: &Rules<'_>, case: &Case, person: &PersonId, other: &PersonId, at: Ts) -> bool {
    let actor = Actor::Delegate { person: person.clone(), on_behalf_of: other.clone() };
    right(&Draft::on(case.clone(), *rules, &actor, at)).is_ok()
}
