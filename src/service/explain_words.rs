//! An explanation in plain words, in both languages: the figure, the days, what happened to the clock. Lengths are told
//! to the minute, so that whoever adds the lines up finds the figure.

use jiff::civil::{Date, Weekday};

use crate::calendar::working_time::{WorkingTime, limit_in_words};
use crate::ledger::clock_history::{Mark, What};
use crate::ledger::explanation::{Part, State, Unit};
use crate::machine::event::Scope;
use crate::service::explain::{Explained, Of};
use crate::service::explain_days::{DayRow, Kind};
use crate::service::library::Shelf;
use crate::service::words::working;

/// The same in Vietnamese and English.
pub type Both = (String, String);

fn both(vi: &str, en: &str) -> Both {
    (vi.to_owned(), en.to_owned())
}

/// What is explained.
pub fn subject(told: &Explained) -> Both {
    let title = told.title.clone().unwrap_or_default();
    match (&told.holder, Of::parse(&told.of)) {
        (Some(holder), _) => (format!("{} giữ: {title}", holder.name), format!("Held by {}: {title}", holder.name)),
        (None, Some(Of::Clock(Scope::Group(_)))) => (format!("Nhóm bước: {title}"), format!("Group of steps: {title}")),
        // Published tables number their steps: "Bước 5. Ký" says already what it is.
        (None, Some(Of::Clock(Scope::Branch(_)))) if title.starts_with("Bước ") => (title.clone(), title.clone()),
        (None, Some(Of::Clock(Scope::Branch(_)))) => (format!("Bước: {title}"), format!("Step: {title}")),
        _ => both("Thời hạn cả hồ sơ", "The deadline of the whole case"),
    }
}

/// The written limit.
pub fn limit(told: &Explained) -> Option<Both> {
    let text = told.limit.as_ref()?;
    Some((limit_in_words(text, true), limit_in_words(text, false)))
}

/// How the limit is counted, in one sentence.
pub fn rule(told: &Explained) -> Both {
    let holding = told.rule.is_none();
    match told.explanation.unit {
        _ if holding => both(
            "Cộng giờ làm việc từ lúc nhận việc; phần đồng hồ hồ sơ dừng được ghi riêng.",
            "Working time adds up from the moment it came; what the case's clock stood is told apart.",
        ),
        Unit::WorkingDays => both(
            "Đếm từng ngày làm việc sau ngày nhận; hạn là lúc hết giờ làm việc của ngày cuối.",
            "Working days are counted after the day of receipt; it is due at the close of the last one.",
        ),
        Unit::WorkingMinutes => both(
            "Cộng từng phút làm việc kể từ lúc bắt đầu; đêm, nghỉ trưa và ngày nghỉ không tính.",
            "Working minutes add up from the start; nights, breaks and days off do not count.",
        ),
        Unit::CalendarDays => both(
            "Đếm mọi ngày trên lịch sau ngày nhận; ngày cuối là ngày nghỉ thì chuyển sang ngày làm việc kế tiếp.",
            "Every calendar day counts after the day of receipt; a last day that is off moves to the next working day.",
        ),
        Unit::ClockMinutes => {
            both("Tính liên tục ngày đêm, kể cả ngày nghỉ.", "The clock runs day and night, days off included.")
        }
        Unit::Date => both(
            "Hạn là một ngày đã định; không việc gì làm nó lùi lại.",
            "It is due on a fixed date, which nothing moves.",
        ),
    }
}

/// Minutes in the unit of the figure.
pub fn length(unit: Unit, minutes: i64) -> Both {
    match unit {
        Unit::ClockMinutes => clock(minutes),
        _ => working(minutes),
    }
}

/// `1 ngày 2 giờ 5 phút liên tục`: days of twenty-four hours.
fn clock(minutes: i64) -> Both {
    let minutes = minutes.abs();
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    for (n, word, one) in
        [(minutes / 1_440, "ngày", "day"), (minutes % 1_440 / 60, "giờ", "hour"), (minutes % 60, "phút", "minute")]
    {
        if n > 0 {
            vi.push(format!("{n} {word}"));
            en.push(format!("{n} {one}{}", if n == 1 { "" } else { "s" }));
        }
    }
    if vi.is_empty() {
        return both("0 phút", "0 minutes");
    }
    (format!("{} liên tục", vi.join(" ")), format!("{} by the clock", en.join(" ")))
}

/// As the sum of the lines has it.
fn minutes(n: i64) -> Both {
    (format!("{n} phút làm việc"), format!("{n} working minutes"))
}

