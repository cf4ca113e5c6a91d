//! People by rule, and groups of steps.

use indexmap::IndexMap;

use crate::definition::checks::factory;
use crate::definition::procedure::{Council, Group, People, Pick, Substitute, UnitRef, Who};
use crate::definition::resolve::Context;
use crate::definition::share::Share;
use crate::definition::source::{Node, NodeKind, Span};
use crate::ids::{GroupId, PeopleId};

const PICKS: &[&str] = &["only", "least_loaded", "rotate", "by_field", "claim"];

impl Context {
    pub(super) fn people_entries(&mut self, node: &Node) -> IndexMap<PeopleId, People> {
        let mut people = IndexMap::with_capacity(node.entries().len());
        let known = [
            "vi",
            "en",
            "post",
            "unit",
            "head_of",
            "deputy_of",
            "holder_of",
            "manager_of",
            "council",
            "pick",
            "substitute",
        ];
        for (id, span, item) in self.reader.ids(node, "people") {
            if !self.reader.keys(item, "people", &known) {
                continue;
            }
            let title = self.reader.title(item, "people", span);
            let pick = item.get("pick").map_or(Some(Pick::Only), |node| self.pick(node));
            let substitute = match item.get("substitute") {
                Some(node) => self.reader.list(node).into_iter().filter_map(|node| self.substitute(node)).collect(),
                None => Vec::new(),
            };
            if let (Some(who), Some(pick)) = (self.who(item, id, span), pick) {
                people.insert(id.into(), People { title, who, pick, substitute });
            }
        }
        people
    }

    fn who(&mut self, item: &Node, id: &str, span: Span) -> Option<Who> {
        let given: Vec<&str> = ["post", "head_of", "deputy_of", "holder_of", "manager_of", "council"]
            .into_iter()
            .filter(|key| item.get(key).is_some())
            .collect();
        let (vi, en) = (
            format!(
                "`{id}` cần đúng một trong: `post` + `unit`, `head_of`, `deputy_of`, `holder_of`, `manager_of`, `council`"
            ),
            format!(
                "`{id}` wants exactly one of: `post` + `unit`, `head_of`, `deputy_of`, `holder_of`, `manager_of`, `council`"
            ),
        );
        let [key] = given[..] else {
            self.reader.say(factory::wrong_shape(span, vi, en));
            return None;
        };
        let node = item.get(key)?;
        if key == "council" {
            return self.council(node, id).map(Who::Council);
        }
        let name = self.reader.text(node, key)?;
        Some(match key {
            "post" => match item.get("unit") {
                Some(unit) => Who::Post { post: name.into(), unit: unit_ref(&self.reader.text(unit, "unit")?) },
                None => {
                    self.reader.say(factory::missing_key(span, id, "unit"));
                    return None;
                }
            },
            "head_of" => Who::HeadOf(unit_ref(&name)),
            "deputy_of" => Who::DeputyOf(unit_ref(&name)),
            "holder_of" => Who::HolderOf(self.held_step(node, "holder_of")?),
            _ => Who::ManagerOf(self.people_ref(node, "manager_of")?),
        })
    }

    fn council(&mut self, node: &Node, id: &str) -> Option<Council> {
        if !self.reader.keys(node, "council", &["members", "chair", "quorum", "threshold"]) {
            return None;
        }
        for key in ["members", "quorum", "threshold"] {
            if node.get(key).is_none() {
                self.reader.say(factory::missing_key(node.span, "council", key));
            }
        }
        let mut members: Vec<PeopleId> = Vec::new();
        if let Some(node) = node.get("members") {
            self.some(node, "members");
            self.once(node, "members");
        }
        for item in node.get("members").map(|node| self.reader.list(node)).unwrap_or_default() {
            match self.people_ref(item, "members") {
                Some(member) if member.as_str() == id => {
                    let (vi, en) = (
                        format!("hội đồng `{id}` không là thành viên của chính nó"),
                        format!("the council `{id}` is no member of itself"),
                    );
                    self.reader.say(factory::wrong_shape(item.span, vi, en));
                }
                Some(member) => members.push(member),
                None => {}
            }
        }
        let chair = match node.get("chair") {
            Some(node) => self.people_ref(node, "chair"),
            None => members.first().cloned(),
        };
        let quorum = node.get("quorum").and_then(|node| self.share(node, "quorum"));
        let threshold = node.get("threshold").and_then(|node| self.share(node, "threshold"));
        let of_members = node.get("threshold").and_then(Node::text).is_some_and(|text| of_all(text).is_some());
        Some(Council { chair: chair?, members, quorum: quorum?, threshold: threshold?, of_members })
    }

