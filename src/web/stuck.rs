//! The stuck board: what waits, with whom, since when, late ones first.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::ids::UnitId;
use crate::service::query::{QueryError, StuckFilter};
use crate::service::views::{Stuck, UnitName};
use crate::store::contract::Paging;
use crate::web::door::{Pages, Signed};
use crate::web::format;
use crate::web::item::Item;
use crate::web::shell::{Section, Shell, Stamp};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Address {
    #[serde(rename = "don-vi")]
    unit: Option<String>,
    #[serde(rename = "qua-han")]
    late: Option<String>,
    /// The cursor of the page before.
    #[serde(rename = "sau")]
    after: Option<String>,
}

/// The board as far as the person may see it.
pub async fn show(State(pages): State<Pages>, signed: Signed, Query(address): Query<Address>) -> Response {
    let full = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (unit, after) = (full(address.unit), full(address.after));
    let asked = Asked { unit, late_only: address.late.is_some(), first_page: after.is_none() };
    let filter = StuckFilter {
        unit: asked.unit.as_deref().map(UnitId::from),
        late_only: asked.late_only,
        page: Paging { after, ..Paging::default() },
    };
    let mut found = pages.engine.query().stuck(&signed.person, filter.clone()).await;
    let unknown = match &found {
        Err(QueryError::UnknownUnit { unit, .. }) => Some(unit.to_string()),
        _ => None,
    };
    if unknown.is_some() {
        // A slip of the pen must not read as "nothing is stuck": everything is shown, and what was not found is said.
        found = pages.engine.query().stuck(&signed.person, StuckFilter { unit: None, ..filter }).await;
    }
    match found {
        Ok(stuck) => {
            let mut page = StuckPage::new(signed.seen.shell(Section::Stuck), &stuck, &units(&pages, &signed), &asked);
            // The board is worth showing even where nobody can say how late it is.
            let late = pages.engine.query().late_timer().await.ok().flatten();
            page.slow_since = late.map(|timer| timer.due_at.into());
            page.unknown_unit = unknown;
            signed.seen.page(StatusCode::OK, &page)
        }
        Err(why) => signed.seen.unanswered(&why),
    }
}

/// The units whose work the person may see, in the order of the directory.
fn units(pages: &Pages, signed: &Signed) -> Vec<UnitName> {
    let (shelf, now) = (pages.engine.library(), pages.engine.clock().now());
    let directory = &shelf.directory;
    let seen = directory.file().units.keys().filter(|unit| directory.sees(&signed.person, unit, now));
    seen.map(|unit| UnitName { id: unit.clone(), name: shelf.unit_name(unit) }).collect()
}

/// Everything the page writes.
#[derive(Template)]
#[template(path = "stuck.html")]
pub struct StuckPage {
    pub shell: Shell,
    pub at: Stamp,
    /// Since when the oldest timer waits to be fired, where it waits too long: what passed since is not on the board.
    pub slow_since: Option<Stamp>,
    /// A unit that was asked for and is none the person may see.
    pub unknown_unit: Option<String>,
    pub total: String,
    pub late: String,
    pub none_late: bool,
    pub items: Vec<Item>,
    pub units: Vec<UnitChoice>,
    pub unit: Option<String>,
    pub late_only: bool,
    /// Query of the next page.
    pub next: Option<String>,
    pub first_page: bool,
}

/// A unit to filter by.
pub struct UnitChoice {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub unit: Option<String>,
    pub late_only: bool,
    pub first_page: bool,
}

impl StuckPage {
    /// The page of a board, with the units that may be chosen.
    pub fn new(shell: Shell, stuck: &Stuck, units: &[UnitName], asked: &Asked) -> StuckPage {
        let chosen = |unit: &UnitName| asked.unit.as_deref() == Some(unit.id.as_str());
        StuckPage {
            at: stuck.at.into(),
            slow_since: None,
            unknown_unit: None,
            total: format::whole(stuck.total, shell.lang),
            late: format::whole(stuck.late, shell.lang),
            none_late: stuck.late == 0,
            items: stuck.items.iter().map(|item| Item::new(&shell, item, stuck.at)).collect(),
            unit: units.iter().find(|unit| chosen(unit)).map(|unit| unit.name.clone()),
            units: units
                .iter()
                .map(|unit| UnitChoice { id: unit.id.to_string(), name: unit.name.clone(), chosen: chosen(unit) })
                .collect(),
            late_only: asked.late_only,
            next: stuck.next.as_ref().map(|cursor| next_query(asked, cursor)),
            first_page: asked.first_page,
            shell,
        }
    }
}

fn next_query(asked: &Asked, cursor: &str) -> String {
    let mut pairs = form_urlencoded(&[("sau", cursor)]);
    if let Some(unit) = &asked.unit {
        pairs = format!("{}&{pairs}", form_urlencoded(&[("don-vi", unit)]));
    }
    if asked.late_only {
        pairs = format!("qua-han=1&{pairs}");
    }
    format!("/ton-dong?{pairs}")
}

/// Pairs as the query of an address.
pub fn form_urlencoded(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    pairs.iter().map(|(name, text)| format!("{}={}", encode(name), encode(text))).collect::<Vec<_>>().join("&")
}
