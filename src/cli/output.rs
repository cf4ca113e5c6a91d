//! Printing: data to stdout, the rest to stderr. What could not be written is kept in mind, so that the command ends with
//! a word and not with 0; only a closed pipe is no fault.

use std::io::{ErrorKind, Write as _};
use std::sync::OnceLock;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};

use crate::definition::diagnostic::Lang;
use crate::http::problem::Problem;
use crate::service::ask::Denied;

/// Data to stdout.
pub fn data(text: &str) {
    bytes(text.as_bytes());
}

/// Data to stdout, as bytes.
pub fn bytes(data: &[u8]) {
    let mut out = std::io::stdout().lock();
    kept(out.write_all(data).and_then(|()| out.flush()));
}

/// Why stdout did not take what was written to it, the first time.
static LOST: OnceLock<(ErrorKind, String)> = OnceLock::new();

/// Keeps in mind that something could not be written. Whoever closed the pipe has read enough.
pub fn kept(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = LOST.set((error.kind(), error.to_string()));
    }
}

/// Why what the command had to say did not arrive whole, where it did not.
pub fn lost(lang: Lang) -> Option<String> {
    let (kind, said) = LOST.get()?;
    let why = match kind {
        ErrorKind::StorageFull => pick(lang, "đĩa đầy", "the disk is full"),
        ErrorKind::QuotaExceeded => pick(lang, "hết phần đĩa được dùng", "the disk quota is used up"),
        _ => said.as_str(),
    };
    Some(match lang {
        Lang::Vi => format!("không ghi được hết kết quả ra đầu ra: {why}; phần đã ghi không dùng được"),
        Lang::En => format!("the output could not be written whole: {why}; do not use what was written"),
    })
}

/// Anything else to stderr.
pub fn say(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "{text}");
}

/// Why it did not work, to stderr.
pub fn complain(lang: Lang, message: &str) {
    let word = match lang {
        Lang::Vi => "lỗi",
        Lang::En => "error",
    };
    say(&format!("{word}: {message}"));
}

/// A table for people.
pub fn table(headers: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headers.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    format!("{table}\n")
}

/// One of two words.
pub fn pick<'a>(lang: Lang, vi: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// Why something was not done, in words.
pub fn why(denied: Denied, lang: Lang) -> String {
    // Whoever works on the database itself may know what it answered.
    if let Denied::Store(error) = denied {
        return error.to_string();
    }
    let problem = Problem::from(denied);
    let (vi, en) = problem.words();
    pick(lang, vi, en).to_owned()
}
