//! Adding and measuring against a walk minute by minute, written apart: it reads the calendar's text with its own few lines,
//! asks the time zone what the wall clock shows, and shares nothing with `src/calendar`.
//!
//! `QUYTRINH_WALKS=1000000` plays a million questions, `QUYTRINH_SEED` another run of them.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use quytrinh::calendar::calendar::{Calendar, CalendarFile, Rule};
use quytrinh::calendar::working_time::{Length, WorkingTime};
use quytrinh::ids::Ts;
use serde_json::Value;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 1_440;

type Sessions = Vec<(i64, i64)>;

/// From and up to which (month, day).
type Range = [(i8, i8); 2];

/// A calendar's text, read by hand.
struct Plan {
    zone: TimeZone,
    always: bool,
    week: [Sessions; 7],
    seasons: Vec<(Range, [Sessions; 7])>,
    special: BTreeMap<Date, Sessions>,
}

fn minute_of(text: &str) -> i64 {
    let (hour, minute) = text.split_once(':').unwrap();
    hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap()
}

fn sessions_of(value: &Value) -> Sessions {
    let session = |text: &Value| {
        let (open, close) = text.as_str().unwrap().split_once('-').unwrap();
        (minute_of(open), minute_of(close))
    };
    value.as_array().map(|list| list.iter().map(session).collect()).unwrap_or_default()
}

fn week_of(value: &Value) -> [Sessions; 7] {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| sessions_of(&value[day]))
}

fn index(date: Date) -> usize {
    date.weekday().to_monday_zero_offset() as usize
}

impl Plan {
    fn read(text: &str) -> Plan {
        let file: Value = serde_yaml::from_str(text).unwrap();
        let list = |key: &str| file[key].as_array().cloned().unwrap_or_default();
        let date = |value: &Value| value.as_str().unwrap().parse::<Date>().unwrap();
        let month_day = |value: &Value| {
            let (day, month) = value.as_str().unwrap().split_once('/').unwrap();
            (month.parse::<i8>().unwrap(), day.parse::<i8>().unwrap())
        };
        let seasons = list("seasons");
        let seasons = seasons.iter().map(|s| ([month_day(&s["from"]), month_day(&s["to"])], week_of(&s["week"])));
        let mut plan = Plan {
            zone: TimeZoneDatabase::bundled().get(file["zone"].as_str().unwrap()).unwrap(),
            always: file["always_open"] == true,
            week: week_of(&file["week"]),
            seasons: seasons.collect(),
            special: BTreeMap::new(),
        };
        let mut special = BTreeMap::new();
        for off in list("days_off") {
            let (mut day, last) = match off["date"].is_string() {
                true => (date(&off["date"]), date(&off["date"])),
                false => (date(&off["from"]), date(&off["to"])),
            };
            while day <= last {
                special.insert(day, Sessions::new());
                day = day.tomorrow().unwrap();
            }
        }
        for half in list("half_days") {
            special.insert(date(&half["date"]), sessions_of(&half["sessions"]));
        }
        for made_up in list("make_up") {
            let day = date(&made_up["date"]);
            let like = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|w| made_up["like"] == *w);
            let sessions =
                like.map_or_else(|| sessions_of(&made_up["sessions"]), |like| plan.week_on(day)[like].clone());
            special.insert(day, sessions);
        }
        for swap in list("swaps") {
            let (off, worked) = (date(&swap["off"]), date(&swap["worked"]));
            let sessions = match swap["sessions"].is_array() {
                true => sessions_of(&swap["sessions"]),
                false => plan.week_on(worked)[index(off)].clone(),
            };
            special.insert(off, Sessions::new());
            special.insert(worked, sessions);
        }
        plan.special = special;
        plan
    }

    /// The week in force on a date.
    fn week_on(&self, date: Date) -> &[Sessions; 7] {
        let today = (date.month(), date.day());
        let holds = |[from, to]: &[(i8, i8); 2]| match from <= to {
            true => *from <= today && today <= *to,
            false => *from <= today || today <= *to,
        };
        self.seasons.iter().find(|(range, _)| holds(range)).map_or(&self.week, |(_, week)| week)
    }

    fn sessions(&self, date: Date) -> Sessions {
        match self.special.get(&date) {
            _ if self.always => vec![(0, DAY)],
            Some(sessions) => sessions.clone(),
            None => self.week_on(date)[index(date)].clone(),
        }
    }

    fn longest(&self) -> i64 {
        let weeks = self.seasons.iter().map(|(_, week)| week).chain([&self.week]);
        let longest = weeks.flatten().map(|day| day.iter().map(|(open, close)| close - open).sum()).max();
        if self.always { DAY } else { longest.unwrap() }
    }
}

