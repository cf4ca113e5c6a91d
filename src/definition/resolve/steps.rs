//! Steps of every kind, and the transitions between them.

use indexmap::IndexMap;

use crate::definition::checks::factory;
use crate::definition::procedure::{
    Bodies, BranchStart, By, ClockPolicy, Doer, End, Escalation, Join, Late, Limit, Means, Outcome, Parallel, Party,
    Reason, Reopen, Rest, Silence, Staff, Step, StepKind, Target, Title, Transition, Units, Wait,
};
use crate::definition::resolve::Context;
use crate::definition::resolve::call::CALL;
use crate::definition::source::{Node, NodeKind, Span};
use crate::definition::value::{Kind, Value};
use crate::definition::verbs::standard;
use crate::ids::{BranchKey, StepId, Verb};

const KINDS: &[&str] = &["step", "wait", "parallel", "decision", "procedure", "end"];
const COMMON: &[&str] = &["kind", "vi", "en", "note", "legal"];
const STAFF: &[&str] = &[
    "by",
    "with",
    "watch",
    "accountable",
    "within",
    "because",
    "calendar",
    "needs",
    "makes",
    "actions",
    "escalate",
    "clock",
    "on_event",
];
const WAIT: &[&str] =
    &["for", "by", "within", "because", "calendar", "clock", "actions", "late", "escalate", "on_event"];
const PARALLEL: &[&str] = &[
    "for_each", "branches", "by", "within", "because", "calendar", "needs", "makes", "silence", "join", "rest", "to",
    "clock", "escalate",
];
const TRANSITION: &[&str] =
    &["to", "when", "by", "needs", "makes", "legal", "reason", "at_most", "within", "means", "sign", "vi", "en"];

type Inside = Option<(StepId, BranchKey)>;

impl Context {
    pub(super) fn steps(&mut self, node: &Node) -> IndexMap<StepId, Step> {
        let mut steps = IndexMap::with_capacity(node.entries().len());
        self.steps_of(node, &None, &mut steps);
        steps
    }

    fn steps_of(&mut self, node: &Node, inside: &Inside, into: &mut IndexMap<StepId, Step>) {
        for (id, span, item) in self.reader.ids(node, "steps") {
            let id = StepId::from(id);
            let before = self.reader.diagnostics.len();
            if let Some(first) = into.get(&id).map(|step| step.title.vi.clone()) {
                self.reader.say(factory::wrong_shape(
                    span,
                    format!("mã bước `{id}` đã dùng cho bước khác ({first})"),
                    format!("the step id `{id}` is used already ({first})"),
                ));
                continue;
            }
            let mut inner = IndexMap::new();
            if let Some(step) = self.step(&id, span, item, inside, &mut inner) {
                into.insert(id.clone(), step);
            }
            into.extend(inner);
            if self.reader.diagnostics.len() > before {
                self.broken.insert(id);
            }
        }
    }

    fn step(
        &mut self,
        id: &StepId,
        span: Span,
        item: &Node,
        inside: &Inside,
        inner: &mut IndexMap<StepId, Step>,
    ) -> Option<Step> {
        let word = match item.get("kind") {
            Some(node) => self.reader.word(node, "kind", KINDS)?,
            None => "step",
        };
        let own: &[&str] = match word {
            "wait" => WAIT,
            "parallel" => PARALLEL,
            "decision" => &["rules"],
            "procedure" => CALL,
            "end" => &["outcome", "reopen", "actions"],
            _ => STAFF,
        };
        let known: Vec<&str> = COMMON.iter().chain(own).copied().collect();
        if !self.reader.keys(item, id.as_str(), &known) {
            return None;
        }
        let title = self.reader.title(item, id.as_str(), span);
        let note = item.get("note").and_then(|node| self.reader.text(node, "note"));
        let kind = match word {
            "wait" => StepKind::Wait(self.wait(item, span)?),
            "parallel" => StepKind::Parallel(self.parallel(id, item, span, inner)?),
            "decision" => {
                let Some(rules) = item.get("rules") else {
                    self.reader.say(factory::missing_key(span, id.as_str(), "rules"));
                    return None;
                };
                StepKind::Decision(self.choices(rules, "rules", "to", |context, node| context.target(node, "rules")))
            }
            "procedure" => StepKind::Call(self.call(id, item, span)?),
            "end" => StepKind::End(self.end(id, item, span)?),
            _ => StepKind::Staff(self.staff(item)),
        };
        Some(Step { id: id.clone(), title, kind, inside: inside.clone(), note })
    }

