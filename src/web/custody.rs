//! The custody strip: who held the case, as bars whose length is working time, and a table that says the same.
//!
//! Positions are whole thousandths of the strip, so that the drawing needs no style and no script.

use std::collections::BTreeMap;

use crate::calendar::band::Verdict;
use crate::ids::{BranchId, PersonId, Ts};
use crate::service::views::HoldingView;
use crate::web::explain::href;
use crate::web::format;
use crate::web::shell::{Shell, Stamp};

/// Length of the whole strip.
const WIDTH: i64 = 1000;
/// A holding of no working time is still seen.
const THINNEST: i64 = 4;
/// Each holding is drawn longer by that part of the whole, so that short ones stand side by side and not on one spot.
const PAD: i64 = 120;
/// Number of colours in the style sheet; people share them when there are more.
const COLOURS: usize = 6;

/// The strip and its table.
#[derive(Clone, Debug)]
pub struct Custody {
    pub lanes: Vec<Lane>,
    pub rows: Vec<Row>,
    /// The whole of the main branch, in words.
    pub total: String,
    /// How much of it the clock stood, in words.
    pub excused: Option<String>,
    pub height: usize,
}

/// The life of one branch.
#[derive(Clone, Debug)]
pub struct Lane {
    pub y: usize,
    pub segments: Vec<Segment>,
}

/// One holding as a bar.
#[derive(Clone, Debug)]
pub struct Segment {
    pub n: usize,
    pub x: i64,
    pub width: i64,
    pub colour: usize,
    /// Part in which the case's clock stood.
    pub hatched: Option<i64>,
    pub late: bool,
    pub open: bool,
    pub title: String,
}

/// One holding as a line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    pub n: usize,
    pub colour: usize,
    pub holder: String,
    pub unit: String,
    pub step: String,
    pub how: String,
    pub from: Stamp,
    pub to: Option<Stamp>,
    pub received: Option<Stamp>,
    pub length: String,
    /// The page that says what it adds up to.
    pub why: String,
    pub excused: Option<String>,
    /// Key of the verdict's word.
    pub verdict: Option<&'static str>,
    pub late: bool,
    pub parallel: bool,
}

impl Custody {
    /// The strip of a case's holdings, in the order of their beginning, as of `now`.
    pub fn new(shell: &Shell, holdings: &[HoldingView], now: Ts) -> Custody {
        let main: i64 = lengths(holdings, BranchId::MAIN).map(|(_, minutes)| minutes).sum();
        let standing: i64 =
            holdings.iter().filter(|held| held.row.branch == BranchId::MAIN).map(|held| held.excused_minutes).sum();
        let count = i64::try_from(lengths(holdings, BranchId::MAIN).count()).unwrap_or(i64::MAX);
        let pad = (main / PAD).max(1);
        let scale = Scale { total: main.saturating_add(pad.saturating_mul(count)).max(1), pad };
        let colours = colours(holdings);
        let on_main = || holdings.iter().filter(|held| held.row.branch == BranchId::MAIN).map(|held| &held.row);
        let first = on_main().map(|row| row.started_at).min().unwrap_or(now);
        let last = on_main().map(|row| row.ended_at.unwrap_or(now)).max().unwrap_or(now);
        let mut branches: Vec<BranchId> = holdings.iter().map(|held| held.row.branch).collect();
        branches.sort_unstable();
        branches.dedup();
        let lanes: Vec<Lane> = branches
            .iter()
            .enumerate()
            .map(|(at, branch)| Lane {
                y: at * 34,
                segments: segments(shell, holdings, *branch, &Drawing { scale: &scale, colours: &colours, now }),
            })
            .collect();
        Custody {
            height: (lanes.len() * 34).max(34) - 8,
            rows: holdings.iter().enumerate().map(|(at, held)| row(shell, at + 1, held, &colours, now)).collect(),
            total: format::measured(main, first, last, shell.lang),
            excused: (standing > 0).then(|| format::working(standing, shell.lang)),
            lanes,
        }
    }
}

#[derive(Clone, Copy)]
struct Drawing<'a> {
    scale: &'a Scale,
    colours: &'a BTreeMap<PersonId, usize>,
    now: Ts,
}

struct Scale {
    /// Minutes of the main branch with the pads of its holdings.
    total: i64,
    pad: i64,
}

impl Scale {
    fn of(&self, minutes: i64) -> i64 {
        minutes.saturating_mul(WIDTH) / self.total
    }
}

fn lengths(holdings: &[HoldingView], branch: BranchId) -> impl Iterator<Item = (&HoldingView, i64)> {
    holdings.iter().filter(move |held| held.row.branch == branch).map(|held| (held, held.minutes.max(0)))
}

/// Working minutes of the main branch before a holding began: where a parallel lane starts.
fn offset(holdings: &[HoldingView], of: &HoldingView, scale: &Scale) -> i64 {
    let mut before = 0;
    for (held, minutes) in lengths(holdings, BranchId::MAIN) {
        let starts = held.row.started_at;
        match held.row.ended_at {
            Some(ends) if ends <= of.row.started_at => before += minutes + scale.pad,
            _ if starts >= of.row.started_at => return before,
            ends => {
                // Inside a holding the working minutes are not known: the share of the time that passed stands for them.
                let Some(ends) = ends else { return before };
                let whole = (ends.0 - starts.0).max(1);
                let part = i128::from(minutes) * i128::from(of.row.started_at.0 - starts.0) / i128::from(whole);
                return before + i64::try_from(part).unwrap_or(0);
            }
        }
    }
    before
}

