//! Refusals in words: who holds a step, who can take it, and who answers above.

use crate::definition::procedure::Step;
use crate::ids::{BranchId, PersonId};
use crate::machine::case::Branch;
use crate::machine::draft::Draft;
use crate::machine::refusal::{Code, Refusal};

pub(in crate::machine) fn nobody_to_hold(draft: &Draft<'_>, step: &Step) -> Refusal {
    let title = draft.procedure().step_title(&step.id);
    Refusal::new(
        Code::NobodyToHold,
        format!("Không tìm được ai giữ bước «{title}», kể cả người đứng đầu; hãy bổ sung danh bạ."),
        format!("Nobody could be found to hold “{title}”, not even a head; complete the directory."),
    )
}

pub(in crate::machine) fn not_claimable(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    let holder = draft.directory().person_name(&branch.holder.person);
    Refusal::new(
        Code::NotClaimable,
        format!("«{step}» không chờ ai nhận việc; {holder} đang giữ."),
        format!("“{step}” waits for nobody to claim it; {holder} holds it."),
    )
    .on(branch.id)
}

pub(in crate::machine) fn assign_instead(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NotAllowed,
        format!("«{step}» đang chờ phân công; hãy phân công thay vì chuyển."),
        format!("“{step}” waits to be given to somebody; assign it rather than transfer it."),
    )
    .on(branch.id)
    .allowing(vec!["assign".to_owned()])
}

pub(in crate::machine) fn holds_already(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    Refusal::new(Code::UnfitHolder, format!("{name} đang giữ việc này rồi."), format!("{name} holds it already."))
}

pub(in crate::machine) fn unfit_absent(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let directory = draft.directory();
    let name = directory.person_name(person);
    let (vi, en) = match directory.substitute_of(person, draft.at) {
        Some(substitute) => {
            let substitute = directory.person_name(&substitute);
            (format!("; {substitute} được cử thay"), format!("; {substitute} stands in"))
        }
        None => (String::new(), String::new()),
    };
    Refusal::new(Code::UnfitHolder, format!("{name} đang vắng mặt{vi}."), format!("{name} is absent{en}."))
}

pub(in crate::machine) fn unfit_holder(
    draft: &Draft<'_>,
    branch: &Branch,
    person: &PersonId,
    takers: &[PersonId],
) -> Refusal {
    let directory = draft.directory();
    let name = directory.person_name(person);
    let step = draft.procedure().step_title(&branch.step);
    let names: Vec<&str> = takers.iter().map(|taker| directory.person_name(taker)).collect();
    let names = if names.is_empty() { "—".to_owned() } else { names.join(", ") };
    Refusal::new(
        Code::UnfitHolder,
        format!("{name} không giữ được bước «{step}». Có thể: {names}."),
        format!("{name} cannot hold “{step}”. Possible: {names}."),
    )
    .on(branch.id)
    .allowing(takers.iter().map(ToString::to_string).collect())
}

pub(in crate::machine) fn already_received(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let holder = draft.directory().person_name(&branch.holder.person);
    let when = branch.received_at.map(|at| draft.directory().local_text(at)).unwrap_or_default();
    Refusal::new(
        Code::AlreadyReceived,
        format!("{holder} đã nhận lúc {when}."),
        format!("{holder} received it at {when}."),
    )
    .on(branch.id)
}

pub(in crate::machine) fn nobody_to_return_to(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NobodyToReturnTo,
        format!("«{step}» không do một bước xử lý giao sang, hoặc vừa bị trả lại; không trả về được nữa."),
        format!(
            "“{step}” was not given on by a step that somebody works, or has just come back; it cannot be given back."
        ),
    )
    .on(branch.id)
}

pub(in crate::machine) fn not_superior(
    draft: &Draft<'_>,
    branch: BranchId,
    person: &PersonId,
    with: &[PersonId],
) -> Refusal {
    let name = |person: &PersonId| draft.directory().person_name(person).to_owned();
    let (who, with) = (name(person), with.iter().map(name).collect::<Vec<_>>().join(", "));
    Refusal::new(
        Code::NotSuperior,
        format!("Việc báo lên cấp trên đang chờ {with} xác nhận, không phải {who}."),
        format!("The escalation waits for {with} to acknowledge it, not for {who}."),
    )
    .on(branch)
}

pub(in crate::machine) fn nothing_to_acknowledge(draft: &Draft<'_>, branch: BranchId, level: Option<u16>) -> Refusal {
    let step = draft.case().branches.get(&branch).map(|branch| draft.procedure().step_title(&branch.step));
    let step = step.unwrap_or_default();
    let (vi, en) = level.map_or_else(Default::default, |level| (format!(" cấp {level}"), format!(" of level {level}")));
    Refusal::new(
        Code::NothingToAcknowledge,
        format!("Ở «{step}» không có việc báo lên cấp trên{vi} nào đang chờ xác nhận."),
        format!("At “{step}” no escalation{en} waits to be acknowledged."),
    )
    .on(branch)
}
