//! What a batch has been given and not yet sent: kept together, so that it goes to the database in few statements and
//! a row that changes ten times in a batch is written once. The batch reads its own writes here.

use std::collections::{BTreeMap, HashMap};

use crate::ids::{BranchId, CaseId, Ts};
use crate::journal::entry::{CaseHead, Head, Sealed};
use crate::projection::rows::{CaseRow, Change, EscalationRow, HoldingRow, NoticeRow, TimerRow};
use crate::store::contract::{Remembered, StoreError, Text, Write};

/// An actor and his `Idempotency-Key`.
pub(super) type Key = (String, String);

/// The writes of a batch that wait, and what it knows of the journal's ends.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) head: Head,
    pub(super) entries: Vec<Sealed>,
    pub(super) cases: BTreeMap<CaseId, CaseRow>,
    pub(super) holdings: BTreeMap<(CaseId, u32), HoldingRow>,
    /// By their place in the table; whether they are put or dropped.
    pub(super) timers: BTreeMap<(Ts, CaseId, String), bool>,
    pub(super) notices: Vec<NoticeRow>,
    /// By their place in the table; nothing for those that go.
    pub(super) escalations: BTreeMap<(CaseId, BranchId, u16), Option<EscalationRow>>,
    pub(super) remembered: BTreeMap<Key, Remembered>,
    pub(super) texts: Vec<Text>,
    case_heads: HashMap<CaseId, Option<CaseHead>>,
    recalled: HashMap<Key, Option<Remembered>>,
    /// Cases taken without knowing their ends, with the number each was to have: proved before anything is sent.
    assumed: BTreeMap<CaseId, u64>,
}

/// Where the cases last written to end, kept from batch to batch: true as long as the journal ends where this process
/// left it, because then nobody else has written.
#[derive(Debug, Default)]
pub(super) struct Memory {
    end: Option<Head>,
    cases: HashMap<CaseId, CaseHead>,
}

impl Memory {
    const MOST: usize = 100_000;

    /// A batch begins at this head.
    pub(super) fn begin(&mut self, head: Head) {
        if self.end != Some(head) {
            self.cases.clear();
            self.end = Some(head);
        }
    }

    pub(super) fn case_head(&self, case: &CaseId) -> Option<CaseHead> {
        self.cases.get(case).copied()
    }

    /// A batch was committed.
    pub(super) fn keep(&mut self, batch: &mut Pending) {
        if self.cases.len() > Self::MOST {
            self.cases.clear();
        }
        self.end = Some(batch.head);
        let ends = batch.case_heads.drain();
        self.cases.extend(ends.filter_map(|(case, head)| head.map(|head| (case, head))));
    }

    /// Nobody knows what became of a batch.
    pub(super) fn forget(&mut self) {
        *self = Memory::default();
    }
}

impl Pending {
    /// So many entries wait before they are sent on within the same transaction: bounds memory, never visibility.
    pub(super) const MANY: usize = 4_096;

    pub(super) fn new(head: Head) -> Pending {
        Pending { head, ..Pending::default() }
    }

    /// The case's end, if it is known; the inner nothing is a case known not to exist.
    pub(super) fn case_head(&self, case: &CaseId) -> Option<Option<CaseHead>> {
        self.case_heads.get(case).copied()
    }

    pub(super) fn learn_case(&mut self, case: CaseId, head: Option<CaseHead>) {
        self.case_heads.entry(case).or_insert(head);
    }

    pub(super) fn recalled(&self, key: &Key) -> Option<Option<Remembered>> {
        self.recalled.get(key).cloned()
    }

    pub(super) fn learn_answer(&mut self, key: Key, answer: Option<Remembered>) {
        self.recalled.entry(key).or_insert(answer);
    }

    /// Learns what is known of a write's cases from earlier batches.
    pub(super) fn remember_from(&mut self, memory: &Memory, write: &Write) {
        for case in write.entries.iter().filter_map(|sealed| sealed.entry.case.as_ref()) {
            if let (None, Some(head)) = (self.case_heads.get(case), memory.case_head(case)) {
                self.case_heads.insert(case.clone(), Some(head));
            }
        }
    }

