//! The papers of a procedure: who brings them, whether they must be there, on which form, which of them is the result.

use crate::annex::content::Table;
use crate::annex::wording::{form, pick};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::words;
use crate::definition::procedure::{Party, Procedure};

/// The table of papers; none where the procedure names none.
pub fn table(procedure: &Procedure, lang: Lang) -> Option<Table> {
    if procedure.documents.is_empty() {
        return None;
    }
    let p = |vi: &str, en: &str| pick(lang, vi, en);
    let mut table = Table::new(&[
        (p("TT", "No."), 6, true),
        (p("Tên giấy tờ, tài liệu", "Paper"), 41, false),
        (p("Nguồn", "From"), 23, false),
        (p("Biểu mẫu", "Form"), 13, true),
        (p("Ghi chú", "Note"), 17, false),
    ]);
    for (n, document) in procedure.documents.values().enumerate() {
        let from = match document.from {
            Party::Applicant => p("Người nộp hồ sơ", "applicant"),
            Party::Staff => p("Cơ quan giải quyết", "authority"),
            Party::Outside => p("Cơ quan ngoài", "outside body"),
        };
        let mut notes = Vec::new();
        let mut note = |is: bool, vi: &str, en: &str| {
            if is {
                notes.push(p(vi, en));
            }
        };
        note(document.result, "kết quả giải quyết", "result");
        note(document.signed, "được ký", "signed");
        note(document.required && document.from == Party::Applicant, "bắt buộc", "required");
        note(document.digitised, "số hóa", "digitised");
        table.push(vec![
            (n + 1).to_string(),
            words::label(&document.title, lang).to_owned(),
            from,
            document.form.as_deref().map(|id| form(id, lang)).unwrap_or_default(),
            notes.join(", "),
        ]);
    }
    Some(table)
}
