//! What can be wrong with a calendar file, in words. It decides nothing.

use jiff::civil::Date;

/// Why a calendar file cannot be counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// Not YAML, or not of this form; the reader's own words.
    Unreadable(String),
    Format(String),
    UnknownZone(String),
    UnknownWeekday(String),
    BadSession {
        day: String,
        text: String,
    },
    Overlap {
        day: String,
        text: String,
    },
    NoSessions,
    BadRange {
        vi: String,
    },
    /// The end stands before the beginning, or further after it than anyone knows days off.
    Backwards {
        from: Date,
        to: Date,
    },
    Weekless,
    /// A day off or make-up day lies outside `from`..`to` of the file.
    OutsideDates(Date),
    /// Days off, or make-up days, are not in the order of their dates, each once.
    OutOfOrder {
        before: Date,
        after: Date,
    },
    /// The same date stands in two lists: off, half, made up, swapped.
    TwoKinds(Date),
    /// A make-up day is worked like a weekday that has no sessions.
    EmptyMakeUp {
        date: Date,
        like: String,
    },
    /// A half day or made-up day names no hours.
    NoHours(Date),
    /// A made-up day says both `like` and `sessions`.
    TwoHours(Date),
    /// A half day stands on a day that has no sessions: it is a made-up day.
    HalfDayOff(Date),
    /// A half day is as long as the day it stands for, or longer.
    LongHalfDay(Date),
    /// A swap takes off a day that is off already.
    SwapOfRest(Date),
    /// A season's first or last day is no `dd/mm`.
    BadDayOfYear {
        season: String,
        text: String,
    },
    SeasonsOverlap {
        one: String,
        other: String,
    },
}

impl CalendarError {
    /// What is wrong, in Vietnamese.
    pub fn vi(&self) -> String {
        match self {
            CalendarError::Unreadable(fault) => format!("không đọc được lịch: {fault}"),
            CalendarError::Format(found) => {
                format!("đây là lịch nên `format` phải là `calendar/v1`, không phải `{found}`")
            }
            CalendarError::UnknownZone(zone) => format!("không có múi giờ `{zone}`, ví dụ `Asia/Ho_Chi_Minh`"),
            CalendarError::UnknownWeekday(day) => format!("không có thứ `{day}`; dùng mon tue wed thu fri sat sun"),
            CalendarError::BadSession { day, text } => {
                format!("ca làm việc `{text}` của `{day}` phải viết như `08:00-12:00`, giờ mở trước giờ đóng")
            }
            CalendarError::Overlap { day, text } => format!("ca `{text}` của `{day}` chồng lên ca trước nó"),
            CalendarError::NoSessions => "lịch không có ca làm việc nào".into(),
            CalendarError::BadRange { vi } => format!("ngày nghỉ `{vi}` phải có `date`, hoặc cả `from` và `to`"),
            CalendarError::Backwards { from, to } => format!("khoảng {from} đến {to} bị ngược hoặc dài quá mức"),
            CalendarError::Weekless => {
                "lịch `always_open` không được có `week`, `seasons`, `days_off`, `half_days`, `make_up`, `swaps`".into()
            }
            CalendarError::OutsideDates(date) => format!("ngày {date} nằm ngoài khoảng `from` đến `to` của lịch"),
            CalendarError::OutOfOrder { before, after } => {
                format!("các ngày phải xếp theo thứ tự, mỗi ngày một lần: {after} đứng sau {before}")
            }
            CalendarError::TwoKinds(date) => {
                format!("{date} có mặt hai lần trong ngày nghỉ, ngày làm một phần, ngày làm bù, hoán đổi")
            }
            CalendarError::EmptyMakeUp { date, like } => {
                format!("{date} làm bù như `{like}`, nhưng `{like}` không có ca làm việc")
            }
            CalendarError::NoHours(date) => {
                format!(
                    "{date} chưa có giờ làm việc; ghi `sessions: [\"08:00-12:00\"]`, hoặc `like: mon` cho ngày làm bù"
                )
            }
            CalendarError::TwoHours(date) => format!("{date} chỉ được ghi một trong hai: `like` hoặc `sessions`"),
            CalendarError::HalfDayOff(date) => {
                format!("{date} vốn không làm việc nên không làm một phần được; ngày làm bù ghi trong `make_up`")
            }
            CalendarError::LongHalfDay(date) => {
                format!("giờ làm việc của {date} không ít hơn thường lệ; `half_days` chỉ dành cho ngày làm ít giờ hơn")
            }
            CalendarError::SwapOfRest(date) => format!("{date} vốn đã là ngày nghỉ nên không hoán đổi được"),
            CalendarError::BadDayOfYear { season, text } => {
                format!("ngày `{text}` của mùa `{season}` phải viết ngày/tháng, ví dụ `01/04`")
            }
            CalendarError::SeasonsOverlap { one, other } if one == other => {
                format!("mùa `{one}` chồng lên chính nó giữa năm này và năm sau")
            }
            CalendarError::SeasonsOverlap { one, other } => format!("mùa `{other}` chồng lên mùa `{one}`"),
        }
    }

