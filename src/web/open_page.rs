//! Opening a case: choose the procedure, then its data and papers.

use askama::Template;

use crate::definition::procedure::{Applies, Party, Procedure, StepKind, Variant};
use crate::ids::{FieldId, StepId};
use crate::service::offers;
use crate::service::views::{ProcedureView, WantedField};
use crate::web::forms::{Again, Choice, Input, field_input};
use crate::web::shell::Shell;

/// Everything the page writes.
#[derive(Template)]
#[template(path = "open.html")]
pub struct OpenPage {
    pub shell: Shell,
    pub procedures: Vec<ProcedureCard>,
    pub form: Option<OpenForm>,
}

/// A procedure to choose.
pub struct ProcedureCard {
    pub id: String,
    pub title: String,
    pub owner: String,
    pub codes: String,
    pub steps: usize,
    pub limit: String,
}

/// The form that opens a case of one procedure.
pub struct OpenForm {
    pub procedure: String,
    pub title: String,
    pub owner: String,
    pub limit: String,
    pub version: u32,
    pub name: Input,
    pub inputs: Vec<Input>,
    pub more: Vec<Input>,
    pub papers: Option<Input>,
    pub problem: Option<String>,
    pub key: String,
}

impl OpenPage {
    /// The choice of a procedure.
    pub fn choose(shell: Shell, procedures: &[ProcedureView]) -> OpenPage {
        let cards = procedures.iter().filter(|procedure| procedure.current).map(|procedure| ProcedureCard {
            id: procedure.procedure.to_string(),
            title: procedure.title.clone(),
            owner: procedure.owner.name.clone(),
            codes: procedure.codes.join(", "),
            steps: procedure.steps,
            limit: procedure.limit.clone(),
        });
        OpenPage { procedures: cards.collect(), form: None, shell }
    }

    /// The form of one procedure; `again` holds what was typed where it has just been refused.
    pub fn form(shell: Shell, view: &ProcedureView, wants: &Wants, key: &str, again: Option<&Again>) -> OpenPage {
        let field = |wanted: &WantedField| field_input(&shell, "open", wanted, again);
        let text = |name: &str, label: &str, hint: Option<&str>| Input {
            id: format!("open-{name}"),
            name: name.to_owned(),
            label: shell.t(label),
            hint: hint.map(|hint| shell.t(hint)),
            widget: "text",
            value: again.and_then(|again| again.posted.typed(name)).unwrap_or_default().to_owned(),
            choices: Vec::new(),
            required: true,
            error: again.and_then(|again| again.fields.get(name).cloned()),
        };
        let (needed, other): (Vec<_>, Vec<_>) = wants.fields.iter().partition(|wanted| wanted.required);
        let mut inputs: Vec<Input> = Vec::new();
        if view.codes.len() > 1 {
            let mut codes = text("code", "open-code", None);
            codes.widget = "select";
            codes.choices =
                choices(&codes.id, &codes.value, view.codes.iter().map(|code| (code.clone(), code.clone())));
            inputs.push(codes);
        }
        inputs.extend(needed.into_iter().map(field));
        let mut channel = text("channel", "open-channel", None);
        channel.widget = "radios";
        let chosen = if channel.value.is_empty() { "paper" } else { &channel.value }.to_owned();
        let words = ["paper", "online"].map(|word| (word.to_owned(), shell.t(&format!("channel-{word}"))));
        channel.choices = choices(&channel.id, &chosen, words.into_iter());
        inputs.push(channel);
        OpenPage {
            procedures: Vec::new(),
            form: Some(OpenForm {
                procedure: view.procedure.to_string(),
                title: view.title.clone(),
                owner: view.owner.name.clone(),
                limit: view.limit.clone(),
                version: view.version,
                name: text("title", "open-title", Some("open-title-hint")),
                inputs,
                more: other.into_iter().map(field).collect(),
                papers: papers(&shell, wants, again),
                problem: again.and_then(|again| again.problem.clone()),
                key: key.to_owned(),
            }),
            shell,
        }
    }
}

fn choices(id: &str, value: &str, words: impl Iterator<Item = (String, String)>) -> Vec<Choice> {
    words
        .map(|(word, label)| Choice { id: format!("{id}-{word}"), chosen: word == value, value: word, label })
        .collect()
}

fn papers(shell: &Shell, wants: &Wants, again: Option<&Again>) -> Option<Input> {
    if wants.papers.is_empty() {
        return None;
    }
    let given: Vec<&str> = again.map(|again| again.posted.all("document").collect()).unwrap_or_default();
    let choices = wants.papers.iter().map(|paper| Choice {
        id: format!("open-document-{}", paper.id),
        value: paper.id.clone(),
        label: match paper.required {
            true => format!("{} ({})", paper.title, shell.t("required")),
            false => paper.title.clone(),
        },
        chosen: given.contains(&paper.id.as_str()),
    });
    Some(Input {
        id: "open-document".to_owned(),
        name: "document".to_owned(),
        label: shell.t("open-papers"),
        hint: Some(shell.t("open-papers-hint")),
        widget: "checks",
        value: String::new(),
        choices: choices.collect(),
        required: false,
        error: again.and_then(|again| again.fields.get("document").cloned()),
    })
}

/// What opening asks for.
#[derive(Clone, Debug, Default)]
pub struct Wants {
    pub fields: Vec<WantedField>,
    pub papers: Vec<WantedPaper>,
}

/// A paper that the applicant brings.
#[derive(Clone, Debug)]
pub struct WantedPaper {
    pub id: String,
    pub title: String,
    pub required: bool,
}

impl Wants {
    /// What the file marks as required or its first steps need, and what those who open may know beforehand.
    pub fn of(procedure: &Procedure) -> Wants {
        let first: Vec<&StepId> = procedure.start.iter().map(|choice| &choice.then).collect();
        let needed: Vec<&FieldId> = first
            .iter()
            .filter_map(|step| procedure.step(step))
            .filter_map(|step| match &step.kind {
                StepKind::Staff(staff) => Some(&staff.needs.fields),
                _ => None,
            })
            .flatten()
            .collect();
        let by_data = |variant: &Variant| matches!(variant.applies, Applies::When(_));
        let chooses = procedure.start.len() > 1 || procedure.variants.values().any(by_data);
        let fields =
            procedure.fields.iter().filter(|(id, field)| field.required || needed.contains(id) || chooses).map(
                |(id, field)| WantedField {
                    field: id.clone(),
                    title: field.title.vi.clone(),
                    kind: field.kind.word().to_owned(),
                    choices: offers::words(field),
                    measure: field.measure.clone(),
                    value: None,
                    required: field.required || needed.contains(&id),
                    pattern: field.pattern.as_ref().map(|pattern| pattern.text().to_owned()),
                    personal: field.personal,
                },
            );
        let papers =
            procedure.documents.iter().filter(|(_, paper)| paper.from == Party::Applicant).map(|(id, paper)| {
                WantedPaper { id: id.to_string(), title: paper.title.vi.clone(), required: paper.required }
            });
        Wants { fields: fields.collect(), papers: papers.collect() }
    }
}
