//! Refusals in words, one constructor each: what was found, and what would be right. Persons and steps by their names.

use jiff::civil::Date;

use crate::calendar::calendar::Calendar;
use crate::calendar::working_time::{ParseError, WorkingTime};
use crate::definition::guard::Guard;
use crate::definition::procedure::{Separation, Step, StepKind};
use crate::definition::value::Number;
use crate::ids::{BranchId, CalendarId, DocumentId, FieldId, PeopleId, PersonId, StepId, Ts, UnitId, Verb};
use crate::machine::assignment::named_by;
use crate::machine::case::{Branch, Case, Status};
use crate::machine::command::Command;
use crate::machine::draft::Draft;
use crate::machine::event::{Tally, TimerKey};
use crate::machine::evolve::IllegalEvent;
use crate::machine::inputs::Fault;
use crate::machine::refusal::{Code, Refusal};
use crate::machine::rules::Rules;

// The engine itself: what only a fault of ours, or a text that passed no check, can bring about.

pub(super) fn inconsistent(illegal: IllegalEvent) -> Refusal {
    Refusal::new(
        Code::Inconsistent,
        format!("Dừng lại: việc này không thể xảy ra trong hồ sơ ({illegal}). Chưa ghi gì."),
        format!("Stopped: this cannot have happened in the case ({illegal}). Nothing was written."),
    )
}

pub(super) fn broken(what: impl std::fmt::Display) -> Refusal {
    Refusal::new(
        Code::Inconsistent,
        format!("Dừng lại: quy trình không chạy tiếp được ({what}). Chưa ghi gì."),
        format!("Stopped: the procedure cannot run on ({what}). Nothing was written."),
    )
}

pub(super) fn no_case(command: &Command) -> Refusal {
    Refusal::new(
        Code::Inconsistent,
        format!("Chưa có hồ sơ để thực hiện `{}`; phải mở hồ sơ trước.", command.word()),
        format!("There is no case to `{}`; open one first.", command.word()),
    )
    .allowing(vec!["open".to_owned()])
}

pub(super) fn no_calendar(id: &CalendarId) -> Refusal {
    Refusal::new(
        Code::NoCalendar,
        format!("Quy trình tính theo lịch `{id}` nhưng lịch này chưa được nạp."),
        format!("The procedure counts by the calendar `{id}`, which is not loaded."),
    )
}

pub(super) fn clock_backwards(rules: &Rules<'_>, case: &Case, at: Ts) -> Refusal {
    let (last, now) = (rules.directory.local_text(case.last_at), rules.directory.local_text(at));
    Refusal::new(
        Code::ClockBackwards,
        format!("Thời điểm {now} sớm hơn việc gần nhất của hồ sơ ({last})."),
        format!("{now} is earlier than the last thing that happened in the case ({last})."),
    )
}

pub(super) fn timer_not_due(draft: &Draft<'_>, timer: &TimerKey, due: Option<Ts>) -> Refusal {
    match due {
        Some(due) => {
            let due = draft.directory().local_text(due);
            Refusal::new(
                Code::TimerNotDue,
                format!("Mốc `{timer}` đến {due} mới tới hạn."),
                format!("The timer `{timer}` falls due at {due}."),
            )
        }
        None => Refusal::new(
            Code::TimerNotDue,
            format!("Mốc `{timer}` không còn chờ: đã báo, hoặc bước đã xong."),
            format!("The timer `{timer}` does not wait: it has fired, or its step is done."),
        ),
    }
}

pub(super) fn not_calendar_keeper() -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        "Chỉ hệ thống, quản trị viên hoặc người soạn quy trình của đơn vị được áp dụng lịch mới.",
        "Only the engine, an administrator or an author of the unit applies a new calendar.",
    )
}

pub(super) fn calendar_unchanged(draft: &Draft<'_>, calendar: &Calendar) -> Refusal {
    let (id, version) = (calendar.id(), calendar.version());
    Refusal::new(
        Code::CalendarUnchanged,
        format!("Lịch {id} bản {version} không làm đổi hạn nào đang chạy của hồ sơ {}.", draft.case().id),
        format!("Version {version} of calendar {id} moves no running clock of case {}.", draft.case().id),
    )
}

