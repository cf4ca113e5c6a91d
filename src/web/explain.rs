//! The page that says why a deadline is when it is: the figure on top, the days with bars, what happened to the clock.
//!
//! It turns an explanation into words; it counts nothing.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::ids::CaseId;
use crate::ledger::explanation::Part;
use crate::service::explain::{Explained, Of};
use crate::service::explain_days::{DayRow, Kind};
use crate::service::explain_words as words;
use crate::web::door::{Pages, Signed};
use crate::web::format;
use crate::web::shell::{Section, Shell, Stamp};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Address {
    /// `case`, `group:ID`, `branch:N`, `holding:N`.
    #[serde(rename = "cua")]
    of: String,
}

/// The page of one explanation.
pub async fn show(
    State(pages): State<Pages>,
    signed: Signed,
    Path(id): Path<String>,
    Query(address): Query<Address>,
) -> Response {
    let case = CaseId::from(id);
    let text = if address.of.is_empty() { "case" } else { &address.of };
    let query = pages.engine.query();
    if let Err(why) = query.visible(&case, &signed.person).await {
        return signed.seen.unanswered(&why);
    }
    let Some(of) = Of::parse(text) else { return signed.seen.failure(StatusCode::NOT_FOUND) };
    match query.explain(&case, &signed.person, &of, None).await {
        Ok(Some(told)) => {
            let shell = signed.seen.shell(Section::Other);
            signed.seen.page(StatusCode::OK, &ExplainPage::new(shell, &told))
        }
        Ok(None) => signed.seen.failure(StatusCode::NOT_FOUND),
        Err(why) => signed.seen.unanswered(&why),
    }
}

/// The address of the page that explains.
pub fn href(case: &str, of: &str) -> String {
    format!("/ho-so/{case}/vi-sao?cua={of}")
}

/// Everything the page writes.
#[derive(Template)]
#[template(path = "explain.html")]
pub struct ExplainPage {
    pub shell: Shell,
    pub case: String,
    pub case_title: String,
    pub subject: String,
    pub limit: Option<String>,
    pub rule: String,
    pub began: Stamp,
    pub deadline: Option<Stamp>,
    pub until: Stamp,
    pub figure: Vec<(String, String)>,
    pub state: Option<String>,
    pub calendar: String,
    pub rows: Vec<Row>,
    pub sum: String,
    pub marks: Vec<(Stamp, String)>,
    pub sources: Vec<(String, Option<String>, Option<String>)>,
}

/// A day, or a run of ordinary days.
pub struct Row {
    pub dates: String,
    pub hours: String,
    pub number: Option<String>,
    pub notes: Vec<String>,
    pub pieces: Vec<Bar>,
    pub minutes: String,
    pub stood: Option<String>,
    /// The class of its part.
    pub part: &'static str,
    /// The name of the part, at its first row.
    pub heading: Option<String>,
    /// Nothing of it counts.
    pub idle: bool,
}

/// A stretch of a day's bar.
pub struct Bar {
    pub x: u16,
    pub width: u16,
    pub class: &'static str,
}

impl ExplainPage {
    /// The page of an explanation.
    pub fn new(shell: Shell, told: &Explained) -> ExplainPage {
        let say = |(vi, en): words::Both| shell.lang.pick(&vi, &en).to_owned();
        let inner = &told.explanation;
        let mut last = None;
        let rows = told.rows.iter().map(|row| {
            let heading = (last.replace(row.part) != Some(row.part)).then(|| say(words::part(row.part)));
            Row { heading, ..line(&shell, row) }
        });
        let rows: Vec<Row> = rows.collect();
        let sum: i64 = told.rows.iter().map(|row| row.minutes).sum();
        ExplainPage {
            case: told.case.to_string(),
            case_title: told.case_title.clone(),
            subject: say(words::subject(told)),
            limit: words::limit(told).map(say),
            rule: say(words::rule(told)),
            began: inner.begun.into(),
            deadline: inner.deadline.map(Stamp::from),
            until: inner.until.into(),
            figure: words::figure(told).into_iter().map(|(label, amount)| (say(label), say(amount))).collect(),
            state: words::state(told).map(say),
            calendar: told.calendar_title.clone(),
            rows,
            sum: format::whole(u64::try_from(sum).unwrap_or(0), shell.lang),
            marks: told.marks.iter().map(|mark| Stamp::from(mark.at)).zip(told.said.iter().cloned().map(say)).collect(),
            sources: told
                .sources
                .iter()
                .map(|source| {
                    let announced = source.announced.map(|date| date.strftime("%d/%m/%Y").to_string());
                    (source.label.clone(), source.decision.clone(), announced)
                })
                .collect(),
            shell,
        }
    }
}

fn line(shell: &Shell, row: &DayRow) -> Row {
    let say = |(vi, en): words::Both| shell.lang.pick(&vi, &en).to_owned();
    let bar = |piece: &crate::service::explain_days::Piece| Bar {
        x: piece.from,
        width: piece.to.saturating_sub(piece.from),
        class: match piece.kind {
            Kind::Counted => "counted",
            Kind::Stood => "stood",
            Kind::Not => "not",
        },
    };
    Row {
        dates: say(words::dates(row)),
        hours: say(words::hours(row)),
        number: words::numbers(row).map(say),
        notes: row.notes.iter().map(|note| shell.lang.pick(&note.vi, &note.en).to_owned()).collect(),
        pieces: row.pieces.iter().map(bar).collect(),
        minutes: format::whole(u64::try_from(row.minutes).unwrap_or(0), shell.lang),
        stood: (row.stood_minutes > 0)
            .then(|| format::whole(u64::try_from(row.stood_minutes).unwrap_or(0), shell.lang)),
        part: match row.part {
            Part::Used => "in-used",
            Part::Left => "in-left",
            Part::Over => "in-over",
        },
        heading: None,
        idle: row.minutes == 0 && row.stood_minutes == 0,
    }
}
