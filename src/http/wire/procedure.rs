//! A published procedure over the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::wire::names::Unit;
use crate::service::views::ProcedureView;

/// The published procedures.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureList {
    pub items: Vec<ProcedureLine>,
}

/// A procedure in lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureLine {
    #[schema(examples("cap-phep-xay-dung"))]
    pub procedure: String,
    pub version: u32,
    /// SHA-256 of the text.
    pub digest: String,
    pub title: String,
    pub owner: Unit,
    /// Administrative codes.
    pub codes: Vec<String>,
    /// Number of steps.
    pub steps: usize,
    /// The case's limit as written.
    #[schema(examples("16 working days"))]
    pub limit: String,
    /// Dates in force, both included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("2026-07-01"))]
    pub effective: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Procedures that it takes the place of.
    pub supersedes: Vec<String>,
    /// Faults that were approved knowingly.
    pub known_defects: usize,
    /// New cases run on it.
    pub current: bool,
}

/// A procedure with its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Procedure {
    #[serde(flatten)]
    pub line: ProcedureLine,
    /// The file as it was published.
    pub text: String,
    /// What a case of it is opened with.
    pub fields: Vec<DeclaredField>,
    pub documents: Vec<DeclaredDocument>,
    pub step_list: Vec<DeclaredStep>,
}

/// A field as declared.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredField {
    pub field: String,
    pub vi: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    pub kind: String,
    pub required: bool,
    /// A pattern that the whole text must fit, as a regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("[0-9]{12}"))]
    pub pattern: Option<String>,
    /// It says something about a person.
    pub personal: bool,
    /// How long it is kept after the case is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("10 years"))]
    pub keep: Option<String>,
}

/// A document as declared.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredDocument {
    pub document: String,
    pub vi: String,
    pub required: bool,
    pub result: bool,
    /// It is kept in digital form: not to be asked for on paper again.
    pub digitised: bool,
    /// It says something about a person.
    pub personal: bool,
    /// How long it is kept after the case is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("10 years"))]
    pub keep: Option<String>,
}

/// A step as declared.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredStep {
    pub step: String,
    pub vi: String,
    /// `step`, `wait`, `parallel`, `decision`, `end`.
    pub kind: String,
    /// The verbs of its transitions.
    pub acts: Vec<String>,
}

impl From<ProcedureView> for ProcedureLine {
    fn from(view: ProcedureView) -> ProcedureLine {
        ProcedureLine {
            procedure: view.procedure.to_string(),
            version: view.version,
            digest: view.digest,
            title: view.title,
            owner: view.owner.into(),
            codes: view.codes,
            steps: view.steps,
            limit: view.limit,
            effective: view.effective.map(|date| date.to_string()),
            until: view.until.map(|date| date.to_string()),
            supersedes: view.supersedes.iter().map(ToString::to_string).collect(),
            known_defects: view.known_defects,
            current: view.current,
        }
    }
}

impl Procedure {
    /// A procedure with the text it was published as.
    pub fn new(view: ProcedureView, procedure: &crate::definition::procedure::Procedure, text: String) -> Procedure {
        let fields = procedure.fields.iter().map(|(id, field)| DeclaredField {
            field: id.to_string(),
            vi: field.title.vi.clone(),
            en: field.title.en.clone(),
            kind: field.kind.word().to_owned(),
            required: field.required,
            pattern: field.pattern.as_ref().map(|pattern| pattern.text().to_owned()),
            personal: field.personal,
            keep: field.keep.as_ref().map(ToString::to_string),
        });
        let documents = procedure.documents.iter().map(|(id, document)| DeclaredDocument {
            document: id.to_string(),
            vi: document.title.vi.clone(),
            required: document.required,
            result: document.result,
            digitised: document.digitised,
            personal: document.personal,
            keep: document.keep.as_ref().map(ToString::to_string),
        });
        let steps = procedure.steps.values().map(|step| DeclaredStep {
            step: step.id.to_string(),
            vi: step.title.vi.clone(),
            kind: step.kind_word().to_owned(),
            acts: step.actions().map(|acts| acts.keys().map(ToString::to_string).collect()).unwrap_or_default(),
        });
        Procedure {
            line: view.into(),
            text,
            fields: fields.collect(),
            documents: documents.collect(),
            step_list: steps.collect(),
        }
    }
}
