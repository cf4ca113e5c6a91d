//! Writes entries that continue each other, as the writer of the engine does.

use std::collections::HashMap;

use quytrinh::ids::{BranchId, CaseId, Digest, Ts};
use quytrinh::journal::chain::Sealer;
use quytrinh::journal::entry::{CaseHead, Head, Record, Registered, Sealed};
use quytrinh::machine::command::Actor;
use quytrinh::machine::event::Event;
use quytrinh::projection::rows::{CaseRow, Change, EscalationRow, HoldingRow, NoticeRow, TimerRow};
use quytrinh::store::contract::Write;

/// Monday 3 August 2026, 08:30 in Hanoi.
pub const MONDAY: Ts = Ts(1_785_720_600_000_000);

/// Knows the end of the journal and of each case.
#[derive(Default)]
pub struct Scribe {
    pub head: Head,
    pub cases: HashMap<CaseId, CaseHead>,
    pub written: i64,
}

impl Scribe {
    /// Entries of one case: one comment for each text.
    pub fn comments(&mut self, case: &str, texts: &[&str]) -> Vec<Sealed> {
        self.events(case, texts.iter().map(|text| Event::Commented { text: (*text).to_owned() }).collect())
    }

    /// Entries of one case.
    pub fn events(&mut self, case: &str, events: Vec<Event>) -> Vec<Sealed> {
        self.written += 1;
        let now = MONDAY.plus_minutes(self.written);
        let case = CaseId::from(case);
        let head = self.cases.get(&case).copied();
        let actor = Actor::Person("dung".into());
        let mut sealer = Sealer::of_case(self.head, case.clone(), head, actor, Digest::from("d1"), now);
        let seal = |event| sealer.seal(now, Record::Case(event)).unwrap();
        let sealed: Vec<Sealed> = events.into_iter().map(seal).collect();
        self.note(&sealed);
        sealed
    }

    /// One entry of the registry.
    pub fn registry(&mut self) -> Sealed {
        self.written += 1;
        let now = MONDAY.plus_minutes(self.written);
        let record = Registered::DirectoryLoaded { directory: "ha-noi-mau".to_owned(), digest: Digest::from("d2") };
        let sealed = Sealer::of_registry(self.head, Actor::System, now).seal(now, Record::Registry(record)).unwrap();
        self.note(std::slice::from_ref(&sealed));
        sealed
    }

    /// A write of one comment.
    pub fn write(&mut self, case: &str, text: &str) -> Write {
        Write { entries: self.comments(case, &[text]), ..Write::default() }
    }

    fn note(&mut self, sealed: &[Sealed]) {
        for sealed in sealed {
            let entry = &sealed.entry;
            self.head = Head { next_seq: entry.seq + 1, chain: sealed.chain, recorded_at: Some(entry.recorded_at) };
            if let Some(case) = &entry.case {
                let head = CaseHead { next_case_seq: entry.case_seq + 1, chain: sealed.case_chain };
                self.cases.insert(case.clone(), head);
            }
        }
    }
}

/// The row of an open case.
pub fn case_row(case: &str) -> CaseRow {
    CaseRow {
        case: case.into(),
        procedure: "cap-phep-xay-dung".into(),
        procedure_version: 1,
        digest: "d1".into(),
        owner: "phong-cap-phep".into(),
        title: "Nhà ở riêng lẻ của bà Đỗ Thị Hường".to_owned(),
        code: Some("1.013225".to_owned()),
        channel: "online".to_owned(),
        status: "open".to_owned(),
        opened_at: MONDAY,
        ended_at: None,
        deadline: Some(MONDAY.plus_minutes(600)),
        promise: None,
        stopped_since: None,
        marks: Vec::new(),
        revision: 1,
        entries: 1,
        last_at: MONDAY,
    }
}

/// The row of an open holding of the main branch.
pub fn holding_row(case: &str, n: u32, holder: &str) -> HoldingRow {
    HoldingRow {
        case: case.into(),
        n,
        branch: BranchId::MAIN,
        step: "tham_dinh".into(),
        procedure: "cap-phep-xay-dung".into(),
        holder: holder.into(),
        unit: "phong-cap-phep".into(),
        how: "handed_over".to_owned(),
        pool_unit: None,
        pool_post: None,
        claimable: false,
        started_at: MONDAY,
        ended_at: None,
        received_at: None,
        deadline: Some(MONDAY.plus_minutes(300)),
        breached_at: None,
        minutes: None,
        excused_minutes: None,
    }
}

/// The same holding, ended after an hour.
pub fn ended(row: HoldingRow) -> HoldingRow {
    HoldingRow { ended_at: Some(row.started_at.plus_minutes(60)), minutes: Some(60), excused_minutes: Some(0), ..row }
}

/// A timer that waits.
pub fn timer_row(case: &str, key: &str, due_at: Ts) -> TimerRow {
    TimerRow { case: case.into(), key: key.to_owned(), due_at }
}

/// Somebody was reminded.
pub fn notice_row(seq: u64, case: &str, person: &str) -> NoticeRow {
    NoticeRow {
        seq,
        person: person.into(),
        case: case.into(),
        kind: "reminded".to_owned(),
        at: MONDAY,
        branch: Some(BranchId::MAIN),
    }
}

/// A late step lies with a superior.
pub fn escalation_row(case: &str, level: u16, superior: &str) -> EscalationRow {
    EscalationRow {
        case: case.into(),
        branch: BranchId::MAIN,
        level,
        superior: superior.into(),
        since: MONDAY,
        answer_by: (level > 0).then(|| MONDAY.plus_minutes(i64::from(240 / level))),
    }
}

/// A case with one holder and one timer.
pub fn rows_of(case: &str, holder: &str) -> Vec<Change> {
    vec![
        Change::PutCase(case_row(case)),
        Change::PutHolding(holding_row(case, 0, holder)),
        Change::PutTimer(timer_row(case, "case/deadline", MONDAY.plus_minutes(600))),
    ]
}
