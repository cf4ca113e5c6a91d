//! What a new text does to the cases that are open, told as findings in its file: V04 to V07 and V11. A text that lets
//! them finish on their version takes nothing from them, and is told only whose limits it shortens.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::definition::checks::paths::FULL_DAY_MINUTES;
use crate::definition::diagnostic::{Diagnostic, Text};
use crate::definition::procedure::{Bodies, Limit, Parallel, Procedure, Step, StepKind};
use crate::definition::source::{Route, Source, Span};
use crate::ids::{CaseId, Digest, StepId};
use crate::machine::migration::Obstacle;
use crate::service::plan::{Plan, Standing};

/// How many cases are named.
const FEW: usize = 3;

/// Everything a plan finds in the text. `old` is the text of a version that open cases run by.
pub fn check(
    plan: &Plan,
    old: impl Fn(u32) -> Option<Arc<Procedure>>,
    new: &Procedure,
    source: &Source,
) -> Vec<Diagnostic> {
    let look = Look { new, source, here: place(new, source) };
    // Where the text says that they finish as they began, nothing stands in anybody's way.
    let finishes = |case: &Standing| matches!(case.stays, Some(Obstacle::FinishOnOld { .. }));
    let mut met: BTreeMap<&Obstacle, Vec<&CaseId>> = BTreeMap::new();
    for case in plan.cases.iter().filter(|case| !finishes(case)) {
        for obstacle in &case.obstacles {
            // That a history cannot be replayed is asked only where the text wants it.
            if obstacle.check() != Some("V11") || case.stays.is_none() {
                met.entry(obstacle).or_default().push(&case.case);
            }
        }
    }
    let mut found: Vec<Diagnostic> =
        met.into_iter().filter_map(|(obstacle, cases)| look.tell(obstacle, &cases)).collect();
    found.extend(look.shortened(plan, old));
    found
}

struct Look<'a> {
    new: &'a Procedure,
    source: &'a Source,
    /// Where the text says what becomes of open cases, or should.
    here: Span,
}

fn place(new: &Procedure, source: &Source) -> Span {
    let version = new.version.to_string();
    match new.changes.contains_key(&new.version) {
        true => source.key_span(&Route::of(["changes", &version])),
        false => source.span(&Route::of(["version"])),
    }
}

