//! What a scenario shows, written into its file: where nothing is expected yet, where the author left `expect:` empty,
//! and, only where he says so, in place of what he expected wrongly. Comments and order stay.
//!
//! A scenario that fails is never made to pass by the way: its faults are told and it is left as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::shelf::Calendars;
use crate::definition::diagnostic::Text;
use crate::definition::procedure::Procedure;
use crate::definition::source::{Node, NodeKind, Route, Source};
use crate::ids::{DocumentId, PersonId};
use crate::machine::case::{Branch, Case, Status};
use crate::rehearsal::from_case::Told;
use crate::rehearsal::play::{Notice, Stage, play, played};
use crate::rehearsal::reading;
use crate::rehearsal::scenario::{Expect, ExpectedNotice, Names, Scenario, TestFile};
use crate::rehearsal::written::{self, Edit, edited, end_of, expect_lines, expected, insert, notices, scalar};

/// What could be seen at one place of a scenario.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// The line of `run`; nothing at the end.
    pub item: Option<usize>,
    pub seen: Expect,
    /// What was expected there otherwise, and what is there instead, as it is written.
    pub wrong: Vec<(&'static str, String)>,
}

/// A file with its expectations written.
pub struct Recorded {
    pub text: String,
    /// The scenarios that were given expectations, from 0.
    pub made: Vec<usize>,
    /// The scenarios that fail, with why: left as they are.
    pub left: Vec<(usize, Vec<Text>)>,
}

/// Writes what the scenarios of a file show; `accept` also in place of what is expected otherwise.
pub fn complete(
    file: &TestFile,
    source: &Source,
    procedure: &Procedure,
    calendars: &Calendars,
    accept: bool,
) -> Recorded {
    let mut edits: Vec<(usize, Vec<Edit>)> = Vec::new();
    let mut left = Vec::new();
    for (n, scenario) in file.scenarios.iter().enumerate() {
        let seen = played(file, scenario, procedure, calendars, true);
        let fails = !seen.faults.is_empty();
        if fails && !accept {
            left.push((n, seen.faults.into_iter().map(|fault| fault.text).collect()));
            continue;
        }
        let mut own = if fails { corrected(source, n, &seen.looks) } else { Vec::new() };
        own.extend(filled(source, n, scenario, &seen.looks));
        if fails && own.is_empty() {
            left.push((n, seen.faults.into_iter().map(|fault| fault.text).collect()));
        } else if !own.is_empty() {
            edits.push((n, own));
        }
    }
    // Each is played once more as it would stand: what does not pass then is not written.
    let mut broken: BTreeSet<usize> = BTreeSet::new();
    for (n, own) in &edits {
        let faults = faults(&edited(source.text(), own), *n, procedure, calendars);
        if !faults.is_empty() {
            broken.insert(*n);
            left.push((*n, faults));
        }
    }
    edits.retain(|(n, _)| !broken.contains(n));
    left.sort_by_key(|(n, _)| *n);
    let text = edited(source.text(), edits.iter().flat_map(|(_, own)| own));
    Recorded { text, made: edits.into_iter().map(|(n, _)| n).collect(), left }
}

fn faults(text: &str, n: usize, procedure: &Procedure, calendars: &Calendars) -> Vec<Text> {
    let Ok(file) = serde_saphyr::from_str::<TestFile>(text) else {
        return vec![Text::new("viết vào đây thì tệp không đọc được nữa", "written here, the file could not be read")];
    };
    let Some(scenario) = file.scenarios.get(n) else { return Vec::new() };
    play(&file, scenario, procedure, calendars).faults.into_iter().map(|fault| fault.text).collect()
}

fn scenario_route(n: usize) -> Route {
    Route::of(["scenarios"]).index(n)
}

/// The place of an expectation: at a line of `run`, or at the end.
fn expect_route(n: usize, item: Option<usize>) -> Route {
    let scenario = scenario_route(n);
    match item {
        Some(item) => scenario.key("run").index(item).key("expect"),
        None => scenario.key("expect"),
    }
}

