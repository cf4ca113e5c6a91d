//! Random procedures: a model small enough to walk whole, and its text as an author would write it. Most are well formed
//! by construction; then some are spoilt, so that both verdicts are common.

use std::fmt::Write as _;

/// A small generator of chance (SplitMix64): the same seed, the same procedure, on every machine.
pub struct Chance(u64);

impl Chance {
    pub fn of(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    /// A number below the bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as usize % bound.max(1)
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

/// What the conditions of a made procedure read: a choice of three and a yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Data {
    pub kind: u8,
    pub good: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cond {
    Is(u8),
    IsNot(u8),
    Good,
    Bad,
}

impl Cond {
    pub fn holds(self, data: Data) -> bool {
        match self {
            Cond::Is(kind) => data.kind == kind,
            Cond::IsNot(kind) => data.kind != kind,
            Cond::Good => data.good,
            Cond::Bad => !data.good,
        }
    }

    fn text(self) -> String {
        let word = |kind: u8| ["a", "b", "c"][usize::from(kind)];
        match self {
            Cond::Is(kind) => format!("loai == '{}'", word(kind)),
            Cond::IsNot(kind) => format!("loai != '{}'", word(kind)),
            Cond::Good => "dat".to_owned(),
            Cond::Bad => "!dat".to_owned(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Place(usize),
    /// Back to where it came from.
    Origin,
    /// Ends the branch; in branches only.
    Join,
    /// Out of the block to a place of the main line: never right.
    Sideways(usize),
}

#[derive(Clone, Debug)]
pub struct Way {
    pub to: To,
    pub most: Option<u32>,
    pub back: bool,
    pub when: Option<Cond>,
    /// Days for the step gone to, instead of its own.
    pub within: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub enum Join {
    All,
    Any,
    AtLeast(usize),
    Percent(usize),
}

impl Join {
    /// How many of so many must have answered.
    pub fn of(self, many: usize) -> usize {
        match self {
            Join::All => many,
            Join::Any => 1,
            Join::AtLeast(n) => n,
            Join::Percent(percent) => (many * percent).div_ceil(100),
        }
    }
}

#[derive(Clone, Debug)]
pub enum Place {
    Staff { days: u32, ways: Vec<Way> },
    Wait { days: u32, paused: bool, ways: Vec<Way>, late: usize },
    Decide { rules: Vec<(Option<Cond>, usize)> },
    Block { branches: Vec<Vec<Place>>, join: Join, goes_on: bool, to: usize },
    Ask { units: usize, days: u32, join: Join, goes_on: bool, to: usize },
    End { done: bool },
}

/// A procedure; its last place is an end that is a success, and cases begin at its first.
#[derive(Clone, Debug)]
pub struct Made {
    pub places: Vec<Place>,
    /// A case can be withdrawn at any time, to this end.
    pub withdrawn: Option<usize>,
}

const VERBS: [&str; 4] = ["accept", "complete", "submit", "forward"];
const UNITS: [&str; 4] = ["so-a", "so-b", "so-c", "so-d"];

impl Made {
    /// A random one.
    pub fn random(chance: &mut Chance) -> Made {
        let conditions = chance.one_in(2);
        let many = 2 + chance.below(5);
        let mut places: Vec<Place> = (0..many).map(|at| place(chance, at, many, conditions, true)).collect();
        places.push(Place::End { done: true });
        let mut made = Made { places, withdrawn: None };
        if chance.one_in(6) {
            made.places.insert(many, Place::End { done: false });
            made.withdrawn = Some(many);
            // The success stays last; what led there leads there still.
            made.renumber(many);
        }
        if chance.one_in(2) {
            for _ in 0..=chance.below(2) {
                made.spoil(chance);
            }
        }
        made
    }

    fn renumber(&mut self, from: usize) {
        let moved = |to: &mut usize| *to += usize::from(*to >= from);
        for place in &mut self.places {
            place.targets().into_iter().for_each(moved);
        }
    }

    /// A way dropped, led elsewhere, freed of its bound, or led out of its block.
    fn spoil(&mut self, chance: &mut Chance) {
        let (main, at) = (self.places.len(), chance.below(self.places.len()));
        let mut lines: Vec<(&mut Place, usize)> = Vec::new();
        match &mut self.places[at] {
            Place::Block { branches, .. } => {
                let branch = chance.below(branches.len());
                let many = branches[branch].len();
                lines.extend(branches[branch].iter_mut().map(|place| (place, many)));
            }
            place => lines.push((place, main)),
        }
        let inside = lines[0].1 != main;
        let pick = chance.below(lines.len());
        let (place, many) = &mut lines[pick];
        let waits = &matches!(place, Place::Wait { .. });
        match place {
            Place::Staff { ways, .. } | Place::Wait { ways, .. } => match chance.below(5) {
                // A wait always has something that is waited for.
                0 if !*waits || ways.len() > 1 => drop(ways.pop()),
                1 => ways.iter_mut().for_each(|way| way.most = None),
                2 if inside && chance.one_in(2) => ways.iter_mut().for_each(|way| way.to = To::Sideways(main - 1)),
                _ => {
                    let to = To::Place(chance.below(*many));
                    let which = chance.below(ways.len());
                    ways.iter_mut().skip(which).take(1).for_each(|way| way.to = to);
                }
            },
            Place::Decide { rules } => {
                let which = chance.below(rules.len());
                rules[which].1 = chance.below(*many);
            }
            Place::Block { to, .. } => *to = chance.below(*many),
            Place::Ask { to, join, units, .. } => match chance.one_in(3) {
                true => *join = Join::AtLeast(*units + 1),
                false => *to = chance.below(*many),
            },
            Place::End { .. } => {}
        }
    }

    /// Its text.
    pub fn text(&self) -> String {
        let mut out = String::from(
            "format: procedure/v1\nid: thu\nversion: 1\nvi: Thử\nowner: so-a\ncalendar: hanoi\n\
             legal:\n  L1: { vi: \"Luật mẫu, Điều 1\" }\n\
             case: { vi: Hồ sơ, within: 0.25 working days, legal: L1, on_breach: [tell holder, tell head] }\n\
             fields:\n  loai: { is: choice, vi: Loại, of: [a, b, c], required: true }\n  \
             dat: { is: yes_no, vi: Đạt, required: true }\n\
             people:\n  ai: { vi: Ai, post: chuyen-vien, unit: so-a }\n  co_quan: { vi: Cơ quan, head_of: each.unit }\n",
        );
        if let Some(to) = self.withdrawn {
            let _ = writeln!(out, "anytime:\n  withdraw: {{ by: applicant, to: s{to} }}");
        }
        out += "start: s0\nsteps:\n";
        for (at, place) in self.places.iter().enumerate() {
            self.write(&mut out, place, &format!("s{at}"), "s", 1);
        }
        out
    }

    fn write(&self, out: &mut String, place: &Place, name: &str, line: &str, depth: usize) {
        let pad = "  ".repeat(depth);
        match place {
            Place::Staff { days, ways } => {
                let _ = writeln!(
                    out,
                    "{pad}{name}:\n{pad}  vi: Xử lý {name}\n{pad}  by: ai\n{pad}  within: {days} working days"
                );
                write_ways(out, ways, line, &pad, "");
            }
            Place::Wait { days, paused, ways, late } => {
                let _ = writeln!(
                    out,
                    "{pad}{name}:\n{pad}  kind: wait\n{pad}  vi: Chờ {name}\n{pad}  for: applicant\n{pad}  legal: L1\n{pad}  within: {days} working days\n{pad}  late: {{ to: {line}{late} }}"
                );
                if *paused {
                    let _ = writeln!(out, "{pad}  clock: pause");
                }
                write_ways(out, ways, line, &pad, ", by: applicant");
            }
            Place::Decide { rules } => {
                let _ = writeln!(out, "{pad}{name}:\n{pad}  kind: decision\n{pad}  vi: Rẽ {name}\n{pad}  rules:");
                for (when, to) in rules {
                    let _ = match when {
                        Some(when) => writeln!(out, "{pad}    - {{ when: \"{}\", to: {line}{to} }}", when.text()),
                        None => writeln!(out, "{pad}    - {{ else: {line}{to} }}"),
                    };
                }
            }
            Place::Block { branches, join, goes_on, to } => {
                let _ = writeln!(out, "{pad}{name}:\n{pad}  kind: parallel\n{pad}  vi: Khối {name}");
                write_join(out, &pad, *join, *goes_on, *to);
                let _ = writeln!(out, "{pad}  branches:");
                for (number, branch) in branches.iter().enumerate() {
                    let own = format!("{name}n{number}_");
                    let _ = writeln!(
                        out,
                        "{pad}    n{number}:\n{pad}      vi: Nhánh {number}\n{pad}      start: {own}0\n{pad}      steps:"
                    );
                    for (at, place) in branch.iter().enumerate() {
                        self.write(out, place, &format!("{own}{at}"), &own, depth + 4);
                    }
                }
            }
            Place::Ask { units, days, join, goes_on, to } => {
                let _ = writeln!(
                    out,
                    "{pad}{name}:\n{pad}  kind: parallel\n{pad}  vi: Hỏi {name}\n{pad}  for_each: [{}]\n{pad}  by: co_quan\n{pad}  within: {days} working days",
                    UNITS[..*units].join(", ")
                );
                write_join(out, &pad, *join, *goes_on, *to);
            }
            Place::End { done } => {
                let outcome = if *done { "done" } else { "withdrawn" };
                let _ = writeln!(out, "{pad}{name}: {{ kind: end, vi: Xong {name}, outcome: {outcome} }}");
            }
        }
    }
}

impl Place {
    /// Every place of the main line that it leads to.
    fn targets(&mut self) -> Vec<&mut usize> {
        match self {
            Place::Staff { ways, .. } => ways.iter_mut().filter_map(Way::place).collect(),
            Place::Wait { ways, late, .. } => ways.iter_mut().filter_map(Way::place).chain([late]).collect(),
            Place::Decide { rules } => rules.iter_mut().map(|(_, to)| to).collect(),
            Place::Block { to, .. } | Place::Ask { to, .. } => vec![to],
            Place::End { .. } => Vec::new(),
        }
    }
}

impl Way {
    fn place(&mut self) -> Option<&mut usize> {
        match &mut self.to {
            To::Place(to) => Some(to),
            To::Origin | To::Join | To::Sideways(_) => None,
        }
    }
}

fn write_ways(out: &mut String, ways: &[Way], line: &str, pad: &str, by: &str) {
    if !ways.is_empty() {
        let _ = writeln!(out, "{pad}  actions:");
    }
    for (n, way) in ways.iter().enumerate() {
        let to = match way.to {
            To::Place(to) => format!("{line}{to}"),
            To::Origin => "origin".to_owned(),
            To::Join => "join".to_owned(),
            To::Sideways(to) => format!("s{to}"),
        };
        let verb = match (way.back, n) {
            (true, 0) => "return",
            (true, _) => "reject",
            (false, n) => VERBS[n],
        };
        let _ = write!(out, "{pad}    {verb}: {{ to: {to}{by}");
        if way.back {
            out.push_str(", means: back, reason: required, legal: L1");
        }
        if let Some(most) = way.most {
            let _ = write!(out, ", at_most: {most}");
        }
        if let Some(days) = way.within {
            let _ = write!(out, ", within: {days} working days");
        }
        if let Some(when) = way.when {
            let _ = write!(out, ", when: \"{}\"", when.text());
        }
        out.push_str(" }\n");
    }
}

fn write_join(out: &mut String, pad: &str, join: Join, goes_on: bool, to: usize) {
    let rest = if goes_on { "continue" } else { "cancel" };
    let _ = match join {
        Join::All => writeln!(out, "{pad}  join: all"),
        Join::Any => writeln!(out, "{pad}  join: any\n{pad}  rest: {rest}"),
        Join::AtLeast(n) => writeln!(out, "{pad}  join: {{ at_least: {n} }}\n{pad}  rest: {rest}"),
        Join::Percent(n) => writeln!(out, "{pad}  join: {{ at_least: {n}% }}\n{pad}  rest: {rest}"),
    };
    let _ = writeln!(out, "{pad}  to: s{to}");
}

/// A place on a line of so many, which leads on to the next, and by chance elsewhere too.
fn place(chance: &mut Chance, at: usize, many: usize, conditions: bool, main: bool) -> Place {
    let days = 1 + chance.below(9) as u32;
    // The kinds of the first place of a branch are those in which a case can rest.
    let kind = if main || at > 0 { chance.below(10) } else { chance.below(6) };
    match kind {
        0..5 => Place::Staff { days, ways: ways(chance, at, many, conditions, main) },
        5 => {
            // A wait that runs out leads on; the last of a branch has nothing but `join`, and is worked instead.
            if !main && at + 1 == many {
                return Place::Staff { days, ways: ways(chance, at, many, conditions, main) };
            }
            let late = at + 1 + chance.below(many - at);
            let late = if main { late } else { late.min(many - 1) };
            let ways = ways(chance, at, many, conditions, main);
            Place::Wait { days, paused: chance.one_in(2), ways, late }
        }
        6 | 7 if main || at + 1 < many => {
            let last = if main { many } else { many - 1 };
            let to = |chance: &mut Chance| at + 1 + chance.below(last - at);
            let conds = [Cond::Good, Cond::Is(0), Cond::Is(1), Cond::IsNot(2)];
            let mut rules: Vec<(Option<Cond>, usize)> = Vec::new();
            rules.push((Some(conds[chance.below(conds.len())]), to(chance)));
            if chance.one_in(3) {
                rules.push((Some(conds[chance.below(conds.len())]), to(chance)));
            }
            rules.push((None, at + 1));
            Place::Decide { rules }
        }
        8 if main => {
            let branches = (0..2 + chance.below(2))
                .map(|_| {
                    let many = 1 + chance.below(3);
                    (0..many).map(|at| place(chance, at, many, conditions, false)).collect()
                })
                .collect::<Vec<Vec<Place>>>();
            let join = join(chance, branches.len());
            Place::Block { branches, join, goes_on: chance.one_in(2), to: at + 1 }
        }
        9 if main => {
            let units = 1 + chance.below(4);
            Place::Ask { units, days, join: join(chance, units), goes_on: chance.one_in(2), to: at + 1 }
        }
        _ => Place::Staff { days, ways: ways(chance, at, many, conditions, main) },
    }
}

fn join(chance: &mut Chance, many: usize) -> Join {
    match chance.below(5) {
        0 => Join::Any,
        1 => Join::AtLeast(1 + chance.below(many)),
        2 => Join::Percent([34, 50, 60, 80, 100][chance.below(5)]),
        _ => Join::All,
    }
}

/// Ways out: on to the next, and by chance further on, back with a bound, or to where it came from.
fn ways(chance: &mut Chance, at: usize, many: usize, conditions: bool, main: bool) -> Vec<Way> {
    let forward = |to: usize| if !main && to >= many { To::Join } else { To::Place(to) };
    let plain = |to: To| Way { to, most: None, back: false, when: None, within: None };
    let mut ways = vec![plain(forward(at + 1))];
    if chance.one_in(3) {
        ways.push(plain(forward(at + 1 + chance.below(many - at))));
    }
    if chance.one_in(3) {
        let to = if chance.one_in(6) { To::Origin } else { To::Place(chance.below(at + 1)) };
        let most = (!chance.one_in(12)).then(|| 1 + chance.below(2) as u32);
        let back = to == To::Origin || chance.one_in(2);
        let within = (back && chance.one_in(3)).then(|| 1 + chance.below(4) as u32);
        ways.push(Way { most, back, within, ..plain(to) });
    }
    if conditions && chance.one_in(3) {
        match ways.len() {
            // A step whose only way has a condition: the holder fills what it wants.
            1 => ways[0].when = Some([Cond::Good, Cond::Bad, Cond::Is(2)][chance.below(3)]),
            _ => {
                ways[0].when = Some(Cond::Good);
                ways[1].when = Some(Cond::Bad);
            }
        }
    }
    ways
}
