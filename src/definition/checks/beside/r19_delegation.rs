//! R19: a delegation that the procedure counts on ends before the procedure begins, or within thirty days.

use jiff::ToSpan;

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;

/// Delegations in force that name the procedure and are not followed by another.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let (id, today) = (&look.procedure.id, look.directory.day(look.at));
    let soon = today.saturating_add(30.days());
    let delegations = &look.directory.file().delegations;
    let mut found = Vec::new();
    for delegation in delegations.iter().filter(|d| d.procedures.contains(id) && d.until >= today) {
        let followed = delegations.iter().any(|other| {
            other.procedures.contains(id)
                && (&other.from, &other.to) == (&delegation.from, &delegation.to)
                && other.until > delegation.until
        });
        if followed {
            continue;
        }
        let (from, to) = (look.seats.name(&delegation.from), look.seats.name(&delegation.to));
        let until = delegation.until;
        let say = |span, vi: &str, en: &str| {
            Diagnostic::error(
                "R19",
                span,
                format!("{from} ủy quyền cho {to} đến {until}, {vi}"),
                format!("the delegation of {from} to {to} ends on {until}, {en}"),
            )
            .help(
                "gia hạn ủy quyền trong sơ đồ tổ chức, hoặc bỏ quy trình này khỏi ủy quyền",
                "prolong the delegation in the directory, or take this procedure out of it",
            )
        };
        match look.procedure.effective {
            Some(effective) if until < effective => found.push(say(
                look.source.span(&Route::of(["effective"])),
                "trước ngày quy trình có hiệu lực",
                "before the procedure comes into force",
            )),
            _ if until <= soon => found.push(
                say(look.source.span(&Route::of(["id"])), "chưa đầy 30 ngày nữa", "in less than 30 days").warning(),
            ),
            _ => {}
        }
    }
    found
}