    fn staff(&mut self, item: &Node) -> Staff {
        // Whether somebody is named at all is a check of its own (R01), as is a missing limit (T05).
        let by = item.get("by").and_then(|node| self.by(node)).unwrap_or_else(|| By::Choose(Vec::new()));
        let mut list = |key: &str| match item.get(key) {
            Some(node) => self.reader.list(node).into_iter().filter_map(|node| self.people_ref(node, key)).collect(),
            None => Vec::new(),
        };
        let (with, watch) = (list("with"), list("watch"));
        Staff {
            by,
            with,
            watch,
            accountable: item.get("accountable").and_then(|node| self.people_ref(node, "accountable")),
            within: self.limit(item).unwrap_or_else(|| Limit::Choose(Vec::new())),
            calendar: item.get("calendar").and_then(|node| self.reader.text(node, "calendar")).map(Into::into),
            needs: self.needs(item.get("needs")),
            makes: self.made(item.get("makes")),
            actions: self.actions(item),
            escalate: self.escalations(item),
            legal: self.legal_ref(item.get("legal")),
            clock: self.clock(item),
        }
    }

    fn wait(&mut self, item: &Node, span: Span) -> Option<Wait> {
        let awaited = match item.get("for") {
            Some(node) => self.reader.word(node, "for", &["applicant", "outside"]),
            None => {
                self.reader.say(factory::missing_key(span, "wait", "for"));
                None
            }
        };
        let late = item.get("late").and_then(|node| {
            self.reader.keys(node, "late", &["to", "do"]);
            match (node.get("to"), node.get("do")) {
                (Some(to), None) => self.target(to, "late").map(Late::To),
                (None, Some(verb)) => self.reader.text(verb, "do").map(|verb| Late::Do(verb.into())),
                _ => {
                    self.reader.say(factory::wrong_shape(
                        node.span,
                        "`late` là { to: bước } hoặc { do: hành động }".into(),
                        "`late` is { to: step } or { do: verb }".into(),
                    ));
                    None
                }
            }
        });
        let actions = self.actions(item);
        if let (Some(Late::Do(verb)), Some(node)) = (&late, item.get("late").and_then(|node| node.get("do")))
            && !actions.contains_key(verb)
        {
            let what = ("hành động nào của bước này tên", "action of this step called");
            let known = actions.keys().map(Verb::as_str);
            self.reader.say(factory::not_declared("N04", node.span, verb.as_str(), what, known));
        }
        Some(Wait {
            awaited: if awaited? == "applicant" { Party::Applicant } else { Party::Outside },
            by: item.get("by").and_then(|node| self.by(node)),
            within: self.limit(item).unwrap_or_else(|| Limit::Choose(Vec::new())),
            calendar: item.get("calendar").and_then(|node| self.reader.text(node, "calendar")).map(Into::into),
            clock: self.clock(item),
            legal: self.legal_ref(item.get("legal")),
            actions,
            late,
            escalate: self.escalations(item),
        })
    }

    fn parallel(
        &mut self,
        id: &StepId,
        item: &Node,
        span: Span,
        inner: &mut IndexMap<StepId, Step>,
    ) -> Option<Parallel> {
        let within = self.limit(item);
        let bodies = match (item.get("for_each"), item.get("branches")) {
            (Some(units), None) => Bodies::ForEach {
                units: self.units(units)?,
                by: item.get("by").and_then(|node| self.by(node)).unwrap_or_else(|| By::Choose(Vec::new())),
                within: within.clone().unwrap_or_else(|| Limit::Choose(Vec::new())),
                calendar: item.get("calendar").and_then(|node| self.reader.text(node, "calendar")).map(Into::into),
                needs: self.needs(item.get("needs")),
                makes: self.made(item.get("makes")),
                silence: item.get("silence").and_then(|node| self.silence(node)),
                escalate: self.escalations(item),
            },
            (None, Some(branches)) => Bodies::Branches(self.branches(id, branches, inner)),
            _ => {
                self.reader.say(factory::wrong_shape(
                    span,
                    format!("khối song song `{id}` cần `for_each` hoặc `branches`"),
                    format!("the parallel block `{id}` wants `for_each` or `branches`"),
                ));
                return None;
            }
        };
        let Some(to) = item.get("to") else {
            self.reader.say(factory::missing_key(span, id.as_str(), "to"));
            return None;
        };
        let rest = match item.get("rest").and_then(|node| self.reader.word(node, "rest", &["cancel", "continue"])) {
            Some("continue") => Rest::Continue,
            _ => Rest::Cancel,
        };
        Some(Parallel {
            within: if matches!(bodies, Bodies::Branches(_)) { within } else { None },
            bodies,
            join: item.get("join").map_or(Some(Join::All), |node| self.join(node))?,
            rest,
            to: self.target(to, "to")?,
            clock: self.clock(item),
        })
    }

