//! Every kind of tampering with the journal is found: in its rows and in an export, and where it happened.

use proptest::prelude::*;
use quytrinh::ids::{Digest, Ts};
use quytrinh::journal::chain::{Sealer, case_link, leaf, link, seal};
use quytrinh::journal::codec::{decode, encode};
use quytrinh::journal::entry::{Entry, Head, Record, Sealed};
use quytrinh::journal::export::{verify_export, write_head, write_row};
use quytrinh::journal::verify::{FaultCode, Report, Row, verify};
use quytrinh::machine::command::Actor;
use quytrinh::machine::event::Event;

use crate::support::scribe::{MONDAY, Scribe};

/// Twelve entries of three cases and the registry, and their head.
fn journal() -> (Vec<Sealed>, Head) {
    let mut scribe = Scribe::default();
    let mut sealed = Vec::new();
    for n in 0..4 {
        sealed.extend(scribe.comments(&format!("hs-{}", n % 3), &["Đã xem", "Đã \"ký\"\n\u{0}"]));
        sealed.push(scribe.registry());
    }
    (sealed, scribe.head)
}

fn rows(sealed: &[Sealed]) -> Vec<Row> {
    sealed.iter().map(Row::from).collect()
}

fn codes(report: &Report) -> Vec<(i64, FaultCode)> {
    report.faults.iter().map(|fault| (fault.seq, fault.code)).collect()
}

#[test]
fn a_whole_journal_is_whole() {
    let (sealed, head) = journal();
    let report = verify(&rows(&sealed), &[head, Head::default()]);
    assert_eq!(codes(&report), []);
    assert_eq!((report.entries, report.cases, report.head), (12, 3, head));
    assert!(verify(&[], &[]).is_whole());
}

#[test]
fn the_bytes_are_fixed_for_ever() {
    let entry = Entry {
        seq: 7,
        case: Some("hs-1".into()),
        case_seq: 2,
        recorded_at: MONDAY,
        occurred_at: Ts(MONDAY.0 + 1),
        actor: Actor::Delegate { person: "binh".into(), on_behalf_of: "dung".into() },
        procedure: Some(Digest::from("d1")),
        record: Record::Case(Event::Commented { text: "Đã nhận".to_owned() }),
    };
    let payload = encode(&entry).unwrap();
    let written = "{\"seq\":7,\"case\":\"hs-1\",\"case_seq\":2,\"recorded_at\":\"2026-08-03T01:30:00Z\",\
                   \"occurred_at\":\"2026-08-03T01:30:00.000001Z\",\
                   \"actor\":{\"delegate\":{\"person\":\"binh\",\"on_behalf_of\":\"dung\"}},\"procedure\":\"d1\",\
                   \"record\":{\"case\":{\"event\":\"commented\",\"text\":\"Đã nhận\"}}}";
    assert_eq!(String::from_utf8(payload.clone()).unwrap(), written);
    assert_eq!(decode(&payload).unwrap(), entry);
    let sealed = seal(&[1; 32], &[2; 32], entry).unwrap();
    assert_eq!(sealed.leaf, leaf(&payload));
    assert_eq!(sealed.chain, link(&[1; 32], &sealed.leaf));
    assert_eq!(sealed.case_chain, case_link(&[2; 32], &sealed.leaf));
}

#[test]
fn a_clock_that_was_set_back_does_not_take_the_journal_back() {
    let (_, head) = journal();
    let mut sealer = Sealer::of_registry(head, Actor::System, Ts(0));
    assert_eq!(sealer.recorded_at(), head.recorded_at.unwrap());
    let record = Scribe::default().registry().entry.record;
    assert_eq!(sealer.seal(Ts(0), record).unwrap().entry.recorded_at, head.recorded_at.unwrap());
}

#[test]
fn a_changed_payload_is_found_where_it_is() {
    let (sealed, head) = journal();
    let mut rows = rows(&sealed);
    let text = String::from_utf8(rows[3].payload.clone()).unwrap().replace("xem", "duyệt");
    rows[3].payload = text.into_bytes();
    let report = verify(&rows, &[head]);
    assert_eq!(codes(&report), [(3, FaultCode::ChainBroken), (3, FaultCode::CaseChainBroken)]);
}

