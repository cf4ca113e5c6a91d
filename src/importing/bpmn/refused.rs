//! Why a file gives no procedure at all, in words for whoever drew it.

use crate::definition::diagnostic::Lang;

/// Why nothing could be brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoModel {
    /// No XML, or cut off.
    Damaged(String),
    /// Larger than a procedure can be.
    TooLarge,
    /// A name or a text longer than anybody reads, of that element.
    TooLong(String),
    /// XML of another kind: its outermost name.
    Other(String),
    /// No process with a task or an arrow in it.
    Empty,
    /// None bears the name asked for; these are there.
    NoSuch(Vec<String>),
}

impl NoModel {
    /// The refusal's unchanging word.
    pub fn code(&self) -> &'static str {
        match self {
            NoModel::Damaged(_) => "damaged",
            NoModel::TooLarge => "too_large",
            NoModel::TooLong(_) => "too_long",
            NoModel::Other(_) => "not_bpmn",
            NoModel::Empty => "empty",
            NoModel::NoSuch(_) => "no_such_process",
        }
    }

    /// What was found, and what would be right.
    pub fn words(&self, lang: Lang) -> String {
        let vi = lang == Lang::Vi;
        match self {
            NoModel::Damaged(_) if vi => {
                "tệp hỏng, lưu dở hoặc không phải bản vẽ; mở bằng phần mềm vẽ rồi lưu lại".to_owned()
            }
            NoModel::Damaged(why) => {
                format!("the file is damaged or cut off ({why}); open it where it was drawn, save again")
            }
            NoModel::TooLarge if vi => {
                "bản vẽ quá lớn (quá 8 MB, 2000 hình hoặc lồng quá sâu); tách thành nhiều quy trình".to_owned()
            }
            NoModel::TooLarge => {
                "the drawing is too large (over 8 MB, 2000 shapes, or nested too deep); split it into several"
                    .to_owned()
            }
            NoModel::TooLong(whose) if vi => {
                format!("tên hoặc ghi chú của `{whose}` quá dài (quá 64 KB); rút ngắn trong bản vẽ rồi lưu lại")
            }
            NoModel::TooLong(whose) => {
                format!("a name or a text of `{whose}` is too long (over 64 KB); shorten it in the drawing, save again")
            }
            NoModel::Other(root) if vi => {
                format!(
                    "đây không phải bản vẽ BPMN 2.0 (phần tử ngoài cùng là `{root}`); lưu lại theo định dạng BPMN 2.0"
                )
            }
            NoModel::Other(root) => {
                format!("this is no BPMN 2.0 drawing (the outermost element is `{root}`); save it as BPMN 2.0")
            }
            NoModel::Empty if vi => "bản vẽ không có công việc nào; vẽ ít nhất một công việc và mũi tên".to_owned(),
            NoModel::Empty => "the drawing holds no task; draw at least one task and an arrow".to_owned(),
            NoModel::NoSuch(known) if vi => format!("không có quy trình tên đó; trong bản vẽ có: {}", known.join(", ")),
            NoModel::NoSuch(known) => format!("no process of that name; the drawing holds: {}", known.join(", ")),
        }
    }
}
