//! The page of a case: what I may do now, who holds it, its clocks, its custody, its data and its history.
//!
//! It turns a view into words; `act` sends what its forms ask for.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::calendar::working_time::limit_in_words;
use crate::ids::{CaseId, Ts};
use crate::service::views::{
    BranchView, CaseView, ChoiceView, ClockView, CouncilView, EscalationView, GroupView, RelatedView, Relation,
    TimelineItem,
};
use crate::web::custody::Custody;
use crate::web::door::{Pages, Signed};
use crate::web::explain::href;
use crate::web::format;
use crate::web::forms::{ActForm, Again, Weight};
use crate::web::item::{Tone, marks, share};
use crate::web::lang::Lang;
use crate::web::shell::{Section, Shell, Stamp, fresh_key};
use crate::web::suspensions::Suspensions;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The entry of an act just done.
    #[serde(rename = "da-ghi")]
    done: Option<u64>,
    /// The entry of the case's opening, just done.
    #[serde(rename = "da-mo")]
    opened: Option<u64>,
}

/// The page of a case that the person may see.
pub async fn show(
    State(pages): State<Pages>,
    signed: Signed,
    Path(id): Path<String>,
    Query(address): Query<Address>,
) -> Response {
    let mut shell = signed.seen.shell(Section::Other);
    // The way back after a change of language does not repeat what was just done.
    shell.here = format!("/ho-so/{id}");
    shell.flash = match (address.done, address.opened) {
        (Some(seq), _) => Some(shell.with("done-entry", &[("seq", &seq.to_string())])),
        (None, Some(seq)) => Some(shell.with("done-opened", &[("seq", &seq.to_string())])),
        (None, None) => None,
    };
    answer(&pages, &signed, &CaseId::from(id), StatusCode::OK, shell, None, None).await
}

/// The page as an answer, also after a refusal.
pub async fn answer(
    pages: &Pages,
    signed: &Signed,
    case: &CaseId,
    status: StatusCode,
    shell: Shell,
    notice: Option<Problem>,
    again: Option<(&str, u32, Again)>,
) -> Response {
    let query = pages.engine.query();
    let (view, picture) = match query.case_drawn(case, &signed.person).await {
        Ok(drawn) => drawn,
        Err(why) => return signed.seen.unanswered(&why),
    };
    let page_key = fresh_key();
    let asked = Asked { now: pages.engine.clock().now(), page_key: &page_key, picture: Some(picture), notice, again };
    signed.seen.page(status, &CasePage::new(shell, &view, asked))
}

/// Everything the page writes.
#[derive(Template)]
#[template(path = "case.html")]
pub struct CasePage {
    pub shell: Shell,
    pub id: String,
    pub title: String,
    pub procedure: String,
    pub procedure_id: String,
    pub version: u32,
    pub owner: String,
    pub code: Option<String>,
    pub variant: Option<String>,
    pub channel: String,
    pub open: bool,
    pub outcome: String,
    pub ended: Option<Stamp>,
    pub opened: Stamp,
    pub promise: Option<Stamp>,
    /// What stands against the case, in words with their reason.
    pub marks: Vec<(String, String)>,
    pub clock: Option<ClockBox>,
    pub stopped_since: Option<Stamp>,
    pub groups: Vec<GroupLine>,
    pub branches: Vec<BranchBox>,
    pub related: Vec<RelatedLine>,
    /// Ways on, the forward ones first.
    pub moves: Vec<ActForm>,
    /// Acts beside the way.
    pub beside: Vec<ActForm>,
    pub notice: Option<Problem>,
    pub custody: Custody,
    /// Where the case's clock stood, if it ever did.
    pub suspensions: Option<Suspensions>,
    pub fields: Vec<Fact>,
    pub papers: Vec<Paper>,
    /// The procedure's picture as SVG of our own making.
    pub picture: Option<String>,
    pub timeline: Vec<Happening>,
}

/// A clock in words.
pub struct ClockBox {
    /// The page that explains it.
    pub why: String,
    pub left: String,
    pub deadline: Stamp,
    pub started: Stamp,
    pub rule: String,
    pub limit: String,
    pub bar: u8,
    pub tone: Tone,
}

