//! D02: a form that is not there, or that asks for what the procedure does not have.
//!
//! A form is a file of that name in a folder `forms` beside the procedure, with `{{dien_tich}}` where a datum of the case
//! is to stand. Where there is no such folder nobody keeps forms there, and nothing is said.

use std::collections::BTreeSet;

use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::{Route, Source, Span};
use crate::fold::nearest;

/// A form as it lies in the folder.
pub struct Form {
    /// The name of the file without its ending: what `form:` says.
    pub id: String,
    pub name: String,
    /// What it says; nothing where it cannot be read.
    pub text: Option<String>,
}

/// What a case knows beside its fields, as conditions name it.
const FACTS: &[&str] = &["case.channel", "case.code", "each.unit"];

/// Every document with a form.
pub fn check(procedure: &Procedure, source: &Source, forms: &[Form]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (id, document) in &procedure.documents {
        let Some(wanted) = &document.form else { continue };
        let span = source.span(&Route::of(["documents", id.as_str(), "form"]));
        match forms.iter().find(|form| form.id == *wanted) {
            None => found.push(missing(span, wanted, forms)),
            Some(Form { text: None, name, .. }) => found.push(
                Diagnostic::error(
                    "D02",
                    span,
                    format!("tệp mẫu {name} không đọc được"),
                    format!("the form {name} cannot be read"),
                )
                .help("lưu lại tệp dạng .docx, .html, .md hoặc .txt", "save it again as .docx, .html, .md or .txt"),
            ),
            Some(Form { text: Some(text), name, .. }) => {
                found.extend(blanks(text).into_iter().filter_map(|blank| of_blank(procedure, span, name, blank)));
            }
        }
    }
    found
}

fn missing(span: Span, wanted: &str, forms: &[Form]) -> Diagnostic {
    let found = Diagnostic::error(
        "D02",
        span,
        format!("thư mục `forms` không có mẫu `{wanted}`"),
        format!("the folder `forms` holds no form `{wanted}`"),
    );
    match nearest(wanted, forms.iter().map(|form| form.id.as_str())) {
        Some(near) => found.help(format!("có phải là `{near}`?"), format!("did you mean `{near}`?")).fix(span, near),
        None => found.help(
            format!("đặt tệp mẫu vào đó, ví dụ `forms/{wanted}.docx`"),
            format!("put the form there, as `forms/{wanted}.docx`"),
        ),
    }
}

/// What stands between double braces, each once; one that is not closed, as far as its line goes.
fn blanks(text: &str) -> BTreeSet<Result<&str, &str>> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let inside = &rest[at + 2..];
        let line = inside.lines().next().unwrap_or_default();
        match line.find("}}") {
            Some(end) => {
                found.insert(Ok(line[..end].trim()));
                rest = &inside[end + 2..];
            }
            None => {
                found.insert(Err(line.trim()));
                rest = inside;
            }
        }
    }
    found
}

fn of_blank(procedure: &Procedure, span: Span, name: &str, blank: Result<&str, &str>) -> Option<Diagnostic> {
    let short = |text: &str| text.chars().take(40).collect::<String>();
    let blank = match blank {
        Ok(blank) => blank,
        Err(open) => {
            let open = short(open);
            return Some(
                Diagnostic::error(
                    "D02",
                    span,
                    format!("mẫu {name}: chỗ điền `{{{{{open}` không có `}}}}` đóng lại"),
                    format!("the form {name}: the blank `{{{{{open}` is not closed by `}}}}`"),
                )
                .help("viết `{{tên_trường}}` liền trên một dòng", "write `{{field}}` on one line"),
            );
        }
    };
    let known = || procedure.fields.keys().map(|field| field.as_str()).chain(FACTS.iter().copied());
    if known().any(|known| known == blank) {
        return None;
    }
    let blank = short(blank);
    let found = Diagnostic::error(
        "D02",
        span,
        format!("mẫu {name} có chỗ điền `{{{{{blank}}}}}` mà quy trình không có trường nào tên như vậy"),
        format!("the form {name} has a blank `{{{{{blank}}}}}` and no field is called so"),
    );
    Some(match nearest(&blank, known()) {
        Some(near) => {
            found.help(format!("trong mẫu, có phải là `{near}`?"), format!("in the form, did you mean `{near}`?"))
        }
        None => found.help(
            format!("khai báo `{blank}` ở `fields:`, hoặc sửa mẫu"),
            format!("declare `{blank}` in `fields:`, or mend the form"),
        ),
    })
}
