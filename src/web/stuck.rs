//! The stuck board: what waits, with whom, since when, late ones first.

use askama::Template;

use crate::service::views::{Stuck, UnitName};
use crate::web::format;
use crate::web::item::Item;
use crate::web::shell::{Shell, Stamp};

/// Everything the page writes.
#[derive(Template)]
#[template(path = "stuck.html")]
pub struct StuckPage {
    pub shell: Shell,
    pub at: Stamp,
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
            total: format::whole(stuck.total, shell.lang),
            late: format::whole(stuck.late, shell.lang),
            none_late: stuck.late == 0,
            items: stuck.items.iter().map(|item| Item::new(&shell, item)).collect(),
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
