//! Forms: an offer of the engine as inputs with labels, and what was typed as a command. It may not decide anything:
//! what a form asks for is what the offer wants, and the machine judges what comes back.

use std::collections::BTreeMap;

use crate::definition::procedure::Means;
use crate::definition::value::{Kind, Number, Value};
use crate::ids::{BranchId, DocumentId, FieldId, PersonId, Verb};
use crate::machine::command::{Command, Take};
use crate::service::views::{OfferView, WantedField, WordView};
use crate::web::format;
use crate::web::posted::Posted;
use crate::web::shell::{Shell, Stamp};

/// One input with its label.
#[derive(Clone, Debug)]
pub struct Input {
    pub id: String,
    pub name: String,
    pub label: String,
    /// Unit of measure, or how to fill it in.
    pub hint: Option<String>,
    /// `text`, `number`, `date`, `datetime-local`, `area`, `select`, `radios` or `checks`.
    pub widget: &'static str,
    pub value: String,
    pub choices: Vec<Choice>,
    pub required: bool,
    pub error: Option<String>,
}

/// One of several answers.
#[derive(Clone, Debug)]
pub struct Choice {
    pub id: String,
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// An offer as a form.
#[derive(Clone, Debug)]
pub struct ActForm {
    pub id: String,
    pub action: String,
    pub act: String,
    pub kind: String,
    pub branch: u32,
    /// Which of the parallel lives it concerns, where there are several.
    pub branch_label: Option<String>,
    pub label: String,
    pub to: Option<String>,
    pub by: Option<Stamp>,
    pub weight: Weight,
    /// Nothing to fill in: the button stands by itself.
    pub bare: bool,
    pub open: bool,
    pub inputs: Vec<Input>,
    /// Papers that the act produces.
    pub makes: Vec<String>,
    /// The signature that the act is given by.
    pub sign: Option<String>,
    /// What should be known before pressing: the case goes back, waits, or ends.
    pub caution: Option<String>,
    pub problem: Option<String>,
    pub key: String,
    pub revision: u64,
}

/// How loud a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The way forward.
    Primary,
    /// Taking it: receive, claim.
    Take,
    /// Back, wait, end.
    Quiet,
    /// Beside the way: comment, attach, transfer.
    Aside,
}

impl Weight {
    fn of(offer: &OfferView) -> Weight {
        match (offer.kind.as_str(), offer.means, offer.act.as_str()) {
            ("transition", Some(Means::Forward) | None, _) => Weight::Primary,
            ("transition", ..) => Weight::Quiet,
            (_, _, "receive" | "claim" | "assign" | "acknowledge" | "vote") => Weight::Take,
            _ => Weight::Aside,
        }
    }

    /// The class of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Weight::Primary => "primary",
            Weight::Take => "take",
            Weight::Quiet => "quiet",
            Weight::Aside => "aside",
        }
    }
}

/// What was sent and how it was answered, for showing the same form again.
#[derive(Clone, Debug, Default)]
pub struct Again {
    pub posted: Posted,
    pub problem: Option<String>,
    pub fields: BTreeMap<String, String>,
}

impl ActForm {
    /// The form of an offer. `again` holds what was typed where this very form has just been refused.
    pub fn new(
        shell: &Shell,
        case: &str,
        revision: u64,
        page_key: &str,
        offer: &OfferView,
        again: Option<&Again>,
    ) -> Self {
        let id = format!("{}-{}", offer.act, offer.branch);
        let inputs = inputs(shell, &id, offer, again);
        let weight = Weight::of(offer);
        ActForm {
            action: format!("/ho-so/{case}/lam"),
            act: offer.act.clone(),
            kind: offer.kind.clone(),
            branch: offer.branch.0,
            branch_label: None,
            label: shell.lang.pick(&offer.vi, &offer.en).to_owned(),
            to: offer.to_title.clone(),
            by: offer.next_deadline.filter(|_| weight != Weight::Aside).map(Stamp::from),
            weight,
            // What cannot be taken back lightly is never one press away.
            bare: inputs.is_empty() && weight != Weight::Quiet,
            caution: match offer.means {
                Some(Means::End) => Some(shell.t("caution-end")),
                Some(Means::Back) => Some(shell.t("caution-back")),
                Some(Means::Wait) => Some(shell.t("caution-wait")),
                Some(Means::Forward) | None => None,
            },
            open: again.is_some(),
            makes: offer.makes.iter().map(|paper| paper.title.clone()).collect(),
            sign: offer.sign.map(|sign| shell.t(&format!("sign-{}", sign.word()))),
            problem: again.and_then(|again| again.problem.clone()),
            key: format!("{page_key}.{}.{}", offer.branch, offer.act),
            revision,
            inputs,
            id,
        }
    }
}