/// A group of steps with its clock.
pub struct GroupLine {
    pub title: String,
    pub clock: ClockBox,
}

/// Where a branch rests and who holds it.
pub struct BranchBox {
    pub label: Option<String>,
    pub step: String,
    pub waits: bool,
    pub holder: String,
    pub unit: String,
    pub how: String,
    /// The head holds it until somebody takes it.
    pub pooled: bool,
    pub since: Stamp,
    pub received: Option<Stamp>,
    pub clock: Option<ClockBox>,
    pub escalations: Vec<EscalationLine>,
    pub council: Option<CouncilBox>,
}

/// Another case that belongs with this one.
pub struct RelatedLine {
    /// How it does, in words.
    pub how: String,
    pub case: String,
    /// Where its page is, for who may see it.
    pub href: Option<String>,
    pub procedure: String,
    pub status: Option<String>,
}

/// How the council that decides here stands.
pub struct CouncilBox {
    /// How many have voted, of how many, and how many must.
    pub standing: String,
    /// Each vote: who, and for what.
    pub votes: Vec<(String, String)>,
}

/// A superior to whom the late step was brought.
pub struct EscalationLine {
    pub superior: String,
    pub since: Stamp,
    pub answer_by: Option<Stamp>,
    pub acknowledged: Option<Stamp>,
    /// Who let his own term pass before.
    pub before: Option<String>,
}

/// Something that went wrong, said at the top of the page.
pub struct Problem {
    pub title: String,
    pub detail: String,
    /// The form it belongs to, to jump there.
    pub form: Option<String>,
}

/// A field with its value in words.
pub struct Fact {
    pub title: String,
    pub value: Option<String>,
}

/// A paper of the case.
pub struct Paper {
    pub title: String,
    pub present: bool,
    pub result: bool,
    pub digitised: bool,
}

/// One entry of the history in words.
pub struct Happening {
    pub seq: u64,
    pub at: Stamp,
    /// Set where it was written later than it happened.
    pub recorded: Option<Stamp>,
    pub words: String,
    pub who: String,
    pub on_behalf_of: Option<String>,
    pub reason: Option<String>,
    /// `act`, `notice`, `late` or `end`: the mark beside it.
    pub mark: &'static str,
}

/// What the page needs beside the view.
pub struct Asked<'a> {
    pub now: Ts,
    pub page_key: &'a str,
    pub picture: Option<String>,
    pub notice: Option<Problem>,
    /// The act and branch whose form has just been refused, with what was typed.
    pub again: Option<(&'a str, u32, Again)>,
}

impl CasePage {
    /// The page of a view.
    pub fn new(shell: Shell, view: &CaseView, asked: Asked<'_>) -> CasePage {
        let open = view.row.status == "open";
        let stopped = view.row.stopped_since.is_some();
        let (moves, beside) = forms(&shell, view, &asked);
        let mut timeline: Vec<Happening> = view.timeline.iter().map(|item| happening(&shell, item)).collect();
        timeline.reverse();
        CasePage {
            id: view.row.case.to_string(),
            title: view.row.title.clone(),
            procedure: view.procedure_title.clone(),
            procedure_id: view.row.procedure.to_string(),
            version: view.row.procedure_version,
            owner: view.owner.name.clone(),
            code: view.row.code.clone(),
            variant: view.variant.as_ref().map(|(vi, en)| shell.lang.pick(vi, en).to_owned()),
            channel: channel(&shell, &view.row.channel),
            outcome: match &view.outcome_title {
                Some(title) => title.clone(),
                None => shell.t(&format!("status-{}", view.row.status)),
            },
            open,
            ended: view.row.ended_at.map(Stamp::from),
            opened: view.row.opened_at.into(),
            promise: view.row.promise.map(Stamp::from),
            marks: marks(&shell, &view.row.marks),
            clock: view
                .clock
                .as_ref()
                .filter(|_| open)
                .map(|clock| clock_box(&shell, clock, asked.now, stopped, href(view.row.case.as_str(), "case"))),
            stopped_since: view.row.stopped_since.map(Stamp::from),
            groups: view
                .groups
                .iter()
                .filter(|_| open)
                .map(|group| group_line(&shell, group, view.row.case.as_str(), asked.now))
                .collect(),
            branches: view
                .branches
                .iter()
                .map(|branch| branch_box(&shell, branch, view.row.case.as_str(), asked.now))
                .collect(),
            related: view.related.iter().map(|related| related_line(&shell, related)).collect(),
            custody: Custody::new(&shell, &view.holdings, asked.now),
            suspensions: (!view.suspensions.items.is_empty()).then(|| Suspensions::new(&shell, &view.suspensions)),
            fields: view
                .fields
                .iter()
                .map(|field| Fact {
                    title: field.title.clone(),
                    value: field.value.as_ref().map(|value| {
                        let words = match &field.said {
                            Some(said) => shell.lang.pick(&said.vi, &said.en).to_owned(),
                            None => format::value(value, shell.lang),
                        };
                        field.measure.as_ref().map_or(words.clone(), |measure| format!("{words} {measure}"))
                    }),
                })
                .collect(),
            papers: view
                .documents
                .iter()
                .map(|paper| Paper {
                    title: paper.title.clone(),
                    present: paper.present,
                    result: paper.result,
                    digitised: paper.digitised,
                })
                .collect(),
            picture: asked.picture,
            notice: asked.notice,
            moves,
            beside,
            timeline,
            shell,
        }
    }

