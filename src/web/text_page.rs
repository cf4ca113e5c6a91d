//! One text of a procedure: where it stands, what it changes in words and in pictures, what becomes of open cases, and
//! for whoever may, the buttons to confirm it or take it back.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use tracing::error;

use crate::definition::diagnostic::{Text, level_word};
use crate::definition::diagram::{self, Walk};
use crate::definition::procedure::Procedure;
use crate::ids::Digest;
use crate::machine::command::Actor;
use crate::service::ask::{Denied, Key};
use crate::service::library::Shelf;
use crate::service::motion::Moving;
use crate::service::plan::Plan;
use crate::service::proposals::Motion;
use crate::service::publish::Publication;
use crate::service::register::Done;
use crate::service::review::Review;
use crate::service::texts::{self, State as Standing, TextView};
use crate::web::door::{Pages, Signed, key_of};
use crate::web::format;
use crate::web::posted::Posted;
use crate::web::procedures::{dates, done_by, tone};
use crate::web::shell::{Section, Shell, fresh_key};

/// How many cases are named for each thing that stands in their way.
const FEW: usize = 10;

/// The page, as far as the person may know of the text.
pub async fn show(State(pages): State<Pages>, signed: Signed, Path(digest): Path<String>) -> Response {
    answer(&pages, &signed, &digest, StatusCode::OK, None, "").await
}