fn inputs(shell: &Shell, form: &str, offer: &OfferView, again: Option<&Again>) -> Vec<Input> {
    let plain = |name: &str, key: &str, widget: &'static str, required: bool| Input {
        id: format!("{form}-{name}"),
        name: name.to_owned(),
        label: shell.t(key),
        hint: None,
        widget,
        value: again.and_then(|again| again.posted.typed(name)).unwrap_or_default().to_owned(),
        choices: Vec::new(),
        required,
        error: again.and_then(|again| again.fields.get(name).cloned()),
    };
    let mut inputs: Vec<Input> =
        offer.wants_fields.iter().map(|wanted| field_input(shell, form, wanted, again)).collect();
    if offer.act == "attach" {
        let mut papers = plain("document", "input-which-paper", "select", true);
        papers.choices = paper_choices(&papers, offer);
        inputs.push(papers);
        inputs.push(plain("name", "input-file-name", "text", false));
    } else if !offer.wants_documents.is_empty() {
        let mut papers = plain("document", "input-papers", "checks", false);
        let given: Vec<&str> = again.map(|again| again.posted.all("document").collect()).unwrap_or_default();
        papers.choices = paper_choices(&papers, offer);
        for choice in &mut papers.choices {
            choice.chosen = given.contains(&choice.value.as_str());
        }
        papers.hint = Some(shell.t("input-papers-hint"));
        inputs.push(papers);
    }
    if matches!(offer.act.as_str(), "assign" | "transfer") {
        let mut people = plain("to", "input-to", "select", true);
        people.choices = offer
            .candidates
            .iter()
            .map(|person| Choice {
                id: format!("{}-{}", people.id, person.id),
                value: person.id.to_string(),
                label: person.name.clone(),
                chosen: people.value == person.id.as_str(),
            })
            .collect();
        inputs.push(people);
    }
    match offer.act.as_str() {
        "comment" => inputs.push(plain("text", "input-comment", "area", true)),
        "acknowledge" => inputs.push(plain("text", "input-comment", "area", false)),
        "vote" => {
            let mut ballot = plain("choice", "input-vote", "radios", false);
            let choices = offer.choices.iter().map(|choice| {
                let label = shell.lang.pick(&choice.vi, &choice.en).to_owned();
                (choice.verb.to_string(), label)
            });
            ballot.choices = choices
                .chain([(String::new(), shell.t("abstain"))])
                .map(|(value, label)| Choice {
                    id: format!("{}-{}", ballot.id, if value.is_empty() { "none" } else { &value }),
                    chosen: ballot.value == value,
                    value,
                    label,
                })
                .collect();
            inputs.push(ballot);
            inputs.push(plain("text", "input-comment", "area", false));
        }
        "apologise" => inputs.push(plain("new_date", "input-new-date", "datetime-local", true)),
        "extend" => {
            let mut length = plain("length", "input-length", "text", true);
            length.hint = Some(shell.t("input-length-hint"));
            inputs.push(length);
        }
        _ => {}
    }
    if offer.wants_reason {
        inputs.push(plain("reason", "input-reason", "area", true));
    }
    inputs
}

fn paper_choices(input: &Input, offer: &OfferView) -> Vec<Choice> {
    let choices = offer.wants_documents.iter().map(|paper| Choice {
        id: format!("{}-{}", input.id, paper.document),
        value: paper.document.to_string(),
        label: paper.title.clone(),
        chosen: input.value == paper.document.as_str(),
    });
    choices.collect()
}