    /// What is wrong, in English.
    pub fn en(&self) -> String {
        match self {
            CalendarError::Unreadable(fault) => format!("the calendar cannot be read: {fault}"),
            CalendarError::Format(found) => format!("a calendar's `format` is `calendar/v1`, not `{found}`"),
            CalendarError::UnknownZone(zone) => format!("no time zone `{zone}`, for example `Asia/Ho_Chi_Minh`"),
            CalendarError::UnknownWeekday(day) => format!("no weekday `{day}`; use mon tue wed thu fri sat sun"),
            CalendarError::BadSession { day, text } => {
                format!("session `{text}` of `{day}` is written like `08:00-12:00`, opening before closing")
            }
            CalendarError::Overlap { day, text } => format!("session `{text}` of `{day}` overlaps the one before it"),
            CalendarError::NoSessions => "the calendar has no session".into(),
            CalendarError::BadRange { vi } => format!("day off `{vi}` needs `date`, or both `from` and `to`"),
            CalendarError::Backwards { from, to } => format!("{from} to {to} runs backwards or is too long"),
            CalendarError::Weekless => {
                "an `always_open` calendar has no `week`, `seasons`, `days_off`, `half_days`, `make_up`, `swaps`".into()
            }
            CalendarError::OutsideDates(date) => format!("{date} lies outside `from` to `to` of the calendar"),
            CalendarError::OutOfOrder { before, after } => {
                format!("days stand in order, each once: {after} stands after {before}")
            }
            CalendarError::TwoKinds(date) => {
                format!("{date} stands twice among days off, half days, make-up days and swaps")
            }
            CalendarError::EmptyMakeUp { date, like } => {
                format!("{date} is worked like `{like}`, but `{like}` has no session")
            }
            CalendarError::NoHours(date) => {
                format!("{date} has no hours; write `sessions: [\"08:00-12:00\"]`, or `like: mon` for a make-up day")
            }
            CalendarError::TwoHours(date) => format!("{date} says `like` or `sessions`, not both"),
            CalendarError::HalfDayOff(date) => {
                format!("{date} is not worked anyway, so it is no half day; a day made up stands in `make_up`")
            }
            CalendarError::LongHalfDay(date) => {
                format!("the hours of {date} are not fewer than usual; `half_days` is for days with fewer hours")
            }
            CalendarError::SwapOfRest(date) => format!("{date} is a day off anyway and cannot be swapped"),
            CalendarError::BadDayOfYear { season, text } => {
                format!("`{text}` of season `{season}` is written day/month, for example `01/04`")
            }
            CalendarError::SeasonsOverlap { one, other } if one == other => {
                format!("season `{one}` overlaps itself from one year to the next")
            }
            CalendarError::SeasonsOverlap { one, other } => format!("season `{other}` overlaps season `{one}`"),
        }
    }
}

impl std::fmt::Display for CalendarError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for CalendarError {}