    /// The cases that were taken on trust and whose ends must be read. One that was to be new needs no reading: were
    /// it not, its first number would be there already, and the database refuses it by name.
    pub(super) fn unproved(&self) -> Vec<CaseId> {
        self.assumed.iter().filter(|(_, assumed)| **assumed > 0).map(|(case, _)| case.clone()).collect()
    }

    /// Compares what was assumed with what was found: the number of entries of each case there is.
    pub(super) fn prove(&mut self, found: &HashMap<CaseId, u64>) -> Result<(), StoreError> {
        for (case, expected) in std::mem::take(&mut self.assumed) {
            let found = if expected == 0 { 0 } else { found.get(&case).copied().unwrap_or(0) };
            if found != expected {
                return Err(StoreError::StaleCase { case, expected, found });
            }
        }
        Ok(())
    }

    /// Whether the write continues the journal and its cases, as far as their ends are known.
    pub(super) fn check(&self, write: &Write) -> Result<(), StoreError> {
        let mut next: HashMap<&CaseId, u64> = HashMap::new();
        for (next_seq, sealed) in (self.head.next_seq..).zip(&write.entries) {
            let entry = &sealed.entry;
            if entry.seq != next_seq {
                return Err(StoreError::StaleHead { expected: entry.seq, found: next_seq });
            }
            let Some(case) = &entry.case else { continue };
            let known = || match self.case_head(case) {
                Some(head) => head.map_or(0, |head| head.next_case_seq),
                None => entry.case_seq,
            };
            let next = next.entry(case).or_insert_with(known);
            if entry.case_seq != *next {
                return Err(StoreError::StaleCase { case: case.clone(), expected: entry.case_seq, found: *next });
            }
            *next += 1;
        }
        Ok(())
    }

    /// Takes a write that was checked.
    pub(super) fn take(&mut self, write: Write) {
        for sealed in &write.entries {
            let entry = &sealed.entry;
            self.head = Head { next_seq: entry.seq + 1, chain: sealed.chain, recorded_at: Some(entry.recorded_at) };
            if let Some(case) = &entry.case {
                let head = CaseHead { next_case_seq: entry.case_seq + 1, chain: sealed.case_chain };
                if self.case_heads.insert(case.clone(), Some(head)).is_none() {
                    self.assumed.insert(case.clone(), entry.case_seq);
                }
            }
        }
        self.entries.extend(write.entries);
        for change in write.changes {
            self.change(change);
        }
        if let Some(answer) = write.remember {
            let key = (answer.actor.clone(), answer.key.clone());
            self.recalled.insert(key.clone(), Some(answer.clone()));
            self.remembered.insert(key, answer);
        }
        self.texts.extend(write.texts);
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::PutCase(row) => {
                self.cases.insert(row.case.clone(), row);
            }
            Change::PutHolding(row) => {
                self.holdings.insert((row.case.clone(), row.n), row);
            }
            Change::PutTimer(TimerRow { case, key, due_at }) => {
                self.timers.insert((due_at, case, key), true);
            }
            Change::DropTimer(TimerRow { case, key, due_at }) => {
                self.timers.insert((due_at, case, key), false);
            }
            Change::PutNotice(row) => self.notices.push(row),
            Change::PutEscalation(row) => {
                self.escalations.insert((row.case.clone(), row.branch, row.level), Some(row));
            }
            Change::DropEscalation(row) => {
                self.escalations.insert((row.case, row.branch, row.level), None);
            }
        }
    }

    /// Whether anything waits to be sent.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.cases.is_empty()
            && self.holdings.is_empty()
            && self.timers.is_empty()
            && self.notices.is_empty()
            && self.escalations.is_empty()
            && self.remembered.is_empty()
            && self.texts.is_empty()
    }

    /// Takes out what waits; what is known of the journal's ends stays.
    pub(super) fn drain(&mut self) -> Pending {
        let head = self.head;
        let case_heads = std::mem::take(&mut self.case_heads);
        let recalled = std::mem::take(&mut self.recalled);
        std::mem::replace(self, Pending { head, case_heads, recalled, ..Pending::default() })
    }

    /// The entries of a case that wait.
    pub(super) fn entries_of(&self, case: &CaseId) -> Vec<Sealed> {
        self.entries.iter().filter(|sealed| sealed.entry.case.as_ref() == Some(case)).cloned().collect()
    }
}
