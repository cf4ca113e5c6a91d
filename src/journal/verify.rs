//! Is this record whole? Reads the journal's rows in order and names every place where it is not.
//!
//! It trusts only the bytes of the payloads and the heads that somebody else has kept (`anchors`): a journal cut off at
//! the end, or replaced as a whole, is found by those alone. It goes on after a fault from what is written there, so
//! that one change is one fault and not thousands.

use std::collections::HashMap;

use crate::ids::{CaseId, Ts};
use crate::journal::chain::{case_link, leaf, link};
use crate::journal::codec::decode;
use crate::journal::entry::{CaseHead, Entry, Hash, Head, Sealed};

/// One line of the journal as it is kept, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub seq: i64,
    /// What the columns beside the payload say; nothing where only the payload is kept (an export).
    pub columns: Option<Columns>,
    pub payload: Vec<u8>,
    /// 32 bytes, if it is whole.
    pub chain: Vec<u8>,
    pub case_chain: Vec<u8>,
}

/// The columns derived from a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    pub case: Option<String>,
    pub case_seq: i64,
    pub recorded_at: i64,
}

impl From<&Sealed> for Row {
    fn from(sealed: &Sealed) -> Row {
        Row {
            seq: sealed.entry.seq as i64,
            columns: Some(Columns {
                case: sealed.entry.case.as_ref().map(|case| case.to_string()),
                case_seq: sealed.entry.case_seq as i64,
                recorded_at: sealed.entry.recorded_at.0,
            }),
            payload: sealed.payload.clone(),
            chain: sealed.chain.to_vec(),
            case_chain: sealed.case_chain.to_vec(),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub entries: u64,
    pub cases: u64,
    /// The end of what was read: to be kept elsewhere, and to verify against next time.
    #[serde(skip)]
    pub head: Head,
    /// The first of them, at most [`Verifier::SHOWN`].
    pub faults: Vec<Fault>,
    /// How many there are in all.
    pub found: u64,
}

impl Report {
    /// Whether no alteration was found.
    pub fn is_whole(&self) -> bool {
        self.found == 0
    }
}

/// One place where the record is not whole.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The number of the entry it was found at.
    pub seq: i64,
    pub code: FaultCode,
    pub vi: String,
    pub en: String,
}

/// What kind of fault; the words never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// Numbers are missing: entries were removed.
    SeqGap,
    /// A number comes twice or backwards: entries were inserted or reordered.
    SeqRepeated,
    /// A case's own numbers are not dense.
    CaseSeq,
    /// The writer's clock went backwards along the journal.
    ClockBack,
    /// The payload is no entry.
    Unreadable,
    /// The payload says something else than the columns beside it.
    ColumnDiffers,
    /// The payload, or what stood before it, is not what was chained here.
    ChainBroken,
    CaseChainBroken,
    /// The journal ends before a head that was kept elsewhere.
    Truncated,
    /// The journal at a head that was kept elsewhere is another one.
    HeadDiffers,
    /// A line of an export is no line of an export.
    Line,
}

/// Reads rows in order of their numbers and remembers what is wrong.
#[derive(Debug, Default)]
pub struct Verifier {
    next: i64,
    chain: Hash,
    clock: Option<Ts>,
    cases: HashMap<CaseId, CaseHead>,
    anchors: Vec<Head>,
    entries: u64,
    faults: Vec<Fault>,
    found: u64,
}

impl Verifier {
    /// How many faults a report shows.
    pub const SHOWN: usize = 1_000;

    /// `anchors`: heads that were kept elsewhere; the journal must still pass through each of them.
    pub fn new(anchors: &[Head]) -> Verifier {
        let mut anchors = anchors.to_vec();
        anchors.sort_by_key(|anchor| anchor.next_seq);
        anchors.reverse();
        Verifier { anchors, ..Verifier::default() }
    }

    /// Takes the next row.
    pub fn row(&mut self, row: &Row) {
        self.number(row);
        let leaf = leaf(&row.payload);
        self.chain(row, &leaf);
        match decode(&row.payload) {
            Ok(entry) => {
                self.columns(row, &entry);
                self.time(row, &entry);
                self.case(row, &entry, &leaf);
            }
            Err(error) => self.fault(
                row.seq,
                FaultCode::Unreadable,
                format!("nội dung không đọc được: {error}"),
                format!("the payload cannot be read: {error}"),
            ),
        }
        self.anchor(row);
        self.entries += 1;
    }

    /// A line that is no row at all; numbers go on as if it had been one.
    pub fn broken_line(&mut self, line: u64, why: &str) {
        self.fault(
            self.next,
            FaultCode::Line,
            format!("dòng {line} không phải là một dòng của bản xuất: {why}"),
            format!("line {line} is not a line of an export: {why}"),
        );
    }

    /// Ends the reading.
    pub fn finish(mut self) -> Report {
        while let Some(anchor) = self.anchors.pop() {
            if anchor.next_seq == 0 {
                continue;
            }
            self.fault(
                self.next,
                FaultCode::Truncated,
                format!("sổ kết thúc ở mục {}, đầu mốc đã giữ có {} mục", self.next, anchor.next_seq),
                format!(
                    "the journal ends after {} entries, the head kept elsewhere has {}",
                    self.next, anchor.next_seq
                ),
            );
        }
        Report {
            entries: self.entries,
            cases: self.cases.len() as u64,
            head: Head { next_seq: self.next.max(0) as u64, chain: self.chain, recorded_at: self.clock },
            faults: self.faults,
            found: self.found,
        }
    }

