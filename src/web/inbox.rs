//! The inbox: what I hold, what I may claim, what waits for an assignment, what my unit holds.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::ids::Ts;
use crate::service::digest::Digest;
use crate::service::views::{Inbox, InboxItem};
use crate::web::door::{Pages, Signed};
use crate::web::format;
use crate::web::item::{Item, Tone};
use crate::web::morning::Morning;
use crate::web::search::finds;
use crate::web::shell::{Section, Shell, Stamp, fresh_key};

/// The longest search text that is read.
const QUERY_MAX: usize = 200;

/// The latest notices shown; older ones stand in the timelines of their cases.
const NOTICES: usize = 12;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The entry of an act just done in a case that the person no longer sees.
    #[serde(rename = "da-ghi")]
    done: Option<u64>,
}

/// The page of whoever is signed in.
pub async fn show(State(pages): State<Pages>, signed: Signed, Query(asked): Query<Asked>) -> Response {
    let inbox = match pages.engine.query().inbox(&signed.person).await {
        Ok(inbox) => inbox,
        Err(why) => return signed.seen.unanswered(&why),
    };
    let mut shell = signed.seen.shell(Section::Inbox);
    shell.flash = asked.done.map(|seq| shell.with("done-entry", &[("seq", &seq.to_string())]));
    let query: String = asked.q.trim().chars().take(QUERY_MAX).collect();
    // A morning that cannot be gathered is no reason to hide the inbox.
    let digest = pages.engine.query().digest(&signed.person, None).await.ok();
    let page = InboxPage::new(shell, &inbox, digest.as_ref(), pages.engine.clock().now(), &query, &fresh_key());
    signed.seen.page(StatusCode::OK, &page)
}

/// Everything the page writes.
#[derive(Template)]
#[template(path = "inbox.html")]
pub struct InboxPage {
    pub shell: Shell,
    pub query: String,
    pub mine: Vec<Item>,
    pub claimable: Vec<Item>,
    pub unassigned: Vec<Item>,
    pub unit: Vec<Item>,
    /// Late steps of others that wait for the viewer's acknowledgement.
    pub escalated: Vec<Item>,
    pub notices: Vec<NoticeLine>,
    /// The morning's digest; nothing while one searches, or where it has nothing to say.
    pub morning: Option<Morning>,
    pub late: usize,
    pub today: usize,
    /// Number of lines before the search took some away.
    pub held: usize,
}

/// Something the viewer was told.
pub struct NoticeLine {
    pub href: String,
    pub title: String,
    pub words: String,
    pub at: Stamp,
    pub tone: Tone,
}

impl InboxPage {
    /// The page of an inbox as of `now`, with the lines that the query finds.
    pub fn new(
        shell: Shell,
        inbox: &Inbox,
        digest: Option<&Digest>,
        now: Ts,
        query: &str,
        page_key: &str,
    ) -> InboxPage {
        let shown = |items: &[InboxItem]| -> Vec<InboxItem> {
            items.iter().filter(|item| matches(item, query)).cloned().collect()
        };
        let mine = shown(&inbox.mine);
        let today = mine.iter().filter(|item| !item.late && due_today(item, now)).count();
        let late = mine.iter().filter(|item| item.late).count();
        let lines = |items: &[InboxItem]| items.iter().map(|item| Item::new(&shell, item, now)).collect::<Vec<_>>();
        let claimable =
            shown(&inbox.claimable).iter().map(|item| Item::new(&shell, item, now).claimable(item, page_key)).collect();
        let (unassigned, unit) = (lines(&shown(&inbox.unassigned)), lines(&shown(&inbox.unit)));
        let found = inbox.escalated.iter().filter(|escalated| matches(&escalated.item, query));
        let escalated = found.map(|escalated| Item::escalated(&shell, escalated, now)).collect();
        let notices = inbox.notices.iter().take(NOTICES).map(|notice| NoticeLine {
            href: format!("/ho-so/{}", notice.case),
            title: notice.case_title.clone(),
            words: shell.t(&format!("notice-{}", notice.kind.replace('_', "-"))),
            at: notice.at.into(),
            tone: if notice.kind == "reminded" { Tone::Soon } else { Tone::Late },
        });
        InboxPage {
            query: query.to_owned(),
            mine: runs(&shell, &mine, now),
            claimable,
            unassigned,
            unit,
            escalated,
            notices: notices.collect(),
            morning: digest.filter(|_| query.is_empty()).and_then(|digest| Morning::new(&shell, digest)),
            late,
            today,
            held: inbox.mine.len(),
            shell,
        }
    }

    /// Whether nothing is shown at all.
    pub fn is_empty(&self) -> bool {
        self.mine.is_empty()
            && self.escalated.is_empty()
            && self.claimable.is_empty()
            && self.unassigned.is_empty()
            && self.unit.is_empty()
    }
}

/// The lines with the name of each run by urgency at its first line.
fn runs(shell: &Shell, items: &[InboxItem], now: Ts) -> Vec<Item> {
    let mut last = "";
    let named = items.iter().map(|item| {
        let run = run_of(item, now);
        let mut line = Item::new(shell, item, now);
        if run != last {
            line.run = Some(shell.t(run));
            last = run;
        }
        line
    });
    named.collect()
}

fn run_of(item: &InboxItem, now: Ts) -> &'static str {
    match item.deadline {
        _ if item.late => "run-late",
        None => "run-untimed",
        Some(_) if due_today(item, now) => "run-today",
        Some(_) => "run-later",
    }
}

fn due_today(item: &InboxItem, now: Ts) -> bool {
    item.deadline.is_some_and(|deadline| format::date(deadline) <= format::date(now))
}

fn matches(item: &InboxItem, query: &str) -> bool {
    finds(
        query,
        &[&item.title, item.case.as_str(), &item.procedure_title, &item.step_title, &item.holder.name, &item.unit.name],
    )
}