/// Every minute of some years, as the wall clock of the zone stands in a session or not.
struct Walk {
    plan: Plan,
    /// The first minute, since 1970.
    first: i64,
    open: Vec<bool>,
    /// Local midnight is so many minutes before the first minute of each quarter of an hour: the local date and time.
    quarters: Vec<(Date, i64)>,
    /// Open minutes of each 1,440: a walk that passes a whole one need not be walked again.
    days: Vec<i64>,
    sessions: HashMap<Date, Sessions>,
}

impl Walk {
    fn of(text: &str, first_year: i16, last_year: i16) -> Walk {
        let plan = Plan::read(text);
        let minute = |year: i16| {
            let day = Date::new(year, 1, 1).unwrap();
            jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap().as_second() / 60
        };
        let (first, last) = (minute(first_year), minute(last_year + 1));
        let mut walk = Walk { first, open: vec![], quarters: vec![], days: vec![], sessions: HashMap::new(), plan };
        for quarter in (first..last).step_by(15) {
            let local = walk.plan.zone.to_datetime(Timestamp::from_second(quarter * 60).unwrap());
            let time = i64::from(local.hour()) * 60 + i64::from(local.minute());
            assert!(time % 15 == 0 && local.second() == 0, "offsets change at quarters of an hour");
            let date = local.date();
            let today = walk.sessions.entry(date).or_insert_with(|| walk.plan.sessions(date));
            walk.quarters.push((date, time));
            for minute in time..time + 15 {
                walk.open.push(today.iter().any(|(open, close)| (*open..*close).contains(&minute)));
            }
        }
        walk.days = walk.open.chunks(DAY as usize).map(|day| day.iter().filter(|open| **open).count() as i64).collect();
        walk
    }

    fn index(&self, minute: i64) -> usize {
        usize::try_from(minute - self.first).unwrap()
    }

    fn is_open(&self, minute: i64) -> bool {
        self.open[self.index(minute)]
    }

    fn local(&self, minute: i64) -> (Date, i64) {
        let i = self.index(minute);
        let (date, time) = self.quarters[i / 15];
        (date, time + (i % 15) as i64)
    }

    fn sessions(&self, date: Date) -> &Sessions {
        &self.sessions[&date]
    }

    /// Open minutes from one minute to another.
    fn measured(&self, from: i64, to: i64) -> i64 {
        let (mut i, end, mut sum) = (self.index(from), self.index(to), 0);
        while i < end {
            match i % DAY as usize == 0 && i + DAY as usize <= end {
                true => {
                    sum += self.days[i / DAY as usize];
                    i += DAY as usize;
                }
                false => {
                    sum += i64::from(self.open[i]);
                    i += 1;
                }
            }
        }
        sum
    }

    /// The minute at which so many open ones have passed.
    fn added(&self, from: i64, minutes: i64) -> i64 {
        let (mut i, mut left) = (self.index(from), minutes);
        while left > 0 {
            match i % DAY as usize == 0 && self.days[i / DAY as usize] < left {
                true => {
                    left -= self.days[i / DAY as usize];
                    i += DAY as usize;
                }
                false => {
                    left -= i64::from(self.open[i]);
                    i += 1;
                }
            }
        }
        self.first + i as i64
    }

    /// The latest minute, going back, after which so many open ones pass until `from`: a close rather than an opening.
    fn subtracted(&self, from: i64, minutes: i64) -> i64 {
        let (mut i, mut left) = (self.index(from), minutes);
        while left > 0 {
            i -= 1;
            left -= i64::from(self.open[i]);
        }
        while !self.open[i - 1] {
            i -= 1;
        }
        self.first + i as i64
    }

    fn next_open(&self, from: i64) -> i64 {
        let mut i = self.index(from);
        while !self.open[i] {
            i += 1;
        }
        self.first + i as i64
    }

    fn is_worked(&self, date: Date) -> bool {
        !self.sessions(date).is_empty()
    }

    fn worked_from(&self, mut date: Date) -> Date {
        while !self.is_worked(date) {
            date = date.tomorrow().unwrap();
        }
        date
    }

