//! Refusals in words: cases that call cases.

use crate::definition::call::{Call, DEEPEST};
use crate::definition::procedure::Step;
use crate::machine::command::Command;
use crate::machine::draft::Draft;
use crate::machine::refusal::{Code, Refusal};

pub(in crate::machine) fn only_the_engine_calls(command: &Command) -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        format!("`{}` do hệ thống tự làm khi một hồ sơ gọi hồ sơ khác.", command.word()),
        format!("`{}` is the engine's own, when a case calls another.", command.word()),
    )
}

pub(in crate::machine) fn not_callable(draft: &Draft<'_>, step: &Step, call: &Call) -> Refusal {
    let (title, id) = (draft.procedure().step_title(&step.id), &call.uses.procedure);
    let (vi, en) = match call.uses.version {
        Some(version) => (format!(" bản {version}"), format!(" version {version}")),
        None => Default::default(),
    };
    Refusal::new(
        Code::NotCallable,
        format!("Bước «{title}» gọi quy trình `{id}`{vi}, nhưng quy trình này chưa được ban hành; hãy ban hành trước."),
        format!("“{title}” calls procedure `{id}`{en}, which is not published; publish it first."),
    )
}

pub(in crate::machine) fn called_too_deep(draft: &Draft<'_>, step: &Step) -> Refusal {
    let title = draft.procedure().step_title(&step.id);
    Refusal::new(
        Code::TooDeep,
        format!("«{title}» không mở được hồ sơ con: các hồ sơ đã gọi nhau {DEEPEST} tầng, là mức sâu nhất."),
        format!("“{title}” cannot open another case: cases call each other {DEEPEST} deep already, which is the most."),
    )
}

pub(in crate::machine) fn withdrawn_with_caller(draft: &Draft<'_>) -> Refusal {
    let caller = caller_of(draft);
    Refusal::new(
        Code::WithCaller,
        format!("Đây là hồ sơ con của hồ sơ {caller}; muốn rút thì rút hồ sơ đó, hồ sơ con dừng theo."),
        format!("This case was called by case {caller}; withdraw that one, and this one stops with it."),
    )
}

pub(in crate::machine) fn reopened_with_caller(draft: &Draft<'_>) -> Refusal {
    let caller = caller_of(draft);
    Refusal::new(
        Code::WithCaller,
        format!("Hồ sơ {caller} đã nhận kết quả của hồ sơ con này và đi tiếp; không mở lại riêng được."),
        format!("Case {caller} has taken the result of this case and gone on; it cannot be reopened by itself."),
    )
}

fn caller_of(draft: &Draft<'_>) -> String {
    draft.case().caller.as_ref().map(|caller| caller.case.to_string()).unwrap_or_default()
}