/// The figure: what it is of, and how much, line by line.
pub fn figure(told: &Explained) -> Vec<(Both, Both)> {
    let inner = &told.explanation;
    let (figure, unit) = (&inner.figure, inner.unit);
    let words = |minutes: i64| length(unit, minutes);
    let days = |n: u32| match unit {
        Unit::CalendarDays => (format!("{n} ngày"), format!("{n} calendar {}", if n == 1 { "day" } else { "days" })),
        _ => (format!("{n} ngày làm việc"), format!("{n} working {}", if n == 1 { "day" } else { "days" })),
    };
    let stood = both("Trong đó đồng hồ dừng", "Of it the clock stood");
    if told.rule.is_none() {
        let mut lines = vec![(both("Đã giữ", "Held"), words(figure.total_minutes))];
        if figure.stood_minutes > 0 {
            lines.push((stood, words(figure.stood_minutes)));
        }
        return lines;
    }
    let amount = |of_days: Option<u32>, minutes: i64| of_days.map_or_else(|| words(minutes), days);
    let tally = inner.tally;
    let mut lines = vec![
        (both("Cả thời hạn", "Whole term"), amount(tally.map(|t| t.total_days), figure.total_minutes)),
        (both("Đã qua", "Gone by"), amount(tally.map(|t| t.used_days), figure.used_minutes)),
    ];
    if figure.over_minutes > 0 {
        lines.push((both("Quá hạn", "Late by"), words(figure.over_minutes)));
    } else {
        lines.push((both("Còn lại", "Left"), amount(tally.map(|t| t.left_days), figure.left_minutes)));
    }
    if tally.is_some() {
        let n = figure.total_minutes;
        lines.push((both("Giờ làm việc trong hạn", "Working time in the term"), minutes(n)));
    }
    if figure.stood_minutes > 0 {
        lines
            .push((both("Không tính vì đồng hồ dừng", "Not counted, as the clock stood"), words(figure.stood_minutes)));
    }
    lines
}

/// What is said of the deadline while the clock stands.
pub fn state(told: &Explained) -> Option<Both> {
    (told.explanation.state == State::Stands).then(|| {
        both(
            "Đồng hồ đang dừng: phần còn lại giữ nguyên, hạn sẽ lùi khi đồng hồ chạy tiếp.",
            "The clock stands: what is left stays left, and the deadline moves when it runs on.",
        )
    })
}

/// The date or dates of a row: `T6 24/04/2026`, `25/04 – 27/04/2026`.
pub fn dates(row: &DayRow) -> Both {
    let long = |date: Date| date.strftime("%d/%m/%Y").to_string();
    if row.from == row.to {
        let (vi, en) = weekday(row.from.weekday());
        return (format!("{vi} {}", long(row.from)), format!("{en} {}", long(row.from)));
    }
    let span = format!("{} – {}", row.from.strftime("%d/%m"), long(row.to));
    (span.clone(), span)
}

fn weekday(day: Weekday) -> (&'static str, &'static str) {
    match day {
        Weekday::Monday => ("T2", "Mon"),
        Weekday::Tuesday => ("T3", "Tue"),
        Weekday::Wednesday => ("T4", "Wed"),
        Weekday::Thursday => ("T5", "Thu"),
        Weekday::Friday => ("T6", "Fri"),
        Weekday::Saturday => ("T7", "Sat"),
        Weekday::Sunday => ("CN", "Sun"),
    }
}

/// The counted hours of a day, `08:00–12:00, 13:30–17:30`; for a run, how many days of work lie in it.
pub fn hours(row: &DayRow) -> Both {
    if row.pieces.is_empty() {
        let n = row.working_days;
        let en = format!("{n} working {}", if n == 1 { "day" } else { "days" });
        return (format!("{n} ngày làm việc"), en);
    }
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let counted = row.pieces.iter().filter(|piece| piece.kind == Kind::Counted);
    let text = counted.map(|piece| format!("{}–{}", clock(piece.from), clock(piece.to))).collect::<Vec<_>>().join(", ");
    (text.clone(), text)
}

/// The number of a day, or of the days of a run.
pub fn numbers(row: &DayRow) -> Option<Both> {
    let (first, last) = row.numbers?;
    Some(match first == last {
        true => (format!("ngày {first}"), format!("day {first}")),
        false => (format!("ngày {first}–{last}"), format!("days {first}–{last}")),
    })
}

/// Where a row lies in the term.
pub fn part(part: Part) -> Both {
    match part {
        Part::Used => both("đã qua", "gone by"),
        Part::Left => both("còn lại", "left"),
        Part::Over => both("quá hạn", "late"),
    }
}

/// What happened to a clock, with who did it.
pub fn mark(mark: &Mark, shelf: &Shelf, step: &dyn Fn(&crate::ids::StepId) -> String) -> Both {
    let who = mark.actor.person().map(|person| shelf.person_name(person));
    let (vi, en) = match &mark.what {
        What::Began { .. } => both("Bắt đầu tính", "It began"),
        What::Stood { step: id, reason, .. } => {
            let why = reason.as_ref().map_or_else(String::new, |reason| format!(". {reason}"));
            (format!("Dừng: {}{why}", step(id)), format!("It came to stand: {}{why}", step(id)))
        }
        What::RanOn { .. } => both("Chạy tiếp", "It ran on"),
        What::Restarted { .. } => both("Tính lại từ đầu", "It began again from zero"),
        What::Extended { length, reason, .. } => {
            let vi = WorkingTime::parse(length).map_or_else(|_| length.clone(), |length| length.vi());
            let why = reason.as_ref().map_or_else(String::new, |reason| format!(". {reason}"));
            (format!("Gia hạn {vi}{why}"), format!("Lengthened by {length}{why}"))
        }
        What::Recounted { version, .. } => (
            format!("Tính lại theo bản lịch số {version}"),
            format!("Counted anew by version {version} of the calendar"),
        ),
        What::Left => both("Hồ sơ rời nhóm bước", "The case left the group of steps"),
        What::Passed => both("Hết hạn", "The deadline passed"),
        What::Ended => both("Thôi tính", "It ended"),
    };
    match who {
        Some(who) => (format!("{vi} ({who})"), format!("{en} ({who})")),
        None => (vi, en),
    }
}