pub(super) fn only_the_engine() -> Refusal {
    Refusal::new(Code::NotAllowed, "Chỉ hệ thống được báo mốc thời gian.", "Only the engine itself fires timers.")
}

pub(super) fn only_people(command: &Command) -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        format!("`{}` phải do một người có tên thực hiện.", command.word()),
        format!("`{}` must be done by a named person.", command.word()),
    )
}

pub(super) fn not_allowed_system() -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        "Việc này phải do một người có tên thực hiện.",
        "This must be done by a named person.",
    )
}

// The state of the case.

pub(super) fn case_ended(draft: &Draft<'_>) -> Refusal {
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

pub(super) fn case_not_ended(draft: &Draft<'_>) -> Refusal {
    let places: Vec<&str> =
        draft.case().branches.values().map(|branch| draft.procedure().step_title(&branch.step)).collect();
    let places = places.join("», «");
    Refusal::new(
        Code::CaseNotEnded,
        format!("Hồ sơ chưa kết thúc, đang ở «{places}»; không có gì để mở lại."),
        format!("The case has not ended, it is at “{places}”; there is nothing to reopen."),
    )
}

pub(super) fn already_open(draft: &Draft<'_>) -> Refusal {
    Refusal::new(
        Code::CaseNotEnded,
        format!("Hồ sơ `{}` đã có; không mở thêm lần nữa.", draft.case().id),
        format!("The case `{}` exists; it is not opened a second time.", draft.case().id),
    )
}

pub(super) fn no_such_branch(draft: &Draft<'_>, branch: BranchId) -> Refusal {
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

pub(super) fn no_such_transition(
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

pub(super) fn no_start(draft: &Draft<'_>) -> Refusal {
    Refusal::new(
        Code::NoStart,
        format!("Với các thông tin này, quy trình «{}» không có bước bắt đầu nào phù hợp.", draft.procedure().title.vi),
        format!("With these data the procedure “{}” has no start that fits.", draft.procedure().title.vi),
    )
}

pub(super) fn no_origin(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NobodyToReturnTo,
        format!("«{step}» là bước đầu tiên của nhánh; không có bước nào để quay về."),
        format!("“{step}” is the branch's first step; there is none to go back to."),
    )
    .on(branch.id)
}

// Who may.

pub(super) fn unknown_person(person: &PersonId) -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        format!("Danh bạ không có người `{person}`."),
        format!("The directory knows no person `{person}`."),
    )
}

pub(super) fn out_of_post(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    Refusal::new(
        Code::NotAllowed,
        format!("{name} hiện không giữ vị trí nào; người đứng đầu đơn vị giao việc này cho người khác."),
        format!("{name} fills no post now; the head of the unit gives this to somebody else."),
    )
}

pub(super) fn unknown_unit(unit: &UnitId) -> Refusal {
    Refusal::new(
        Code::WrongValue,
        format!("Danh bạ không có đơn vị `{unit}` mà quy trình cần hỏi."),
        format!("The directory knows no unit `{unit}`, which the procedure is to ask."),
    )
}

