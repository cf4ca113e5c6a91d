//! R12: a step's name of which nobody can say whether it was done.

use crate::definition::checks::Look;
use crate::definition::checks::n17_numbers::numbered;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::StepKind;

/// Words that say that somebody is busy, not what comes of it.
const VAGUE: &[&str] = &[
    "xem xét",
    "phối hợp",
    "nghiên cứu",
    "tham mưu",
    "triển khai",
    "theo dõi",
    "quan tâm",
    "chủ động",
    "đôn đốc",
    "tiếp tục",
];

/// Names in which every task is vague; `Xem xét, ký phê duyệt` says what comes of it.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps().filter(|step| !matches!(step.kind, StepKind::End(_) | StepKind::Decision(_))) {
        let Some(word) = vague(&step.title.vi) else { continue };
        found.push(
            Diagnostic::error(
                "R12",
                look.source.span(&look.route(&step.id).key("vi")),
                format!("`{word}` không nói được thế nào là xong"),
                format!("`{word}` says nothing that can be checked"),
            )
            .warning()
            .help(
                "gọi tên việc theo kết quả: `Lập phiếu thẩm định`, `Ký giấy phép`, `Trả lời bằng văn bản`",
                "name the task by its result: `Draw up the appraisal`, `Sign the permit`, `Answer in writing`",
            ),
        );
    }
    found
}

/// The vague word of a name in which every task is vague.
pub fn vague(title: &str) -> Option<&'static str> {
    let (_, name) = numbered(title);
    let lower = name.to_lowercase();
    let mut tasks = lower.split([',', ';']).flat_map(|part| part.split(" và ")).map(str::trim);
    let is_vague = |task: &str| VAGUE.iter().any(|word| task.starts_with(word));
    VAGUE.iter().find(|word| lower.starts_with(**word)).filter(|_| tasks.all(is_vague)).copied()
}