/// The input of a field, filled with what was typed, or else with what the case holds.
pub fn field_input(shell: &Shell, form: &str, wanted: &WantedField, again: Option<&Again>) -> Input {
    let name = format!("f.{}", wanted.field);
    let id = format!("{form}-{}", wanted.field);
    let typed: Option<Vec<&str>> = again.map(|again| again.posted.all(&name).collect());
    let held = || wanted.value.as_ref().map(raw).unwrap_or_default();
    let values: Vec<String> = match typed {
        Some(typed) => typed.iter().map(|text| (*text).to_owned()).collect(),
        None => held(),
    };
    let answers: Vec<(String, String)> = match wanted.kind.as_str() {
        "yes_no" => vec![("true".into(), shell.t("yes")), ("false".into(), shell.t("no"))],
        _ => wanted
            .choices
            .iter()
            .map(|word| (word.word.clone(), shell.lang.pick(&word.vi, &word.en).to_owned()))
            .collect(),
    };
    let widget = match wanted.kind.as_str() {
        "number" | "money" => "number",
        "date" => "date",
        "yes_no" => "radios",
        "choice" if answers.len() <= 4 => "radios",
        "list of unit" if !answers.is_empty() => "checks",
        _ if !answers.is_empty() => "select",
        _ => "text",
    };
    let hint = match wanted.kind.as_str() {
        "text" => wanted.pattern.as_ref().map(|pattern| shell.with("hint-pattern", &[("pattern", pattern.as_str())])),
        "money" => Some(shell.t("hint-money")),
        "file" => Some(shell.t("hint-file")),
        "list of unit" if answers.is_empty() => Some(shell.t("hint-units")),
        _ => None,
    };
    Input {
        label: match &wanted.measure {
            Some(measure) => format!("{} ({measure})", wanted.title),
            None => wanted.title.clone(),
        },
        hint,
        widget,
        value: values.join(", "),
        choices: answers
            .into_iter()
            .map(|(value, label)| Choice { id: format!("{id}-{value}"), chosen: values.contains(&value), value, label })
            .collect(),
        required: wanted.required,
        error: again.and_then(|again| again.fields.get(&name).cloned()),
        name,
        id,
    }
}

/// A held value as an input sends it.
fn raw(value: &Value) -> Vec<String> {
    match value {
        Value::List(items) => items.clone(),
        other => vec![other.to_string()],
    }
}

/// The fields of a form as values; where a text is not of its kind, the name of the input and the key of the word.
pub fn read_fields(
    posted: &Posted,
    wanted: &[WantedField],
) -> Result<BTreeMap<FieldId, Value>, BTreeMap<String, &'static str>> {
    let mut values = BTreeMap::new();
    let mut wrong = BTreeMap::new();
    for field in wanted {
        let name = format!("f.{}", field.field);
        let texts: Vec<&str> = posted.all(&name).map(str::trim).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() {
            continue;
        }
        match read_value(&field.kind, &field.choices, &texts) {
            Some(value) => {
                values.insert(field.field.clone(), value);
            }
            None => {
                wrong.insert(name, wrong_word(&field.kind));
            }
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(wrong) }
}

fn wrong_word(kind: &str) -> &'static str {
    match kind {
        "number" => "wrong-number",
        "money" => "wrong-money",
        "date" => "wrong-date",
        _ => "wrong-choice",
    }
}

fn read_value(kind: &str, choices: &[WordView], texts: &[&str]) -> Option<Value> {
    let text = *texts.first()?;
    match kind {
        "yes_no" => text.parse().ok().map(Value::YesNo),
        // A comma is how a Vietnamese hand writes the decimal point; two of them, or one beside a point, is not clear.
        "number" => Number::parse(&text.replacen(',', ".", 1)).map(Value::Number),
        "money" => Number::parse(text).filter(Number::is_whole).map(Value::Number),
        "date" => Value::read(&Kind::Date, &serde_json::Value::from(text)).ok(),
        "choice" => choices.iter().any(|choice| choice.word == text).then(|| Value::Text(text.to_owned())),
        "list of unit" => {
            let mut units: Vec<String> = Vec::new();
            for unit in texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|unit| !unit.is_empty()) {
                if !units.iter().any(|seen| seen == unit) {
                    units.push(unit.to_owned());
                }
            }
            Some(Value::List(units))
        }
        _ => Some(Value::Text(text.to_owned())),
    }
}

/// The command that a form asks for; by name of input, the key of the word for what is wrong.
pub fn command(posted: &Posted, offer: &OfferView) -> Result<Command, BTreeMap<String, &'static str>> {
    let branch = offer.branch;
    let reason = posted.text("reason").map(str::to_owned);
    let missing = |name: &str, key: &'static str| BTreeMap::from([(name.to_owned(), key)]);
    if offer.kind == "transition" {
        return Ok(Command::Take(Take {
            branch,
            verb: Verb::from(offer.act.as_str()),
            fields: read_fields(posted, &offer.wants_fields)?,
            documents: posted.all("document").map(DocumentId::from).collect(),
            reason,
            length: posted.text("length").map(str::to_owned),
        }));
    }
    let to = || posted.text("to").map(PersonId::from).ok_or_else(|| missing("to", "wrong-to"));
    let because = || posted.text("reason").map(str::to_owned).ok_or_else(|| missing("reason", "wrong-reason"));
    Ok(match offer.act.as_str() {
        "receive" => Command::Receive { branch },
        "claim" => Command::Claim { branch },
        "acknowledge" => Command::Acknowledge { branch, level: None, text: posted.text("text").map(str::to_owned) },
        "recall" => Command::Recall { branch },
        "vote" => Command::Vote {
            branch,
            verb: posted.text("choice").map(Verb::from),
            text: posted.text("text").map(str::to_owned),
        },
        "send_back" => Command::SendBack { branch, reason: because()? },
        "assign" => Command::Assign { branch, to: to()?, reason },
        "transfer" => Command::Transfer { branch, to: to()?, reason: because()? },
        "attach" => Command::Attach {
            document: posted
                .text("document")
                .map(DocumentId::from)
                .ok_or_else(|| missing("document", "wrong-document"))?,
            name: posted.text("name").map(str::to_owned),
        },
        "apologise" => Command::Apologise {
            new_date: posted
                .text("new_date")
                .and_then(format::read_instant)
                .ok_or_else(|| missing("new_date", "wrong-instant"))?,
            reason: because()?,
        },
        "comment" => Command::Comment {
            text: posted.text("text").map(str::to_owned).ok_or_else(|| missing("text", "wrong-text"))?,
        },
        _ => return Err(missing("", "wrong-act")),
    })
}