    /// The minute at which the last session of the date has closed, near the minute given.
    fn close_of(&self, date: Date) -> i64 {
        // the date's minutes lie within a day and a half of its midnight UTC
        let midnight = jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).unwrap().as_second() / 60;
        let mut minute = midnight + 2 * DAY + DAY / 2;
        while self.local(minute).0 != date || !self.is_open(minute) {
            minute -= 1;
            assert!(minute > midnight - 2 * DAY, "{date} is never open");
        }
        minute + 1
    }

    fn receipt_day(&self, minute: i64, cut_off: Option<i64>) -> Date {
        let (date, time) = self.local(minute);
        let close = self.sessions(date).last().map_or(0, |(_, close)| *close);
        let over = time >= close.min(cut_off.unwrap_or(DAY));
        self.worked_from(if over { date.tomorrow().unwrap() } else { date })
    }

    /// The date on which something ended: at midnight the day before where that closes at midnight.
    fn ended_on(&self, minute: i64) -> Date {
        let (date, time) = self.local(minute);
        let before = date.yesterday().unwrap();
        let closes = self.sessions.get(&before).and_then(|day| day.last()).is_some_and(|(_, close)| *close == DAY);
        if time == 0 && closes { before } else { date }
    }

    /// Where a length leads, part by part.
    fn due(&self, from: i64, length: &WorkingTime, rule: Rule, received: bool) -> i64 {
        let mut at = from;
        for (i, part) in length.parts().iter().enumerate() {
            at = self.part_due(at, *part, rule, received && i == 0);
        }
        at
    }

    fn part_due(&self, from: i64, part: Length, rule: Rule, received: bool) -> i64 {
        let day = if received { self.local(from).0 } else { self.ended_on(from) };
        let quarters_of_hours = |quarters: u32| i64::from(quarters) * self.plan.longest() / 4;
        match (part, rule) {
            (Length::WorkingMinutes(minutes), _) => self.run(from, i64::from(minutes)),
            (Length::ClockMinutes(minutes), _) => from + i64::from(minutes),
            (Length::CalendarDays(n), _) => {
                self.close_of(self.worked_from(day.checked_add(i64::from(n).days()).unwrap()))
            }
            (Length::Months(n), _) => self.close_of(self.worked_from(day.checked_add(i64::from(n).months()).unwrap())),
            (Length::WorkingDays { quarters }, Rule::Day { cut_off }) if quarters >= 4 => {
                let cut_off = cut_off.map(|(hour, minute)| i64::from(hour) * 60 + i64::from(minute));
                let mut date = if received { self.receipt_day(from, cut_off) } else { day };
                for _ in 0..quarters / 4 {
                    date = self.worked_from(date.tomorrow().unwrap());
                }
                let close = self.close_of(date);
                if quarters % 4 == 0 { close } else { self.run(close, quarters_of_hours(quarters % 4)) }
            }
            (Length::WorkingDays { quarters }, _) => self.run(from, quarters_of_hours(quarters)),
        }
    }

    fn run(&self, from: i64, minutes: i64) -> i64 {
        if minutes == 0 { self.next_open(from) } else { self.added(from, minutes) }
    }
}

/// Chance that comes back the same for the same seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: i64) -> i64 {
        (self.next() % n as u64) as i64
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as i64) as usize]
    }
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const ZONES: [&str; 5] =
    ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham"];

/// Sessions of a day on a grid of quarters of an hour, at least one by daylight, the night and its changes included.
fn any_hours(chance: &mut Chance) -> String {
    let mut hours = Vec::new();
    if chance.one_in(3) {
        let open = chance.below(10) * 15;
        hours.push((open, open + 15 + chance.below(8) * 15));
    }
    let open = 360 + chance.below(16) * 15;
    let noon = open + 120 + chance.below(9) * 15;
    hours.push((open, noon));
    if chance.one_in(2) {
        let after = noon + chance.below(4) * 15;
        hours.push((after, after + 60 + chance.below(12) * 15));
    }
    if chance.one_in(5) {
        hours.push((1_380, 1_440));
    }
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let texts: Vec<String> =
        hours.iter().map(|(open, close)| format!("\"{}-{}\"", clock(*open), clock(*close))).collect();
    format!("[{}]", texts.join(", "))
}

fn any_week(chance: &mut Chance, at_least: usize) -> String {
    let mut days = Vec::new();
    for (i, day) in WEEKDAYS.iter().enumerate() {
        if i < at_least || chance.one_in(2) {
            days.push(format!("{day}: {}", any_hours(chance)));
        }
    }
    format!("{{ {} }}", days.join(", "))
}

