//! Councils for who looks on: how the votes stand where a case rests, and who has one. It decides nothing.

use crate::ids::{Ts, Verb};
use crate::machine::case::Branch;
use crate::machine::rules::Workload;
use crate::machine::vote::{Standing, council_standing};
use crate::service::query::{Past, person_name};
use crate::service::timeline::verb_title;
use crate::service::views::{ChoiceView, CouncilView, VoteView};

/// How the council at a branch's step stands.
pub(super) fn view(past: &Past, branch: &Branch, now: Ts) -> Option<CouncilView> {
    let standing = standing(past, branch, now)?;
    let choice = |verb: &Verb| {
        let (vi, en) = verb_title(&past.procedure, &branch.step, verb);
        ChoiceView { verb: verb.clone(), vi, en }
    };
    let votes = branch
        .votes
        .iter()
        .map(|(member, verb)| VoteView { member: person_name(&past.shelf, member), choice: verb.as_ref().map(choice) });
    Some(CouncilView {
        members: standing.members.len() as u32,
        quorum: standing.quorum,
        threshold: standing.threshold,
        votes: votes.collect(),
    })
}

fn standing(past: &Past, branch: &Branch, now: Ts) -> Option<Standing> {
    let workload = Workload::default();
    council_standing(&past.rules(&workload), &past.case, branch, now.max(past.case.last_at))
}
