//! Refusals in words: where the case stands, and what can be done from there.

use jiff::civil::Date;

use crate::definition::procedure::{Step, StepKind};
use crate::ids::{BranchId, Verb};
use crate::machine::case::{Branch, Status};
use crate::machine::draft::Draft;
use crate::machine::refusal::{Code, Refusal};

pub(in crate::machine) fn case_ended(draft: &Draft<'_>) -> Refusal {
    let (step, when) = match &draft.case().status {
        Status::Ended { step, at, .. } => {
            (draft.procedure().step_title(step).to_owned(), draft.directory().local_text(*at))
        }
        Status::Open => (String::new(), String::new()),
    };
    Refusal::new(
        Code::CaseEnded,
        format!("Hồ sơ đã kết thúc ở «{step}» lúc {when}; chỉ còn có thể ghi ý kiến, hoặc mở lại nếu quy trình cho."),
        format!(
            "The case ended at “{step}” at {when}; it can only be commented on, or reopened where the procedure allows."
        ),
    )
    .allowing(vec!["comment".to_owned(), "reopen".to_owned()])
}

pub(in crate::machine) fn case_not_ended(draft: &Draft<'_>) -> Refusal {
    let places: Vec<&str> =
        draft.case().branches.values().map(|branch| draft.procedure().step_title(&branch.step)).collect();
    let places = places.join("», «");
    Refusal::new(
        Code::CaseNotEnded,
        format!("Hồ sơ chưa kết thúc, đang ở «{places}»; không có gì để mở lại."),
        format!("The case has not ended, it is at “{places}”; there is nothing to reopen."),
    )
}

pub(in crate::machine) fn already_open(draft: &Draft<'_>) -> Refusal {
    Refusal::new(
        Code::CaseNotEnded,
        format!("Hồ sơ `{}` đã có; không mở thêm lần nữa.", draft.case().id),
        format!("The case `{}` exists; it is not opened a second time.", draft.case().id),
    )
}

pub(in crate::machine) fn no_such_branch(draft: &Draft<'_>, branch: BranchId) -> Refusal {
    let open: Vec<String> = draft
        .case()
        .branches
        .values()
        .map(|b| format!("{} ({})", b.id, draft.procedure().step_title(&b.step)))
        .collect();
    let open = open.join(", ");
    Refusal::new(
        Code::NoSuchBranch,
        format!("Nhánh {branch} không mở; các nhánh đang mở: {open}."),
        format!("Branch {branch} is not open; the open ones are: {open}."),
    )
    .on(branch)
}

pub(in crate::machine) fn no_such_transition(
    draft: &Draft<'_>,
    branch: &Branch,
    step: &Step,
    verb: &Verb,
    verbs: Vec<String>,
) -> Refusal {
    let title = draft.procedure().step_title(&step.id);
    let list = verbs.join(", ");
    let (vi, en) = match &step.kind {
        StepKind::Parallel(_) if branch.block.as_ref().is_none_or(|inside| inside.block != step.id) => (
            format!("«{title}» đang chờ các nhánh trả lời; ở đây không có `{verb}`. Có thể: {list}."),
            format!("“{title}” waits for its branches to answer; there is no `{verb}` here. Possible: {list}."),
        ),
        _ => (
            format!("Bước «{title}» không có `{verb}`. Có thể: {list}."),
            format!("The step “{title}” has no `{verb}`. Possible: {list}."),
        ),
    };
    Refusal::new(Code::NoSuchTransition, vi, en).on(branch.id).allowing(verbs)
}

pub(in crate::machine) fn no_start(draft: &Draft<'_>) -> Refusal {
    Refusal::new(
        Code::NoStart,
        format!("Với các thông tin này, quy trình «{}» không có bước bắt đầu nào phù hợp.", draft.procedure().title.vi),
        format!("With these data the procedure “{}” has no start that fits.", draft.procedure().title.vi),
    )
}

pub(in crate::machine) fn no_origin(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NobodyToReturnTo,
        format!("«{step}» là bước đầu tiên của nhánh; không có bước nào để quay về."),
        format!("“{step}” is the branch's first step; there is none to go back to."),
    )
    .on(branch.id)
}

pub(in crate::machine) fn not_yet_in_force(draft: &Draft<'_>, from: Date) -> Refusal {
    let (title, version) = (&draft.procedure().title.vi, draft.procedure().version);
    let day = from.strftime("%d/%m/%Y");
    Refusal::new(
        Code::NotInForce,
        format!(
            "Quy trình «{title}» (phiên bản {version}) có hiệu lực từ ngày {day}; trước ngày đó chưa mở được hồ sơ."
        ),
        format!("The procedure “{title}” (version {version}) is in force from {day}; no case can be opened before."),
    )
}

pub(in crate::machine) fn no_longer_in_force(draft: &Draft<'_>, until: Date) -> Refusal {
    let (title, version) = (&draft.procedure().title.vi, draft.procedure().version);
    let day = until.strftime("%d/%m/%Y");
    Refusal::new(
        Code::NotInForce,
        format!("Quy trình «{title}» (phiên bản {version}) hết hiệu lực sau ngày {day}; không mở hồ sơ mới được nữa."),
        format!("The procedure “{title}” (version {version}) was in force until {day}; no new case can be opened."),
    )
}

pub(in crate::machine) fn not_awaited(draft: &Draft<'_>, event: &str, known: Vec<String>) -> Refusal {
    let case = draft.case();
    let places: Vec<&str> = case.branches.values().map(|branch| draft.procedure().step_title(&branch.step)).collect();
    let places = places.join("», «");
    let (vi, en) = match known.is_empty() {
        true => ("không chờ sự kiện nào".to_owned(), "no event is awaited there".to_owned()),
        false => (format!("đang chờ: {}", known.join(", ")), format!("awaited there: {}", known.join(", "))),
    };
    Refusal::new(
        Code::NotAwaited,
        format!("Hồ sơ ở «{places}» không chờ sự kiện `{event}`; {vi}."),
        format!("The case is at “{places}” and does not wait for the event `{event}`; {en}."),
    )
    .allowing(known)
}
