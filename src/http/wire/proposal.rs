//! Texts that wait for a second person, and the versions of a procedure, over the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::definition::diagnostic::{self, Diagnostic, Text};
use crate::definition::source::Source;
use crate::http::lang::Lang;
use crate::http::wire::names::{Person, Unit};
use crate::ids::{CaseId, Ts};
use crate::service::library::Shelf;
use crate::service::motion::Moved;
use crate::service::plan::Plan;
use crate::service::register::Done;
use crate::service::review::Review;
use crate::service::texts::TextView;
use crate::service::views::{PersonName, UnitName};

/// How many cases are named for each thing that stands in their way.
const FEW: usize = 20;

/// A text to be put in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    /// The whole file of the procedure.
    #[schema(examples("format: quytrinh/v1\nid: cap-phep-xay-dung\nversion: 4\n…"))]
    pub text: String,
    /// Why, for the record: a decision and its number.
    #[schema(examples("Theo QĐ 15/QĐ-SXD"))]
    pub reason: String,
}

/// Why a text is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    #[schema(examples("Nghị định lùi ngày có hiệu lực"))]
    pub reason: String,
}

/// The receipt of a motion: it is on disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextMoved {
    #[schema(examples("cap-phep-xay-dung"))]
    pub procedure: String,
    pub version: u32,
    /// SHA-256 of the text.
    pub digest: String,
    /// `procedure_proposed`, `procedure_published`, `procedure_withdrawn` or `publication_withdrawn`.
    #[schema(examples("procedure_proposed"))]
    pub event: String,
    /// Its entry in the journal, which the next `If-Match` names; absent for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Leaf hash of that entry, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Ts,
}

/// A text proposed, with what looking at it came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposed {
    #[serde(flatten)]
    pub moved: TextMoved,
    #[serde(flatten)]
    pub seen: Seen,
}

/// What waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalList {
    pub items: Vec<TextLine>,
}

/// The versions of a procedure, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionList {
    pub items: Vec<TextLine>,
}

/// A text in lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextLine {
    #[schema(examples("cap-phep-xay-dung"))]
    pub procedure: String,
    pub version: u32,
    /// SHA-256 of the text.
    pub digest: String,
    /// `waiting`, `coming`, `in_force`, `ended`, `replaced` or `withdrawn`.
    #[schema(examples("waiting"))]
    pub state: String,
    /// Absent where its text is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Unit>,
    /// First and last day in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("2026-12-01"))]
    pub effective: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<TextAct>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<TextAct>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<TextAct>,
    /// The last entry about it: what `If-Match` names.
    pub revision: u64,
    /// What the caller may do with it now: `confirm`, `withdraw`.
    pub may: Vec<String>,
}

/// Something done with a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextAct {
    /// Its entry in the journal.
    pub seq: u64,
    /// Absent where the system did it, from the folder it was started with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Ts,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A text that waits, with everything a second person needs to decide.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposal {
    #[serde(flatten)]
    pub line: TextLine,
    /// The file as it was proposed.
    pub text: String,
    #[serde(flatten)]
    pub seen: Seen,
}

/// What looking at a text came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Seen {
    /// It may be put in force.
    pub passes: bool,
    /// The version it follows; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<u32>,
    /// What is wrong in it, by itself, against the version before and because of open cases.
    pub diagnostics: Vec<TextFinding>,
    /// What changes, in words.
    pub differences: Vec<TextDifference>,
    /// What becomes of open cases; absent for the first version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanFigures>,
}

/// Something wrong in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextFinding {
    #[schema(examples("V04"))]
    pub code: String,
    /// `error` stands in its way; `warning` and `note` do not.
    #[schema(examples("error"))]
    pub level: String,
    pub line: usize,
    pub column: usize,
    /// In the caller's language.
    #[schema(examples("step `tham_dinh` is gone and 3 open cases rest in it"))]
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// One thing that changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextDifference {
    /// `added`, `removed`, `changed`, `moved` or `renamed`.
    #[schema(examples("changed"))]
    pub kind: String,
    /// What it is about.
    #[schema(examples("limit"))]
    pub of: String,
    /// Keys from the top of the file.
    #[schema(examples("steps/tham_dinh/within"))]
    pub place: String,
    /// In the caller's language.
    pub message: String,
}

/// What becomes of the open cases that run by an earlier version.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanFigures {
    pub open: u64,
    /// They can go on by the new text, with their holders and all deadlines.
    pub go_on: u64,
    /// The text lets them finish on their version.
    pub finish: u64,
    /// They stay because something stands in their way.
    pub blocked: u64,
    /// Branches by the step they rest in.
    pub by_step: BTreeMap<String, u64>,
    pub obstacles: Vec<PlanObstacle>,
    /// Cases whose record cannot be read: they stay as they are.
    pub unreadable: Vec<String>,
}