impl Look<'_> {
    fn tell(&self, obstacle: &Obstacle, cases: &[&CaseId]) -> Option<Diagnostic> {
        let n = cases.len();
        let found = match (obstacle.check()?, obstacle) {
            ("V04", Obstacle::StepGone { step }) => Diagnostic::error(
                "V04",
                self.here,
                format!("bỏ bước `{step}` nhưng có {n} hồ sơ đang ở đó"),
                format!("step `{step}` is gone and {n} open cases rest in it"),
            )
            .help(
                format!("`running: finish_on_old`, hoặc `running: {{ migrate: {{ {step}: {} }} }}`", self.other(step)),
                format!("`running: finish_on_old`, or `running: {{ migrate: {{ {step}: {} }} }}`", self.other(step)),
            ),
            ("V05", obstacle) => self.other_kind(obstacle, n)?,
            ("V07", Obstacle::FieldGone { field }) => Diagnostic::error(
                "V07",
                self.here,
                format!("bỏ trường `{field}` nhưng {n} hồ sơ đang mở có dữ liệu ở đó"),
                format!("field `{field}` is gone and {n} open cases hold data in it"),
            )
            .help("giữ trường này, hoặc `running: finish_on_old`", "keep the field, or `running: finish_on_old`"),
            ("V07", obstacle) => {
                let said = obstacle.text();
                Diagnostic::error(
                    "V07",
                    self.here,
                    format!("{n} hồ sơ đang mở {}", said.vi),
                    format!("{n} open cases: each {}", said.en),
                )
                .help(
                    "giữ trường như cũ, để một bước hỏi (`needs`), hoặc `running: finish_on_old`",
                    "keep the field as it was, let a step ask for it (`needs`), or `running: finish_on_old`",
                )
            }
            (_, obstacle) => self.no_replay(obstacle, n),
        };
        let few: Vec<&str> = cases.iter().take(FEW).map(|case| case.as_str()).collect();
        let more = if n > FEW { ", …" } else { "" };
        Some(found.note(
            format!("{n} hồ sơ: {}{more} (quytrinh plan --cases)", few.join(", ")),
            format!("{n} cases: {}{more} (quytrinh plan --cases)", few.join(", ")),
        ))
    }

    /// A step that goes on under another name, for an example: the first of the file that somebody works.
    fn other(&self, gone: &StepId) -> String {
        let worked = |step: &&Step| matches!(step.kind, StepKind::Staff(_)) && step.id != *gone;
        self.new.steps.values().find(worked).map_or_else(|| "…".to_owned(), |step| step.id.to_string())
    }

    fn other_kind(&self, obstacle: &Obstacle, n: usize) -> Option<Diagnostic> {
        let step = obstacle.step()?;
        let (what, may) = match obstacle {
            Obstacle::HolderChanged { .. } => (Text::new("người giữ", "who holds it"), true),
            Obstacle::BlockChanged { .. } => (Text::new("các nhánh", "its branches"), false),
            _ => (Text::new("loại bước", "its kind"), false),
        };
        let span = match self.new.step(step).is_some() {
            true => self.source.key_span(&Route::of(["steps", step.as_str()])),
            false => self.here,
        };
        let found = Diagnostic::error(
            "V05",
            span,
            format!("bước `{step}` đổi {} trong khi {n} hồ sơ đang ở đó", what.vi),
            format!("step `{step}` changes {} while {n} open cases rest in it", what.en),
        );
        Some(match may {
            true => found.help(
                format!("`running: finish_on_old`, hoặc `migrate: {{ {step}: {step} }}` để người đang giữ làm tiếp"),
                format!(
                    "`running: finish_on_old`, or `migrate: {{ {step}: {step} }}`: who holds it goes on holding it"
                ),
            ),
            false => found.help(
                "đặt tên khác cho bước mới, hoặc `running: finish_on_old`",
                "call the new step otherwise, or `running: finish_on_old`",
            ),
        })
    }

    fn no_replay(&self, obstacle: &Obstacle, n: usize) -> Diagnostic {
        let said = obstacle.text();
        let found = Diagnostic::error(
            "V11",
            self.here,
            format!("{n} hồ sơ không chuyển sang bản này được: {}", said.vi),
            format!("{n} open cases cannot go on by this version: each {}", said.en),
        );
        match obstacle {
            Obstacle::StepChanged { step, .. } => found.help(
                format!(
                    "nếu vẫn đi tiếp được, ghi `{step}: {step}` vào `migrate`; nếu không, `running: finish_on_old`"
                ),
                format!(
                    "if they may go on so, write `{step}: {step}` into `migrate`; if not, `running: finish_on_old`"
                ),
            ),
            Obstacle::StepRemoved { step } => found.help(
                format!("ghi bước thay cho `{step}` vào `migrate`, hoặc `running: finish_on_old`"),
                format!("write into `migrate` which step stands for `{step}`, or `running: finish_on_old`"),
            ),
            _ => found.help(
                "những hồ sơ này ở lại bản cũ; hoặc giữ điều đã có, hoặc `running: finish_on_old`",
                "these stay on their version; or keep what was there, or `running: finish_on_old`",
            ),
        }
    }

    /// Steps whose limit is shorter now, with cases in them: those keep the limit they were given.
    fn shortened(&self, plan: &Plan, old: impl Fn(u32) -> Option<Arc<Procedure>>) -> Vec<Diagnostic> {
        let mut texts: BTreeMap<u32, Option<Arc<Procedure>>> = BTreeMap::new();
        let mut shorter: BTreeMap<(StepId, String, String, String, String), usize> = BTreeMap::new();
        for case in &plan.cases {
            let before = texts.entry(case.version).or_insert_with(|| old(case.version));
            for at in &case.at {
                let was = before.as_ref().and_then(|before| length(before.step(&at.step)?));
                let is = self.new.step(&at.step).and_then(length);
                if let (Some(was), Some(is)) = (was, is)
                    && is.compare(was, FULL_DAY_MINUTES) == Some(Ordering::Less)
                {
                    *shorter.entry((at.step.clone(), was.vi(), is.vi(), was.en(), is.en())).or_default() += 1;
                }
            }
        }
        let told = |((step, was, is, was_en, is_en), n): ((StepId, String, String, String, String), usize)| {
            Diagnostic::error(
                "V06",
                self.source.span(&Route::of(["steps", step.as_str(), "within"])),
                format!("bước `{step}` rút từ {was} xuống {is}; {n} hồ sơ đang ở đó giữ hạn cũ"),
                format!("step `{step}` is shortened from {was_en} to {is_en}; {n} cases in it keep the old limit"),
            )
            .warning()
            .help(
                "không cần sửa: hạn mới tính cho hồ sơ tới bước này sau ngày hiệu lực",
                "nothing to mend: the new limit counts for cases that come to the step from then on",
            )
        };
        shorter.into_iter().map(told).collect()
    }
}

fn length(step: &Step) -> Option<&crate::calendar::working_time::WorkingTime> {
    let limit = match &step.kind {
        StepKind::Staff(staff) => &staff.within,
        StepKind::Wait(wait) => &wait.within,
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { within, .. }, .. }) => within,
        _ => return None,
    };
    match limit {
        Limit::Length(length) => Some(length),
        _ => None,
    }
}

/// V08: the text is not, to the byte, the one that was proposed and that the decision signs.
pub fn signed(proposed: &Digest, new: &Procedure, source: &Source) -> Option<Diagnostic> {
    if *proposed == new.digest {
        return None;
    }
    let short = |digest: &Digest| digest.to_string().chars().take(12).collect::<String>();
    let (proposed, is) = (short(proposed), short(&new.digest));
    Some(
        Diagnostic::error(
            "V08",
            source.span(&Route::of(["version"])),
            format!("tệp không phải văn bản đã đề nghị cho bản {}: mã {is}, đã đề nghị {proposed}", new.version),
            format!("the file is not the text proposed as version {}: digest {is}, proposed {proposed}", new.version),
        )
        .help(
            "lấy đúng tệp đã đề nghị; nếu muốn văn bản này, rút đề nghị cũ (`--withdraw`) rồi đề nghị lại",
            "take the file that was proposed; for this text withdraw what waits (`--withdraw`) and propose it",
        ),
    )
}