/// The picture of a text.
pub async fn picture(State(pages): State<Pages>, signed: Signed, Path(digest): Path<String>) -> Response {
    match texts::one(&pages.engine, &signed.person, &Digest::from(digest.as_str())).await {
        Ok(Some(TextView { procedure: Some(procedure), .. })) => {
            let units = diagram::names(&pages.engine.library().directory);
            let svg = diagram::svg(&procedure, &Walk { units, ..Walk::default() });
            ([(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))], svg).into_response()
        }
        Ok(_) => signed.seen.failure(StatusCode::NOT_FOUND),
        Err(_) => signed.seen.failure(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Confirms or takes back what the form names.
pub async fn decide(
    State(pages): State<Pages>,
    signed: Signed,
    Path(digest): Path<String>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let posted = Posted::new(pairs);
    if !signed.seen.sent_by_us(&headers, &posted) {
        return signed.seen.failure(StatusCode::FORBIDDEN);
    }
    let reason = posted.typed("reason").unwrap_or_default().to_owned();
    let motion = match posted.text("motion") {
        Some("confirm") => Motion::Confirm,
        Some("withdraw") => Motion::Withdraw { reason: reason.clone() },
        _ => return signed.seen.failure(StatusCode::BAD_REQUEST),
    };
    let Some(seen) = posted.number("revision") else { return signed.seen.failure(StatusCode::BAD_REQUEST) };
    let view = match texts::one(&pages.engine, &signed.person, &Digest::from(digest.as_str())).await {
        Ok(Some(view)) => view,
        Ok(None) => return signed.seen.failure(StatusCode::NOT_FOUND),
        Err(fault) => return failed(&signed, &fault.to_string()),
    };
    let revised = Revised { seen, key: key_of(&format!("/quy-trinh/{digest}/quyet"), &posted) };
    match make(&pages, &signed, view, motion, revised).await {
        Made::Done => Redirect::to(&format!("/quy-trinh/{digest}?xong=1")).into_response(),
        Made::Not(status, words) => answer(&pages, &signed, &digest, status, Some(words), &reason).await,
        Made::Gone => signed.seen.failure(StatusCode::NOT_FOUND),
        Made::Failed(why) => failed(&signed, &why),
    }
}

/// What the form had seen, and its key.
struct Revised {
    seen: u64,
    key: Option<Key>,
}

/// What became of a motion.
enum Made {
    Done,
    /// Why not, in the page's language.
    Not(StatusCode, String),
    Gone,
    Failed(String),
}

async fn make(pages: &Pages, signed: &Signed, view: TextView, motion: Motion, revised: Revised) -> Made {
    let shell = signed.seen.shell(Section::Procedures);
    let Some(procedure) = view.procedure.clone() else { return Made::Gone };
    // The text is looked at anew before it comes into force; what stands in its way is on the page.
    if motion == Motion::Confirm && view.may_confirm {
        match pages.engine.review(&view.name, &view.text).await {
            Ok(review) if review.passes() => {}
            Ok(_) => return Made::Not(StatusCode::UNPROCESSABLE_ENTITY, shell.t("text-faulty")),
            Err(Denied::Looking) => return Made::Not(StatusCode::SERVICE_UNAVAILABLE, shell.t("text-looking")),
            Err(_) => return Made::Not(StatusCode::SERVICE_UNAVAILABLE, shell.t("problem-busy")),
        }
    }
    let text = Publication::procedure(view.name, view.text, Procedure::clone(&procedure)).by(motion);
    let actor = Actor::Person(signed.person.clone());
    let moving = Moving { actor, text, seen: Some(revised.seen), key: revised.key, dry_run: false };
    match pages.engine.make(moving).await {
        Ok(_) => Made::Done,
        Err(Denied::Refused(why)) => {
            Made::Not(StatusCode::UNPROCESSABLE_ENTITY, shell.lang.pick(&why.vi, &why.en).to_owned())
        }
        Err(Denied::StaleText { .. }) => Made::Not(StatusCode::PRECONDITION_FAILED, shell.t("text-stale")),
        Err(Denied::KeyReused) => Made::Not(StatusCode::CONFLICT, shell.t("problem-key")),
        Err(Denied::Busy | Denied::Closing) => Made::Not(StatusCode::SERVICE_UNAVAILABLE, shell.t("problem-busy")),
        Err(fault) => Made::Failed(format!("{fault:?}")),
    }
}

fn failed(signed: &Signed, why: &str) -> Response {
    error!(name: "web.text", why, "a text could not be shown or moved");
    signed.seen.failure(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn answer(
    pages: &Pages,
    signed: &Signed,
    digest: &str,
    status: StatusCode,
    problem: Option<String>,
    reason: &str,
) -> Response {
    let view = match texts::one(&pages.engine, &signed.person, &Digest::from(digest)).await {
        Ok(Some(view)) => view,
        Ok(None) => return signed.seen.failure(StatusCode::NOT_FOUND),
        Err(fault) => return failed(signed, &fault.to_string()),
    };
    let mut shell = signed.seen.shell(Section::Procedures);
    if shell.here.ends_with("xong=1") {
        shell.flash = Some(shell.t("text-recorded"));
    }
    shell.here = format!("/quy-trinh/{digest}");
    let looked = match view.state {
        Standing::Waiting if view.procedure.is_some() => match pages.engine.review(&view.name, &view.text).await {
            Ok(review) => Looked::At(review),
            Err(Denied::Looking | Denied::Busy) => Looked::StillLooking,
            Err(fault) => return failed(signed, &format!("{fault:?}")),
        },
        _ => Looked::Not,
    };
    let mut page = TextPage::new(shell, &pages.engine.library(), &view, &looked);
    (page.problem, page.reason, page.key) = (problem, reason.to_owned(), fresh_key());
    signed.seen.page(status, &page)
}

/// What looking at a text that waits came to.
pub enum Looked {
    /// It does not wait.
    Not,
    At(Arc<Review>),
    /// Open cases are many; the page is loaded again for the rest.
    StillLooking,
}

/// Everything the page writes.
#[derive(Template)]
#[template(path = "text.html")]
pub struct TextPage {
    pub shell: Shell,
    pub problem: Option<String>,
    pub title: String,
    pub version: String,
    pub state: String,
    pub tone: &'static str,
    pub owner: String,
    pub procedure: String,
    pub dates: String,
    pub digest: String,
    /// What was done with it, in order: what, who and when, why.
    pub done: Vec<(String, String, String)>,
    pub looking: bool,
    /// What looking found: the level's word and class, code and line, message, a way out.
    pub found: Vec<Found>,
    pub faulty: bool,
    /// Which version it follows, and what it changes; nothing where nothing is known of that.
    pub follows: Option<String>,
    pub differences: Vec<(char, String)>,
    pub plan: Option<PlanWords>,
    /// The pictures: address, caption.
    pub pictures: Vec<(String, String)>,
    pub confirm: bool,
    pub withdraw: bool,
    pub waits: bool,
    pub revision: u64,
    pub key: String,
    pub reason: String,
}

/// Something wrong in the text.
pub struct Found {
    pub tone: &'static str,
    pub level: String,
    pub place: String,
    pub message: String,
    pub help: Option<String>,
}

/// What becomes of open cases, in words.
pub struct PlanWords {
    pub lines: Vec<String>,
    /// Steps and how many branches rest there.
    pub steps: Vec<(String, String)>,
    /// What stands in the way, of how many, which.
    pub obstacles: Vec<(String, String, String)>,
    pub unreadable: Option<String>,
}

impl TextPage {
    /// The page of a text.
    pub fn new(shell: Shell, shelf: &Shelf, view: &TextView, looked: &Looked) -> TextPage {
        let one = &view.lineage;
        let procedure = view.procedure.as_ref();
        let review = match looked {
            Looked::At(review) => Some(review),
            _ => None,
        };
        let say = |text: &Text| shell.lang.pick(&text.vi, &text.en).to_owned();
        let version = one.version.to_string();
        let old = review.and_then(|review| review.old.as_ref());
        TextPage {
            problem: None,
            title: procedure.map_or_else(|| one.procedure.to_string(), |procedure| procedure.title.vi.clone()),
            version: shell.with("text-version", &[("version", &version)]),
            state: shell.t(&format!("text-{}", view.state.word())),
            tone: tone(view.state),
            owner: procedure.map_or_else(String::new, |procedure| shelf.unit_name(&procedure.owner)),
            procedure: one.procedure.to_string(),
            dates: dates(&shell, view),
            digest: one.digest.to_string(),
            done: done(&shell, shelf, view),
            looking: matches!(looked, Looked::StillLooking),
            found: review.map_or_else(Vec::new, |review| found(&shell, review)),
            faulty: review.is_some_and(|review| !review.passes()),
            follows: old.map(|old| shell.with("text-version", &[("version", &old.version.to_string())])),
            differences: review.map_or_else(Vec::new, |review| {
                review.differences.iter().map(|one| (one.kind.sign(), say(&one.message))).collect()
            }),
            plan: review.and_then(|review| Some(plan_words(&shell, review.plan.as_ref()?, review))),
            pictures: pictures(&shell, view, old),
            confirm: view.may_confirm,
            withdraw: view.may_withdraw,
            waits: view.state == Standing::Waiting,
            revision: one.revision(),
            key: String::new(),
            reason: String::new(),
            shell,
        }
    }
}

fn done(shell: &Shell, shelf: &Shelf, view: &TextView) -> Vec<(String, String, String)> {
    let one = &view.lineage;
    let acts =
        [("text-proposed", &one.proposed), ("text-published", &one.published), ("text-taken-back", &one.withdrawn)];
    let line = |(word, done): (&str, &Option<Done>)| {
        done.as_ref().map(|done| (shell.t(word), done_by(shell, shelf, done), done.reason.clone()))
    };
    acts.into_iter().filter_map(line).collect()
}

fn found(shell: &Shell, review: &Review) -> Vec<Found> {
    let say = |text: &Text| shell.lang.pick(&text.vi, &text.en).to_owned();
    let line = |told: &crate::definition::diagnostic::Diagnostic| {
        let (line, _) = review.source.position(told.span.start);
        let level = level_word(told.level);
        Found {
            tone: if level == "error" { "late" } else { "soon" },
            level: shell.t(&format!("text-level-{level}")),
            place: shell.with("text-place", &[("code", told.code), ("line", &line.to_string())]),
            message: say(&told.message),
            help: told.help.as_ref().map(say),
        }
    };
    review.found.iter().map(line).collect()
}

fn plan_words(shell: &Shell, plan: &Plan, review: &Review) -> PlanWords {
    let whole = |n: usize| format::whole(n as u64, shell.lang);
    let stay = plan.cases.iter().filter(|case| case.stays.is_some()).count();
    let blocked = plan.cases.iter().filter(|case| case.stays.is_none() && !case.obstacles.is_empty()).count();
    let mut lines = vec![shell.with("text-plan-open", &[("n", &whole(plan.cases.len()))])];
    let figures = [("text-plan-go-on", plan.migrating()), ("text-plan-finish", stay), ("text-plan-blocked", blocked)];
    lines.extend(figures.iter().filter(|(_, n)| *n > 0).map(|(word, n)| shell.with(word, &[("n", &whole(*n))])));
    let title = |step: &crate::ids::StepId| {
        let of = |text: &Option<Arc<Procedure>>| text.as_ref()?.step(step).map(|step| step.title.vi.clone());
        of(&review.old).or_else(|| of(&review.procedure)).unwrap_or_else(|| step.to_string())
    };
    let mut met: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for case in &plan.cases {
        for obstacle in &case.obstacles {
            let words = obstacle.text();
            met.entry(shell.lang.pick(&words.vi, &words.en).to_owned()).or_default().push(case.case.as_str());
        }
    }
    let named = |cases: &[&str]| {
        let more = if cases.len() > FEW { ", …" } else { "" };
        format!("{}{more}", cases.iter().take(FEW).copied().collect::<Vec<_>>().join(", "))
    };
    let unreadable: Vec<&str> = plan.unreadable.iter().map(crate::ids::CaseId::as_str).collect();
    PlanWords {
        lines,
        steps: plan.by_step.iter().map(|(step, n)| (title(step), format::whole(*n, shell.lang))).collect(),
        obstacles: met.into_iter().map(|(words, cases)| (words, whole(cases.len()), named(&cases))).collect(),
        unreadable: (!unreadable.is_empty())
            .then(|| shell.with("text-plan-unreadable", &[("cases", &named(&unreadable))])),
    }
}

/// The two drawings, the old one first.
fn pictures(shell: &Shell, view: &TextView, old: Option<&Arc<Procedure>>) -> Vec<(String, String)> {
    let caption = |version: u32| shell.with("text-version", &[("version", &version.to_string())]);
    let of = |digest: &Digest, version: u32| (format!("/quy-trinh/{digest}/so-do.svg"), caption(version));
    let old = old.map(|old| of(&old.digest, old.version));
    let own = view.procedure.as_ref().map(|_| of(&view.lineage.digest, view.lineage.version));
    old.into_iter().chain(own).collect()
}