/// What stands in the way of open cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanObstacle {
    /// In the caller's language.
    pub message: String,
    pub cases: u64,
    /// The first of them.
    pub examples: Vec<String>,
}

impl From<Moved> for TextMoved {
    fn from(moved: Moved) -> TextMoved {
        TextMoved {
            procedure: moved.procedure.to_string(),
            version: moved.version,
            digest: moved.digest.to_string(),
            event: moved.event,
            seq: moved.seq,
            leaf: moved.leaf,
            recorded_at: moved.recorded_at,
        }
    }
}

impl TextLine {
    /// A text as the caller sees it.
    pub fn new(shelf: &Shelf, view: &TextView) -> TextLine {
        let act = |done: &Option<Done>| {
            done.as_ref().map(|done| TextAct {
                seq: done.seq,
                by: done.by.as_ref().map(|id| PersonName { id: id.clone(), name: shelf.person_name(id) }.into()),
                at: done.at,
                reason: done.reason.clone(),
            })
        };
        let (one, procedure) = (&view.lineage, view.procedure.as_ref());
        let may = [("confirm", view.may_confirm), ("withdraw", view.may_withdraw)];
        let owner = procedure.map(|p| UnitName { id: p.owner.clone(), name: shelf.unit_name(&p.owner) }.into());
        TextLine {
            procedure: one.procedure.to_string(),
            version: one.version,
            digest: one.digest.to_string(),
            state: view.state.word().to_owned(),
            title: procedure.map(|procedure| procedure.title.vi.clone()),
            owner,
            effective: procedure.and_then(|procedure| procedure.effective).map(|day| day.to_string()),
            until: procedure.and_then(|procedure| procedure.until).map(|day| day.to_string()),
            proposed: act(&one.proposed),
            published: act(&one.published),
            withdrawn: act(&one.withdrawn),
            revision: one.revision(),
            may: may.iter().filter(|(_, may)| *may).map(|(word, _)| (*word).to_owned()).collect(),
        }
    }
}

impl Seen {
    /// What looking came to, in one language.
    pub fn new(review: &Review, lang: Lang) -> Seen {
        Seen {
            passes: review.passes(),
            follows: review.old.as_ref().map(|old| old.version),
            diagnostics: review.found.iter().map(|told| finding(told, &review.source, lang)).collect(),
            differences: review
                .differences
                .iter()
                .map(|one| TextDifference {
                    kind: one.kind.word().to_owned(),
                    of: one.of.to_owned(),
                    place: one.place.clone(),
                    message: said(&one.message, lang),
                })
                .collect(),
            plan: review.plan.as_ref().map(|plan| PlanFigures::new(plan, lang)),
        }
    }
}

/// Something wrong in a text, in one language.
pub fn finding(told: &Diagnostic, source: &Source, lang: Lang) -> TextFinding {
    let (line, column) = source.position(told.span.start);
    TextFinding {
        code: told.code.to_owned(),
        level: diagnostic::level_word(told.level).to_owned(),
        line,
        column,
        message: said(&told.message, lang),
        help: told.help.as_ref().map(|help| said(help, lang)),
    }
}

fn said(text: &Text, lang: Lang) -> String {
    lang.pick(&text.vi, &text.en).to_owned()
}

impl PlanFigures {
    fn new(plan: &Plan, lang: Lang) -> PlanFigures {
        let mut met: BTreeMap<String, Vec<&CaseId>> = BTreeMap::new();
        for case in &plan.cases {
            for obstacle in &case.obstacles {
                met.entry(said(&obstacle.text(), lang)).or_default().push(&case.case);
            }
        }
        let count =
            |wanted: &dyn Fn(&&crate::service::plan::Standing) -> bool| plan.cases.iter().filter(wanted).count() as u64;
        PlanFigures {
            open: plan.cases.len() as u64,
            go_on: plan.migrating() as u64,
            finish: count(&|case| case.stays.is_some()),
            blocked: count(&|case| case.stays.is_none() && !case.obstacles.is_empty()),
            by_step: plan.by_step.iter().map(|(step, count)| (step.to_string(), *count)).collect(),
            obstacles: met
                .into_iter()
                .map(|(message, cases)| PlanObstacle {
                    message,
                    cases: cases.len() as u64,
                    examples: cases.iter().take(FEW).map(ToString::to_string).collect(),
                })
                .collect(),
            unreadable: plan.unreadable.iter().map(ToString::to_string).collect(),
        }
    }
}