pub(super) fn no_delegation(draft: &Draft<'_>, person: &PersonId, of: &PersonId) -> Refusal {
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

pub(super) fn not_holder(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
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

pub(super) fn not_recorder(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
    let directory = draft.directory();
    let (holder, name) = (directory.person_name(&branch.holder.person), directory.person_name(person));
    Refusal::new(
        Code::NotAllowed,
        format!("Việc của bên ngoài do {holder} hoặc bộ phận tiếp nhận ghi thay, không phải {name}."),
        format!("What comes from outside is recorded by {holder} or where cases come in, not by {name}."),
    )
    .on(branch.id)
}

pub(super) fn not_of_people(draft: &Draft<'_>, people: &PeopleId, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let title = draft.procedure().people.get(people).map_or(people.as_str(), |people| people.title.vi.as_str());
    Refusal::new(
        Code::NotAllowed,
        format!("Việc này của «{title}»; {name} không thuộc số đó."),
        format!("This is for “{title}”; {name} is not one of them."),
    )
}

pub(super) fn not_giver(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
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

pub(super) fn may_not_open(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let owner = draft.directory().unit_name(&draft.procedure().owner);
    Refusal::new(
        Code::NotAllowed,
        format!("{name} không làm ở bước tiếp nhận, cũng không thuộc {owner}; không mở được hồ sơ của quy trình này."),
        format!("{name} neither works where these cases come in nor in {owner}, and cannot open one."),
    )
}

pub(super) fn may_not_reopen(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let last = draft.case().last_holder.as_ref().map_or("", |holder| draft.directory().person_name(&holder.person));
    Refusal::new(
        Code::NotAllowed,
        format!("{name} không được mở lại hồ sơ; người giữ sau cùng là {last}."),
        format!("{name} may not reopen the case; {last} held it last."),
    )
}

pub(super) fn may_not_assign(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
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

pub(super) fn not_involved(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    Refusal::new(
        Code::NotAllowed,
        format!("{name} không tham gia hồ sơ này và không thuộc đơn vị đang giữ hồ sơ."),
        format!("{name} has no part in this case and does not belong to a unit that holds it."),
    )
}

pub(super) fn separate(
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

// Holders.

pub(super) fn nobody_to_hold(draft: &Draft<'_>, step: &Step) -> Refusal {
    let title = draft.procedure().step_title(&step.id);
    Refusal::new(
        Code::NobodyToHold,
        format!("Không tìm được ai giữ bước «{title}», kể cả người đứng đầu; hãy bổ sung danh bạ."),
        format!("Nobody could be found to hold “{title}”, not even a head; complete the directory."),
    )
}

pub(super) fn not_claimable(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    let holder = draft.directory().person_name(&branch.holder.person);
    Refusal::new(
        Code::NotClaimable,
        format!("«{step}» không chờ ai nhận việc; {holder} đang giữ."),
        format!("“{step}” waits for nobody to claim it; {holder} holds it."),
    )
    .on(branch.id)
}

pub(super) fn assign_instead(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NotAllowed,
        format!("«{step}» đang chờ phân công; hãy phân công thay vì chuyển."),
        format!("“{step}” waits to be given to somebody; assign it rather than transfer it."),
    )
    .on(branch.id)
    .allowing(vec!["assign".to_owned()])
}

pub(super) fn holds_already(draft: &Draft<'_>, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    Refusal::new(Code::UnfitHolder, format!("{name} đang giữ việc này rồi."), format!("{name} holds it already."))
}

pub(super) fn unfit_absent(draft: &Draft<'_>, person: &PersonId) -> Refusal {
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

pub(super) fn unfit_holder(draft: &Draft<'_>, branch: &Branch, person: &PersonId, takers: &[PersonId]) -> Refusal {
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

pub(super) fn already_received(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let holder = draft.directory().person_name(&branch.holder.person);
    let when = branch.received_at.map(|at| draft.directory().local_text(at)).unwrap_or_default();
    Refusal::new(
        Code::AlreadyReceived,
        format!("{holder} đã nhận lúc {when}."),
        format!("{holder} received it at {when}."),
    )
    .on(branch.id)
}

pub(super) fn nobody_to_return_to(draft: &Draft<'_>, branch: &Branch) -> Refusal {
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

// What is given along.

pub(super) fn missing(draft: &Draft<'_>, fields: Vec<FieldId>, documents: Vec<DocumentId>, reason: bool) -> Refusal {
    let code = match (&fields[..], &documents[..]) {
        ([_, ..], _) => Code::MissingField,
        ([], [_, ..]) => Code::MissingDocument,
        ([], []) => Code::ReasonRequired,
    };
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    if !fields.is_empty() {
        let titles = field_titles(draft, &fields);
        vi.push(format!("thông tin {titles}"));
        en.push(format!("the fields {titles}"));
    }
    if !documents.is_empty() {
        let title = |id: &DocumentId| {
            draft.procedure().documents.get(id).map_or(id.as_str(), |document| document.title.vi.as_str()).to_owned()
        };
        let titles = quoted(documents.iter().map(title));
        vi.push(format!("giấy tờ {titles}"));
        en.push(format!("the papers {titles}"));
    }
    if reason {
        vi.push("lý do".to_owned());
        en.push("a reason".to_owned());
    }
    Refusal::new(code, format!("Còn thiếu {}.", vi.join("; ")), format!("Still missing: {}.", en.join("; ")))
        .wanting_fields(fields)
        .wanting_documents(documents)
}

pub(super) fn guard_false(draft: &Draft<'_>, branch: &Branch, verb: &Verb, guard: &Guard) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::GuardFalse,
        format!("Ở «{step}», `{verb}` chỉ được khi `{}`; hiện điều kiện này không đúng.", guard.text()),
        format!("At “{step}”, `{verb}` is open only when `{}`, which does not hold now.", guard.text()),
    )
    .on(branch.id)
}

pub(super) fn guard_unknown(draft: &Draft<'_>, guard: &Guard) -> Refusal {
    let empty: Vec<FieldId> =
        guard.fields().into_iter().filter(|field| !draft.case().fields.contains_key(field)).collect();
    let titles = field_titles(draft, &empty);
    Refusal::new(
        Code::GuardUnknown,
        format!("Chưa biết điều kiện `{}` đúng hay sai: còn trống {titles}.", guard.text()),
        format!("Whether `{}` holds cannot be told: {titles} is empty.", guard.text()),
    )
    .wanting_fields(empty)
}

pub(super) fn unknown_fields(draft: &Draft<'_>, fields: Vec<FieldId>) -> Refusal {
    let names = quoted(fields.iter().map(ToString::to_string));
    let known: Vec<String> = draft.procedure().fields.keys().map(ToString::to_string).collect();
    let list = known.join(", ");
    Refusal::new(
        Code::UnknownField,
        format!("Quy trình không có thông tin {names}. Có: {list}."),
        format!("The procedure has no field {names}. It has: {list}."),
    )
    .wanting_fields(fields)
}

pub(super) fn unknown_documents(documents: Vec<DocumentId>) -> Refusal {
    let names = quoted(documents.iter().map(ToString::to_string));
    Refusal::new(
        Code::UnknownDocument,
        format!("Quy trình không có giấy tờ {names}."),
        format!("The procedure has no paper {names}."),
    )
    .wanting_documents(documents)
}

pub(super) fn wrong_values(draft: &Draft<'_>, wrong: Vec<(FieldId, Fault)>) -> Refusal {
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    for (field, fault) in &wrong {
        let title = field_title(draft, field);
        let (found_vi, found_en) = match fault {
            Fault::Kind(wanted, choices) if choices.is_empty() => {
                (format!("phải là {}", kind_vi(wanted)), format!("must be of the kind {wanted}"))
            }
            Fault::Kind(_, choices) => {
                let list = choices.join(", ");
                (format!("phải là một trong: {list}"), format!("must be one of: {list}"))
            }
            Fault::Below(min) => (format!("ít nhất là {min}"), format!("must be at least {min}")),
            Fault::Above(max) => (format!("nhiều nhất là {max}"), format!("must be at most {max}")),
            Fault::Form(form) => (
                format!("chưa đúng mẫu mà quy trình đặt ra (`{form}`)"),
                format!("is not of the form that the procedure wants (`{form}`)"),
            ),
            Fault::NoSuchPerson(id) => {
                (format!("danh bạ không có người `{id}`"), format!("names `{id}`, whom the directory does not know"))
            }
            Fault::NoSuchUnit(id) => {
                (format!("danh bạ không có đơn vị `{id}`"), format!("names `{id}`, a unit the directory does not know"))
            }
        };
        vi.push(format!("«{title}» {found_vi}"));
        en.push(format!("“{title}” {found_en}"));
    }
    Refusal::new(Code::WrongValue, format!("{}.", vi.join("; ")), format!("{}.", en.join("; ")))
        .wanting_fields(wrong.into_iter().map(|(field, _)| field).collect())
}

pub(super) fn window_backwards(draft: &Draft<'_>, from: &FieldId, until: &FieldId) -> Refusal {
    let (from_title, until_title) = (field_title(draft, from), field_title(draft, until));
    Refusal::new(
        Code::WrongValue,
        format!("Ngày đầu «{from_title}» không được sau ngày cuối «{until_title}»."),
        format!("The first day “{from_title}” must not be after the last one, “{until_title}”."),
    )
    .wanting_fields(vec![from.clone(), until.clone()])
}

pub(super) fn wrong_length(draft: &Draft<'_>, field: &FieldId, found: &Number, at_most: &WorkingTime) -> Refusal {
    let (title, most, most_en) = (field_title(draft, field), at_most.vi(), at_most.en());
    let found_vi = found.to_string().replace('.', ",");
    Refusal::new(
        Code::WrongValue,
        format!(
            "«{title}» là {found_vi}, không làm thời hạn được: phải lớn hơn 0, nhiều nhất là {most}; ngày làm việc chia \
             đến 1/4, giờ chia đến phút, ngày lịch và tháng là số nguyên."
        ),
        format!(
            "“{title}” is {found}, which makes no limit: it must be more than 0, at most {most_en}; in quarters of a \
             working day, minutes of an hour, whole calendar days and months."
        ),
    )
    .wanting_fields(vec![field.clone()])
}

pub(super) fn not_yet_in_force(draft: &Draft<'_>, from: Date) -> Refusal {
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

pub(super) fn no_longer_in_force(draft: &Draft<'_>, until: Date) -> Refusal {
    let (title, version) = (&draft.procedure().title.vi, draft.procedure().version);
    let day = until.strftime("%d/%m/%Y");
    Refusal::new(
        Code::NotInForce,
        format!("Quy trình «{title}» (phiên bản {version}) hết hiệu lực sau ngày {day}; không mở hồ sơ mới được nữa."),
        format!("The procedure “{title}” (version {version}) was in force until {day}; no new case can be opened."),
    )
}

pub(super) fn unknown_code(draft: &Draft<'_>, code: &str) -> Refusal {
    let list = draft.procedure().codes.join(", ");
    Refusal::new(
        Code::UnknownCode,
        format!("Mã thủ tục `{code}` không thuộc quy trình này. Có: {list}."),
        format!("The code `{code}` is not one of this procedure's. It has: {list}."),
    )
}

pub(super) fn bad_text(vi: &str, en: &str, length: usize, longest: usize) -> Refusal {
    if length > longest {
        return Refusal::new(
            Code::BadText,
            format!("Phần {vi} dài {length} ký tự, nhiều nhất là {longest}."),
            format!("{en} has {length} characters, at most {longest} are allowed."),
        );
    }
    Refusal::new(Code::BadText, format!("Phần {vi} còn trống."), format!("{en} is empty."))
}

// How often and until when.

pub(super) fn taken_too_often(draft: &Draft<'_>, step: &Step, verb: &Verb, at_most: u32) -> Refusal {
    let title = draft.procedure().step_title(&step.id);
    Refusal::new(
        Code::TooManyTimes,
        format!("Ở «{title}», `{verb}` chỉ được {at_most} lần và đã dùng hết."),
        format!("At “{title}”, `{verb}` is allowed {at_most} times, and all have been used."),
    )
}

pub(super) fn too_many_times(draft: &Draft<'_>, vi: &str, en: &str, at_most: u32) -> Refusal {
    let id = &draft.case().id;
    Refusal::new(
        Code::TooManyTimes,
        format!("Hồ sơ `{id}` chỉ được {vi} {at_most} lần và đã dùng hết."),
        format!("The case `{id}` may be {en} {at_most} times, and all have been used."),
    )
}

pub(super) fn never_reopened(draft: &Draft<'_>, step: &StepId) -> Refusal {
    let step = draft.procedure().step_title(step);
    Refusal::new(
        Code::CaseEnded,
        format!("Hồ sơ đã kết thúc ở «{step}»; quy trình không cho mở lại từ đây."),
        format!("The case ended at “{step}”, from where the procedure allows no reopening."),
    )
}

pub(super) fn term_over(draft: &Draft<'_>, until: Ts) -> Refusal {
    let until = draft.directory().local_text(until);
    Refusal::new(Code::TermOver, format!("Chỉ làm được đến {until}."), format!("This was possible until {until}."))
}

pub(super) fn no_promise(draft: &Draft<'_>) -> Refusal {
    let title = &draft.procedure().title.vi;
    Refusal::new(
        Code::NoPromise,
        format!("Quy trình «{title}» không quy định xin lỗi và hẹn lại."),
        format!("The procedure “{title}” provides for no apology and new date."),
    )
}

pub(super) fn not_superior(draft: &Draft<'_>, branch: BranchId, person: &PersonId, with: &[PersonId]) -> Refusal {
    let name = |person: &PersonId| draft.directory().person_name(person).to_owned();
    let (who, with) = (name(person), with.iter().map(name).collect::<Vec<_>>().join(", "));
    Refusal::new(
        Code::NotSuperior,
        format!("Việc báo lên cấp trên đang chờ {with} xác nhận, không phải {who}."),
        format!("The escalation waits for {with} to acknowledge it, not for {who}."),
    )
    .on(branch)
}

pub(super) fn nothing_to_acknowledge(draft: &Draft<'_>, branch: BranchId, level: Option<u16>) -> Refusal {
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

pub(super) fn no_council(draft: &Draft<'_>, branch: &Branch) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NoCouncil,
        format!("Bước «{step}» không do hội đồng quyết định; không có gì để biểu quyết."),
        format!("No council decides “{step}”; there is nothing to vote on."),
    )
    .on(branch.id)
}

pub(super) fn not_member(draft: &Draft<'_>, branch: &Branch, person: &PersonId) -> Refusal {
    let name = draft.directory().person_name(person);
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::NotMember,
        format!("{name} không phải thành viên hội đồng ở bước «{step}»."),
        format!("{name} is no member of the council at “{step}”."),
    )
    .on(branch.id)
}

pub(super) fn no_such_choice(draft: &Draft<'_>, branch: &Branch, verb: &Verb, known: Vec<String>) -> Refusal {
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

pub(super) fn no_quorum(draft: &Draft<'_>, branch: &Branch, tally: &Tally, quorum: u32) -> Refusal {
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

pub(super) fn not_carried(draft: &Draft<'_>, branch: &Branch, verb: &Verb, tally: &Tally, threshold: u32) -> Refusal {
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

pub(super) fn not_awaited(draft: &Draft<'_>, event: &str, known: Vec<String>) -> Refusal {
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

pub(super) fn may_not_signal(draft: &Draft<'_>, person: &PersonId) -> Refusal {
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

pub(super) fn no_clock(draft: &Draft<'_>) -> Refusal {
    let id = &draft.case().id;
    Refusal::new(
        Code::NoClock,
        format!("Hồ sơ `{id}` không có thời hạn đang chạy để gia hạn."),
        format!("The case `{id}` has no running term that could be extended."),
    )
}

pub(super) fn no_length(error: &ParseError, up_to: &WorkingTime) -> Refusal {
    Refusal::new(
        Code::BadText,
        format!("Độ dài gia hạn: {}. Ví dụ: {}.", error.vi(), up_to.vi()),
        format!("The length of the extension: {}. For example: {}.", error.en(), up_to.en()),
    )
}

pub(super) fn too_long(length: &WorkingTime, up_to: &WorkingTime) -> Refusal {
    Refusal::new(
        Code::TooLong,
        format!("Xin gia hạn {}, nhiều nhất là {}, tính cùng đơn vị.", length.vi(), up_to.vi()),
        format!("{} was asked for, at most {} may be given, in the same unit.", length.en(), up_to.en()),
    )
}

pub(super) fn not_later(draft: &Draft<'_>, old: Ts, new: Ts) -> Refusal {
    let (old, new) = (draft.directory().local_text(old), draft.directory().local_text(new));
    Refusal::new(
        Code::NotLater,
        format!("Ngày mới {new} phải sau ngày cũ {old} và sau lúc này."),
        format!("The new date {new} must be later than the old one, {old}, and than now."),
    )
}

fn field_title<'a>(draft: &'a Draft<'_>, id: &'a FieldId) -> &'a str {
    draft.procedure().fields.get(id).map_or(id.as_str(), |field| field.title.vi.as_str())
}

fn field_titles(draft: &Draft<'_>, fields: &[FieldId]) -> String {
    quoted(fields.iter().map(|id| field_title(draft, id).to_owned()))
}

fn quoted(names: impl Iterator<Item = String>) -> String {
    names.map(|name| format!("«{name}»")).collect::<Vec<_>>().join(", ")
}

fn kind_vi(word: &str) -> &str {
    match word {
        "text" => "một dòng chữ",
        "number" => "một số có nhiều nhất sáu chữ số thập phân",
        "money" => "một số tiền đồng, không lẻ",
        "date" => "một ngày, viết như 2026-08-03",
        "yes_no" => "có hoặc không",
        "file" => "tên một tệp",
        "person" => "một người trong danh bạ",
        "unit" => "một đơn vị trong danh bạ",
        "list of unit" => "danh sách đơn vị trong danh bạ, không lặp",
        other => other,
    }
}