    fn share(&mut self, node: &Node, of: &str) -> Option<Share> {
        let text = self.reader.text(node, of)?;
        // A quorum is always of the members; the votes for a way are of those who voted, unless it is said.
        let share = Share::read(of_all(&text).filter(|_| of == "threshold").unwrap_or(&text));
        if share.is_none() {
            self.reader.say(factory::wrong_shape(
                node.span,
                format!("`{of}: {text}` không đọc được: viết như `5`, `60%`, `2/3` hoặc `over 1/2` (quá nửa)"),
                format!("`{of}: {text}` cannot be read: write `5`, `60%`, `2/3` or `over 1/2`"),
            ));
        }
        share
    }

    fn pick(&mut self, node: &Node) -> Option<Pick> {
        if let NodeKind::Map(_) = node.kind {
            self.reader.keys(node, "pick", &["assigned_by"]);
            return self.people_ref(node.get("assigned_by")?, "assigned_by").map(Pick::AssignedBy);
        }
        // `assigned_by: x` also reads as one plain text where braces are left out.
        if let Some(name) = node.text().and_then(|text| text.strip_prefix("assigned_by ")) {
            return self.declared_people(name.trim(), node.span, "assigned_by ").map(Pick::AssignedBy);
        }
        Some(match self.reader.word(node, "pick", PICKS)? {
            "only" => Pick::Only,
            "least_loaded" => Pick::LeastLoaded,
            "rotate" => Pick::Rotate,
            "by_field" => Pick::ByField,
            _ => Pick::Claim,
        })
    }

    fn substitute(&mut self, node: &Node) -> Option<Substitute> {
        let text = self.reader.text(node, "substitute")?;
        match text.split_once(' ') {
            Some(("deputy_of", unit)) => Some(Substitute::DeputyOf(unit_ref(unit.trim()))),
            Some(("head_of", unit)) => Some(Substitute::HeadOf(unit_ref(unit.trim()))),
            _ => self.people_ref(node, "substitute").map(Substitute::People),
        }
    }

    pub(super) fn groups(&mut self, node: &Node) -> IndexMap<GroupId, Group> {
        let mut groups = IndexMap::with_capacity(node.entries().len());
        for (id, span, item) in self.reader.ids(node, "groups") {
            if !self.reader.keys(
                item,
                "groups",
                &["vi", "en", "unit", "steps", "within", "because", "starts", "warn", "score"],
            ) {
                continue;
            }
            let title = self.reader.title(item, "groups", span);
            let unit = item.get("unit").and_then(|node| self.reader.text(node, "unit")).map(Into::into);
            let steps = self.step_list(item, id, 1);
            let within = self.limit(item);
            let score = item.get("score").is_some_and(|node| self.reader.yes_no(node, "score"));
            let starts = item.get("starts").and_then(|node| self.starts(node));
            let warn = self.warnings(item.get("warn"));
            groups.insert(id.into(), Group { title, unit, steps, within, starts, warn, score });
        }
        groups
    }
}

/// `80% of members`: the part of all members, without these words.
fn of_all(text: &str) -> Option<&str> {
    text.strip_suffix(" of members").or(text.strip_suffix(" tổng số thành viên"))
}

pub(super) fn unit_ref(name: &str) -> UnitRef {
    match name {
        "each.unit" => UnitRef::Each,
        path => UnitRef::Unit(path.rsplit('/').next().unwrap_or(path).into()),
    }
}