/// A calendar of 2025 and 2026 with seasons, days off, half days, make-up days and swaps where chance puts them.
fn any_calendar(chance: &mut Chance) -> String {
    let mut text = format!(
        "format: calendar/v1\nid: any\nvi: Bất kỳ\nzone: {}\nversion: 1\nfrom: 2025-01-01\nto: 2026-12-31\nweek: {}\n",
        chance.of(&ZONES),
        any_week(chance, 3)
    );
    let seasons: &[(&str, &str)] = chance.of(&[
        [].as_slice(),
        &[("01/04", "30/09")],
        &[("15/10", "14/03")],
        &[("01/11", "29/02"), ("01/06", "15/08")],
        &[("29/03", "29/03"), ("20/12", "05/01"), ("01/07", "31/07")],
    ]);
    if !seasons.is_empty() {
        text.push_str("seasons:\n");
    }
    for (from, to) in seasons {
        // a season may have no session at all
        let week = if chance.one_in(4) { "{}".to_owned() } else { any_week(chance, 1) };
        text.push_str(&format!("  - {{ vi: Mùa, from: {from}, to: {to}, week: {week} }}\n"));
    }
    let usual = Plan::read(&text);
    let mut lists: [String; 4] = Default::default();
    let mut day: Date = "2025-01-02".parse().unwrap();
    let end: Date = "2026-12-20".parse().unwrap();
    while day < end {
        let length = |date: Date| usual.sessions(date).iter().map(|(open, close)| close - open).sum::<i64>();
        let next = day.checked_add((1 + chance.below(4)).days()).unwrap();
        match chance.below(8) {
            0 => lists[0].push_str(&format!("  - {{ date: {day}, vi: Nghỉ }}\n")),
            1 => lists[0].push_str(&format!("  - {{ from: {day}, to: {next}, vi: Nghỉ dài }}\n")),
            2 if length(day) > 60 => {
                lists[1].push_str(&format!("  - {{ date: {day}, sessions: [\"09:00-10:00\"], vi: Nửa buổi }}\n"));
            }
            3 => lists[2].push_str(&format!("  - {{ date: {day}, sessions: {}, vi: Làm bù }}\n", any_hours(chance))),
            4 => {
                let week = usual.week_on(day);
                let like = WEEKDAYS.iter().zip(week).find(|(_, hours)| !hours.is_empty());
                if let Some((like, _)) = like {
                    lists[2].push_str(&format!("  - {{ date: {day}, like: {like}, vi: Làm bù }}\n"));
                }
            }
            5 if length(day) > 0 && !usual.week_on(next)[index(day)].is_empty() => {
                lists[3].push_str(&format!("  - {{ off: {day}, worked: {next}, vi: Hoán đổi }}\n"));
            }
            _ => {}
        }
        day = next.checked_add((1 + chance.below(30)).days()).unwrap();
    }
    for (key, entries) in ["days_off", "half_days", "make_up", "swaps"].iter().zip(&lists) {
        if !entries.is_empty() {
            text.push_str(&format!("{key}:\n{entries}"));
        }
    }
    text
}

/// The same hours in a zone where the clock is changed.
fn moved(name: &str, zone: &str) -> String {
    shipped(name).replace("zone: Asia/Ho_Chi_Minh", &format!("zone: {zone}"))
}

fn shipped(name: &str) -> String {
    std::fs::read_to_string(format!("workflows/calendars/{name}.yaml")).unwrap()
}

