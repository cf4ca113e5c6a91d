//! T21: more reminders a week than a person reads. How many come is simulated above this floor; what is too many the
//! policy says.

use crate::definition::checks::across::File;
use crate::definition::checks::x11_policy::Rule;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::source::Route;
use crate::ids::StepId;

/// What the people of a post get in a week, each of them.
pub struct Reminded<'a> {
    /// What the file calls them.
    pub title: &'a str,
    pub a_week: f64,
    /// The step that most of them come from.
    pub step: &'a StepId,
}

/// The finding, where a policy bounds it and it is more.
pub fn check((policy, rule): Rule<'_>, (_, source): File<'_>, reminded: &Reminded<'_>) -> Option<Diagnostic> {
    let most = policy.reminders.filter(|most| reminded.a_week > f64::from(*most))?;
    let count = reminded.a_week.ceil();
    let warn = source.node(&Route::of(["case", "warn"])).is_some();
    let place = if warn { Route::of(["case", "warn"]) } else { Route::of(["steps", reminded.step.as_str()]) };
    let title = reminded.title;
    Some(
        Diagnostic::error(
            "T21",
            source.key_span(&place),
            format!("{title}: mỗi người nhận chừng {count} lời nhắc một tuần, quy định cho nhiều nhất {most}"),
            format!("{title}: each gets about {count} reminders a week, the policy allows {most}"),
        )
        .warning()
        .elsewhere(Elsewhere::at(
            rule,
            rule.key_span(&Route::of(["reminders"])),
            "số lời nhắc được phép",
            "how many are allowed",
        ))
        .note(
            format!("tính theo số hồ sơ một năm của nhiệm vụ; nhiều nhất từ bước `{}`", reminded.step),
            format!("by the cases a year of the mandate; most of them from step `{}`", reminded.step),
        )
        .help(
            "bớt một mốc ở `warn:`, hoặc thêm người: nhắc nhiều quá thì không ai đọc",
            "remove a line of `warn:`, or add people: what comes too often is not read",
        ),
    )
}
