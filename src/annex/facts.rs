//! The head of an annex: what the procedure is, by which decision, on what basis, how its time is counted.

use crate::annex::wording::{limit, pick};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::Names;
use crate::definition::procedure::{Counting, Procedure};
use crate::directory::Directory;
use crate::ids::UnitId;

/// The name of the unit directly above the owner, as it stands over the own name at the head of a document.
pub fn above(directory: &Directory, owner: &UnitId) -> Option<String> {
    let id = owner.as_str();
    let unit = UnitId::from(id.rsplit('/').next().unwrap_or(id));
    directory.above(&unit).map(|upper| directory.unit_name(upper).to_owned())
}

/// A unit's name; a path of units is named by its last.
pub fn unit(unit: &UnitId, names: &Names) -> String {
    let known = |id: &str| names.get(&UnitId::from(id)).cloned();
    let id = unit.as_str();
    known(id).or_else(|| known(id.rsplit('/').next().unwrap_or(id))).unwrap_or_else(|| id.to_owned())
}

/// `Ban hành kèm theo Quyết định số ... ngày ...`, or room for it.
pub fn decision(procedure: &Procedure, lang: Lang) -> String {
    match &procedure.decision {
        Some(decision) => pick(
            lang,
            &format!(
                "(Ban hành kèm theo Quyết định số {} ngày {})",
                decision.number,
                decision.date.strftime("%d/%m/%Y")
            ),
            &format!("(issued with Decision {} of {})", decision.number, decision.date),
        ),
        None => pick(
            lang,
            "(Ban hành kèm theo Quyết định số ........ ngày ...../...../.........)",
            "(issued with Decision ........ of ...../...../.........)",
        ),
    }
}

/// The facts of the first part.
pub fn facts(procedure: &Procedure, units: &Names, lang: Lang) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, name_en: &str, text: String| {
        if !text.is_empty() {
            facts.push((pick(lang, name, name_en), text));
        }
    };
    add("Mã thủ tục hành chính", "Procedure codes", procedure.codes.join(", "));
    add("Đơn vị chịu trách nhiệm", "Unit in charge", unit(&procedure.owner, units));
    add("Phiên bản", "Version", procedure.version.to_string());
    let date = |date: jiff::civil::Date| date.strftime("%d/%m/%Y").to_string();
    add("Có hiệu lực từ ngày", "In force from", procedure.effective.map(date).unwrap_or_default());
    add("Hết hiệu lực sau ngày", "In force until", procedure.until.map(date).unwrap_or_default());
    add("Tổng thời hạn giải quyết", "Time limit", limit(procedure, &procedure.case.within, lang).join("; "));
    add("Cách tính thời hạn", "How time is counted", counting(procedure, lang));
    for (id, variant) in &procedure.variants {
        if let Some(within) = &variant.case {
            let (vi, en) = variant.label(id);
            let name = pick(lang, &format!("Thời hạn: {vi}"), &format!("Time limit: {en}"));
            facts.push((name, limit(procedure, within, lang).join("; ")));
        }
    }
    facts
}

fn counting(procedure: &Procedure, lang: Lang) -> String {
    let mut text = match procedure.case.counting {
        Counting::Day => pick(
            lang,
            "theo ngày: hết ngày thứ N sau ngày nhận",
            "by the day: the end of the N-th day after the day of receipt",
        ),
        Counting::Hours => pick(lang, "theo giờ: tính từ lúc nhận", "by the hour: from the minute of receipt"),
    };
    if let Some((hour, minute)) = procedure.case.cut_off {
        text += &pick(
            lang,
            &format!("; nhận từ {hour:02}:{minute:02} tính sang ngày làm việc sau"),
            &format!("; received at or after {hour:02}:{minute:02} counts as the next working day"),
        );
    }
    text
}

/// The bases, each with the number the tables speak of it by, its limit and note.
pub fn legal(procedure: &Procedure, lang: Lang) -> Vec<String> {
    let line = |(n, legal): (usize, &crate::definition::procedure::Legal)| {
        let mut text = format!("[{}] {}", n + 1, legal.vi);
        if let Some(limit) = &legal.limit {
            let limit = pick(lang, &limit.vi(), &limit.en());
            text += &pick(lang, &format!("; thời hạn {limit}"), &format!("; limit {limit}"));
        }
        if let Some(note) = &legal.note {
            text += &format!("; {note}");
        }
        text
    };
    procedure.legal.values().enumerate().map(line).collect()
}