fn segments(shell: &Shell, holdings: &[HoldingView], branch: BranchId, drawing: &Drawing<'_>) -> Vec<Segment> {
    let Drawing { scale, colours, now } = *drawing;
    let mut minutes_before = match lengths(holdings, branch).next() {
        Some((first, _)) if branch != BranchId::MAIN => offset(holdings, first, scale),
        _ => 0,
    };
    let mut segments = Vec::new();
    for (at, held) in holdings.iter().enumerate().filter(|(_, held)| held.row.branch == branch) {
        let minutes = held.minutes.max(0);
        let drawn = minutes + scale.pad;
        let x = scale.of(minutes_before).clamp(0, WIDTH - THINNEST);
        let width = (scale.of(minutes_before + drawn) - x).max(THINNEST).min(WIDTH - x);
        let hatched = (held.excused_minutes > 0 && minutes > 0)
            .then(|| (width * held.excused_minutes.min(minutes) / minutes).max(1));
        segments.push(Segment {
            n: at + 1,
            x,
            width,
            colour: colours.get(&held.row.holder).copied().unwrap_or(0),
            hatched,
            late: held.row.breached_at.is_some(),
            open: held.open,
            title: format!(
                "{}. {} · {} · {}",
                at + 1,
                held.holder_name,
                held.step_title,
                format::measured(minutes, held.row.started_at, held.row.ended_at.unwrap_or(now), shell.lang)
            ),
        });
        minutes_before += drawn;
    }
    segments
}

/// A colour for each person in the order in which they first held it.
fn colours(holdings: &[HoldingView]) -> BTreeMap<PersonId, usize> {
    let mut colours = BTreeMap::new();
    for held in holdings {
        let next = colours.len() % COLOURS;
        colours.entry(held.row.holder.clone()).or_insert(next);
    }
    colours
}

fn row(shell: &Shell, n: usize, held: &HoldingView, colours: &BTreeMap<PersonId, usize>, now: Ts) -> Row {
    Row {
        n,
        colour: colours.get(&held.row.holder).copied().unwrap_or(0),
        holder: held.holder_name.clone(),
        unit: held.unit_name.clone(),
        step: held.step_title.clone(),
        how: shell.t(&format!("how-{}", held.row.how.replace('_', "-"))),
        from: held.row.started_at.into(),
        to: held.row.ended_at.map(Stamp::from),
        received: held.row.received_at.map(Stamp::from),
        length: format::measured_short(held.minutes, held.row.started_at, held.row.ended_at.unwrap_or(now), shell.lang),
        why: href(held.row.case.as_str(), &format!("holding:{}", held.row.n)),
        excused: (held.excused_minutes > 0).then(|| format::short(held.excused_minutes, shell.lang)),
        verdict: held.verdict.map(|verdict| match verdict {
            Verdict::Early => "verdict-early",
            Verdict::OnTime => "verdict-on-time",
            Verdict::Late => "verdict-late",
        }),
        late: held.row.breached_at.is_some(),
        parallel: held.row.branch != BranchId::MAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::lang::Lang;
    use crate::web::samples::{NOW, Size, case};
    use crate::web::shell::Section;

    fn strip(holdings: &[HoldingView]) -> Custody {
        Custody::new(&Shell::sample(Lang::Vi, Section::Other), holdings, NOW)
    }

    #[test]
    fn the_main_lane_fills_the_strip_without_a_gap_or_overlap() {
        let custody = strip(&case(Size::Full).holdings);
        let main = &custody.lanes[0].segments;
        assert_eq!(main[0].x, 0);
        for pair in main.windows(2) {
            assert_eq!(pair[0].x + pair[0].width, pair[1].x, "{pair:?}");
        }
        let last = &main[main.len() - 1];
        assert!((WIDTH - 2..=WIDTH).contains(&(last.x + last.width)), "{last:?}");
    }

    #[test]
    fn a_parallel_lane_begins_where_the_block_was_opened() {
        let custody = strip(&case(Size::Full).holdings);
        let opened = custody.lanes[0].segments[5].x;
        assert_eq!(custody.lanes[1].segments[0].x, opened);
        assert_eq!(custody.lanes.len(), 3);
    }

    #[test]
    fn holdings_of_no_working_time_stand_side_by_side() {
        let mut holdings = case(Size::Full).holdings;
        for held in &mut holdings {
            held.minutes = 0;
            held.excused_minutes = 0;
        }
        let custody = strip(&holdings);
        let places: std::collections::BTreeSet<i64> =
            custody.lanes[0].segments.iter().map(|segment| segment.x).collect();
        assert_eq!(places.len(), custody.lanes[0].segments.len());
        assert!(strip(&[]).lanes.is_empty(), "no holding, no strip, no panic");
    }
}
