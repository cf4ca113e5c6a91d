//! The refusals of a migration, in words: what stands in the way, with all of it at once.

use jiff::civil::Date;

use crate::definition::procedure::Procedure;
use crate::machine::draft::Draft;
use crate::machine::migration::obstacle::Obstacle;
use crate::machine::refusal::{Code, Refusal};

pub(super) fn not_author(procedure: &Procedure) -> Refusal {
    Refusal::new(
        Code::NotAllowed,
        format!("Chỉ người soạn quy trình của đơn vị `{}` được làm việc này, đứng tên mình.", procedure.owner),
        format!("Only an author of procedures of `{}` does this, in his own name.", procedure.owner),
    )
}

pub(super) fn unknown_text(draft: &Draft<'_>) -> Refusal {
    Refusal::new(
        Code::CannotMigrate,
        format!("Bản quy trình muốn chuyển hồ sơ {} sang chưa được công bố.", draft.case().id),
        format!("The text that case {} should go on by is not published.", draft.case().id),
    )
}

pub(super) fn other_procedure(draft: &Draft<'_>, new: &Procedure) -> Refusal {
    let case = draft.case();
    Refusal::new(
        Code::CannotMigrate,
        format!("Hồ sơ {} chạy theo quy trình `{}`, không phải `{}`.", case.id, case.procedure, new.id),
        format!("Case {} runs by procedure `{}` and not by `{}`.", case.id, case.procedure, new.id),
    )
}

pub(super) fn runs_by_it(draft: &Draft<'_>, new: &Procedure) -> Refusal {
    Refusal::new(
        Code::AlreadyMigrated,
        format!("Hồ sơ {} đã chạy theo bản {}.", draft.case().id, new.version),
        format!("Case {} runs by version {} already.", draft.case().id, new.version),
    )
}

pub(super) fn migrates_from(new: &Procedure, from: Date) -> Refusal {
    Refusal::new(
        Code::NotInForce,
        format!("Bản {} có hiệu lực từ {from}; hồ sơ chuyển sang được từ ngày đó.", new.version),
        format!("Version {} is in force from {from}; cases go on by it from that day.", new.version),
    )
}

pub(super) fn finishes_on_old(draft: &Draft<'_>, new: &Procedure, why: &Obstacle) -> Refusal {
    let (case, why) = (&draft.case().id, why.text());
    Refusal::new(
        Code::FinishesOnOld,
        format!("Hồ sơ {case} không chuyển sang bản {}: {}.", new.version, why.vi),
        format!("Case {case} does not go on by version {}: {}.", new.version, why.en),
    )
}

pub(super) fn cannot_migrate(draft: &Draft<'_>, new: &Procedure, obstacles: &[Obstacle]) -> Refusal {
    let case = &draft.case().id;
    let (vi, en): (Vec<String>, Vec<String>) =
        obstacles.iter().map(|obstacle| (obstacle.text().vi, obstacle.text().en)).unzip();
    Refusal::new(
        Code::CannotMigrate,
        format!("Hồ sơ {case} không chuyển sang bản {} được: {}.", new.version, vi.join("; ")),
        format!("Case {case} cannot go on by version {}: {}.", new.version, en.join("; ")),
    )
}