    /// Whether the viewer may do anything that moves the case.
    pub fn may_act(&self) -> bool {
        !self.moves.is_empty()
    }
}

fn related_line(shell: &Shell, view: &RelatedView) -> RelatedLine {
    let how = match (&view.relation, &view.step_title) {
        (Relation::Called, Some(step)) => shell.with("related-called-at", [("step", step.as_str())].as_slice()),
        (Relation::Called, None) => shell.t("related-called"),
        (Relation::Caller, _) => shell.t("related-caller"),
    };
    let status = match (view.relation, view.outcome) {
        (Relation::Called, Some(outcome)) => Some(shell.t(&format!("status-{outcome}"))),
        (Relation::Called, None) => Some(shell.t("status-open")),
        (Relation::Caller, _) => None,
    };
    RelatedLine {
        how,
        href: view.seen.then(|| format!("/ho-so/{}", view.case)),
        case: view.case.to_string(),
        procedure: view.procedure_title.clone(),
        status,
    }
}

fn forms(shell: &Shell, view: &CaseView, asked: &Asked<'_>) -> (Vec<ActForm>, Vec<ActForm>) {
    let case = view.row.case.as_str();
    let parallel = view.branches.len() > 1;
    let mut forms: Vec<ActForm> = view
        .offers
        .iter()
        .map(|offer| {
            let again = asked
                .again
                .as_ref()
                .filter(|(act, branch, _)| *act == offer.act && *branch == offer.branch.0)
                .map(|(_, _, again)| again);
            let mut form = ActForm::new(shell, case, view.row.revision, asked.page_key, offer, again);
            if parallel {
                form.branch_label = view
                    .branches
                    .iter()
                    .find(|branch| branch.branch == offer.branch)
                    .map(|branch| branch.label.clone().unwrap_or_else(|| branch.step_title.clone()));
            }
            form
        })
        .collect();
    // The order of the engine within a weight stays: it is the order of the procedure's file.
    forms.sort_by_key(|form| match form.weight {
        Weight::Take => 0,
        Weight::Primary => 1,
        Weight::Quiet => 2,
        Weight::Aside => 3,
    });
    let (mut moves, beside): (Vec<_>, Vec<_>) = forms.into_iter().partition(|form| form.weight != Weight::Aside);
    let ways_on = moves.iter().filter(|form| form.weight == Weight::Primary).count();
    if ways_on == 1 {
        for form in moves.iter_mut().filter(|form| form.weight == Weight::Primary) {
            form.open = true;
        }
    } else if let [only] = moves.as_mut_slice() {
        only.open |= only.weight == Weight::Take;
    }
    (moves, beside)
}

