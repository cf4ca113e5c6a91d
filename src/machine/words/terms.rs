//! Refusals in words: how often, until when, and how long.

use crate::calendar::working_time::{ParseError, WorkingTime};
use crate::definition::procedure::Step;
use crate::ids::{StepId, Ts, Verb};
use crate::machine::draft::Draft;
use crate::machine::refusal::{Code, Refusal};

pub(in crate::machine) fn taken_too_often(draft: &Draft<'_>, step: &Step, verb: &Verb, at_most: u32) -> Refusal {
    let title = draft.procedure().step_title(&step.id);
    Refusal::new(
        Code::TooManyTimes,
        format!("Ở «{title}», `{verb}` chỉ được {at_most} lần và đã dùng hết."),
        format!("At “{title}”, `{verb}` is allowed {at_most} times, and all have been used."),
    )
}

pub(in crate::machine) fn too_many_times(draft: &Draft<'_>, vi: &str, en: &str, at_most: u32) -> Refusal {
    let id = &draft.case().id;
    Refusal::new(
        Code::TooManyTimes,
        format!("Hồ sơ `{id}` chỉ được {vi} {at_most} lần và đã dùng hết."),
        format!("The case `{id}` may be {en} {at_most} times, and all have been used."),
    )
}

pub(in crate::machine) fn never_reopened(draft: &Draft<'_>, step: &StepId) -> Refusal {
    let step = draft.procedure().step_title(step);
    Refusal::new(
        Code::CaseEnded,
        format!("Hồ sơ đã kết thúc ở «{step}»; quy trình không cho mở lại từ đây."),
        format!("The case ended at “{step}”, from where the procedure allows no reopening."),
    )
}

pub(in crate::machine) fn term_over(draft: &Draft<'_>, until: Ts) -> Refusal {
    let until = draft.directory().local_text(until);
    Refusal::new(Code::TermOver, format!("Chỉ làm được đến {until}."), format!("This was possible until {until}."))
}

pub(in crate::machine) fn no_promise(draft: &Draft<'_>) -> Refusal {
    let title = &draft.procedure().title.vi;
    Refusal::new(
        Code::NoPromise,
        format!("Quy trình «{title}» không quy định xin lỗi và hẹn lại."),
        format!("The procedure “{title}” provides for no apology and new date."),
    )
}

pub(in crate::machine) fn no_clock(draft: &Draft<'_>) -> Refusal {
    let id = &draft.case().id;
    Refusal::new(
        Code::NoClock,
        format!("Hồ sơ `{id}` không có thời hạn đang chạy để gia hạn."),
        format!("The case `{id}` has no running term that could be extended."),
    )
}

pub(in crate::machine) fn no_length(error: &ParseError, up_to: &WorkingTime) -> Refusal {
    Refusal::new(
        Code::BadText,
        format!("Độ dài gia hạn: {}. Ví dụ: {}.", error.vi(), up_to.vi()),
        format!("The length of the extension: {}. For example: {}.", error.en(), up_to.en()),
    )
}

pub(in crate::machine) fn too_long(length: &WorkingTime, up_to: &WorkingTime) -> Refusal {
    Refusal::new(
        Code::TooLong,
        format!("Xin gia hạn {}, nhiều nhất là {}, tính cùng đơn vị.", length.vi(), up_to.vi()),
        format!("{} was asked for, at most {} may be given, in the same unit.", length.en(), up_to.en()),
    )
}

pub(in crate::machine) fn not_later(draft: &Draft<'_>, old: Ts, new: Ts) -> Refusal {
    let (old, new) = (draft.directory().local_text(old), draft.directory().local_text(new));
    Refusal::new(
        Code::NotLater,
        format!("Ngày mới {new} phải sau ngày cũ {old} và sau lúc này."),
        format!("The new date {new} must be later than the old one, {old}, and than now."),
    )
}