/// An offer that wants nothing, for a form whose act is no longer offered: the engine then says why.
pub fn bare_offer(posted: &Posted) -> OfferView {
    OfferView {
        branch: BranchId(posted.number("branch").unwrap_or(0)),
        act: posted.text("act").unwrap_or_default().to_owned(),
        kind: posted.text("kind").unwrap_or_default().to_owned(),
        vi: String::new(),
        en: String::new(),
        means: None,
        to_title: None,
        next_deadline: None,
        wants_fields: Vec::new(),
        wants_documents: Vec::new(),
        wants_reason: false,
        makes: Vec::new(),
        sign: None,
        candidates: Vec::new(),
        choices: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(pairs: &[(&str, &str)]) -> Posted {
        Posted::new(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    fn wanted(field: &str, kind: &str, choices: &[&str]) -> WantedField {
        WantedField {
            field: FieldId::from(field),
            title: field.to_owned(),
            kind: kind.to_owned(),
            choices: choices
                .iter()
                .map(|word| WordView { word: (*word).into(), vi: (*word).into(), en: (*word).into() })
                .collect(),
            measure: None,
            value: None,
            required: true,
            pattern: None,
            personal: false,
        }
    }

    #[test]
    fn typed_texts_become_values_of_their_kind() {
        let wants = [
            wanted("s", "number", &[]),
            wanted("cap", "choice", &["III", "IV"]),
            wanted("dat", "yes_no", &[]),
            wanted("ngay", "date", &[]),
            wanted("hoi", "list of unit", &[]),
            wanted("ghi_chu", "text", &[]),
        ];
        let sent = posted(&[
            ("f.s", "120,5"),
            ("f.cap", "IV"),
            ("f.dat", "true"),
            ("f.ngay", "2026-11-24"),
            ("f.hoi", "so-a, so-b"),
            ("f.hoi", "so-a"),
            ("f.ghi_chu", " "),
        ]);
        let values = read_fields(&sent, &wants).unwrap();
        assert_eq!(values[&FieldId::from("s")], Value::Number(Number::parse("120.5").unwrap()));
        assert_eq!(values[&FieldId::from("hoi")], Value::List(vec!["so-a".into(), "so-b".into()]));
        assert_eq!(values.len(), 5, "what was left empty is not given");
    }

    #[test]
    fn what_is_not_of_its_kind_is_named() {
        let wants = [wanted("s", "number", &[]), wanted("cap", "choice", &["III"]), wanted("n", "date", &[])];
        let wrong =
            read_fields(&posted(&[("f.s", "1.000,5"), ("f.cap", "V"), ("f.n", "24/11/2026")]), &wants).unwrap_err();
        assert_eq!(wrong["f.s"], "wrong-number");
        assert_eq!(wrong["f.cap"], "wrong-choice");
        assert_eq!(wrong["f.n"], "wrong-date");
    }

    #[test]
    fn a_transfer_without_a_reason_is_not_sent() {
        let sent =
            posted(&[("act", "transfer"), ("kind", "command"), ("branch", "2"), ("to", "hoa"), ("reason", "  ")]);
        let offer = bare_offer(&sent);
        assert_eq!(command(&sent, &offer).unwrap_err()["reason"], "wrong-reason");
    }

    #[test]
    fn an_unknown_act_makes_no_command() {
        let sent = posted(&[("act", "fire"), ("kind", "command")]);
        assert!(command(&sent, &bare_offer(&sent)).is_err());
    }
}
