//! Refusals in words: who may, and who may not.

use crate::definition::procedure::Separation;
use crate::ids::{PeopleId, PersonId, StepId, UnitId};
use crate::machine::assignment::named_by;
use crate::machine::case::Branch;
use crate::machine::draft::Draft;
use crate::machine::refusal::{Code, Refusal};

pub(in crate::machine) fn unknown_person(person: &PersonId) -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        format!("Danh bạ không có người `{person}`."),
        format!("The directory knows no person `{person}`."),
    )
}

pub(in crate::machine) fn out_of_post(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    Refusal::new(
        Code::NotAllowed,
        format!("{name} hiện không giữ vị trí nào; người đứng đầu đơn vị giao việc này cho người khác."),
        format!("{name} fills no post now; the head of the unit gives this to somebody else."),
    )
}

pub(in crate::machine) fn unknown_unit(unit: &UnitId) -> Refusal {
    Refusal::new(
        Code::WrongValue,
        format!("Danh bạ không có đơn vị `{unit}` mà quy trình cần hỏi."),
        format!("The directory knows no unit `{unit}`, which the procedure is to ask."),
    )
}

pub(in crate::machine) fn no_delegation(draft: &Draft<'_>, person: &PersonId, of: &PersonId) -> Refusal {
    let (name, other) = (draft.directory().person_name(person), draft.directory().person_name(of));
    let procedure = &draft.procedure().title.vi;
    Refusal::new(
        Code::NotAllowed,
        format!(
            "{name} không có ủy quyền còn hiệu lực của {other} cho quy trình «{procedure}», cũng không được cử thay khi vắng mặt."
        ),
        format!("{name} has no delegation in force from {other} for “{procedure}”, nor stands in for an absence."),
    )
}

pub(in crate::machine) fn beyond_delegation(
    draft: &Draft<'_>,
    person: &PersonId,
    of: &PersonId,
    conditions: &[&str],
) -> Refusal {
    let (name, other) = (draft.directory().person_name(person), draft.directory().person_name(of));
    let quoted: Vec<String> = conditions.iter().map(|condition| format!("`{condition}`")).collect();
    let (vi, en) = (quoted.join(" hoặc "), quoted.join(" or "));
    Refusal::new(
        Code::NotAllowed,
        format!("{name} chỉ được {other} ủy quyền khi {vi}; hồ sơ này không thuộc phạm vi đó."),
        format!("{name} acts for {other} only when {en}; this case is beyond that."),
    )
}

pub(in crate::machine) fn not_holder(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
    let directory = draft.directory();
    let step = draft.procedure().step_title(&branch.step);
    let (holder, name) = (directory.person_name(&branch.holder.person), directory.person_name(person));
    let since = directory.local_text(branch.held_since);
    let pool = branch.holder.pool.as_ref().filter(|pool| pool.claim);
    let each = branch.block.as_ref().and_then(|inside| inside.each.as_ref());
    let claims = pool.is_some_and(|pool| named_by(draft, &pool.people, each).iter().any(|s| s.person == *person));
    let refusal = if claims {
        Refusal::new(
            Code::NotHolder,
            format!(
                "«{step}» chưa có người nhận việc, {holder} giữ với tư cách người đứng đầu; {name} hãy nhận việc trước."
            ),
            format!(
                "“{step}” waits for somebody to claim it, {holder} holds it as head; {name} should claim it first."
            ),
        )
        .allowing(vec!["claim".to_owned()])
    } else {
        Refusal::new(
            Code::NotHolder,
            format!("«{step}» do {holder} giữ từ {since}, không phải {name}."),
            format!("“{step}” is held by {holder} since {since}, not by {name}."),
        )
    };
    refusal.on(branch.id)
}

pub(in crate::machine) fn not_recorder(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
    let directory = draft.directory();
    let (holder, name) = (directory.person_name(&branch.holder.person), directory.person_name(person));
    Refusal::new(
        Code::NotAllowed,
        format!("Việc của bên ngoài do {holder} hoặc bộ phận tiếp nhận ghi thay, không phải {name}."),
        format!("What comes from outside is recorded by {holder} or where cases come in, not by {name}."),
    )
    .on(branch.id)
}

