//! D09: a person's data, in fields and papers, that nobody says when to forget; and that another unit is shown.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, StepKind, Units};
use crate::definition::source::Route;

/// Terms of keeping, and where such data leave the unit.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = unkept(look);
    found.extend(shown(look));
    found
}

fn unkept(look: &Look<'_>) -> Vec<Diagnostic> {
    let procedure = look.procedure;
    let fields = procedure.fields.iter().filter(|(_, field)| field.personal && field.keep.is_none());
    let documents = procedure.documents.iter().filter(|(_, paper)| paper.personal && paper.keep.is_none());
    let fields = fields.map(|(id, _)| ("fields", id.as_str()));
    fields
        .chain(documents.map(|(id, _)| ("documents", id.as_str())))
        .map(|(of, id)| {
            Diagnostic::error(
                "D09",
                look.source.key_span(&Route::of([of, id])),
                format!("`{id}` là dữ liệu cá nhân mà chưa nói giữ bao lâu"),
                format!("`{id}` is personal and nobody says how long it is kept"),
            )
            .warning()
            .help("thêm `keep:`, ví dụ `keep: 5 years`", "add `keep:`, as `keep: 5 years`")
        })
        .collect()
}

/// Bodies that are asked, and procedures that are called, are given what stands in `needs` and `pass`.
fn shown(look: &Look<'_>) -> Vec<Diagnostic> {
    let personal = |id: &str| {
        look.procedure.fields.get(id).is_some_and(|field| field.personal)
            || look.procedure.documents.get(id).is_some_and(|paper| paper.personal)
    };
    let mut found = Vec::new();
    for step in look.sound_steps() {
        let route = look.route(&step.id);
        let (names, place, whom): (Vec<&str>, Route, String) = match &step.kind {
            StepKind::Parallel(block) => {
                let Bodies::ForEach { units, needs, .. } = &block.bodies else { continue };
                let names =
                    needs.fields.iter().map(|id| id.as_str()).chain(needs.documents.iter().map(|id| id.as_str()));
                let whom = match units {
                    Units::Named(units) => units
                        .iter()
                        .filter(|unit| **unit != look.procedure.owner)
                        .map(|unit| format!("`{unit}`"))
                        .collect::<Vec<_>>()
                        .join(", "),
                    Units::Field(field) => format!("`{field}`"),
                };
                (names.collect(), route.key("needs"), whom)
            }
            StepKind::Call(call) => {
                let pass = &call.uses.pass;
                let names = pass.fields.keys().map(|id| id.as_str()).chain(pass.documents.keys().map(|id| id.as_str()));
                (names.collect(), route.key("use").key("pass"), format!("`{}`", call.uses.procedure))
            }
            _ => continue,
        };
        let Some(name) = names.into_iter().find(|name| personal(name)).filter(|_| !whom.is_empty()) else { continue };
        found.push(
            Diagnostic::error(
                "D09",
                look.source.key_span(&place),
                format!("dữ liệu cá nhân `{name}` ra ngoài đơn vị, tới {whom}: có cần cho việc của họ không?"),
                format!("the personal `{name}` goes out of the unit, to {whom}: do they need it for their work?"),
            )
            .warning()
            .help("bỏ nó ở đây, hoặc ghi lý do ở `allow`", "leave it out here, or say why at `allow`"),
        );
    }
    found
}
