//! Looks over a database: is the journal whole, and are the rows what its cases make of them. Rows are derived, so it can
//! make them again; the journal it never touches.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::ids::{CaseId, Ts};
use crate::journal::entry::Sealed;
use crate::journal::verify::Verifier;
use crate::projection::rows::{CaseRow, Change, HoldingRow, TimerRow};
use crate::service::act::replay_rows;
use crate::service::library::Shelf;
use crate::store::contract::{CaseFilter, Paging, Store, StoreError, Write};

/// How many lines or rows are read at once.
const AT_ONCE: u32 = 2_000;

/// What the doctor looks for. A code is never used for anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Code {
    /// The journal is not whole; `journal verify` names every place.
    D01,
    /// A published text cannot be read.
    D02,
    /// A case cannot be made again from its entries.
    D03,
    /// The case's row is missing or not what its entries make.
    D04,
    /// Its holdings are not what its entries make.
    D05,
    /// A timer of the case has no row: it would never fire.
    D06,
    /// A row of a timer that no case answers for: it would be taken again for ever.
    D07,
    /// A row of a case that the journal does not know.
    D08,
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: Code,
    pub case: Option<CaseId>,
    /// What exactly: a timer's key, the number of a holding, why something cannot be read.
    pub what: String,
    /// The rows were made again.
    pub repaired: bool,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Examined {
    pub entries: u64,
    pub cases: u64,
    pub timers: u64,
    pub findings: Vec<Finding>,
}

/// Looks at everything; with `repair` each case whose rows differ gets them anew, in a transaction of its own.
pub async fn examine(store: &dyn Store, repair: bool) -> Result<Examined, StoreError> {
    let mut examined = Examined::default();
    let (shelf, unreadable) = Shelf::load(store).await?;
    examined.findings.extend(unreadable.into_iter().map(|why| finding(Code::D02, None, why)));
    let mut cases = journal(store, &mut examined).await?;
    examined.cases = cases.len() as u64;
    let (mut timers, known) = (timers(store).await?, rows_of_cases(store).await?);
    examined.timers = timers.values().map(|rows| rows.len() as u64).sum();
    for case in known.iter().chain(timers.keys()) {
        if !cases.contains(case) {
            examined.findings.push(finding(Code::D08, Some(case), "no entry".to_owned()));
            cases.insert(case.clone());
        }
    }
    for case in &cases {
        let rows = Rows {
            case: store.case(case).await?,
            holdings: store.holdings_of(case).await?,
            timers: timers.remove(case).unwrap_or_default(),
        };
        let entries = store.entries_of(case).await?;
        if !compare(case, &entries, &rows, &shelf).findings.is_empty() {
            examined.findings.extend(again(store, case, &shelf, repair).await?);
        }
    }
    Ok(examined)
}

/// Verifies the journal and answers which cases it tells of.
async fn journal(store: &dyn Store, examined: &mut Examined) -> Result<BTreeSet<CaseId>, StoreError> {
    let mut verifier = Verifier::new(&[store.head().await?]);
    let (mut cases, mut from) = (BTreeSet::new(), 0);
    loop {
        let lines = store.lines(from, AT_ONCE).await?;
        let Some(last) = lines.last() else { break };
        from = last.seq + 1;
        for line in &lines {
            verifier.row(line);
            cases.extend(line.columns.as_ref().and_then(|columns| columns.case.clone()).map(CaseId::from));
        }
    }
    let report = verifier.finish();
    examined.entries = report.entries;
    let faults = report.faults.iter().map(|fault| finding(Code::D01, None, fault.en.clone()));
    examined.findings.extend(faults);
    Ok(cases)
}

/// Every timer that waits, by case.
async fn timers(store: &dyn Store) -> Result<HashMap<CaseId, Vec<TimerRow>>, StoreError> {
    let mut all: HashMap<CaseId, Vec<TimerRow>> = HashMap::new();
    let mut after = None;
    loop {
        let some = store.timers(after.as_ref(), Ts(i64::MAX), AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(all) };
        after = Some(last.clone());
        for row in some {
            all.entry(row.case.clone()).or_default().push(row);
        }
    }
}