    fn units(&mut self, node: &Node) -> Option<Units> {
        if let NodeKind::List(items) = &node.kind {
            self.some(node, "for_each");
            let units = items.iter().filter_map(|item| self.reader.text(item, "for_each"));
            return Some(Units::Named(units.map(|unit| unit.rsplit('/').next().unwrap_or(&unit).into()).collect()));
        }
        let name = self.reader.text(node, "for_each")?;
        if let Some(field) = self.fields.get(name.as_str()) {
            if !matches!(field.kind, Kind::Units | Kind::Unit) {
                let found = field.kind.word();
                self.reader.say(factory::wrong_shape(
                    node.span,
                    format!("`{name}` là trường kiểu `{found}`; `for_each` cần một danh sách đơn vị, hoặc một trường kiểu `list of unit`"),
                    format!("`{name}` is a field of the kind `{found}`; `for_each` wants a list of units, or a field of the kind `list of unit`"),
                ));
            }
            return Some(Units::Field(name.into()));
        }
        let what = ("trường nào kiểu `list of unit` tên", "field of the kind `list of unit` called");
        let known = self.fields.iter().filter(|(_, field)| field.kind == Kind::Units).map(|(id, _)| id.as_str());
        self.reader.say(factory::not_declared("N07", node.span, &name, what, known));
        None
    }

    fn branches(
        &mut self,
        block: &StepId,
        node: &Node,
        inner: &mut IndexMap<StepId, Step>,
    ) -> IndexMap<BranchKey, BranchStart> {
        let mut branches = IndexMap::new();
        for (key, span, item) in self.reader.ids(node, "branches") {
            if !self.reader.keys(item, key, &["vi", "en", "start", "steps"]) {
                continue;
            }
            let key = BranchKey::from(key);
            let title: Title = self.reader.title(item, key.as_str(), span);
            if let Some(steps) = item.get("steps") {
                self.steps_of(steps, &Some((block.clone(), key.clone())), inner);
            }
            match item.get("start").map(|node| self.target(node, "start")) {
                Some(Some(start)) => {
                    branches.insert(key, BranchStart { title, start });
                }
                Some(None) => {}
                None => self.reader.say(factory::missing_key(span, key.as_str(), "start")),
            }
        }
        branches
    }

    fn silence(&mut self, node: &Node) -> Option<Silence> {
        self.reader.keys(node, "silence", &["set", "legal"]);
        let mut set = IndexMap::new();
        for (key, value) in node.get("set").map(Node::entries).unwrap_or_default() {
            let Some(field) = self.fields.get(key.text.as_str()).cloned() else {
                let known = self.fields.keys().map(crate::ids::FieldId::as_str);
                self.reader.say(factory::not_declared("N07", key.span, &key.text, ("trường", "field"), known));
                continue;
            };
            let text = value.text().unwrap_or_default();
            let json = match text {
                "true" | "false" => serde_json::Value::Bool(text == "true"),
                number if number.parse::<f64>().is_ok() => serde_json::from_str(number).unwrap_or_default(),
                text => serde_json::Value::String(text.to_owned()),
            };
            match Value::read(&field.kind, &json) {
                Ok(read) => {
                    self.within_bounds(value.span, &key.text, &field, &read);
                    let value = read;
                    set.insert(key.text.as_str().into(), value);
                }
                Err(wrong) => {
                    let words: Vec<&str> = wrong.choices.iter().map(String::as_str).collect();
                    let words = if words.is_empty() { vec![wrong.wanted] } else { words };
                    self.reader.say(factory::not_in_list(value.span, &key.text, text, &words));
                }
            }
        }
        Some(Silence { set, legal: self.legal_ref(node.get("legal")) })
    }

