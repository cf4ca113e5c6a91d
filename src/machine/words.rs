//! Refusals in words, one constructor each: what was found, and what would be right. Persons and steps by their names.
//!
//! By subject, in the files of this folder; here are only the names of things, which they share.

mod calls;
mod council;
mod engine;
mod given;
mod holders;
mod state;
mod terms;
mod who;

use crate::ids::FieldId;
use crate::machine::draft::Draft;

pub(super) use calls::*;
pub(super) use council::*;
pub(super) use engine::*;
pub(super) use given::*;
pub(super) use holders::*;
pub(super) use state::*;
pub(super) use terms::*;
pub(super) use who::*;

fn field_title<'a>(draft: &'a Draft<'_>, id: &'a FieldId) -> &'a str {
    draft.procedure().fields.get(id).map_or(id.as_str(), |field| field.title.vi.as_str())
}

fn field_titles(draft: &Draft<'_>, fields: &[FieldId]) -> String {
    quoted(fields.iter().map(|id| field_title(draft, id).to_owned()))
}

fn quoted(names: impl Iterator<Item = String>) -> String {
    names.map(|name| format!("«{name}»")).collect::<Vec<_>>().join(", ")
}

fn kind_vi(word: &str) -> &str {
    match word {
        "text" => "một dòng chữ",
        "number" => "một số có nhiều nhất sáu chữ số thập phân",
        "money" => "một số tiền đồng, không lẻ",
        "date" => "một ngày, viết như 2026-08-03",
        "yes_no" => "có hoặc không",
        "file" => "tên một tệp",
        "person" => "một người trong danh bạ",
        "unit" => "một đơn vị trong danh bạ",
        "list of unit" => "danh sách đơn vị trong danh bạ, không lặp",
        other => other,
    }
}
