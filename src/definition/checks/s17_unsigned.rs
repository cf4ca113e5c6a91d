//! S17: a success that can be reached without anybody having approved or signed.

use std::collections::{BTreeMap, VecDeque};

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::{Way, papers_of, ways};
use crate::definition::procedure::{Outcome, StepKind};
use crate::ids::StepId;

/// Only in files in which somebody signs: a procedure without a signature has none to miss.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let procedure = look.procedure;
    if !look.whole() {
        return Vec::new();
    }
    let signs = |way: &Way<'_>| {
        let by_verb = way.verb.is_some_and(|verb| matches!(verb.as_str(), "sign" | "approve"));
        let signed = |id: &crate::ids::DocumentId| procedure.documents.get(id).is_some_and(|paper| paper.signed);
        by_verb || papers_of(procedure, way).iter().any(signed)
    };
    let (signed, open): (Vec<Way<'_>>, Vec<Way<'_>>) = ways(procedure)
        .into_iter()
        .filter(|way| !matches!(procedure.step(way.from).map(|step| &step.kind), Some(StepKind::End(_))))
        .partition(signs);
    if signed.is_empty() {
        return Vec::new();
    }
    let mut came: BTreeMap<&StepId, Option<&StepId>> = procedure.start.iter().map(|c| (&c.then, None)).collect();
    let mut queue: VecDeque<&StepId> = came.keys().copied().collect();
    while let Some(here) = queue.pop_front() {
        for way in open.iter().filter(|way| way.from == here) {
            if !came.contains_key(way.to) {
                came.insert(way.to, Some(here));
                queue.push_back(way.to);
            }
        }
    }
    let done = |step: &&crate::definition::procedure::Step| matches!(&step.kind, StepKind::End(end) if end.outcome == Outcome::Done);
    let ends = look.sound_steps().filter(done).filter(|step| came.contains_key(&step.id));
    ends.map(|end| {
        let mut path = vec![end.id.as_str()];
        let mut at = &end.id;
        while let Some(Some(before)) = came.get(at) {
            path.push(before.as_str());
            at = before;
        }
        path.reverse();
        let names = path.join(" → ");
        Diagnostic::error(
            "S17",
            look.source.key_span(&look.route(&end.id)),
            format!("có đường tới `{}` không qua ai duyệt hay ký", end.id),
            format!("there is a way to `{}` on which nobody approves or signs", end.id),
        )
        .warning()
        .note(format!("đường đó là {names}"), format!("the way is {names}"))
        .help(
            "cho đường này qua bước ký, hoặc kết thúc khác `outcome: done`",
            "lead this way through the signing step, or end otherwise than `outcome: done`",
        )
    })
    .collect()
}
