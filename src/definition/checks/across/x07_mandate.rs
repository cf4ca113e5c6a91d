//! X07: a task of a unit for which there is no procedure. Told in the file of its tasks, each task once.

use std::cell::LazyCell;

use crate::definition::checks::across::File;
use crate::definition::checks::across::alike::Bare;
use crate::definition::checks::factory;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::mandate::{Mandate, Task};
use crate::definition::source::{Route, Source};
use crate::directory::Directory;
use crate::fold::nearest;

/// From this likeness on, of 100, a task without code and name of a procedure is the one that the label says.
const ALIKE: usize = 85;

/// A mandate with its text.
pub type Duties<'a> = (&'a Mandate, &'a Source);

/// N10: a unit that the directory does not have.
pub fn unit((mandate, source): Duties<'_>, directory: &Directory) -> Option<Diagnostic> {
    let unit = &mandate.unit;
    if directory.unit(unit).is_some() {
        return None;
    }
    let span = source.span(&Route::of(["unit"]));
    let found = Diagnostic::error(
        "N10",
        span,
        format!("sơ đồ tổ chức không có đơn vị `{unit}`"),
        format!("the directory has no unit `{unit}`"),
    );
    let known = directory.file().units.keys().map(|unit| unit.as_str());
    Some(match nearest(unit.as_str(), known) {
        Some(near) => found.help(format!("có phải là `{near}`?"), format!("did you mean `{near}`?")).fix(span, near),
        None => found.help("ghi mã đơn vị như trong sơ đồ tổ chức", "write the unit's id as the directory has it"),
    })
}

/// Tasks without a procedure, and work in steps that the procedure does not have.
pub fn check((mandate, source): Duties<'_>, files: &[File<'_>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let names = LazyCell::new(|| files.iter().map(|(procedure, _)| Bare::of(&procedure.title.vi)).collect());
    for (id, task) in &mandate.tasks {
        let route = Route::of(["tasks", id.as_str()]);
        let doing: Vec<&File<'_>> = files.iter().filter(|(procedure, _)| task.is_done_by(procedure)).collect();
        for step in task.work.keys().filter(|_| !doing.is_empty()) {
            if doing.iter().all(|(procedure, _)| procedure.step(step).is_none()) {
                let known = doing.iter().flat_map(|(procedure, _)| procedure.steps.keys()).map(|step| step.as_str());
                let span = source.key_span(&route.clone().key("work").key(step.as_str()));
                found.push(factory::not_declared("N04", span, step.as_str(), ("bước nào tên", "step called"), known));
            }
        }
        if doing.is_empty() && task.because.is_none() && !is_done_by_name(task, &names) {
            found.push(without(task, source, &route, files));
        }
    }
    found
}

/// Whether a task that names neither procedure nor code is one by its label. The names are made ready where one is.
fn is_done_by_name(task: &Task, names: &LazyCell<Vec<Bare>, impl FnOnce() -> Vec<Bare>>) -> bool {
    let unnamed = task.procedure.is_none() && task.code.is_none();
    unnamed && {
        let own = Bare::of(&task.title.vi);
        names.iter().any(|name| name.alike(&own, ALIKE))
    }
}

fn without(task: &Task, source: &Source, route: &Route, files: &[File<'_>]) -> Diagnostic {
    let found = Diagnostic::error(
        "X07",
        source.key_span(route),
        format!("nhiệm vụ chưa có quy trình: {}", task.title.vi),
        format!("a task without a procedure: {}", task.title.en.as_ref().unwrap_or(&task.title.vi)),
    )
    .warning();
    let ids = || files.iter().map(|(procedure, _)| procedure.id.as_str());
    match task.procedure.as_ref().and_then(|id| Some((id, nearest(id.as_str(), ids())?))) {
        Some((id, near)) => {
            let span = source.span(&route.clone().key("procedure"));
            found
                .label(format!("không có quy trình `{id}`"), format!("there is no procedure `{id}`"))
                .help(format!("có phải là `{near}`?"), format!("did you mean `{near}`?"))
                .fix(span, near)
        }
        None => found.help(
            "soạn quy trình (`quytrinh new`), ghi `code:` hoặc `procedure:` của quy trình đã có, hoặc `because:` vì sao không cần",
            "write one (`quytrinh new`), name one there is by `code:` or `procedure:`, or say `because:` why none is needed",
        ),
    }
}
