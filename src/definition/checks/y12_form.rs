//! Y12: the text has not the form that `quytrinh fmt` writes.
//!
//! Told only of a text with nothing else to tell: whoever mends a fault should not have his lines moved meanwhile.

use crate::definition::canonical::canonical;
use crate::definition::diagnostic::{Diagnostic, Level};
use crate::definition::source::{Source, Span};

/// A note at the first line that would be written another way.
pub fn check(source: &Source) -> Option<Diagnostic> {
    let form = canonical(source).ok()?;
    let text = source.text();
    // A mark of the encoding in front is no matter of form.
    if form == text.strip_prefix('\u{feff}').unwrap_or(text) {
        return None;
    }
    let same: usize = text
        .split_inclusive('\n')
        .zip(form.split_inclusive('\n'))
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len())
        .sum();
    let line = text[same..].split('\n').next().unwrap_or_default();
    let start = same + (line.len() - line.trim_start().len());
    let span = Span { start, end: (same + line.trim_end().len()).max(start) };
    let mut found = Diagnostic::error(
        "Y12",
        span,
        "tệp chưa viết theo dạng chuẩn, từ dòng này",
        "the file is not in its canonical form, from this line on",
    )
    .help("chạy `quytrinh fmt`: nghĩa và chú thích giữ nguyên", "run `quytrinh fmt`: meaning and comments stay");
    found.level = Level::Note;
    Some(found)
}
