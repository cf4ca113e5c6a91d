//! A file that is named because a procedure is meant: its text, or why it is none.

use std::path::Path;

use crate::cli::Failure;
use crate::cli::output::pick;
use crate::definition::diagnostic::Lang;
use crate::definition::source::Source;
use crate::service::disk;
use crate::service::library::{FileKind, kind_of};

/// The text of a procedure's file. What is plainly something else is told so, and not as a procedure full of mistakes.
pub fn procedure_source(file: &Path, lang: Lang) -> Result<Source, Failure> {
    let name = file.display().to_string();
    let text = disk::text(file).map_err(|unread| match unread.is_encoding() {
        true => Failure::refused(unread.told(lang)),
        false => Failure::usage(unread.told(lang)),
    })?;
    let (vi, en) = match kind_of(&name, &text) {
        FileKind::Procedure => return Ok(Source::new(name, text)),
        FileKind::Test => ("tệp kịch bản", "a file of scenarios"),
        FileKind::Calendar => ("tệp lịch làm việc", "a calendar"),
        FileKind::Directory => ("tệp sơ đồ tổ chức", "a directory"),
        FileKind::Policy => ("tệp quy định của thanh tra", "a policy"),
        FileKind::Mandate => ("tệp chức năng, nhiệm vụ", "a mandate"),
    };
    Err(Failure::usage(format!(
        "{name}: {}",
        pick(
            lang,
            &format!("đây là {vi}, không phải quy trình; hãy nêu một tệp có `format: procedure/v1`"),
            &format!("this is {en}, not a procedure; name a file with `format: procedure/v1`"),
        )
    )))
}
