//! The library: every procedure with its versions, which are in force, come or are over, and on top what waits for a
//! second person.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use tracing::error;

use crate::service::library::Shelf;
use crate::service::texts::{self, State as Standing, TextView};
use crate::web::door::{Pages, Signed};
use crate::web::format;
use crate::web::shell::{Section, Shell};

/// The library as far as the person may know of it.
pub async fn show(State(pages): State<Pages>, signed: Signed) -> Response {
    match texts::all(&pages.engine, &signed.person).await {
        Ok(all) => {
            let texts: Vec<Vec<TextView>> = all.into_values().collect();
            let page = ProceduresPage::new(signed.seen.shell(Section::Procedures), &pages.engine.library(), &texts);
            signed.seen.page(StatusCode::OK, &page)
        }
        Err(fault) => {
            error!(name: "web.procedures", %fault, "the library could not be shown");
            signed.seen.failure(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// Everything the page writes.
#[derive(Template)]
#[template(path = "procedures.html")]
pub struct ProceduresPage {
    pub shell: Shell,
    /// What waits for a second person.
    pub waiting: Vec<Line>,
    pub procedures: Vec<Group>,
}

/// A procedure with its versions.
pub struct Group {
    pub title: String,
    pub id: String,
    pub owner: String,
    /// What is in force or comes.
    pub now: Vec<Line>,
    /// What is over, replaced or taken back.
    pub past: Vec<Line>,
}

/// One version.
pub struct Line {
    pub href: String,
    pub title: String,
    pub version: String,
    pub state: String,
    /// The class of its chip.
    pub tone: &'static str,
    /// From when to when it is in force.
    pub dates: String,
    /// The last thing done with it: who, when.
    pub done: String,
    pub reason: String,
}

impl ProceduresPage {
    /// The page of these texts, each procedure's the newest first.
    pub fn new(shell: Shell, shelf: &Shelf, texts: &[Vec<TextView>]) -> ProceduresPage {
        let line = |text: &TextView| Line::new(&shell, shelf, text);
        let of = |texts: &[TextView], wanted: fn(Standing) -> bool| {
            texts.iter().filter(|text| wanted(text.state)).map(line).collect::<Vec<_>>()
        };
        let waiting = texts.iter().flat_map(|texts| of(texts, |state| state == Standing::Waiting)).collect();
        let groups = texts.iter().filter_map(|texts| {
            let named = texts.iter().find(|text| text.state == Standing::InForce).or_else(|| texts.first())?;
            let procedure = named.procedure.as_ref()?;
            Some(Group {
                title: procedure.title.vi.clone(),
                id: procedure.id.to_string(),
                owner: shelf.unit_name(&procedure.owner),
                now: of(texts, |state| matches!(state, Standing::InForce | Standing::Coming)),
                past: of(texts, |state| matches!(state, Standing::Ended | Standing::Replaced | Standing::Withdrawn)),
            })
        });
        let mut procedures: Vec<Group> =
            groups.filter(|group| !group.now.is_empty() || !group.past.is_empty()).collect();
        procedures.sort_by(|a, b| crate::fold::fold(&a.title).cmp(&crate::fold::fold(&b.title)));
        ProceduresPage { waiting, procedures, shell }
    }
}

impl Line {
    fn new(shell: &Shell, shelf: &Shelf, text: &TextView) -> Line {
        let one = &text.lineage;
        let version = one.version.to_string();
        let title = text.procedure.as_ref().map_or_else(|| one.procedure.to_string(), |p| p.title.vi.clone());
        let last = [&one.withdrawn, &one.published, &one.proposed].into_iter().flatten().next();
        Line {
            href: format!("/quy-trinh/{}", one.digest),
            title,
            version: shell.with("text-version", &[("version", &version)]),
            state: shell.t(&format!("text-{}", text.state.word())),
            tone: tone(text.state),
            dates: dates(shell, text),
            done: last.map_or_else(String::new, |done| done_by(shell, shelf, done)),
            reason: last.map_or_else(String::new, |done| done.reason.clone()),
        }
    }
}

/// The class of a chip that says where a text stands.
pub fn tone(state: Standing) -> &'static str {
    match state {
        Standing::Waiting => "soon",
        Standing::Coming => "new",
        Standing::InForce => "end",
        Standing::Ended | Standing::Replaced | Standing::Withdrawn => "stopped",
    }
}

/// From when to when a text is in force, in words.
pub fn dates(shell: &Shell, text: &TextView) -> String {
    let Some(procedure) = &text.procedure else { return String::new() };
    let day = |date: &jiff::civil::Date| date.strftime("%d/%m/%Y").to_string();
    match (procedure.effective.as_ref().map(day), procedure.until.as_ref().map(day)) {
        (Some(from), Some(until)) => shell.with("text-from-until", &[("from", &from), ("until", &until)]),
        (Some(from), None) => shell.with("text-from", &[("from", &from)]),
        (None, Some(until)) => shell.with("text-until", &[("until", &until)]),
        (None, None) => shell.t("text-at-once"),
    }
}

/// Who did it, and when.
pub fn done_by(shell: &Shell, shelf: &Shelf, done: &crate::service::register::Done) -> String {
    let who = done.by.as_ref().map_or_else(|| shell.t("text-by-system"), |person| shelf.person_name(person));
    shell.with("text-done", &[("who", &who), ("at", &format::instant(done.at))])
}