/// A week that stands over the changes of summer time: inside the hour that comes twice or not at all, and up to midnight.
const NIGHTS: &str = "
format: calendar/v1
id: nights
vi: Đêm
zone: Europe/Berlin
version: 1
from: 2026-01-01
to: 2026-12-31
week:
  mon: [\"08:00-12:00\", \"13:00-16:15\"]
  wed: [\"00:00-23:59\"]
  sat: [\"22:00-24:00\"]
  sun: [\"00:00-01:00\", \"01:30-02:15\", \"02:30-02:45\", \"03:00-04:00\"]
";

/// One calendar asked so many questions.
struct Asked {
    text: String,
    calendar: Calendar,
    walk: Walk,
    /// Minutes of the starts: since 1970, and how many.
    starts: (i64, i64),
    /// Starts near which something changes.
    near: Vec<i64>,
}

impl Asked {
    fn of(text: String, first_year: i16, last_year: i16) -> Asked {
        let calendar = CalendarFile::read(&text).and_then(Calendar::build).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let walk = Walk::of(&text, first_year, last_year);
        // a walk may go on for two years from its start, and back for most of one, over a season without sessions
        let starts = (walk.first + 330 * DAY, walk.open.len() as i64 - (330 + 900) * DAY);
        let mut near: Vec<i64> = Vec::new();
        for (i, pair) in walk.quarters.windows(2).enumerate() {
            let (before, after) = (pair[0], pair[1]);
            let jumps = (after.1 - before.1).rem_euclid(DAY) != 15;
            let changes = before.0 != after.0 && walk.plan.special.contains_key(&after.0);
            let minute = walk.first + i as i64 * 15;
            if (jumps || changes) && minute >= starts.0 && minute < starts.0 + starts.1 {
                near.push(minute);
            }
        }
        Asked { text, calendar, walk, starts, near }
    }

    fn start(&self, chance: &mut Chance) -> i64 {
        match self.near.is_empty() || chance.one_in(2) {
            true => self.starts.0 + chance.below(self.starts.1),
            false => self.near[chance.below(self.near.len() as i64) as usize] - 3 * DAY / 2 + chance.below(3 * DAY),
        }
    }

    /// One question of each kind; so many were asked.
    fn ask(&self, chance: &mut Chance) -> u64 {
        let start = self.start(chance);
        self.ask_measure(chance, start);
        self.ask_add(chance, start);
        self.ask_hours(chance, start);
        self.ask_back(chance, start);
        4
    }

    fn ask_measure(&self, chance: &mut Chance, start: i64) {
        let (calendar, from) = (&self.calendar, ts(start));
        let span = if chance.one_in(8) { chance.below(400 * DAY) } else { chance.below(4 * DAY) };
        let (end, to) = (start + span, ts(start + span));
        assert_eq!(calendar.working_minutes(from, to), self.walk.measured(start, end), "{}", self.at(start, end));
        assert_eq!(calendar.is_working(from), self.walk.is_open(start), "{}", self.at(start, start));
        let middle = Ts(from.0 + (to.0 - from.0) / 3 + 7);
        let parts = calendar.working_micros(from, middle) + calendar.working_micros(middle, to);
        assert_eq!(parts, calendar.working_micros(from, to), "{}", self.at(start, end));
        assert_eq!(parts, -calendar.working_micros(to, from), "{}", self.at(start, end));
    }

    fn ask_add(&self, chance: &mut Chance, start: i64) {
        let rule = match chance.below(3) {
            0 => Rule::Hour,
            1 => Rule::Day { cut_off: None },
            _ => Rule::Day { cut_off: Some((8 + chance.below(9) as u8, chance.of(&[0, 15, 30]))) },
        };
        let mut part = || {
            let n = |most: i64, chance: &mut Chance| chance.below(most) as u32;
            match chance.below(5) {
                0 => Length::WorkingMinutes(n(3_000, chance)),
                1 => Length::WorkingDays { quarters: self.whole(n(if chance.one_in(8) { 100 } else { 40 }, chance)) },
                2 => Length::CalendarDays(n(60, chance)),
                3 => Length::ClockMinutes(n(10_000, chance)),
                _ => Length::Months(n(4, chance)),
            }
        };
        let (one, other) = (part(), part());
        let length = match chance.one_in(4) {
            true => WorkingTime::sum([one, other]).unwrap(),
            false => WorkingTime::of(one),
        };
        let received = !chance.one_in(4);
        let due = match received {
            true => self.calendar.add(ts(start), &length, rule),
            false => self.calendar.run_on(ts(start), &length, rule),
        };
        let walked = self.walk.due(start, &length, rule, received);
        assert_eq!(due, ts(walked), "{length} by {rule:?}, received {received}: {}", self.at(start, walked));
    }

    /// Quarters of a day that are whole minutes; whole days where they are not.
    fn whole(&self, quarters: u32) -> u32 {
        if i64::from(quarters) * self.walk.plan.longest() % 4 == 0 { quarters } else { quarters / 4 * 4 }
    }

    fn ask_hours(&self, chance: &mut Chance, start: i64) {
        let minutes = 1 + chance.below(4_000);
        let there = self.calendar.add_working_minutes(ts(start), minutes);
        let walked = self.walk.added(start, minutes);
        assert_eq!(there, ts(walked), "{minutes} working minutes: {}", self.at(start, walked));
        let opens = self.walk.next_open(start);
        assert_eq!(self.calendar.next_working_instant(ts(start)), ts(opens), "{}", self.at(start, opens));
        // Seconds inside a minute come back too.
        let from = self.calendar.next_working_instant(Ts(ts(start).0 + 1_234));
        let there = self.calendar.add_working_minutes(from, minutes);
        assert_eq!(self.calendar.working_minutes(from, there), minutes, "{}", self.at(start, walked));
        assert_eq!(self.calendar.add_working_minutes(there, -minutes), from, "{}", self.at(start, walked));
    }

    fn ask_back(&self, chance: &mut Chance, start: i64) {
        let minutes = 1 + chance.below(1_000);
        let length = WorkingTime::of(Length::WorkingMinutes(minutes as u32));
        let back = self.calendar.subtract(ts(start), &length);
        let walked = self.walk.subtracted(start, minutes);
        assert_eq!(back, ts(walked), "{minutes} working minutes before: {}", self.at(start, walked));
        let from = self.calendar.next_working_instant(ts(start));
        for length in [length, WorkingTime::of(Length::ClockMinutes(minutes as u32))] {
            let there = self.calendar.add(from, &length, Rule::Hour);
            let back = self.calendar.next_working_instant(self.calendar.subtract(there, &length));
            assert_eq!(back, from, "{length} added and subtracted: {}", self.at(start, start));
        }
        for length in [Length::CalendarDays(chance.below(60) as u32), Length::Months(chance.below(4) as u32)] {
            let (date, _) = self.walk.local(start);
            let whole = WorkingTime::of(length);
            let due = self.calendar.add(ts(start), &whole, Rule::Hour);
            let due_date = self.walk.ended_on(due.0 / MINUTE);
            let meant = match length {
                Length::Months(n) => date.checked_add(i64::from(n).months()).unwrap(),
                Length::CalendarDays(n) => date.checked_add(i64::from(n).days()).unwrap(),
                _ => date,
            };
            // Held where the term did not move from a day off, and the month has that day.
            let has_day = matches!(length, Length::CalendarDays(_)) || meant.day() == date.day();
            if due_date == meant && has_day {
                let before_close = Ts(due.0 - MINUTE);
                let back = self.calendar.local(self.calendar.subtract(before_close, &whole)).date();
                assert_eq!(back, date, "{whole} added and subtracted: {}", self.at(start, due.0 / MINUTE));
            }
        }
    }

    /// Where it went wrong, with all it takes to see it again.
    fn at(&self, start: i64, end: i64) -> String {
        let local = |minute: i64| self.calendar.local(ts(minute));
        format!("from {} to {} in\n{}", local(start), local(end), self.text)
    }
}

fn ts(minute: i64) -> Ts {
    Ts(minute * MINUTE)
}

#[test]
fn adding_and_measuring_are_the_same_as_walking_minute_by_minute() {
    let number = |name: &str, or: u64| std::env::var(name).map_or(or, |text| text.parse().unwrap());
    let (questions, seed) = (number("QUYTRINH_WALKS", 20_000), number("QUYTRINH_SEED", 1));
    let mut chance = Chance(seed);
    let mut asked = 0;
    let each = (questions / 4 / 2 / 8).max(1);
    let mut texts: Vec<(String, i16, i16)> = ["hanoi", "som", "24x7", "truong-vi-du"]
        .map(|name| (shipped(name), 2018, 2030))
        .into_iter()
        .chain([
            (moved("hanoi", "Europe/Berlin"), 2023, 2028),
            (moved("som", "America/New_York"), 2023, 2028),
            (moved("24x7", "Australia/Lord_Howe"), 2023, 2028),
            (NIGHTS.to_owned(), 2024, 2028),
        ])
        .collect();
    // Half the questions go to calendars that somebody wrote, half to calendars that chance wrote.
    let random = (questions / 4_000).clamp(4, 100);
    let each_random = (questions / 4 / 2 / random).max(1);
    for _ in 0..random {
        texts.push((any_calendar(&mut chance), 2023, 2028));
    }
    for (i, (text, first, last)) in texts.into_iter().enumerate() {
        let calendar = Asked::of(text, first, last);
        for _ in 0..if i < 8 { each } else { each_random } {
            asked += calendar.ask(&mut chance);
        }
    }
    println!("seed {seed}: {asked} questions, no difference");
    assert!(asked >= questions * 9 / 10, "{asked} of {questions}");
}