#[test]
fn a_payload_sealed_anew_breaks_what_follows() {
    let (sealed, head) = journal();
    let mut rows = rows(&sealed);
    let entry = Entry { occurred_at: Ts(0), ..sealed[3].entry.clone() };
    let before = &sealed[2];
    let forged = seal(&before.chain, &sealed[0].case_chain, entry).unwrap();
    rows[3] = Row::from(&forged);
    let found = codes(&verify(&rows, &[head]));
    assert!(found.contains(&(4, FaultCode::ChainBroken)), "{found:?}");
}

#[test]
fn a_removed_entry_is_found() {
    let (sealed, head) = journal();
    for gone in 0..sealed.len() {
        let mut rows = rows(&sealed);
        rows.remove(gone);
        let report = verify(&rows, &[head]);
        let code = if gone + 1 == sealed.len() { FaultCode::Truncated } else { FaultCode::SeqGap };
        assert!(report.faults.iter().any(|fault| fault.code == code), "{gone}: {:?}", report.faults);
    }
}

#[test]
fn an_inserted_entry_is_found() {
    let (sealed, head) = journal();
    for place in 0..=sealed.len() {
        let mut rows = rows(&sealed);
        let mut forged = Row::from(&sealed[5]);
        forged.seq = place as i64;
        rows.insert(place, forged);
        assert!(!verify(&rows, &[head]).is_whole(), "{place}");
    }
}

#[test]
fn reordered_entries_are_found_even_with_their_numbers_set_right() {
    let (sealed, head) = journal();
    for (one, two) in [(0, 1), (2, 5), (10, 11)] {
        let mut swapped = rows(&sealed);
        swapped.swap(one, two);
        assert!(!verify(&swapped, &[head]).is_whole());
        (swapped[one].seq, swapped[two].seq) = (one as i64, two as i64);
        let found = codes(&verify(&swapped, &[head]));
        assert!(found.contains(&(one as i64, FaultCode::ColumnDiffers)), "{found:?}");
    }
}

#[test]
fn a_cut_off_journal_is_found_by_a_head_kept_elsewhere_and_only_by_that() {
    let (sealed, head) = journal();
    let rows = rows(&sealed[..9]);
    assert!(verify(&rows, &[]).is_whole());
    let report = verify(&rows, &[head]);
    assert_eq!(codes(&report), [(9, FaultCode::Truncated)]);
    assert!(report.faults[0].vi.contains("12 mục"), "{}", report.faults[0].vi);
    let absurd = Head { next_seq: u64::MAX, ..head };
    assert_eq!(codes(&verify(&rows, &[absurd])), [(9, FaultCode::Truncated)]);
}

#[test]
fn a_journal_written_anew_is_found_by_a_head_kept_elsewhere() {
    let (sealed, _) = journal();
    let kept = Head { next_seq: 5, chain: sealed[4].chain, recorded_at: None };
    let mut scribe = Scribe::default();
    let forged: Vec<Sealed> = (0..6).flat_map(|_| scribe.comments("hs-0", &["giả"])).collect();
    assert!(verify(&rows(&forged), &[]).is_whole());
    assert_eq!(codes(&verify(&rows(&forged), &[kept])), [(4, FaultCode::HeadDiffers)]);
    assert!(verify(&rows(&sealed), &[kept]).is_whole(), "a journal that has grown since passes");
}

#[test]
fn columns_that_say_something_else_are_found() {
    let (sealed, head) = journal();
    let change: [fn(&mut Row); 4] = [
        |row| row.columns.as_mut().unwrap().case = Some("hs-9".to_owned()),
        |row| row.columns.as_mut().unwrap().case_seq = -1,
        |row| row.columns.as_mut().unwrap().recorded_at += 1,
        |row| row.columns.as_mut().unwrap().case = None,
    ];
    for change in change {
        let mut rows = rows(&sealed);
        change(&mut rows[4]);
        assert_eq!(codes(&verify(&rows, &[head])), [(4, FaultCode::ColumnDiffers)]);
    }
}

#[test]
fn a_clock_running_back_and_a_gap_in_a_case_are_found_though_the_chains_hold() {
    let (sealed, _) = journal();
    let last = sealed.last().unwrap();
    let entry = |case_seq, recorded_at| Entry {
        seq: 12,
        case: Some("hs-7".into()),
        case_seq,
        recorded_at,
        ..sealed[0].entry.clone()
    };
    for (entry, code) in
        [(entry(0, MONDAY), FaultCode::ClockBack), (entry(1, last.entry.recorded_at), FaultCode::CaseSeq)]
    {
        let mut rows = rows(&sealed);
        rows.push(Row::from(&seal(&last.chain, &[0; 32], entry).unwrap()));
        assert_eq!(codes(&verify(&rows, &[])), [(12, code)]);
    }
}

