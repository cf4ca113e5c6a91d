//! What is asked of a case over the wire, and the receipt. Turning it into a command needs the case's procedure, which
//! says what kind each field is; whether the act is allowed is not asked here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::definition::procedure::Procedure;
use crate::definition::value::Value;
use crate::http::problem::{Fault, Problem, Wrong};
use crate::ids::{BranchId, DocumentId, FieldId, Ts};
use crate::machine::command::{Command, Open, Take};
use crate::machine::refusal::{Code, Refusal};
use crate::service::ask;

/// A new case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "procedure": "cap-phep-xay-dung",
    "title": "Xây nhà ở 3 tầng, phường Ngọc Hà",
    "channel": "online",
    "fields": { "dien_tich_san": 120, "cap_cong_trinh": "IV" },
    "documents": ["ban_ve"]
})))]
pub struct OpenBody {
    /// The procedure; the case is pinned to its version in force.
    pub procedure: String,
    /// What the case is about, in one line.
    pub title: String,
    /// The administrative code, one of the procedure's.
    #[serde(default)]
    pub code: Option<String>,
    /// `online`, `paper`, ...
    #[serde(default)]
    pub channel: Option<String>,
    /// By field id, each as its kind says.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, serde_json::Value>,
    /// Papers received.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// An act in a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "act": "accept", "fields": { "dat_yeu_cau": true } }), json!({ "act": "receive" }),
    json!({ "act": "transfer", "to": "binh", "reason": "nghỉ ốm" })))]
pub struct ActBody {
    /// A transition's verb, or `receive`, `send_back`, `claim`, `assign`, `transfer`, `recall`, `comment`, `attach`,
    /// `apologise`, `acknowledge`, `vote`.
    pub act: String,
    /// The branch; 0, the main one, where absent.
    #[serde(default)]
    pub branch: Option<u32>,
    /// For a transition: by field id, each as its kind says.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub fields: Option<BTreeMap<String, serde_json::Value>>,
    /// For a transition: papers given along.
    #[serde(default)]
    pub documents: Option<Vec<String>>,
    /// For a transition, `send_back`, `assign`, `transfer`, `apologise`.
    #[serde(default)]
    pub reason: Option<String>,
    /// For `assign` and `transfer`: the person.
    #[serde(default)]
    pub to: Option<String>,
    /// For `vote`: the verb of the way out that the member is for; an abstention where absent.
    #[serde(default)]
    pub choice: Option<String>,
    /// For `comment`; for `acknowledge`, what the superior says to it; for `vote`, what the member says.
    #[serde(default)]
    pub text: Option<String>,
    /// For `attach`: the document's id in the procedure.
    #[serde(default)]
    pub document: Option<String>,
    /// For `attach`: the file's name.
    #[serde(default)]
    pub name: Option<String>,
    /// For `apologise`: the new date, RFC 3339.
    #[serde(default)]
    #[schema(format = DateTime)]
    pub new_date: Option<String>,
    /// The person in whose name one acts, by a delegation in force or while he is absent; both names are recorded.
    #[serde(default)]
    pub on_behalf_of: Option<String>,
    /// For `acknowledge`: which of the step's escalations, from 0; every one that lies with the caller, where absent.
    #[serde(default)]
    pub level: Option<u16>,
    /// For `extend`: how much longer, as in a procedure file.
    #[serde(default)]
    #[schema(examples("3 working days"))]
    pub length: Option<String>,
}

/// The answer to a write: it is on disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct Receipt {
    #[schema(examples("2026-000123"))]
    pub case: String,
    /// The case's revision after the act.
    pub revision: u64,
    /// The first entry of the act in the journal; absent for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Leaf hash of that entry, for a later proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Ts,
    /// What happened, as words of events, in order.
    #[schema(examples(json!(["received", "taken", "step_entered"])))]
    pub events: Vec<String>,
}

impl From<ask::Receipt> for Receipt {
    fn from(receipt: ask::Receipt) -> Receipt {
        let ask::Receipt { case, revision, seq, leaf, recorded_at, events } = receipt;
        Receipt { case: case.to_string(), revision, seq, leaf, recorded_at, events }
    }
}

impl OpenBody {
    /// The command, with values of the procedure's kinds.
    pub fn command(self, procedure: &Procedure) -> Result<Command, Problem> {
        Ok(Command::Open(Open {
            title: self.title,
            code: self.code,
            channel: self.channel,
            fields: values(procedure, self.fields)?,
            documents: self.documents.into_iter().map(DocumentId::from).collect(),
        }))
    }
}

impl ActBody {
    /// Whether the act may be asked without the revision seen: it takes nothing away and moves nothing.
    pub fn needs_revision(&self) -> bool {
        !matches!(self.act.as_str(), "comment" | "attach" | "acknowledge" | "vote")
    }

