//! What happened in a scenario, one short line for each event, in both languages: the trace that is printed where one
//! fails. It may not decide anything.

use crate::definition::diagnostic::Text;
use crate::definition::procedure::{Outcome, Procedure};
use crate::ids::{PersonId, StepId};
use crate::machine::event::{Closing, Event, How, Scope};

/// An event in one line.
pub(super) fn line(event: &Event, procedure: &Procedure) -> Text {
    let names = |to: &[PersonId]| to.iter().map(PersonId::as_str).collect::<Vec<_>>().join(", ");
    let title = |step: &StepId| match procedure.step(step).map(|step| step.title.vi.as_str()) {
        Some(title) if !title.is_empty() => format!("«{title}» ({step})"),
        _ => step.to_string(),
    };
    let both = |vi: String, en: String| Text::new(vi, en);
    match event {
        Event::CaseOpened(_) => both("mở hồ sơ".into(), "the case is opened".into()),
        Event::ClockStarted { .. } => both("bắt đầu tính hạn hồ sơ".into(), "the case's clock begins".into()),
        Event::GroupStarted { group, .. } => both(format!("nhóm {group} bắt đầu tính hạn"), format!("{group} begins")),
        Event::GroupLeft { group, .. } => both(format!("rời nhóm {group}"), format!("{group} is left")),
        Event::GroupResumed { group, .. } => both(format!("trở lại nhóm {group}"), format!("{group} runs on")),
        Event::Taken(t) => {
            let by = t.by.as_ref().map_or_else(String::new, |by| format!("{by}: "));
            both(format!("{by}`{}` ở {}", t.verb, title(&t.step)), format!("{by}`{}` in {}", t.verb, t.step))
        }
        Event::Voted { member, verb, .. } => match verb {
            Some(verb) => both(format!("{member} biểu quyết `{verb}`"), format!("{member} votes for `{verb}`")),
            None => both(format!("{member} không có ý kiến"), format!("{member} abstains")),
        },
        Event::Decided { step, to, .. } => {
            both(format!("{}: theo điều kiện sang {}", title(step), title(to)), format!("{step}: leads to {to}"))
        }
        Event::StepEntered(e) => {
            let (who, (vi, en)) = (&e.holder.person, how(e.holder.how));
            both(format!("tới {}, {who} giữ ({vi})", title(&e.step)), format!("in {}, {who} holds it ({en})", e.step))
        }
        Event::BranchOpened(b) => {
            let who = &b.holder.person;
            both(format!("nhánh {}: {who} giữ", b.key), format!("branch {}: {who} holds it", b.key))
        }
        Event::BranchClosed { branch, how } => {
            let (vi, en) = match how {
                Closing::Answered => ("đã trả lời", "answered"),
                Closing::Silent => ("im lặng", "silent"),
                Closing::Cancelled => ("không cần nữa", "called off"),
            };
            both(format!("nhánh {branch} đóng: {vi}"), format!("branch {branch} closed: {en}"))
        }
        Event::Joined { step, .. } => both(format!("đủ ý kiến ở {}", title(step)), format!("{step} has joined")),
        Event::Silent { unit, .. } => {
            let unit = unit.as_ref().map_or_else(String::new, ToString::to_string);
            both(format!("{unit} im lặng hết hạn"), format!("{unit} kept silent to the end"))
        }
        Event::Lapsed { step, .. } => both(format!("{}: chờ hết hạn", title(step)), format!("{step}: ran out")),
        Event::Received { .. } => both("người giữ xác nhận đã nhận".into(), "the holder received it".into()),
        Event::SentBack { .. } => both("trả lại khi chưa nhận".into(), "sent back unreceived".into()),
        Event::Recalled { .. } => both("người giao lấy lại".into(), "the giver took it back".into()),
        Event::HolderChanged { holder, .. } => {
            let (vi, en) = how(holder.how);
            both(format!("{} giữ ({vi})", holder.person), format!("{} holds it ({en})", holder.person))
        }
        Event::ClockStopped { .. } => both("đồng hồ hồ sơ dừng".into(), "the case's clock stands".into()),
        Event::ClockResumed { .. } => both("đồng hồ hồ sơ chạy lại".into(), "the case's clock runs again".into()),
        Event::Extended { length, .. } => both(format!("gia hạn {length}"), format!("extended by {length}")),
        Event::CalendarChanged { calendar, .. } => {
            both(format!("tính lại theo lịch {calendar} mới"), format!("counted anew by the calendar {calendar}"))
        }
        Event::CaseMigrated(m) => both(format!("sang phiên bản {}", m.version), format!("on to version {}", m.version)),
        Event::Apologised { .. } => both("xin lỗi, hẹn lại ngày".into(), "apologised, with a new date".into()),
        Event::Reminded { percent, to, .. } => {
            let share = percent.map_or_else(String::new, |percent| format!(" {percent} %"));
            both(format!("nhắc hạn{share}: {}", names(to)), format!("reminder{share}: {}", names(to)))
        }
        Event::Breached { timer, to, .. } => {
            let (vi, en) = match timer.scope {
                Scope::Case => ("hồ sơ quá hạn", "the case is late"),
                Scope::Group(_) => ("nhóm bước quá hạn", "the group is late"),
                Scope::Branch(_) => ("bước quá hạn", "the step is late"),
            };
            both(format!("{vi}, báo {}", names(to)), format!("{en}, told: {}", names(to)))
        }
        Event::Escalated { to, .. } => both(format!("báo lên cấp trên {to}"), format!("escalated to {to}")),
        Event::Acknowledged { superior, .. } => {
            both(format!("{superior} xác nhận đã biết"), format!("{superior} took notice"))
        }
        Event::ApologyDue { to, .. } => {
            both(format!("đến lúc xin lỗi: {}", names(to)), format!("apology due: {}", names(to)))
        }
        Event::Marked { to, .. } => {
            both(format!("ghi việc không được làm, báo {}", names(to)), format!("marked, told: {}", names(to)))
        }
        Event::TimerSpent { .. } => both("đến mốc, không phải báo ai".into(), "a timer with nobody to tell".into()),
        Event::Called(c) => both(
            format!("{}: gọi quy trình {}", title(&c.step), c.procedure),
            format!("{}: calls {}", c.step, c.procedure),
        ),
        Event::CallEnded(c) => {
            let (vi, en) = outcome(c.outcome);
            both(
                format!("{}: hồ sơ con kết thúc, {vi}", title(&c.step)),
                format!("{}: the called case ended, {en}", c.step),
            )
        }
        Event::CallDropped { step, .. } => {
            both(format!("{}: bỏ hồ sơ con", title(step)), format!("{step}: the called case is dropped"))
        }
        Event::StoppedByCaller { .. } => {
            both("hồ sơ mẹ đi tiếp, hồ sơ này dừng".into(), "stopped by its caller".into())
        }
        Event::Commented { .. } => both("ghi ý kiến".into(), "a comment".into()),
        Event::Attached { document, .. } => both(format!("nộp {document}"), format!("{document} attached")),
        Event::Ended { outcome: how, .. } => {
            let (vi, en) = outcome(*how);
            both(format!("hồ sơ kết thúc: {vi}"), format!("the case is over: {en}"))
        }
        Event::Reopened { step, .. } => both(format!("mở lại ở {}", title(step)), format!("reopened in {step}")),
    }
}

fn how(how: How) -> (&'static str, &'static str) {
    match how {
        How::Opened => ("khi mở hồ sơ", "at opening"),
        How::HandedOver => ("được giao", "handed over"),
        How::Returned => ("bị trả lại", "returned"),
        How::Recalled => ("lấy lại", "taken back"),
        How::Claimed => ("nhận việc", "claimed"),
        How::Assigned => ("được phân công", "assigned"),
        How::Transferred => ("chuyển sang", "transferred"),
        How::Head => ("giữ thay khi chưa có ai", "until somebody takes it"),
        How::Continued => ("giữ tiếp", "goes on"),
        How::Automatic => ("tự chuyển", "by itself"),
        How::Reopened => ("mở lại", "reopened"),
    }
}

fn outcome(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Done => ("đã giải quyết", "done"),
        Outcome::Refused => ("từ chối", "refused"),
        Outcome::Withdrawn => ("người nộp rút", "withdrawn"),
        Outcome::Lapsed => ("hết hạn chờ", "lapsed"),
        Outcome::Stopped => ("dừng", "stopped"),
    }
}
