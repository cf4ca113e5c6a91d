//! T14: the clock stops without limit or law; T15: it stops for the authority's own staff; T27: time is left out of the
//! count without a limit or a reason.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::ways;
use crate::definition::procedure::{
    Bodies, ClockPolicy, Limit, Parallel, Procedure, Reason, Step, StepKind, Transition, Wait,
};
use crate::ids::StepId;

/// Every place where the case's clock does something other than run.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for step in look.sound_steps() {
        match &step.kind {
            StepKind::Wait(wait) => found.extend(of_wait(look, step, wait)),
            StepKind::Staff(staff) => match staff.clock {
                Some(ClockPolicy::Pause | ClockPolicy::Restart) => found.push(own_staff(look, step)),
                Some(ClockPolicy::Exclude) if is_endless(&staff.within) => found.push(left_out(look, step)),
                _ => {}
            },
            StepKind::Parallel(block) => found.extend(of_block(look, step, block)),
            StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => {}
        }
    }
    found
}

/// Untimed, and nobody said why; with a reason it was meant so.
fn is_endless(limit: &Limit) -> bool {
    matches!(limit, Limit::Untimed { because: None })
}

fn of_wait(look: &Look<'_>, step: &Step, wait: &Wait) -> Option<Diagnostic> {
    let endless = is_endless(&wait.within);
    match wait.clock? {
        ClockPolicy::Pause | ClockPolicy::Restart => {
            let lawful = wait.legal.is_some() || led_here(look.procedure, &step.id, |way| way.legal.is_some());
            (endless || !lawful).then(|| without_law(look, step, endless))
        }
        ClockPolicy::Exclude => {
            let why = |way: &Transition| way.legal.is_some() || way.reason == Reason::Required;
            let reasoned = wait.legal.is_some() || led_here(look.procedure, &step.id, why);
            (endless || !reasoned).then(|| left_out(look, step))
        }
    }
}

/// Whether every action that leads to the step is of that kind.
fn led_here(procedure: &Procedure, step: &StepId, kind: impl Fn(&Transition) -> bool) -> bool {
    let mut into = ways(procedure).into_iter().filter(|way| way.to == step).peekable();
    into.peek().is_some() && into.all(|way| way.transition.is_some_and(&kind))
}

fn without_law(look: &Look<'_>, step: &Step, endless: bool) -> Diagnostic {
    let route = look.route(&step.id).key("clock");
    let id = &step.id;
    let found = match endless {
        true => Diagnostic::error(
            "T14",
            look.source.key_span(&route),
            format!("bước `{id}` dừng đồng hồ mà không có thời hạn"),
            format!("step `{id}` stops the clock without a limit"),
        ),
        false => Diagnostic::error(
            "T14",
            look.source.key_span(&route),
            format!("bước `{id}` dừng đồng hồ mà không có căn cứ"),
            format!("step `{id}` stops the clock without a legal basis"),
        ),
    };
    let help = match endless {
        true => ("thêm `within: 30 calendar days`", "add `within: 30 calendar days`"),
        false => (
            "thêm `legal:` ở bước này hoặc ở hành động dẫn tới",
            "add `legal:` to this step or to the action that leads here",
        ),
    };
    found.help(help.0, help.1)
}

fn own_staff(look: &Look<'_>, step: &Step) -> Diagnostic {
    Diagnostic::error(
        "T15",
        look.source.key_span(&look.route(&step.id).key("clock")),
        format!("bước `{}` do người của cơ quan giữ mà dừng đồng hồ", step.id),
        format!("step `{}` is held by the authority's own staff and stops the clock", step.id),
    )
    .label("chỉ chờ người ngoài mới được dừng", "only waiting for an outsider stops it")
    .help(
        "bỏ `clock`, hoặc đổi thành `kind: wait` nếu thật sự chờ người ngoài",
        "remove `clock`, or make it `kind: wait` if an outsider is waited for",
    )
}

fn of_block(look: &Look<'_>, step: &Step, block: &Parallel) -> Option<Diagnostic> {
    match (&block.bodies, block.clock?) {
        (Bodies::Branches(_), ClockPolicy::Pause | ClockPolicy::Restart) => Some(own_staff(look, step)),
        (Bodies::ForEach { within, .. }, _) if is_endless(within) => Some(left_out(look, step)),
        _ => None,
    }
}

fn left_out(look: &Look<'_>, step: &Step) -> Diagnostic {
    Diagnostic::error(
        "T27",
        look.source.key_span(&look.route(&step.id).key("clock")),
        format!("thời gian ở bước `{}` không tính vào hồ sơ mà thiếu thời hạn riêng hoặc lý do", step.id),
        format!("the time of step `{}` is left out of the case's, without a limit or a reason of its own", step.id),
    )
    .warning()
    .help(
        "thêm `within`, và `legal:` hoặc `reason: required` ở hành động dẫn tới",
        "add `within`, and `legal:` or `reason: required` on the action that leads here",
    )
}
