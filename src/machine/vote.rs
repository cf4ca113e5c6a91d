//! A council at its step: the members vote for one of its ways out, each once and as he thinks until it is decided; the
//! chair, who holds the step, takes the way that enough of them are for.

use std::collections::BTreeSet;

use crate::definition::procedure::{By, Council, Means, Step, Transition, Who};
use crate::ids::{BranchId, PersonId, Ts, Verb};
use crate::machine::assignment::{by_of, seated};
use crate::machine::authority::{check_separation, right};
use crate::machine::case::{Branch, Case};
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::event::{Event, Tally};
use crate::machine::refusal::Refusal;
use crate::machine::rules::Rules;
use crate::machine::{inputs, words};

/// A member says what he is for; nothing is an abstention. What he said before counts no more.
pub(super) fn vote(
    draft: &mut Draft<'_>,
    id: BranchId,
    verb: Option<&Verb>,
    text: Option<&str>,
) -> Result<(), Refusal> {
    let right = right(draft)?;
    let branch = draft.branch(id)?;
    let step = draft.step(&branch.step)?;
    let council = council_of(draft, branch, step).ok_or_else(|| words::no_council(draft, branch))?;
    if !members(draft, branch, council).contains(right.of) {
        return Err(words::not_member(draft, branch, right.of));
    }
    check_separation(draft, &step.id, &[right.person, right.of])?;
    if let Some(verb) = verb.filter(|verb| !ways(step).any(|(known, _)| known == *verb)) {
        let known = ways(step).map(|(verb, _)| verb.to_string()).collect();
        return Err(words::no_such_choice(draft, branch, verb, known));
    }
    if let Some(text) = text {
        inputs::check_comment(text)?;
    }
    let voted = Event::Voted {
        branch: id,
        step: step.id.clone(),
        member: right.of.clone(),
        verb: verb.cloned(),
        text: text.map(str::to_owned),
    };
    draft.push(voted)
}

/// What the votes stand at for a way out that the council decides; refused while they are not enough. Nothing where no
/// council has to do with it: going back or asking for more is the chair's own.
pub(super) fn carried(
    draft: &Draft<'_>,
    branch: &Branch,
    step: &Step,
    verb: &Verb,
    way: &Transition,
) -> Result<Option<Tally>, Refusal> {
    let Some(council) = council_of(draft, branch, step).filter(|_| decides(way)) else { return Ok(None) };
    let members = members(draft, branch, council);
    // Who is no member any more has no vote.
    let cast = branch.votes.iter().filter(|(member, _)| members.contains(*member));
    let tally = Tally {
        members: members.len() as u32,
        voted: cast.clone().count() as u32,
        votes: cast.filter(|(_, choice)| choice.as_ref() == Some(verb)).count() as u32,
    };
    let quorum = council.quorum.of(tally.members);
    if tally.voted < quorum {
        return Err(words::no_quorum(draft, branch, &tally, quorum));
    }
    let threshold = council.carries(tally.members, tally.voted);
    if tally.votes < threshold {
        return Err(words::not_carried(draft, branch, verb, &tally, threshold));
    }
    Ok(Some(tally))
}

/// The council that decides in the step a branch rests in.
pub(super) fn council_of<'a>(draft: &Draft<'a>, branch: &Branch, step: &'a Step) -> Option<&'a Council> {
    let people = match by_of(step)? {
        By::People(people) => people,
        By::Choose(choices) => {
            draft.choose(choices, branch.block.as_ref().and_then(|block| block.each.as_ref())).ok()??
        }
        By::SameAs(_) => return None,
    };
    match &draft.procedure().people.get(people)?.who {
        Who::Council(council) => Some(council),
        _ => None,
    }
}

/// Everybody who has a vote, the chair included.
pub(super) fn members(draft: &Draft<'_>, branch: &Branch, council: &Council) -> BTreeSet<PersonId> {
    let each = branch.block.as_ref().and_then(|block| block.each.as_ref());
    let people = council.members.iter().chain([&council.chair]);
    people.flat_map(|people| seated(draft, people, each)).map(|seat| seat.person).collect()
}

/// The ways out of a step that a council votes on.
pub(super) fn ways(step: &Step) -> impl Iterator<Item = (&Verb, &Transition)> {
    step.actions().into_iter().flatten().filter(|(_, way)| decides(way))
}

fn decides(way: &Transition) -> bool {
    matches!(way.means, Means::Forward | Means::End) && !way.signal
}

/// Who sits in the council at a branch's step, and what it takes.
pub struct Standing {
    pub members: BTreeSet<PersonId>,
    /// How many of them must vote.
    pub quorum: u32,
    /// How many must be for it, as written.
    pub threshold: String,
}

/// The council at a branch's step, for who looks on.
pub fn council_standing(rules: &Rules<'_>, case: &Case, branch: &Branch, at: Ts) -> Option<Standing> {
    let draft = Draft::on(case.clone(), *rules, &Actor::System, at);
    let council = council_of(&draft, branch, rules.procedure.step(&branch.step)?)?;
    let members = members(&draft, branch, council);
    Some(Standing { quorum: council.quorum.of(members.len() as u32), threshold: council.threshold_text(), members })
}