pub(in crate::machine) fn not_of_people(draft: &Draft<'_>, people: &PeopleId, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let title = draft.procedure().people.get(people).map_or(people.as_str(), |people| people.title.vi.as_str());
    Refusal::new(
        Code::NotAllowed,
        format!("Việc này của «{title}»; {name} không thuộc số đó."),
        format!("This is for “{title}”; {name} is not one of them."),
    )
}

pub(in crate::machine) fn not_giver(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
    let directory = draft.directory();
    let name = directory.person_name(person);
    let step = draft.procedure().step_title(&branch.step);
    let (vi, en) = match &branch.given {
        Some(given) => {
            let giver = directory.person_name(&given.by);
            (
                format!("«{step}» do {giver} giao, chỉ {giver} rút lại được, không phải {name}."),
                format!("“{step}” was given by {giver}, who alone may recall it, not {name}."),
            )
        }
        None => (
            format!("«{step}» không do ai giao sang; không có gì để rút lại."),
            format!("Nobody gave “{step}” on; there is nothing to recall."),
        ),
    };
    Refusal::new(Code::NotAllowed, vi, en).on(branch.id)
}

pub(in crate::machine) fn may_not_open(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let owner = draft.directory().unit_name(&draft.procedure().owner);
    Refusal::new(
        Code::NotAllowed,
        format!("{name} không làm ở bước tiếp nhận, cũng không thuộc {owner}; không mở được hồ sơ của quy trình này."),
        format!("{name} neither works where these cases come in nor in {owner}, and cannot open one."),
    )
}

pub(in crate::machine) fn may_not_reopen(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let last = draft.case().last_holder.as_ref().map_or("", |holder| draft.directory().person_name(&holder.person));
    Refusal::new(
        Code::NotAllowed,
        format!("{name} không được mở lại hồ sơ; người giữ sau cùng là {last}."),
        format!("{name} may not reopen the case; {last} held it last."),
    )
}

pub(in crate::machine) fn may_not_assign(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
    let directory = draft.directory();
    let name = directory.person_name(person);
    let unit = branch.holder.pool.as_ref().map_or(&branch.holder.unit, |pool| &pool.unit);
    let head = directory.head_of(unit, draft.at);
    let head = head.as_ref().map_or("", |head| directory.person_name(head));
    let unit = directory.unit_name(unit);
    Refusal::new(
        Code::NotAllowed,
        format!("Chỉ người đứng đầu {unit} ({head}) phân công được, không phải {name}."),
        format!("Only the head of {unit} ({head}) may assign it, not {name}."),
    )
    .on(branch.id)
}

pub(in crate::machine) fn not_involved(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    Refusal::new(
        Code::NotAllowed,
        format!("{name} không tham gia hồ sơ này và không thuộc đơn vị đang giữ hồ sơ."),
        format!("{name} has no part in this case and does not belong to a unit that holds it."),
    )
}

pub(in crate::machine) fn separate(
    draft: &Draft<'_>,
    separation: &Separation,
    step: &StepId,
    other: &StepId,
    person: &PersonId,
) -> Refusal {
    let name = draft.directory().person_name(person);
    let (step, other) = (draft.procedure().step_title(step), draft.procedure().step_title(other));
    let title = &separation.title.vi;
    Refusal::new(
        Code::Separate,
        format!("{name} đã làm «{other}»; «{step}» phải do người khác làm ({title})."),
        format!("{name} did “{other}”; “{step}” must be done by somebody else ({title})."),
    )
}

pub(in crate::machine) fn may_not_signal(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let owner = draft.directory().unit_name(&draft.case().owner);
    Refusal::new(
        Code::NotAllowed,
        format!(
            "Tín hiệu của hệ thống ngoài gửi qua tài khoản của người giữ hồ sơ, của bộ phận tiếp nhận hoặc của {owner}; không phải của {name}."
        ),
        format!(
            "An outside system signals by the account of who holds the case, of the reception or of {owner}; not of {name}."
        ),
    )
}
