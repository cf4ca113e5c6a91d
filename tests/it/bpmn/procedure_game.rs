//! A procedure file as it is walked, read straight from its YAML: how often a way back may be taken is not counted (a
//! drawing has no such bound), and what may happen at any time is left out.

use std::collections::BTreeSet;

use serde_yaml::Value;

/// Where a case is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    At(String),
    /// A parallel step, with what is left of each branch.
    Within(String, Vec<(String, Option<Place>)>),
    Over,
}

pub struct Walk {
    steps: Vec<(String, Value)>,
    start: Vec<String>,
    /// What is seen.
    pub seen: BTreeSet<String>,
    /// Ways that leave a step undone.
    pub undone: BTreeSet<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Walk {
    pub fn of(yaml: &str, seen: BTreeSet<String>, undone: BTreeSet<String>) -> Walk {
        let whole: Value = serde_yaml::from_str(yaml).unwrap();
        let mut walk = Walk { steps: Vec::new(), start: choices(&whole["start"], "to"), seen, undone };
        walk.gather(&whole["steps"]);
        walk
    }

    fn gather(&mut self, steps: &Value) {
        for (id, step) in steps.as_mapping().unwrap() {
            self.steps.push((text(id), step.clone()));
            for (_, branch) in step["branches"].as_mapping().into_iter().flatten() {
                self.gather(&branch["steps"]);
            }
        }
    }

    fn step(&self, id: &str) -> &Value {
        &self.steps.iter().find(|(known, _)| known == id).unwrap_or_else(|| panic!("no step {id}")).1
    }

    pub fn begin(&self) -> BTreeSet<Place> {
        self.start.iter().map(|id| self.enter(id)).collect()
    }

    fn enter(&self, id: &str) -> Place {
        let step = self.step(id);
        match (step["kind"].as_str(), step["branches"].as_mapping()) {
            (Some("end"), _) => Place::Over,
            (Some("parallel"), Some(branches)) => {
                let begun =
                    |(key, branch): (&Value, &Value)| (text(key), Some(self.enter(branch["start"].as_str().unwrap())));
                Place::Within(id.to_owned(), branches.iter().map(begun).collect())
            }
            _ => Place::At(id.to_owned()),
        }
    }

    /// What can happen next; `None` for the place after says that the branch is done.
    pub fn next(&self, place: &Place) -> Vec<(Option<String>, Option<Place>)> {
        match place {
            Place::Over => Vec::new(),
            Place::At(id) => self.out_of(id),
            Place::Within(id, branches) => {
                if branches.iter().all(|(_, place)| place.is_none()) {
                    let to = self.step(id)["to"].as_str().unwrap();
                    return vec![(None, Some(self.enter(to)))];
                }
                let mut found = Vec::new();
                for (n, (_, branch)) in branches.iter().enumerate() {
                    for (seen, after) in branch.iter().flat_map(|branch| self.next(branch)) {
                        let mut branches = branches.clone();
                        branches[n].1 = after;
                        found.push((seen, Some(Place::Within(id.clone(), branches))));
                    }
                }
                found
            }
        }
    }

    fn out_of(&self, id: &str) -> Vec<(Option<String>, Option<Place>)> {
        let step = self.step(id);
        let goal = |to: &str| if to == "join" { None } else { Some(self.enter(to)) };
        let title = text(&step["vi"]);
        let done = self.seen.contains(&title).then(|| title.clone());
        if step["kind"].as_str() == Some("decision") {
            return choices(&step["rules"], "to").iter().map(|to| (None, goal(to))).collect();
        }
        if step["kind"].as_str() == Some("parallel") {
            return vec![(done, goal(step["to"].as_str().unwrap()))];
        }
        if step["kind"].as_str() == Some("procedure") {
            return self.after_call(&step["use"]["to"], done, &goal);
        }
        let mut found = Vec::new();
        for (verb, action) in ["actions", "on_event"].into_iter().flat_map(|key| step[key].as_mapping()).flatten() {
            let named = action["vi"].as_str().map(str::to_owned).unwrap_or_else(|| text(verb));
            let seen = match (self.undone.contains(&named), self.seen.contains(&named)) {
                (true, _) => None,
                (_, true) => Some(named),
                _ => done.clone(),
            };
            found.push((seen, goal(action["to"].as_str().unwrap())));
        }
        if let Some(to) = step["late"]["to"].as_str() {
            found.push((None, goal(to)));
        }
        found
    }
}

/// How a called case may have ended, in the words of whoever draws.
const OUTCOMES: &[(&str, &str)] = &[
    ("done", "Giải quyết xong"),
    ("refused", "Từ chối"),
    ("withdrawn", "Rút hồ sơ"),
    ("lapsed", "Hết hạn"),
    ("stopped", "Dừng giải quyết"),
];

impl Walk {
    /// An outcome that is drawn as an event on the border interrupts the call: it is not seen done.
    fn after_call(
        &self,
        to: &Value,
        done: Option<String>,
        goal: &dyn Fn(&str) -> Option<Place>,
    ) -> Vec<(Option<String>, Option<Place>)> {
        let Some(ways) = to.as_mapping() else { return vec![(done, goal(to.as_str().unwrap()))] };
        let way = |(outcome, to): (&Value, &Value)| {
            let drawn = OUTCOMES.iter().find(|(word, _)| outcome.as_str() == Some(word));
            let interrupts = drawn.is_some_and(|(_, name)| self.undone.contains(*name));
            (done.clone().filter(|_| !interrupts), goal(to.as_str().unwrap()))
        };
        ways.iter().map(way).collect()
    }
}

fn choices(value: &Value, key: &str) -> Vec<String> {
    match value {
        Value::Sequence(list) => {
            list.iter().map(|item| text(if item["else"].is_null() { &item[key] } else { &item["else"] })).collect()
        }
        other => vec![text(other)],
    }
}