    /// `all`, `any`, `{ at_least: 2 }`, `at_least: 80%`.
    fn join(&mut self, node: &Node) -> Option<Join> {
        let text = match &node.kind {
            NodeKind::Map(_) => {
                self.reader.keys(node, "join", &["at_least"]);
                let at_least = node.get("at_least")?;
                self.reader.text(at_least, "at_least")?
            }
            _ => match self.reader.word(node, "join", &["all", "any"])? {
                "any" => return Some(Join::Any),
                _ => return Some(Join::All),
            },
        };
        let join = match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().filter(|p| (1..=100).contains(p)).map(Join::AtLeastPercent),
            None => text.trim().parse().ok().filter(|n| *n > 0).map(Join::AtLeast),
        };
        if join.is_none() {
            self.reader.say(factory::wrong_shape(
                node.span,
                "`at_least` là một số từ 1, hoặc tỷ lệ như `80%`".into(),
                "`at_least` is a number from 1, or a share as `80%`".into(),
            ));
        }
        join
    }

    fn end(&mut self, id: &StepId, item: &Node, span: Span) -> Option<End> {
        if let Some((key, _)) = item.entries().iter().find(|(key, _)| key.text == "actions") {
            self.reader.say(factory::acts_when_over(key));
        }
        let Some(node) = item.get("outcome") else {
            self.reader.say(factory::missing_key(span, id.as_str(), "outcome"));
            return None;
        };
        let outcome = match self.reader.word(node, "outcome", &["done", "refused", "withdrawn", "lapsed", "stopped"])? {
            "done" => Outcome::Done,
            "refused" => Outcome::Refused,
            "withdrawn" => Outcome::Withdrawn,
            "lapsed" => Outcome::Lapsed,
            _ => Outcome::Stopped,
        };
        Some(End { outcome, reopen: item.get("reopen").and_then(|node| self.reopen(node)) })
    }

    fn reopen(&mut self, node: &Node) -> Option<Reopen> {
        self.reader.keys(node, "reopen", &["by", "to", "within", "at_most", "reason"]);
        for key in ["by", "to", "within", "at_most"] {
            if node.get(key).is_none() {
                self.reader.say(factory::missing_key(node.span, "reopen", key));
            }
        }
        Some(Reopen {
            by: self.doer(node.get("by"))?,
            to: node.get("to").and_then(|node| self.target(node, "reopen"))?,
            within: node.get("within").and_then(|node| self.reader.length(node, "within"))?,
            at_most: node.get("at_most").and_then(|node| self.times(node))?,
            reason: self.reason(node.get("reason")),
        })
    }

    fn clock(&mut self, item: &Node) -> Option<ClockPolicy> {
        let node = item.get("clock")?;
        Some(match self.reader.word(node, "clock", &["pause", "restart", "exclude"])? {
            "pause" => ClockPolicy::Pause,
            "restart" => ClockPolicy::Restart,
            _ => ClockPolicy::Exclude,
        })
    }

    pub(super) fn escalations(&mut self, item: &Node) -> Vec<Escalation> {
        let Some(node) = item.get("escalate") else { return Vec::new() };
        let mut escalations = Vec::new();
        for item in self.reader.list(node) {
            if !self.reader.keys(item, "escalate", &["after", "to", "within"]) {
                continue;
            }
            let after = item.get("after").and_then(|node| {
                let text = self.reader.text(node, "after")?;
                let length = text.strip_suffix(" late").or(text.strip_suffix(" trễ")).unwrap_or(&text);
                match crate::calendar::working_time::WorkingTime::parse(length) {
                    Ok(length) => Some(length),
                    Err(fault) => {
                        self.reader.say(factory::length(node.span, length, &fault));
                        None
                    }
                }
            });
            let to = item.get("to").and_then(|node| self.people_ref(node, "to"));
            let within = item.get("within").and_then(|node| self.reader.length(node, "within"));
            match (after, to) {
                (Some(after), Some(to)) => escalations.push(Escalation { after, to, within }),
                _ if item.get("after").is_none() || item.get("to").is_none() => {
                    self.reader.say(factory::missing_key(item.span, "escalate", "after, to"));
                }
                _ => {}
            }
        }
        escalations
    }

    pub(super) fn by(&mut self, node: &Node) -> Option<By> {
        match &node.kind {
            NodeKind::Map(_) => {
                self.reader.keys(node, "by", &["same_as"]);
                let Some(same_as) = node.get("same_as") else {
                    self.reader.say(factory::wrong_shape(
                        node.span,
                        "`by` là một tên, { same_as: bước } hoặc một danh sách".into(),
                        "`by` wants a name, { same_as: step } or a list".into(),
                    ));
                    return None;
                };
                self.held_step(same_as, "same_as").map(By::SameAs)
            }
            NodeKind::List(_) => {
                Some(By::Choose(self.choices(node, "by", "who", |context, node| context.people_ref(node, "by"))))
            }
            NodeKind::Scalar { .. } => self.people_ref(node, "by").map(By::People),
        }
    }

    pub(super) fn doer(&mut self, node: Option<&Node>) -> Option<Doer> {
        let node = node?;
        Some(match node.text() {
            Some("applicant") => Doer::Applicant,
            Some("outside") => Doer::Outside,
            Some("holder") => Doer::Holder,
            _ => Doer::People(self.people_ref(node, "by")?),
        })
    }

    pub(super) fn actions(&mut self, item: &Node) -> IndexMap<Verb, Transition> {
        let written = item.get("actions").map(|node| self.reader.ids(node, "actions"));
        let mut actions = IndexMap::with_capacity(written.as_ref().map_or(0, Vec::len));
        for (verb, span, item) in written.into_iter().flatten() {
            if let Some(transition) = self.transition(verb, span, item) {
                actions.insert(verb.into(), transition);
            }
        }
        self.signals(item, &mut actions);
        actions
    }

    /// What outside systems may signal here: ways out like the others, that a person may take by hand with evidence.
    fn signals(&mut self, item: &Node, actions: &mut IndexMap<Verb, Transition>) {
        let Some(node) = item.get("on_event") else { return };
        for (name, span, event) in self.reader.ids(node, "on_event") {
            if !self.reader.keys(event, name, &["to", "needs", "makes", "legal", "vi", "en"]) {
                continue;
            }
            let taken = item.get("actions").map(Node::entries).unwrap_or_default();
            if let (Some((first, _)), Some((key, _))) = (
                taken.iter().find(|(key, _)| key.text == name),
                node.entries().iter().find(|(key, _)| key.text == name),
            ) {
                self.reader.say(factory::duplicate(key, first));
                continue;
            }
            let title = match event.get("vi") {
                Some(_) => self.reader.title(event, name, span),
                None => Title { vi: format!("Ghi nhận {name}"), en: Some(format!("Record {name}")) },
            };
            let Some(to) = self.goal(event, name, span) else { continue };
            let transition = Transition {
                title: Some(title),
                to,
                when: None,
                by: Doer::Outside,
                needs: self.needs(event.get("needs")),
                makes: self.made(event.get("makes")),
                legal: self.legal_ref(event.get("legal")),
                // By hand: on what evidence.
                reason: Reason::Required,
                at_most: None,
                within: None,
                means: Means::Forward,
                sign: None,
                signal: true,
            };
            actions.insert(name.into(), transition);
        }
    }

    /// Where a way out leads.
    pub(super) fn goal(&mut self, item: &Node, verb: &str, span: Span) -> Option<Target> {
        let Some(node) = item.get("to") else {
            self.reader.say(factory::missing_key(span, verb, "to"));
            return None;
        };
        match node.text() {
            Some("origin") => Some(Target::Origin),
            Some("join") => Some(Target::Join),
            _ => self.target(node, verb).map(Target::Step),
        }
    }

    pub(super) fn transition(&mut self, verb: &str, span: Span, item: &Node) -> Option<Transition> {
        if !self.reader.keys(item, verb, TRANSITION) {
            return None;
        }
        let means = match (item.get("means"), standard(&verb.into())) {
            (Some(node), _) => match self.reader.word(node, "means", &["forward", "back", "wait", "end"])? {
                "back" => Means::Back,
                "wait" => Means::Wait,
                "end" => Means::End,
                _ => Means::Forward,
            },
            (None, Some(standard)) => standard.means,
            (None, None) => {
                self.reader.say(factory::own_verb(span, verb));
                Means::Forward
            }
        };
        let to = self.goal(item, verb, span);
        let when = item.get("when").map(|node| self.guard(node));
        let title = item.get("vi").map(|_| self.reader.title(item, verb, span));
        let transition = Transition {
            title,
            to: to?,
            when: match when {
                None => None,
                Some(guard) => Some(guard?),
            },
            by: match item.get("by") {
                Some(node) => self.doer(Some(node))?,
                None => Doer::Holder,
            },
            needs: self.needs(item.get("needs")),
            makes: self.made(item.get("makes")),
            legal: self.legal_ref(item.get("legal")),
            reason: self.reason(item.get("reason")),
            at_most: item.get("at_most").and_then(|node| self.times(node)),
            within: self.limit(item),
            means,
            sign: self.sign(item.get("sign")),
            signal: false,
        };
        Some(transition)
    }
}