/// `expect:` with nothing behind it, or `{}`.
fn is_empty(node: &Node) -> bool {
    reading::is_empty(node) || matches!(&node.kind, NodeKind::Map(entries) if entries.is_empty())
}

/// Expectations where the author left a place for them, or where a scenario has none at all.
fn filled(source: &Source, n: usize, scenario: &Scenario, looks: &[Look]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut anything = false;
    for look in looks {
        let Some(node) = source.node(&expect_route(n, look.item)) else { continue };
        anything = true;
        if !is_empty(node) {
            continue;
        }
        let seen = if look.item.is_some() { at_a_line(&look.seen) } else { look.seen.clone() };
        let at = source.key_span(&expect_route(n, look.item)).end;
        let flow = source.text()[..at].rfind('\n').is_some_and(|line| {
            let before = source.text()[line + 1..at].trim_start();
            before.starts_with("- {") || before.starts_with('{')
        });
        let indent = source.position(at).1.saturating_sub("expect".len() + 1);
        let one = flow.then(|| one_line(&seen)).unwrap_or_else(|| expect_lines(&seen, indent));
        let there = source.text().get(node.span.start..node.span.end).unwrap_or_default();
        let end = if there.starts_with(['{', '~']) { node.span.end } else { at + 1 };
        let written = one.strip_prefix("expect").unwrap_or(&one).to_owned();
        edits.push(Edit { at: at..end, text: written });
    }
    if !anything
        && scenario.expect.is_none()
        && let Some(last) = looks.iter().find(|look| look.item.is_none())
        && let Some(node) = source.node(&scenario_route(n))
    {
        edits.push(insert(source, node, |indent| match indent {
            Some(indent) => expect_lines(&last.seen, indent),
            None => one_line(&last.seen),
        }));
    }
    edits
}

fn one_line(expect: &Expect) -> String {
    expect_lines(&Expect { notices: None, ..expect.clone() }, 0).replace('\n', " ")
}

/// What is told at a line: where it rests and with whom, not all that was told since the beginning.
fn at_a_line(seen: &Expect) -> Expect {
    Expect { notices: None, documents: None, case_deadline: None, ..seen.clone() }
}

/// What is seen in place of what was expected otherwise, key by key.
fn corrected(source: &Source, n: usize, looks: &[Look]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for look in looks {
        for (key, written) in &look.wrong {
            if let Some(node) = source.node(&expect_route(n, look.item).key(key)) {
                edits.push(Edit { at: node.span.start..end_of(source, node), text: written.clone() });
            }
        }
    }
    edits
}

