//! Dates of the Vietnamese lunar calendar, for drafting the holidays that follow it: Tết and the Hùng Kings' day.
//!
//! The calendar's rules (Hồ Ngọc Đức, "Thuật toán tính âm lịch"): a month begins on the day, at UTC+7, that holds the
//! new moon; month 11 holds the winter solstice; in a year of thirteen months the first one that holds no principal
//! term is leap. New moons and the sun's longitude are series after Meeus, *Astronomical Algorithms*: good to minutes
//! over 1900-2199, which is as far as this file answers. A new moon within minutes of midnight would be doubtful; it
//! drafts what an official announcement then confirms, and nothing is counted by it.

use std::f64::consts::PI;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Hanoi is seven hours ahead of UTC, as a part of a day.
const ZONE: f64 = 7.0 / 24.0;
/// Days of a mean lunar month.
const MONTH: f64 = 29.530_588_853;
/// Julian date of the new moon numbered 0, and Julian day number of 1900-01-01.
const FIRST_NEW_MOON: f64 = 2_415_021.076_998_695;
const DAY_1900: i32 = 2_415_021;

/// The solar date of a day of a regular (not leap) lunar month; nothing outside 1900-2199 or for a month or day that
/// no lunar year has.
pub fn solar_date(year: i16, month: u8, day: u8) -> Option<Date> {
    if !(1901..=2198).contains(&year) || !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    let year = i32::from(year);
    // months 11 and 12 belong to the solar year they begin in
    let (eleventh, next) = match month {
        11 | 12 => (month_eleven(year), month_eleven(year + 1)),
        _ => (month_eleven(year - 1), month_eleven(year)),
    };
    let mut offset = (i32::from(month) - 11).rem_euclid(12);
    if next - eleventh > 365 && offset >= leap_offset(eleventh) {
        offset += 1;
    }
    let start = new_moon_day(number_of(eleventh) + offset);
    let length = new_moon_day(number_of(eleventh) + offset + 1) - start;
    (i32::from(day) <= length).then(|| date_of(start + i32::from(day) - 1)).flatten()
}

/// The first day of the lunar year that begins in this solar year (mùng 1 Tết).
pub fn new_year(year: i16) -> Option<Date> {
    solar_date(year, 1, 1)
}

fn date_of(julian: i32) -> Option<Date> {
    date(1900, 1, 1).checked_add((julian - DAY_1900).days()).ok()
}

/// Number of the month that begins on this day.
fn number_of(start: i32) -> i32 {
    ((f64::from(start) - FIRST_NEW_MOON) / MONTH + 0.5).floor() as i32
}

/// First day of the month that holds the winter solstice of the year.
fn month_eleven(year: i32) -> i32 {
    // 31 December of the year: 365 days a year from 1900-01-01 and a leap day in every fourth (2100 has none)
    let leaps = (year - 1900) / 4 - i32::from(year >= 2100);
    let last = DAY_1900 + (year - 1899) * 365 + leaps - 1;
    let k = (f64::from(last - DAY_1900) / MONTH).floor() as i32;
    let start = new_moon_day(k);
    if sun_term(start) >= 9 { new_moon_day(k - 1) } else { start }
}

/// How many months after month 11 the leap month stands.
fn leap_offset(eleventh: i32) -> i32 {
    let k = number_of(eleventh);
    let mut offset = 1;
    let mut term = sun_term(new_moon_day(k + offset));
    loop {
        let last = term;
        offset += 1;
        term = sun_term(new_moon_day(k + offset));
        if term == last || offset >= 14 {
            return offset - 1;
        }
    }
}

/// The day, at UTC+7, of the new moon of that number.
fn new_moon_day(k: i32) -> i32 {
    (new_moon(f64::from(k)) + 0.5 + ZONE).floor() as i32
}

/// Which twelfth of its way, 0 to 11 from the spring equinox, the sun is in as the day begins.
fn sun_term(day: i32) -> i32 {
    let t = (f64::from(day) - 0.5 - ZONE - 2_451_545.0) / 36_525.0;
    let anomaly = (357.529_10 + 35_999.050_30 * t - 0.000_155_9 * t * t - 0.000_000_48 * t * t * t).to_radians();
    let mean = 280.466_45 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let centre = (1.914_600 - 0.004_817 * t - 0.000_014 * t * t) * anomaly.sin()
        + (0.019_993 - 0.000_101 * t) * (2.0 * anomaly).sin()
        + 0.000_290 * (3.0 * anomaly).sin();
    let longitude = (mean + centre).to_radians().rem_euclid(2.0 * PI);
    (longitude / PI * 6.0).floor() as i32
}

/// Julian date (universal time) of the new moon of that number, counted from January 1900.
fn new_moon(k: f64) -> f64 {
    let t = k / 1236.85;
    let (t2, t3) = (t * t, t * t * t);
    let mean = 2_415_020.759_33 + 29.530_588_68 * k + 0.000_117_8 * t2 - 0.000_000_155 * t3
        + 0.000_33 * (166.56 + 132.87 * t - 0.009_173 * t2).to_radians().sin();
    let sun = (359.224_2 + 29.105_356_08 * k - 0.000_033_3 * t2 - 0.000_003_47 * t3).to_radians();
    let moon = (306.025_3 + 385.816_918_06 * k + 0.010_730_6 * t2 + 0.000_012_36 * t3).to_radians();
    let node = (21.296_4 + 390.670_506_46 * k - 0.001_652_8 * t2 - 0.000_002_39 * t3).to_radians();
    let correction = (0.173_4 - 0.000_393 * t) * sun.sin() + 0.002_1 * (2.0 * sun).sin() - 0.406_8 * moon.sin()
        + 0.016_1 * (2.0 * moon).sin()
        - 0.000_4 * (3.0 * moon).sin()
        + 0.010_4 * (2.0 * node).sin()
        - 0.005_1 * (sun + moon).sin()
        - 0.007_4 * (sun - moon).sin()
        + 0.000_4 * (2.0 * node + sun).sin()
        - 0.000_4 * (2.0 * node - sun).sin()
        - 0.000_6 * (2.0 * node + moon).sin()
        + 0.001_0 * (2.0 * node - moon).sin()
        + 0.000_5 * (2.0 * moon + sun).sin();
    // what the earth's turning lags behind even time
    let lag = -0.000_278 + 0.000_265 * t + 0.000_262 * t2;
    mean + correction - lag
}
