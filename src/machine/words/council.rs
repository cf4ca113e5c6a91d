//! Refusals in words: a council and its votes.

use crate::ids::{PersonId, Verb};
use crate::machine::case::Branch;
use crate::machine::draft::Draft;
use crate::machine::event::Tally;
use crate::machine::refusal::{Code, Refusal};

pub(in crate::machine) fn no_council(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NoCouncil,
        format!("Bước «{step}» không do hội đồng quyết định; không có gì để biểu quyết."),
        format!("No council decides “{step}”; there is nothing to vote on."),
    )
    .on(branch.id)
}

pub(in crate::machine) fn not_member(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NotMember,
        format!("{name} không phải thành viên hội đồng ở bước «{step}»."),
        format!("{name} is no member of the council at “{step}”."),
    )
    .on(branch.id)
}

pub(in crate::machine) fn no_such_choice(
    draft: &Draft<'_>,
    branch: &Branch,
    verb: &Verb,
    known: Vec<String>,
) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    let list = known.join(", ");
    Refusal::new(
        Code::NoSuchTransition,
        format!("Ở «{step}» không biểu quyết về `{verb}`. Có thể chọn: {list}."),
        format!("At “{step}” there is no vote on `{verb}`. The choices are: {list}."),
    )
    .on(branch.id)
    .allowing(known)
}

pub(in crate::machine) fn no_quorum(draft: &Draft<'_>, branch: &Branch, tally: &Tally, quorum: u32) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    let Tally { members, voted, .. } = tally;
    Refusal::new(
        Code::NoQuorum,
        format!("Ở «{step}» mới có {voted}/{members} thành viên biểu quyết, cần ít nhất {quorum}."),
        format!("At “{step}” {voted} of {members} members have voted, at least {quorum} must."),
    )
    .on(branch.id)
    .allowing(vec!["vote".to_owned()])
}

pub(in crate::machine) fn not_carried(
    draft: &Draft<'_>,
    branch: &Branch,
    verb: &Verb,
    tally: &Tally,
    threshold: u32,
) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    let Tally { voted, votes, .. } = tally;
    Refusal::new(
        Code::NotCarried,
        format!("Ở «{step}» có {votes}/{voted} phiếu cho `{verb}`, cần ít nhất {threshold} phiếu."),
        format!("At “{step}” {votes} of {voted} votes are for `{verb}`, at least {threshold} are needed."),
    )
    .on(branch.id)
    .allowing(vec!["vote".to_owned()])
}