    /// The command, with values of the procedure's kinds. A key that the act has no use for is refused.
    pub fn command(mut self, procedure: &Procedure) -> Result<Command, Problem> {
        let act = self.act.clone();
        let branch = self.branch.take();
        let on = BranchId(branch.unwrap_or(BranchId::MAIN.0));
        let command = match act.as_str() {
            "receive" => Command::Receive { branch: on },
            "send_back" => Command::SendBack { branch: on, reason: wanted(&act, "reason", self.reason.take())? },
            "claim" => Command::Claim { branch: on },
            "assign" => Command::Assign {
                branch: on,
                to: wanted(&act, "to", self.to.take())?.into(),
                reason: self.reason.take(),
            },
            "transfer" => Command::Transfer {
                branch: on,
                to: wanted(&act, "to", self.to.take())?.into(),
                reason: wanted(&act, "reason", self.reason.take())?,
            },
            "recall" => Command::Recall { branch: on },
            "vote" => Command::Vote { branch: on, verb: self.choice.take().map(Into::into), text: self.text.take() },
            "comment" => Command::Comment { text: wanted(&act, "text", self.text.take())? },
            "acknowledge" => Command::Acknowledge { branch: on, level: self.level.take(), text: self.text.take() },
            "attach" => Command::Attach {
                document: wanted(&act, "document", self.document.take())?.into(),
                name: self.name.take(),
            },
            "apologise" => {
                let date = wanted(&act, "new_date", self.new_date.take())?;
                let new_date = date.parse::<Ts>().map_err(|_| {
                    bad_body(&act, Wrong::new("/new_date", "an instant such as 2026-12-01T10:00:00Z", &date))
                })?;
                Command::Apologise { new_date, reason: wanted(&act, "reason", self.reason.take())? }
            }
            verb => Command::Take(Take {
                branch: on,
                verb: verb.into(),
                fields: values(procedure, self.fields.take().unwrap_or_default())?,
                documents: self.documents.take().unwrap_or_default().into_iter().map(DocumentId::from).collect(),
                reason: self.reason.take(),
                length: self.length.take(),
            }),
        };
        let of_the_case =
            matches!(command, Command::Comment { .. } | Command::Attach { .. } | Command::Apologise { .. });
        let left_over = [
            ("branch", branch.is_some() && of_the_case),
            ("fields", self.fields.is_some()),
            ("documents", self.documents.is_some()),
            ("reason", self.reason.is_some()),
            ("to", self.to.is_some()),
            ("text", self.text.is_some()),
            ("document", self.document.is_some()),
            ("name", self.name.is_some()),
            ("new_date", self.new_date.is_some()),
            ("length", self.length.is_some()),
            ("level", self.level.is_some()),
            ("choice", self.choice.is_some()),
        ];
        match left_over.into_iter().find(|(_, given)| *given) {
            Some((key, _)) => {
                Err(bad_body(&act, Wrong::new(format!("/{key}"), format!("no such key for the act {act}"), key)))
            }
            None => Ok(command),
        }
    }
}

fn wanted(act: &str, key: &str, given: Option<String>) -> Result<String, Problem> {
    match given {
        Some(given) => Ok(given),
        // the machine's own refusal, as a page would get it for an empty box
        None if key == "reason" => Err(Refusal::new(
            Code::ReasonRequired,
            format!("Việc này ({act}) phải có lý do."),
            format!("This act ({act}) wants a reason."),
        )
        .into()),
        None => {
            Err(bad_body(act, Wrong::new(format!("/{key}"), format!("a value: the act {act} needs it"), "nothing")))
        }
    }
}

fn bad_body(act: &str, wrong: Wrong) -> Problem {
    Problem::new(
        Fault::BadBody,
        format!("Sai tại {} của thao tác {act}: cần {}.", wrong.path, wrong.expected),
        format!("Wrong at {} of the act {act}: expected {}.", wrong.path, wrong.expected),
    )
    .at(vec![wrong])
}

/// Every value as its field's kind; all wrong ones are told at once.
pub fn values(
    procedure: &Procedure,
    given: BTreeMap<String, serde_json::Value>,
) -> Result<BTreeMap<FieldId, Value>, Problem> {
    let mut values = BTreeMap::new();
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for (name, json) in given {
        let path = format!("/fields/{}", name.replace('~', "~0").replace('/', "~1"));
        match procedure.fields.get(name.as_str()) {
            None => unknown.push((name, path)),
            Some(field) => match Value::read(&field.kind, &json) {
                Ok(value) => {
                    values.insert(FieldId::from(name), value);
                }
                Err(kind) => {
                    let expected = match kind.choices.as_slice() {
                        [] => kind.wanted.to_owned(),
                        choices => format!("one of {}", choices.join(", ")),
                    };
                    wrong.push((name, Wrong::new(path, expected, json.to_string())));
                }
            },
        }
    }
    if !unknown.is_empty() {
        let known: Vec<String> = procedure.fields.keys().map(ToString::to_string).collect();
        let names: Vec<String> = unknown.iter().map(|(name, _)| name.clone()).collect();
        let places = unknown.iter().map(|(name, path)| Wrong::new(path, format!("one of {}", known.join(", ")), name));
        let problem: Problem = Refusal::new(
            Code::UnknownField,
            format!("Quy trình không có thông tin: {}.", names.join(", ")),
            format!("The procedure has no such field: {}.", names.join(", ")),
        )
        .into();
        return Err(problem.at(places.collect()).on_fields(names).allowing(known));
    }
    if !wrong.is_empty() {
        let sentence = |vi: bool| {
            let each = wrong.iter().map(|(name, place)| {
                let title = procedure.fields.get(name.as_str()).map_or(name.as_str(), |field| field.title.vi.as_str());
                if vi {
                    format!("{title} ({name}) cần {}", place.expected)
                } else {
                    format!("{name} wants {}, found {}", place.expected, place.found)
                }
            });
            format!("{}.", each.collect::<Vec<_>>().join("; "))
        };
        let problem: Problem = Refusal::new(Code::WrongValue, sentence(true), sentence(false)).into();
        let names = wrong.iter().map(|(name, _)| name.clone()).collect();
        return Err(problem.on_fields(names).at(wrong.into_iter().map(|(_, place)| place).collect()));
    }
    Ok(values)
}
