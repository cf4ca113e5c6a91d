//! R03: a role nobody holds.

use crate::definition::checks::beside::Beside;
use crate::definition::checks::beside::seats::unit_of;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Who;
use crate::definition::source::Route;
use crate::directory::Post;

/// Entries of `people` that lead to nobody on the day.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, people) in &look.procedure.people {
        let (unit, key) = match &people.who {
            Who::Post { unit, .. } => (unit, "post"),
            Who::HeadOf(unit) => (unit, "head_of"),
            Who::DeputyOf(unit) => (unit, "deputy_of"),
            _ => continue,
        };
        let Some(unit) = unit_of(unit, None).filter(|_| look.seats.candidates(id, None).is_empty()) else { continue };
        let posts = look.directory.unit(unit).into_iter().flat_map(|unit| &unit.posts);
        let meant = |post: &Post| match &people.who {
            Who::HeadOf(_) => post.head,
            Who::DeputyOf(_) => post.deputy,
            _ => false,
        };
        let named = |id: &crate::ids::PostId| matches!(&people.who, Who::Post { post, .. } if post == id);
        let last = posts.filter(|(id, post)| meant(post) || named(id)).flat_map(|(_, post)| &post.people);
        let since = last.filter_map(|holder| holder.until).filter(|day| *day < look.directory.day(look.at)).max();
        let name = look.directory.unit_name(unit);
        let diagnostic = Diagnostic::error(
            "R03",
            look.source.span(&Route::of(["people", id.as_str(), key])),
            format!("`{id}` không có ai giữ ở {name}"),
            format!("nobody holds `{id}` in {name}"),
        )
        .warning()
        .help(
            "bổ sung người vào sơ đồ tổ chức, hoặc giao bước cho chức danh khác",
            "add the person to the directory, or give the step to another post",
        );
        found.push(match since {
            Some(day) => diagnostic.label(format!("khuyết từ sau {day}"), format!("vacant since {day}")),
            None => diagnostic.label("chưa có ai", "nobody yet"),
        });
    }
    found
}