    fn number(&mut self, row: &Row) {
        let (seq, next) = (row.seq, self.next);
        if seq > next {
            self.fault(
                seq,
                FaultCode::SeqGap,
                format!("thiếu các mục từ {next} đến {}", seq - 1),
                format!("entries {next} to {} are missing", seq - 1),
            );
        } else if seq < next {
            self.fault(
                seq,
                FaultCode::SeqRepeated,
                format!("mục {seq} đứng ở chỗ của mục {next}"),
                format!("entry {seq} stands where entry {next} should"),
            );
        }
        self.next = seq.saturating_add(1);
    }

    fn chain(&mut self, row: &Row, leaf: &Hash) {
        let expected = link(&self.chain, leaf);
        if row.chain != expected {
            self.fault(
                row.seq,
                FaultCode::ChainBroken,
                "chuỗi băm của sổ đứt tại đây: nội dung mục này hoặc phần trước nó đã bị thay đổi".to_owned(),
                "the journal's chain breaks here: this payload or what stood before it was changed".to_owned(),
            );
        }
        self.chain = row.chain.as_slice().try_into().unwrap_or(expected);
    }

    fn columns(&mut self, row: &Row, entry: &Entry) {
        let mut differ = Vec::new();
        if i64::try_from(entry.seq) != Ok(row.seq) {
            differ.push("seq");
        }
        if let Some(columns) = &row.columns {
            if entry.case.as_ref().map(CaseId::as_str) != columns.case.as_deref() {
                differ.push("case");
            }
            if i64::try_from(entry.case_seq) != Ok(columns.case_seq) {
                differ.push("case_seq");
            }
            if entry.recorded_at.0 != columns.recorded_at {
                differ.push("recorded_at");
            }
        }
        if !differ.is_empty() {
            let names = differ.join(", ");
            self.fault(
                row.seq,
                FaultCode::ColumnDiffers,
                format!("cột {names} khác với nội dung đã băm"),
                format!("column {names} differs from the payload that was hashed"),
            );
        }
    }

    fn time(&mut self, row: &Row, entry: &Entry) {
        if let Some(clock) = self.clock.filter(|clock| entry.recorded_at < *clock) {
            self.fault(
                row.seq,
                FaultCode::ClockBack,
                format!("ghi lúc {} nhưng mục trước ghi lúc {clock}", entry.recorded_at),
                format!("recorded at {} after an entry recorded at {clock}", entry.recorded_at),
            );
        }
        self.clock = Some(entry.recorded_at);
    }

    fn case(&mut self, row: &Row, entry: &Entry, leaf: &Hash) {
        let Some(case) = &entry.case else {
            if row.case_chain.iter().any(|byte| *byte != 0) || row.case_chain.len() != 32 {
                self.case_chain_fault(row.seq);
            }
            return;
        };
        let head = self.cases.get(case).copied().unwrap_or_default();
        if entry.case_seq != head.next_case_seq {
            self.fault(
                row.seq,
                FaultCode::CaseSeq,
                format!("mục thứ {} của hồ sơ {case}, lẽ ra là thứ {}", entry.case_seq, head.next_case_seq),
                format!("entry {} of case {case}, expected {}", entry.case_seq, head.next_case_seq),
            );
        }
        let expected = case_link(&head.chain, leaf);
        if row.case_chain != expected {
            self.case_chain_fault(row.seq);
        }
        let chain = row.case_chain.as_slice().try_into().unwrap_or(expected);
        self.cases.insert(case.clone(), CaseHead { next_case_seq: entry.case_seq.saturating_add(1), chain });
    }

    fn case_chain_fault(&mut self, seq: i64) {
        self.fault(
            seq,
            FaultCode::CaseChainBroken,
            "chuỗi băm của hồ sơ đứt tại đây".to_owned(),
            "the case's chain breaks here".to_owned(),
        );
    }

    fn anchor(&mut self, row: &Row) {
        while let Some(anchor) = self.anchors.pop_if(|anchor| whole(anchor.next_seq) <= self.next) {
            if whole(anchor.next_seq) == self.next && anchor.chain != self.chain {
                self.fault(
                    row.seq,
                    FaultCode::HeadDiffers,
                    format!("đến mục {} sổ không còn là sổ đã được giữ đầu mốc", row.seq),
                    format!("up to entry {} this is not the journal whose head was kept elsewhere", row.seq),
                );
            }
        }
    }

    fn fault(&mut self, seq: i64, code: FaultCode, vi: String, en: String) {
        self.found += 1;
        if self.faults.len() < Self::SHOWN {
            self.faults.push(Fault { seq, code, vi, en });
        }
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads all rows, in order of their numbers.
pub fn verify<'a>(rows: impl IntoIterator<Item = &'a Row>, anchors: &[Head]) -> Report {
    let mut verifier = Verifier::new(anchors);
    for row in rows {
        verifier.row(row);
    }
    verifier.finish()
}