impl Stage<'_> {
    /// Keeps what can be seen now, where somebody wants to know.
    pub(super) fn look(&mut self, expect: Option<&Expect>) {
        if self.looks.is_none() {
            return;
        }
        let Some(case) = self.case.clone() else { return };
        let wrong = expect.map(|expect| self.wrong(expect, &case)).unwrap_or_default();
        let look = Look { item: self.item, seen: self.seen(&case), wrong };
        if let Some(looks) = &mut self.looks {
            looks.push(look);
        }
    }

    /// Everything that can be seen of a case.
    pub(super) fn seen(&self, case: &Case) -> Expect {
        let main = case.branches.values().next();
        let told = self.notices.iter().map(|notice| self.as_expected(notice)).collect();
        let papers: Vec<String> = case.documents.iter().map(DocumentId::to_string).collect();
        Expect {
            step: main.map(|branch| branch.step.to_string()),
            holder: main.map(|branch| branch.holder.person.to_string()),
            deadline: self.deadline(main),
            case_deadline: case.clock.as_ref().filter(|_| main.is_some()).map(|clock| self.local(clock.clock.deadline)),
            outcome: match &case.status {
                Status::Open => None,
                Status::Ended { outcome, .. } => Some(outcome.word().to_owned()),
            },
            variant: None,
            documents: (!papers.is_empty()).then_some(papers),
            notices: Some(told),
            refused: Vec::new(),
        }
    }

    fn deadline(&self, branch: Option<&Branch>) -> Option<String> {
        branch.and_then(|branch| branch.clock.as_ref()).map(|clock| self.local(clock.clock.deadline))
    }

    fn as_expected(&self, notice: &Notice) -> ExpectedNotice {
        let to: Vec<String> = notice.to.iter().map(PersonId::to_string).collect();
        ExpectedNotice {
            time: self.local(notice.at),
            kind: notice.kind.to_owned(),
            percent: notice.percent,
            to: match to.as_slice() {
                [] => None,
                [one] => Some(Names::One(one.clone())),
                _ => Some(Names::Many(to)),
            },
            of: notice.of.as_ref().map(ToString::to_string),
            legal: notice.legal.clone(),
        }
    }

    /// The keys of an expectation that are not as it says, with what is there.
    fn wrong(&self, expect: &Expect, case: &Case) -> Vec<(&'static str, String)> {
        let here = |step: &String| case.branches.values().find(|branch| branch.step.as_str() == step);
        let branch = expect.step.as_ref().and_then(here).or_else(|| case.branches.values().next());
        let all = self.seen(case);
        let there = Expect {
            step: branch.map(|branch| branch.step.to_string()),
            holder: branch.map(|branch| branch.holder.person.to_string()),
            deadline: self.deadline(branch),
            case_deadline: case.clock.as_ref().map(|clock| self.local(clock.clock.deadline)),
            variant: case.variant.as_ref().map(ToString::to_string),
            ..all
        };
        let alone = |key: &str| {
            let one = Expect::default();
            match key {
                "step" => Expect { step: expect.step.clone(), ..one },
                "holder" => Expect { step: expect.step.clone(), holder: expect.holder.clone(), ..one },
                "deadline" => Expect { step: expect.step.clone(), deadline: expect.deadline.clone(), ..one },
                "case_deadline" => Expect { case_deadline: expect.case_deadline.clone(), ..one },
                "variant" => Expect { variant: expect.variant.clone(), ..one },
                "outcome" => Expect { outcome: expect.outcome.clone(), ..one },
                _ => Expect { documents: expect.documents.clone(), ..one },
            }
        };
        let written = expected(&there);
        let of =
            |key: &str| written.iter().find(|(k, _)| *k == key).map_or_else(|| "none".to_owned(), |(_, t)| t.clone());
        let step_wrong = !self.compare_case(&alone("step"), case).is_empty();
        let mut wrong = Vec::new();
        for (key, said) in [
            ("step", expect.step.is_some()),
            ("holder", expect.holder.is_some()),
            ("deadline", expect.deadline.is_some()),
            ("case_deadline", expect.case_deadline.is_some()),
            ("variant", expect.variant.is_some()),
            ("outcome", expect.outcome.is_some() && there.outcome.is_some()),
            ("documents", expect.documents.is_some()),
        ] {
            let faults = self.compare_case(&alone(key), case).len();
            let own = faults > usize::from(step_wrong && matches!(key, "holder" | "deadline"));
            if said && own {
                let nothing = key == "documents" && there.documents.is_none();
                wrong.push((key, if nothing { "[]".to_owned() } else { of(key) }));
            }
        }
        if let Some(told) = &expect.notices
            && !self.compare_notices(told).is_empty()
        {
            wrong.push(("notices", notices(there.notices.as_deref().unwrap_or_default())));
        }
        wrong
    }
}

/// The stand-ins that a test file has.
pub fn stand_ins(source: &Source) -> BTreeMap<String, Vec<String>> {
    let named = source.root().and_then(|root| root.get("stand_ins"));
    let names = |node: &Node| match node.text() {
        Some(one) => vec![one.to_owned()],
        None => node.items().iter().filter_map(|item| item.text().map(str::to_owned)).collect(),
    };
    named.map(Node::entries).unwrap_or_default().iter().map(|(key, node)| (key.text.clone(), names(node))).collect()
}