fn clock_box(shell: &Shell, clock: &ClockView, now: Ts, stopped: bool, why: String) -> ClockBox {
    ClockBox {
        why,
        left: format::left(clock.left_minutes, now, clock.deadline, shell.lang),
        deadline: clock.deadline.into(),
        started: clock.started.into(),
        rule: shell.t(&format!("rule-{}", clock.rule)),
        limit: limit(shell, &clock.limit),
        bar: share(clock.left_minutes, clock.total_minutes),
        tone: Tone::of(Some(clock.left_minutes), Some(clock.total_minutes), false, stopped),
    }
}

/// A limit as people say it; the journal keeps its canonical English form.
fn limit(shell: &Shell, text: &str) -> String {
    limit_in_words(text, shell.lang == Lang::Vi)
}

fn branch_box(shell: &Shell, branch: &BranchView, case: &str, now: Ts) -> BranchBox {
    BranchBox {
        label: branch.label.clone(),
        step: branch.step_title.clone(),
        waits: branch.kind == "wait",
        holder: branch.holder.name.clone(),
        unit: branch.unit.name.clone(),
        pooled: branch.how == "head",
        how: shell.t(&format!("how-{}", branch.how.replace('_', "-"))),
        since: branch.held_since.into(),
        received: branch.received_at.map(Stamp::from),
        escalations: branch.escalations.iter().map(escalation_line).collect(),
        council: branch.council.as_ref().map(|council| council_box(shell, council)),
        clock: branch.clock.as_ref().map(|clock| {
            let mut clock = clock_box(shell, clock, now, false, href(case, &format!("branch:{}", branch.branch)));
            if branch.late {
                clock.tone = Tone::Late;
            }
            clock
        }),
    }
}

fn council_box(shell: &Shell, council: &CouncilView) -> CouncilBox {
    let (voted, members) = (council.votes.len().to_string(), council.members.to_string());
    let standing = [
        ("voted", voted.as_str()),
        ("members", members.as_str()),
        ("quorum", &council.quorum.to_string()),
        ("threshold", &council.threshold),
    ];
    let words = |choice: &ChoiceView| shell.lang.pick(&choice.vi, &choice.en).to_owned();
    let votes = council
        .votes
        .iter()
        .map(|vote| (vote.member.name.clone(), vote.choice.as_ref().map_or_else(|| shell.t("abstain"), words)));
    CouncilBox { standing: shell.with("council-standing", &standing), votes: votes.collect() }
}

fn group_line(shell: &Shell, group: &GroupView, case: &str, now: Ts) -> GroupLine {
    let why = href(case, &format!("group:{}", group.group));
    let mut clock = clock_box(shell, &group.clock, now, group.stands, why);
    if group.late {
        clock.tone = Tone::Late;
    }
    let unit = group.unit.as_ref().map_or_else(String::new, |unit| format!(" ({})", unit.name));
    GroupLine { title: format!("{}{unit}", group.title), clock }
}

fn escalation_line(view: &EscalationView) -> EscalationLine {
    let before: Vec<&str> = view.before.iter().map(|person| person.name.as_str()).collect();
    EscalationLine {
        superior: view.superior.name.clone(),
        since: view.since.into(),
        answer_by: view.answer_by.map(Stamp::from),
        acknowledged: view.acknowledged_at.map(Stamp::from),
        before: (!before.is_empty()).then(|| before.join(", ")),
    }
}

fn channel(shell: &Shell, channel: &str) -> String {
    match channel {
        "online" | "paper" => shell.t(&format!("channel-{channel}")),
        other => other.to_owned(),
    }
}

fn happening(shell: &Shell, item: &TimelineItem) -> Happening {
    let late_entry = (item.recorded_at.0 - item.at.0).abs() >= 60_000_000;
    Happening {
        seq: item.seq,
        at: item.at.into(),
        recorded: late_entry.then(|| item.recorded_at.into()),
        words: shell.lang.pick(&item.vi, &item.en).to_owned(),
        who: item.actor.as_ref().map_or_else(|| shell.t("system"), |person| person.name.clone()),
        on_behalf_of: item.on_behalf_of.as_ref().map(|person| person.name.clone()),
        reason: item.reason.clone(),
        mark: match item.event.as_str() {
            "breached" | "escalated" | "marked" | "silent" | "lapsed" => "late",
            "reminded" | "apology_due" | "timer_spent" => "notice",
            "ended" => "end",
            _ => "act",
        },
    }
}
