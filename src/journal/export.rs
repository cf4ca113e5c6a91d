//! The journal as a text file: a first line with the head, then one line an entry with the exact payload as a string.
//!
//! Whoever holds the file needs nothing else to verify it: no database and no other file.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::ids::{Ts, hex};
use crate::journal::entry::{Hash, Head};
use crate::journal::verify::{Report, Row, Verifier};

/// The word in the first line.
pub const FORMAT: &str = "quytrinh-journal/v1";

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    entries: u64,
    chain: String,
    recorded_at: Option<Ts>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    seq: i64,
    payload: String,
    chain: String,
    case_chain: String,
}

/// Writes the first line.
pub fn write_head(out: &mut impl Write, head: &Head) -> std::io::Result<()> {
    let header = Header {
        format: FORMAT.to_owned(),
        entries: head.next_seq,
        chain: hex(&head.chain),
        recorded_at: head.recorded_at,
    };
    serde_json::to_writer(&mut *out, &header)?;
    out.write_all(b"\n")
}

/// Writes one entry. A payload that is no text, and so no entry, is written as text with its broken bytes replaced:
/// the chain then breaks at it, as it must.
pub fn write_row(out: &mut impl Write, row: &Row) -> std::io::Result<()> {
    let line = Line {
        seq: row.seq,
        payload: String::from_utf8_lossy(&row.payload).into_owned(),
        chain: hex(&row.chain),
        case_chain: hex(&row.case_chain),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

/// Reads the first line; the error is for people.
pub fn read_head(line: &str) -> Result<Head, String> {
    let header: Header = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if header.format != FORMAT {
        return Err(format!("`{}` is not `{FORMAT}`", header.format));
    }
    let chain = unhex(&header.chain).and_then(|bytes| Hash::try_from(bytes).ok()).ok_or("`chain` is not a hash")?;
    Ok(Head { next_seq: header.entries, chain, recorded_at: header.recorded_at })
}

/// Reads the line of an entry; the error is for people.
pub fn read_row(line: &str) -> Result<Row, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let chain = unhex(&line.chain).ok_or("`chain` is not hexadecimal")?;
    let case_chain = unhex(&line.case_chain).ok_or("`case_chain` is not hexadecimal")?;
    Ok(Row { seq: line.seq, columns: None, payload: line.payload.into_bytes(), chain, case_chain })
}

/// Verifies a file as it was written, against its own first line and any heads that were kept elsewhere.
/// An I/O error ends it; everything else is a fault in the report.
pub fn verify_export(file: impl BufRead, anchors: &[Head]) -> std::io::Result<Report> {
    let mut lines = file.split(b'\n');
    let first = lines.next().transpose()?.unwrap_or_default();
    let head = read_head(&String::from_utf8_lossy(&first));
    let mut all = anchors.to_vec();
    all.extend(head.as_ref().ok());
    let mut verifier = Verifier::new(&all);
    if let Err(why) = head {
        verifier.broken_line(1, &why);
    }
    for (number, line) in (2..).zip(lines) {
        let line = line?;
        match std::str::from_utf8(&line).map_err(|error| error.to_string()).and_then(read_row) {
            Ok(row) => verifier.row(&row),
            Err(_) if line.iter().all(u8::is_ascii_whitespace) => {}
            Err(why) => verifier.broken_line(number, &why),
        }
    }
    Ok(verifier.finish())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