async fn rows_of_cases(store: &dyn Store) -> Result<BTreeSet<CaseId>, StoreError> {
    let mut all = BTreeSet::new();
    let mut page = Paging { limit: 200, after: None };
    loop {
        let some = store.cases(&CaseFilter { page, ..CaseFilter::default() }).await?;
        all.extend(some.items.into_iter().map(|row| row.case));
        match some.next {
            Some(next) => page = Paging { limit: 200, after: Some(next) },
            None => return Ok(all),
        }
    }
}

/// The rows of one case.
struct Rows {
    case: Option<CaseRow>,
    holdings: Vec<HoldingRow>,
    timers: Vec<TimerRow>,
}

/// What differs, and the changes after which nothing does.
#[derive(Default)]
struct Compared {
    findings: Vec<Finding>,
    changes: Vec<Change>,
}

/// The same once more while nobody else may write: a running server changes rows between two looks.
async fn again(store: &dyn Store, case: &CaseId, shelf: &Shelf, repair: bool) -> Result<Vec<Finding>, StoreError> {
    let mut batch = store.begin().await?;
    let entries = batch.entries_of(case).await?;
    let rows = Rows {
        case: store.case(case).await?,
        holdings: store.holdings_of(case).await?,
        timers: store.timers_of(case).await?,
    };
    let Compared { mut findings, changes } = compare(case, &entries, &rows, shelf);
    if repair && !changes.is_empty() {
        batch.append(Write { changes, ..Write::default() }).await?;
        batch.commit().await?;
        let mendable = |code| matches!(code, Code::D04 | Code::D05 | Code::D06 | Code::D07);
        findings.iter_mut().for_each(|finding| finding.repaired = mendable(finding.code));
        let extra = |finding: &Finding| finding.code == Code::D05 && finding.what.ends_with("too many");
        findings.iter_mut().filter(|finding| extra(finding)).for_each(|finding| finding.repaired = false);
    }
    Ok(findings)
}

fn compare(case: &CaseId, entries: &[Sealed], rows: &Rows, shelf: &Shelf) -> Compared {
    let mut compared = Compared::default();
    let mut made: BTreeMap<u32, HoldingRow> = BTreeMap::new();
    let mut row = None;
    let replayed = replay_rows(case, entries, shelf, |change| match change {
        Change::PutCase(case) => row = Some(case),
        Change::PutHolding(holding) => drop(made.insert(holding.n, holding)),
        _ => {}
    });
    let expected: BTreeSet<(Ts, String)> = match &replayed {
        Ok(held) => held.iter().flat_map(|held| held.case.timers()).map(|(key, at)| (at, key.to_string())).collect(),
        Err(why) => {
            compared.findings.push(finding(Code::D03, Some(case), why.to_string()));
            return compared;
        }
    };
    if let Some(row) = row.filter(|row| rows.case.as_ref() != Some(row)) {
        compared.findings.push(finding(Code::D04, Some(case), String::new()));
        compared.changes.push(Change::PutCase(row));
    }
    let found: BTreeMap<u32, &HoldingRow> = rows.holdings.iter().map(|row| (row.n, row)).collect();
    for n in found.keys().filter(|n| !made.contains_key(n)) {
        compared.findings.push(finding(Code::D05, Some(case), format!("holding {n} is too many")));
    }
    for (n, holding) in made {
        if found.get(&n) != Some(&&holding) {
            compared.findings.push(finding(Code::D05, Some(case), format!("holding {n}")));
            compared.changes.push(Change::PutHolding(holding));
        }
    }
    let waiting: BTreeSet<(Ts, String)> = rows.timers.iter().map(|row| (row.due_at, row.key.clone())).collect();
    let row = |(due_at, key): &(Ts, String)| TimerRow { case: case.clone(), key: key.clone(), due_at: *due_at };
    for timer in expected.difference(&waiting) {
        compared.findings.push(finding(Code::D06, Some(case), format!("{} at {}", timer.1, timer.0)));
        compared.changes.push(Change::PutTimer(row(timer)));
    }
    for timer in waiting.difference(&expected) {
        compared.findings.push(finding(Code::D07, Some(case), format!("{} at {}", timer.1, timer.0)));
        compared.changes.push(Change::DropTimer(row(timer)));
    }
    compared
}

fn finding(code: Code, case: Option<&CaseId>, what: String) -> Finding {
    Finding { code, case: case.cloned(), what, repaired: false }
}
