//! How long a case of a made procedure can take at most: by trying every run, on the model alone.

use std::collections::HashMap;

use super::made::{Data, Join, Made, Place, To, Way};
use super::walk::{data_of, ways_of};

/// The longest run to a success in which nothing is come to twice and nothing is sent back, in days; nothing where there
/// is no such run.
pub fn longest_straight(made: &Made) -> Option<u32> {
    let mut runs = Runs { made, data: data_of(made), known: HashMap::new() };
    let data = runs.data.clone();
    data.iter().filter_map(|data| runs.from(0, 0, *data)).max()
}

struct Runs<'a> {
    made: &'a Made,
    data: Vec<Data>,
    known: HashMap<(usize, u64, Data), Option<u32>>,
}

impl Runs<'_> {
    /// From a place to a success, the place's own time included; `been` are the places come to before.
    fn from(&mut self, place: usize, been: u64, data: Data) -> Option<u32> {
        if been & (1 << place) != 0 {
            return None;
        }
        if let Some(known) = self.known.get(&(place, been, data)) {
            return *known;
        }
        let here = been | (1 << place);
        let made = self.made;
        let longest = match &made.places[place] {
            Place::End { done } => done.then_some(0),
            Place::Decide { rules } => {
                let (_, to) = rules.iter().find(|(when, _)| when.is_none_or(|when| when.holds(data)))?;
                self.from(*to, here, data)
            }
            Place::Staff { days, ways } => self.after(ways, here).map(|rest| days + rest),
            Place::Wait { days, paused, ways, late } => {
                let late = self.stirred(been, data).into_iter().filter_map(|data| self.from(*late, here, data)).max();
                let rest = self.after(ways, here).max(late);
                rest.map(|rest| if *paused { rest } else { days + rest })
            }
            Place::Ask { days, to, .. } => {
                let left = self.stirred(been, data);
                left.into_iter().filter_map(|data| self.from(*to, here, data)).max().map(|rest| days + rest)
            }
            Place::Block { branches, join, to, .. } => {
                let mut each: Vec<u32> =
                    branches.iter().map(|branch| longest_in(branch, 0, 0, &self.data, None)).collect::<Option<_>>()?;
                each.sort_unstable();
                // The block goes on when so many have answered: the slowest of the quickest.
                let days = each[join.of(each.len()).clamp(1, each.len()) - 1];
                let left = closings(branches, &self.data);
                left.iter().filter_map(|data| self.from(*to, here, *data)).max().map(|rest| days + rest)
            }
        };
        self.known.insert((place, been, data), longest);
        longest
    }

    /// The data after a rest in which nobody on the line acts: as they were, or as the branches leave them that a block
    /// come through before has left to go on.
    fn stirred(&self, been: u64, data: Data) -> Vec<Data> {
        let left = self.made.places.iter().enumerate().filter_map(|(at, place)| match place {
            Place::Block { branches, join, goes_on: true, .. } if !matches!(join, Join::All) => {
                (been & (1 << at) != 0).then_some(branches)
            }
            _ => None,
        });
        let ways: Vec<&Way> = left.flatten().flatten().flat_map(ways_of).collect();
        let said = |other: &Data| ways.iter().any(|way| way.when.is_none_or(|when| when.holds(*other)));
        self.data.iter().filter(|other| **other == data || said(other)).copied().collect()
    }

    fn after(&mut self, ways: &[Way], been: u64) -> Option<u32> {
        let mut longest = None;
        for (way, to) in ways.iter().filter(|way| !way.back).filter_map(|way| match way.to {
            To::Place(to) => Some((way, to)),
            To::Origin | To::Join | To::Sideways(_) => None,
        }) {
            for data in self.data.clone().into_iter().filter(|data| way.when.is_none_or(|when| when.holds(*data))) {
                longest = longest.max(self.from(to, been, data));
            }
        }
        longest
    }
}

/// The data with which a block can go on: as the act leaves them that ends it, which may be any branch's.
fn closings(branches: &[Vec<Place>], all: &[Data]) -> Vec<Data> {
    let ways = || branches.iter().flatten().flat_map(ways_of).filter(|way| way.to == To::Join);
    all.iter().filter(|data| ways().any(|way| way.when.is_none_or(|when| when.holds(**data)))).copied().collect()
}

/// The same inside a branch, to where it joins. `data` is what the last act said, where there was one.
fn longest_in(branch: &[Place], place: usize, been: u64, all: &[Data], data: Option<Data>) -> Option<u32> {
    if been & (1 << place) != 0 {
        return None;
    }
    let here = been | (1 << place);
    let own = match &branch[place] {
        Place::Staff { days, .. } => *days,
        Place::Wait { days, paused, .. } => u32::from(!paused) * days,
        Place::Decide { rules } => {
            let (_, to) = rules.iter().find(|(when, _)| when.is_none_or(|when| data.is_some_and(|d| when.holds(d))))?;
            return longest_in(branch, *to, here, all, data);
        }
        Place::Block { .. } | Place::Ask { .. } | Place::End { .. } => return None,
    };
    let mut longest: Option<u32> = None;
    for way in ways_of(&branch[place]).iter().filter(|way| !way.back) {
        for data in all.iter().filter(|data| way.when.is_none_or(|when| when.holds(**data))) {
            longest = longest.max(match way.to {
                To::Join => Some(0),
                To::Place(to) => longest_in(branch, to, here, all, Some(*data)),
                To::Origin | To::Sideways(_) => None,
            });
        }
    }
    if let Place::Wait { late, .. } = &branch[place] {
        for data in all {
            longest = longest.max(longest_in(branch, *late, here, all, Some(*data)));
        }
    }
    longest.map(|rest| rest + own)
}