#[test]
fn a_chain_of_the_wrong_length_is_a_fault_and_not_a_panic() {
    let (sealed, head) = journal();
    let mut rows = rows(&sealed);
    rows[1].chain.pop();
    rows[2].case_chain.clear();
    rows[3].payload = b"\xff{".to_vec();
    rows[4].seq = i64::MAX;
    rows[5].seq = i64::MIN;
    let found = codes(&verify(&rows, &[head]));
    for code in [FaultCode::ChainBroken, FaultCode::CaseChainBroken, FaultCode::Unreadable, FaultCode::SeqGap] {
        assert!(found.iter().any(|(_, is)| *is == code), "{code:?}");
    }
}

#[test]
fn a_journal_changed_everywhere_is_counted_and_not_listed_without_end() {
    let mut scribe = Scribe::default();
    let mut rows: Vec<Row> = rows(&scribe.comments("hs-1", &vec!["x"; 3_000]));
    rows.iter_mut().for_each(|row| row.payload.push(b' '));
    let report = verify(&rows, &[scribe.head]);
    assert_eq!((report.faults.len(), report.found), (1_000, 6_000));
}

fn export(sealed: &[Sealed], head: &Head) -> String {
    let mut out = Vec::new();
    write_head(&mut out, head).unwrap();
    rows(sealed).iter().for_each(|row| write_row(&mut out, row).unwrap());
    String::from_utf8(out).unwrap()
}

#[test]
fn an_export_verifies_alone() {
    let (sealed, head) = journal();
    let report = verify_export(export(&sealed, &head).as_bytes(), &[]).unwrap();
    assert_eq!(codes(&report), []);
    assert_eq!((report.entries, report.head), (12, head));
}

#[test]
fn an_export_cut_off_or_of_another_format_is_found() {
    let (sealed, head) = journal();
    let text = export(&sealed, &head);
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines[..8].join("\n");
    assert_eq!(codes(&verify_export(cut.as_bytes(), &[]).unwrap()), [(7, FaultCode::Truncated)]);
    let headless = lines[1..].join("\n");
    assert!(!verify_export(headless.as_bytes(), &[]).unwrap().is_whole());
    for file in ["", "\n\n", "{}", "quytrinh", "{\"format\":\"quytrinh-journal/v9\"}"] {
        assert!(!verify_export(file.as_bytes(), &[]).unwrap().is_whole(), "{file:?}");
    }
}

proptest! {
    /// Whatever one byte of an export becomes, it is found; it never panics.
    #[test]
    fn any_byte_changed_in_an_export_is_found(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (sealed, head) = journal();
        let mut file = export(&sealed, &head).into_bytes();
        let place = place.index(file.len());
        prop_assume!(file[place] != byte);
        // A line may be ended otherwise, and hexadecimal may be written large: that changes nothing that is said.
        let (was, is) = (file[place] as char, byte as char);
        prop_assume!(!was.is_ascii_whitespace() && !is.is_ascii_whitespace());
        prop_assume!(!was.eq_ignore_ascii_case(&is));
        // The time in the first line is not part of the head's chain.
        let clock = file.windows(11).position(|w| w == b"recorded_at").unwrap();
        prop_assume!(!(clock..clock + 40).contains(&place));
        file[place] = byte;
        prop_assert!(!verify_export(file.as_slice(), &[head]).unwrap().is_whole());
    }

    /// Whatever happens to one row, it is found.
    #[test]
    fn any_change_of_any_row_is_found(at in 0usize..12, kind in 0u8..7, with in 0usize..12, bit in 0usize..64) {
        let (sealed, head) = journal();
        let mut rows = rows(&sealed);
        prop_assume!(at != with);
        match kind {
            0 => { let bits = rows[at].payload.len() * 8; rows[at].payload[bit % bits / 8] ^= 1 << (bit % 8) }
            1 => rows[at].chain[bit % 32] ^= 1,
            2 => rows[at].case_chain[bit % 32] ^= 1,
            3 => drop(rows.remove(at)),
            4 => rows.swap(at, with),
            5 => { let copy = rows[with].clone(); rows.insert(at, copy) }
            _ => rows[at].payload = rows[with].payload.clone(),
        }
        prop_assert!(!verify(&rows, &[head]).is_whole());
    }
}