/// A test file with one more scenario, or a new one; nothing where it has it already. The refusal says what would not
/// pass then.
pub fn with_scenario(
    source: &Source,
    procedure_file: &str,
    told: Told,
    procedure: &Procedure,
    calendars: &Calendars,
) -> Result<Option<String>, Text> {
    let Told { mut scenario, stand_ins: wanted } = told;
    let names = |name: &str| source.text().contains(&format!("name: {}", scalar(name)));
    let plain = scenario.name.clone();
    for n in 2.. {
        if source.text().contains(&written::scenario(&scenario)) {
            return Ok(None);
        }
        if !names(&scenario.name) {
            break;
        }
        scenario.name = format!("{plain} ({n})");
    }
    let text = written::scenario(&scenario);
    let new = match source.root() {
        None => {
            let people: Vec<String> =
                wanted.iter().map(|(people, names)| format!("{people}: [{}]", names.join(", "))).collect();
            let people =
                if people.is_empty() { String::new() } else { format!("stand_ins: {{ {} }}\n", people.join(", ")) };
            format!("procedure: {}\n{people}scenarios:\n{text}\n", scalar(procedure_file))
        }
        Some(root) => appended(source, root, &text, &wanted)?,
    };
    let unread = || Text::new("viết vào đây thì tệp không đọc được nữa", "written here, the file could not be read");
    let file: TestFile = serde_saphyr::from_str(&new).map_err(|_| unread())?;
    let before: Option<TestFile> = serde_saphyr::from_str(source.text()).ok();
    for (n, one) in file.scenarios.iter().enumerate() {
        let faults = play(&file, one, procedure, calendars).faults;
        let Some(fault) = faults.first() else { continue };
        let passed = before.as_ref().and_then(|file| Some((file, file.scenarios.get(n)?)));
        let harmed = passed.is_none_or(|(file, one)| play(file, one, procedure, calendars).faults.is_empty());
        if harmed {
            let (name, Text { vi, en }) = (&one.name, &fault.text);
            return Err(Text::new(
                format!("ghi vào tệp này thì «{name}» hỏng ({vi}); ghi vào một tệp kịch bản khác"),
                format!("written into this file “{name}” fails ({en}); write it into another test file"),
            ));
        }
    }
    Ok(Some(new))
}

fn appended(
    source: &Source,
    root: &Node,
    scenario: &str,
    wanted: &BTreeMap<String, Vec<String>>,
) -> Result<String, Text> {
    let text = source.text();
    let list = root.get("scenarios").ok_or_else(|| Text::new("tệp thiếu `scenarios`", "the file lacks `scenarios`"))?;
    let mut edits = Vec::new();
    match list.items().last() {
        Some(_) if text[list.span.start..].starts_with('[') => {
            return Err(Text::new(
                "`scenarios` viết trong ngoặc vuông: viết mỗi kịch bản một mục `- ` rồi ghi lại",
                "`scenarios` stands in brackets: give each scenario its own `- ` first",
            ));
        }
        Some(last) => {
            let line = text[..last.span.start].rfind('\n').map_or(0, |at| at + 1);
            let dash = text[line..].chars().take_while(|c| *c == ' ').count();
            let moved: Vec<String> =
                scenario.lines().map(|line| format!("{}{}", " ".repeat(dash), &line[2..])).collect();
            let end = end_of(source, list);
            let at = text[end..].find('\n').map_or(text.len(), |line| end + line);
            edits.push(Edit { at: at..at, text: format!("\n\n{}", moved.join("\n")) });
        }
        None => edits.push(Edit { at: list.span.start..list.span.end, text: format!("\n{scenario}") }),
    }
    let people = root.get("stand_ins");
    let had = stand_ins(source);
    for (name, names) in wanted.iter().filter(|(name, names)| had.get(*name) != Some(names)) {
        let names = format!("[{}]", names.join(", "));
        match people.and_then(|people| people.get(name)) {
            Some(node) => edits.push(Edit { at: node.span.start..end_of(source, node), text: names }),
            None => match people {
                Some(people) => edits.push(insert(source, people, |_| format!("{name}: {names}"))),
                None => edits.push(Edit { at: 0..0, text: format!("stand_ins: {{ {name}: {names} }}\n") }),
            },
        }
    }
    Ok(edited(text, &edits))
}
