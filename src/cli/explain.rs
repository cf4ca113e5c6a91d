//! `quytrinh case explain` and `case suspensions` for people: the figure on top, then day by day what counts and why.

use crate::cli::inbox::{length, local};
use crate::cli::output::{pick, table};
use crate::definition::diagnostic::Lang;
use crate::service::engine::Engine;
use crate::service::explain::Explained;
use crate::service::explain_days::DayRow;
use crate::service::explain_words as words;
use crate::service::suspensions::Register;

/// The explanation as text.
pub fn explanation(told: &Explained, engine: &Engine, lang: Lang) -> String {
    let say = |(vi, en): words::Both| pick(lang, &vi, &en).to_owned();
    let inner = &told.explanation;
    let mut text = format!("{} · {}\n{}\n", told.case, told.case_title, say(words::subject(told)));
    if let Some(limit) = words::limit(told) {
        text += &format!("{}: {}. ", pick(lang, "Thời hạn", "Limit"), say(limit));
    }
    text += &format!("{}\n", say(words::rule(told)));
    text += &format!(
        "{} {}: {} ({} {})\n",
        pick(lang, "Lịch", "Calendar"),
        told.calendar,
        told.calendar_title,
        pick(lang, "phiên bản", "version"),
        told.calendar_version
    );
    text += &format!("{} {}", pick(lang, "Bắt đầu", "Began"), local(engine, inner.begun));
    if let Some(deadline) = inner.deadline {
        text += &format!(" · {} {}", pick(lang, "hạn", "due"), local(engine, deadline));
    }
    text += &format!(" · {} {}\n", pick(lang, "tính đến", "as of"), local(engine, inner.until));
    for (label, amount) in words::figure(told) {
        text += &format!("  {}: {}\n", say(label), say(amount));
    }
    if let Some(state) = words::state(told) {
        text += &format!("  {}\n", say(state));
    }
    text += &days(told, lang);
    if !told.marks.is_empty() {
        text += pick(lang, "Diễn biến:\n", "What happened:\n");
    }
    for (mark, said) in told.marks.iter().zip(&told.said) {
        text += &format!("  {}  {}  [{}]\n", local(engine, mark.at), say(said.clone()), mark.seq);
    }
    text
}

fn days(told: &Explained, lang: Lang) -> String {
    let say = |(vi, en): words::Both| pick(lang, &vi, &en).to_owned();
    let headers = match lang {
        Lang::Vi => ["Ngày", "Giờ tính", "Phút", "Vì sao"],
        Lang::En => ["Day", "Hours counted", "Minutes", "Why"],
    };
    let row = |row: &DayRow| {
        let mut notes: Vec<String> = words::numbers(row).map(say).into_iter().collect();
        notes.extend(row.notes.iter().map(|note| pick(lang, &note.vi, &note.en).to_owned()));
        notes.push(say(words::part(row.part)));
        let stood = row.stood_minutes;
        if stood > 0 {
            notes.push(format!("{} {stood} {}", pick(lang, "dừng", "stood"), pick(lang, "phút", "minutes")));
        }
        vec![say(words::dates(row)), say(words::hours(row)), row.minutes.to_string(), notes.join("; ")]
    };
    let sum: i64 = told.rows.iter().map(|row| row.minutes).sum();
    let mut rows: Vec<Vec<String>> = told.rows.iter().map(row).collect();
    rows.push(vec![pick(lang, "Cộng", "Sum").to_owned(), String::new(), sum.to_string(), String::new()]);
    table(&headers, rows)
}

/// The register of suspensions as text.
pub fn suspensions(register: &Register, engine: &Engine, lang: Lang) -> String {
    if register.items.is_empty() {
        return pick(lang, "Đồng hồ hồ sơ chưa dừng lần nào.\n", "The case's clock has never stood.\n").to_owned();
    }
    let headers = match lang {
        Lang::Vi => ["Bước", "Chờ ai", "Từ", "Đến", "Người mở", "Lý do và căn cứ", "Dừng"],
        Lang::En => ["Step", "Waits for", "From", "To", "Opened by", "Reason and evidence", "Stood"],
    };
    let rows = register.items.iter().map(|item| {
        let mut why: Vec<String> = item.reason.iter().cloned().collect();
        why.extend(item.evidence.iter().map(|paper| paper.title.clone()));
        let to = match (item.resumed_at, item.next_check) {
            (Some(at), _) => local(engine, at),
            (None, Some(at)) => format!("{} {}", pick(lang, "xem lại", "look again"), local(engine, at)),
            (None, None) => pick(lang, "đang dừng", "stands").to_owned(),
        };
        vec![
            item.step_title.clone(),
            party(item.waited_for, lang).to_owned(),
            local(engine, item.from),
            to,
            item.opened_by.as_ref().map_or_else(|| "–".to_owned(), |person| person.name.clone()),
            why.join("; "),
            length(item.minutes, lang),
        ]
    });
    let mut text = table(&headers, rows.collect());
    for (who, total) in &register.totals {
        text += &format!("{}: {} × {}\n", party(who, lang), total.count, length(total.minutes, lang));
    }
    text
}

fn party(word: &str, lang: Lang) -> &'static str {
    match word {
        "applicant" => pick(lang, "người nộp hồ sơ", "the applicant"),
        "staff" => pick(lang, "cán bộ", "staff"),
        _ => pick(lang, "cơ quan ngoài", "an outside body"),
    }
}
