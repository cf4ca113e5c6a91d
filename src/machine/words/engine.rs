//! Refusals in words: the engine itself. What only a fault of ours, or a text that passed no check, can bring about,
//! and what only the engine may do.

use crate::calendar::calendar::Calendar;
use crate::ids::{CalendarId, Ts};
use crate::machine::case::Case;
use crate::machine::command::Command;
use crate::machine::draft::Draft;
use crate::machine::event::TimerKey;
use crate::machine::evolve::IllegalEvent;
use crate::machine::refusal::{Code, Refusal};
use crate::machine::rules::Rules;

pub(in crate::machine) fn inconsistent(illegal: IllegalEvent) -> Refusal {
    Refusal::new(
        Code::Inconsistent,
        format!("Dừng lại: việc này không thể xảy ra trong hồ sơ ({illegal}). Chưa ghi gì."),
        format!("Stopped: this cannot have happened in the case ({illegal}). Nothing was written."),
    )
}

pub(in crate::machine) fn broken(what: impl std::fmt::Display) -> Refusal {
    Refusal::new(
        Code::Inconsistent,
        format!("Dừng lại: quy trình không chạy tiếp được ({what}). Chưa ghi gì."),
        format!("Stopped: the procedure cannot run on ({what}). Nothing was written."),
    )
}

pub(in crate::machine) fn no_case(command: &Command) -> Refusal {
    Refusal::new(
        Code::Inconsistent,
        format!("Chưa có hồ sơ để thực hiện `{}`; phải mở hồ sơ trước.", command.word()),
        format!("There is no case to `{}`; open one first.", command.word()),
    )
    .allowing(vec!["open".to_owned()])
}

pub(in crate::machine) fn no_calendar(id: &CalendarId) -> Refusal {
    Refusal::new(
        Code::NoCalendar,
        format!("Quy trình tính theo lịch `{id}` nhưng lịch này chưa được nạp."),
        format!("The procedure counts by the calendar `{id}`, which is not loaded."),
    )
}

pub(in crate::machine) fn clock_backwards(rules: &Rules<'_>, case: &Case, at: Ts) -> Refusal {
    let (last, now) = (rules.directory.local_text(case.last_at), rules.directory.local_text(at));
    Refusal::new(
        Code::ClockBackwards,
        format!("Thời điểm {now} sớm hơn việc gần nhất của hồ sơ ({last})."),
        format!("{now} is earlier than the last thing that happened in the case ({last})."),
    )
}

pub(in crate::machine) fn timer_not_due(draft: &Draft<'_>, timer: &TimerKey, due: Option<Ts>) -> Refusal {
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

pub(in crate::machine) fn not_calendar_keeper() -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        "Chỉ hệ thống, quản trị viên hoặc người soạn quy trình của đơn vị được áp dụng lịch mới.",
        "Only the engine, an administrator or an author of the unit applies a new calendar.",
    )
}

pub(in crate::machine) fn calendar_unchanged(draft: &Draft<'_>, calendar: &Calendar) -> Refusal {
    let (id, version) = (calendar.id(), calendar.version());
    Refusal::new(
        Code::CalendarUnchanged,
        format!("Lịch {id} bản {version} không làm đổi hạn nào đang chạy của hồ sơ {}.", draft.case().id),
        format!("Version {version} of calendar {id} moves no running clock of case {}.", draft.case().id),
    )
}

pub(in crate::machine) fn only_the_engine() -> Refusal {
    Refusal::new(Code::NotAllowed, "Chỉ hệ thống được báo mốc thời gian.", "Only the engine itself fires timers.")
}

pub(in crate::machine) fn only_people(command: &Command) -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        format!("`{}` phải do một người có tên thực hiện.", command.word()),
        format!("`{}` must be done by a named person.", command.word()),
    )
}

pub(in crate::machine) fn not_allowed_system() -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        "Việc này phải do một người có tên thực hiện.",
        "This must be done by a named person.",
    )
}
