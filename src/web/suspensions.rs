//! The register of suspensions on a case's page: where the clock stood, for whom, why, and the sum of each party.

use crate::service::suspensions::{Register, SuspensionView};
use crate::web::format;
use crate::web::shell::{Shell, Stamp};

/// The register in words.
pub struct Suspensions {
    pub rows: Vec<Row>,
    /// The sum of each party, as one sentence.
    pub totals: Vec<String>,
}

/// One suspension.
pub struct Row {
    pub step: String,
    /// Who is waited for.
    pub waits: String,
    pub reason: Option<String>,
    pub opened_by: Option<String>,
    pub evidence: Option<String>,
    pub from: Stamp,
    pub to: Option<Stamp>,
    pub own_deadline: Option<Stamp>,
    pub next_check: Option<Stamp>,
    pub length: String,
}

impl Suspensions {
    /// The register of a case.
    pub fn new(shell: &Shell, register: &Register) -> Suspensions {
        let total = |(party, total): (&&'static str, &crate::service::suspensions::PartyTotal)| {
            let length = format::working(total.minutes, shell.lang);
            format!("{}: {length}", shell.t(&format!("party-{party}")))
        };
        Suspensions {
            rows: register.items.iter().map(|item| row(shell, item)).collect(),
            totals: register.totals.iter().map(total).collect(),
        }
    }
}

fn row(shell: &Shell, item: &SuspensionView) -> Row {
    let open = item.resumed_at.is_none();
    let papers: Vec<&str> = item.evidence.iter().map(|paper| paper.title.as_str()).collect();
    let opener = item.opened_by.as_ref().map(|person| match &item.on_behalf_of {
        Some(other) => format!("{}, {}", person.name, shell.with("on-behalf-of", &[("who", &other.name)])),
        None => person.name.clone(),
    });
    Row {
        step: item.step_title.clone(),
        waits: shell.t(&format!("waits-{}", item.waited_for)),
        reason: item.reason.clone(),
        opened_by: opener,
        evidence: (!papers.is_empty()).then(|| papers.join(", ")),
        from: item.from.into(),
        to: item.resumed_at.map(Stamp::from),
        own_deadline: item.own_deadline.filter(|_| open).map(Stamp::from),
        next_check: item.next_check.map(Stamp::from),
        length: format::short(item.minutes, shell.lang),
    }
}
