//! Limits and conditions a little different from those written: twice and half as long, an edge on its other side.

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::guard::{Comparison, Expr};
use crate::definition::procedure::Limit;
use crate::rehearsal::mutants::kinds::Kind;

/// Twice and half a length; a half that is nothing or the same is none.
pub(super) fn scaled(limit: &Limit) -> Vec<(Kind, Limit, WorkingTime)> {
    let Limit::Length(length) = limit else { return Vec::new() };
    let part = |twice: bool| {
        move |length: &Length| {
            let scale = |n: u32| if twice { n.saturating_mul(2) } else { n / 2 };
            match length {
                Length::WorkingMinutes(n) => Length::WorkingMinutes(scale(*n)),
                Length::WorkingDays { quarters } => Length::WorkingDays { quarters: scale(*quarters) },
                Length::CalendarDays(n) => Length::CalendarDays(scale(*n)),
                Length::ClockMinutes(n) => Length::ClockMinutes(scale(*n)),
                Length::Months(n) => Length::Months(scale(*n)),
            }
        }
    };
    let count = |length: &Length| match length {
        Length::WorkingMinutes(n) | Length::CalendarDays(n) | Length::ClockMinutes(n) | Length::Months(n) => *n,
        Length::WorkingDays { quarters } => *quarters,
    };
    let mut found = Vec::new();
    for (kind, twice) in [(Kind::LimitRaised, true), (Kind::LimitLowered, false)] {
        let parts: Vec<Length> = length.parts().iter().map(part(twice)).collect();
        if parts.iter().any(|part| count(part) == 0) {
            continue;
        }
        found.extend(WorkingTime::sum(parts).map(|new| (kind, Limit::Length(new.clone()), new)));
    }
    found
}

/// How many comparisons have an edge.
pub(super) fn edges(expr: &Expr) -> usize {
    match expr {
        Expr::Not(inner) => edges(inner),
        Expr::And(a, b) | Expr::Or(a, b) => edges(a) + edges(b),
        Expr::Compare(how, ..) => usize::from(!matches!(how, Comparison::Equal | Comparison::Unequal)),
        _ => 0,
    }
}

/// The condition with the edge of one comparison on its other side.
pub(super) fn move_edge(expr: &Expr, left: &mut usize, words: &mut Option<(&'static str, &'static str)>) -> Expr {
    let mut inner = |expr: &Expr| Box::new(move_edge(expr, left, words));
    match expr {
        Expr::Not(a) => Expr::Not(inner(a)),
        Expr::And(a, b) => Expr::And(inner(a), inner(b)),
        Expr::Or(a, b) => Expr::Or(inner(a), inner(b)),
        Expr::Compare(how, a, b) => {
            let (other, said) = match how {
                Comparison::Less => (Comparison::AtMost, ("<", "<=")),
                Comparison::AtMost => (Comparison::Less, ("<=", "<")),
                Comparison::More => (Comparison::AtLeast, (">", ">=")),
                Comparison::AtLeast => (Comparison::More, (">=", ">")),
                Comparison::Equal | Comparison::Unequal => return expr.clone(),
            };
            let moved = *left == 0 && words.is_none();
            *left = left.saturating_sub(1);
            if moved {
                *words = Some(said);
            }
            Expr::Compare(if moved { other } else { *how }, a.clone(), b.clone())
        }
        other => other.clone(),
    }
}
