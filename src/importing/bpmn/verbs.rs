//! What a way out is called, and how a case ends by the name of an end.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::words;
use crate::definition::procedure::Outcome;
use crate::definition::verbs::standard;
use crate::fold::fold;
use crate::ids::Verb;
use crate::importing::bpmn::model::{Model, Shape, Trigger};
use crate::importing::bpmn::plan::Exit;
use crate::importing::wording::{Ids, one_line, quoted, short, short_name, slug};

/// The ways out of one step as lines.
pub struct Exits<'a> {
    pub model: &'a Model,
    /// Whose act it is, on a wait.
    pub by: Option<&'a str>,
    pub taken: Ids,
}

impl Exits<'_> {
    /// The lines of one way: comments, then the action.
    pub fn lines(&mut self, exit: &Exit, to: &str, goal: &str, alone: bool, ends: bool) -> Vec<String> {
        let way = &exit.way;
        let mut lines: Vec<String> =
            way.conditions.iter().map(|text| format!("# điều kiện, nguyên văn: {}", short(text))).collect();
        let label = self.label(exit);
        let (verb, vi) = match (&label, way.back, self.by) {
            (None, true, None) => ("return".to_owned(), None),
            (None, _, Some(_)) => ("answer".to_owned(), None),
            (None, false, None) if alone => ("complete".to_owned(), None),
            (None, false, None) => (format!("sang {goal}"), Some(format!("Sang: {goal}"))),
            (Some(label), _, _) => (label.clone(), Some(label.clone())),
        };
        let slug = slug(&verb);
        let own = standard(&Verb::from(slug.as_str())).is_none();
        // A label that spells a standard verb would take over its rules.
        let taken = !own || WORDS.contains(&slug.as_str());
        let wanted = if taken && vi.is_some() { format!("chon {verb}") } else { verb };
        let verb = self.taken.of(short_name(&wanted).0, "chon");
        let own = standard(&Verb::from(verb.as_str())).is_none();
        let mut parts = vec![format!("to: {to}")];
        if let Some(by) = self.by {
            parts.push(format!("by: {by}"));
        }
        if way.back || exit.bound {
            parts.push("at_most: 2".to_owned());
            if self.by.is_none() && way.back {
                parts.push("reason: required".to_owned());
            }
        }
        if own {
            let means = if way.back {
                "back"
            } else if ends {
                "end"
            } else {
                "forward"
            };
            parts.push(format!("means: {means}"));
            parts.push(format!("vi: {}", quoted(&vi.unwrap_or_else(|| goal.to_owned()))));
        }
        let beside = if way.back || exit.bound { "  # đoán số lần" } else { "" };
        lines.push(format!("{verb}: {{ {} }}{beside}", parts.join(", ")));
        lines
    }

    /// What is written along the way, or what event it begins with.
    pub fn label(&self, exit: &Exit) -> Option<String> {
        let way = &exit.way;
        let event = way.event.or(way.interrupt).map(|n| &self.model.shapes[n]);
        let event = event.map(|shape| match &shape.trigger {
            _ if !shape.name.is_empty() => shape.name.clone(),
            Trigger::Message(name) | Trigger::Other(name) if !name.is_empty() => name.clone(),
            Trigger::Timer(..) => "Quá thời hạn".to_owned(),
            _ => "Việc bên ngoài".to_owned(),
        });
        let drawn = way.labels.iter().filter(|label| Some(*label) != event.as_ref()).cloned();
        let parts: Vec<String> = event.iter().cloned().chain(drawn).collect();
        let label = one_line(&parts.join(", "));
        label.chars().any(char::is_alphanumeric).then_some(label)
    }
}

/// Words that other readers of YAML take for something else than a name.
const WORDS: &[&str] = &["yes", "no", "y", "n", "on", "off", "true", "false", "null"];

/// Words of ends without accents, with what they say of the case.
const OUTCOMES: &[(&str, &str)] = &[
    ("tu choi", "refused"),
    ("khong chap thuan", "refused"),
    ("khong dong y", "refused"),
    ("khong du dieu kien", "refused"),
    ("reject", "refused"),
    ("refus", "refused"),
    ("denied", "refused"),
    ("decline", "refused"),
    ("rut ho so", "withdrawn"),
    ("withdraw", "withdrawn"),
    ("cancel", "withdrawn"),
    ("qua han", "lapsed"),
    ("het han", "lapsed"),
    ("timeout", "lapsed"),
    ("timed out", "lapsed"),
    ("expired", "lapsed"),
    ("huy bo", "stopped"),
    ("terminat", "stopped"),
    ("abort", "stopped"),
];

/// How a case ends there, and whether that is a guess by the name.
pub fn outcome(shape: Option<&Shape>) -> (&'static str, bool) {
    let name = shape.map(|shape| fold(&shape.name)).unwrap_or_default();
    let known = OUTCOMES.iter().find(|(word, _)| name.contains(word));
    known.map_or(("done", false), |(_, outcome)| (outcome, true))
}

/// The outcome of a called case that an event on the call's border stands for: what its name says, else that it was
/// stopped. A time stands for none.
pub fn by_border(border: &Shape) -> Option<&'static str> {
    match (&border.trigger, outcome(Some(border)).0) {
        (Trigger::Timer(..), _) => None,
        (_, "done") => Some("stopped"),
        (_, named) => Some(named),
    }
}

/// The outcome of a called case that an arrow after the call names, by its whole label; nothing where it names none.
pub fn by_label(labels: &[String]) -> Option<&'static str> {
    let [label] = labels else { return None };
    let label = fold(label);
    Outcome::ALL.iter().find_map(|of| {
        let words = [Lang::Vi, Lang::En].map(|lang| fold(&words::outcome(*of, lang)));
        words.contains(&label).then(|| of.word())
    })
}

/// Whether an arrow after a call is for every outcome that no other names.
pub fn is_rest(labels: &[String]) -> bool {
    let label = fold(&labels.join(" "));
    label.is_empty() || ["con lai", "otherwise", "else"].contains(&label.as_str())
}

/// Names of whoever hands the case in.
const APPLICANTS: &[&str] = &[
    "nguoi nop",
    "cong dan",
    "to chuc, ca nhan",
    "ca nhan, to chuc",
    "nguoi dan",
    "khach hang",
    "applicant",
    "citizen",
    "customer",
    "client",
];

/// Whether a name is that of the applicant.
pub fn is_applicant(name: &str) -> bool {
    let name = fold(name);
    APPLICANTS.iter().any(|word| name.contains(word))
}
