//! Making a command from what a person typed: `case act 2026-000012 complete dat_yeu_cau=true`.

use std::collections::BTreeMap;

use crate::cli::Failure;
use crate::definition::procedure::Procedure;
use crate::definition::value::Value;
use crate::ids::{BranchId, DocumentId, FieldId};
use crate::machine::command::{Command, Take};

/// What stands beside the act.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct With {
    /// Fields, as `name=value`; several units as `a,b`.
    pub fields: Vec<String>,
    /// The branch, where there are several.
    #[arg(long, default_value_t = 0)]
    pub branch: u32,
    /// Papers given along.
    #[arg(long = "document")]
    pub documents: Vec<String>,
    /// Why, where the act wants a reason; the text of a comment or acknowledgement.
    #[arg(long)]
    pub reason: Option<String>,
    /// For assign and transfer: to whom; for vote: the way out one is for, an abstention without it.
    #[arg(long)]
    pub to: Option<String>,
    /// For acknowledge: which of the step's escalations, from 0.
    #[arg(long)]
    pub level: Option<u16>,
    /// For extend: how long, as `5 working days`.
    #[arg(long)]
    pub length: Option<String>,
}

/// The command of a word: one of the built-in ones, else a transition of the step.
pub fn command(word: &str, with: &With, procedure: &Procedure) -> Result<Command, Failure> {
    let branch = BranchId(with.branch);
    let reason = || with.reason.clone().unwrap_or_default();
    let to = || with.to.as_deref().map(Into::into).ok_or_else(|| Failure::usage("thiếu --to / --to is missing"));
    Ok(match word {
        "receive" => Command::Receive { branch },
        "send_back" => Command::SendBack { branch, reason: reason() },
        "claim" => Command::Claim { branch },
        "recall" => Command::Recall { branch },
        "vote" => Command::Vote { branch, verb: with.to.as_deref().map(Into::into), text: with.reason.clone() },
        "assign" => Command::Assign { branch, to: to()?, reason: with.reason.clone() },
        "transfer" => Command::Transfer { branch, to: to()?, reason: reason() },
        "comment" => Command::Comment { text: reason() },
        "acknowledge" => Command::Acknowledge { branch, level: with.level, text: with.reason.clone() },
        verb => Command::Take(Take {
            branch,
            verb: verb.into(),
            fields: fields(&with.fields, procedure)?,
            documents: documents(&with.documents),
            reason: with.reason.clone(),
            length: with.length.clone(),
        }),
    })
}

/// Documents by name.
pub fn documents(names: &[String]) -> Vec<DocumentId> {
    names.iter().map(|name| DocumentId::from(name.as_str())).collect()
}

/// `name=value` read as the kinds the procedure declares.
pub fn fields(given: &[String], procedure: &Procedure) -> Result<BTreeMap<FieldId, Value>, Failure> {
    let mut fields = BTreeMap::new();
    for pair in given {
        let (name, text) = pair
            .split_once('=')
            .ok_or_else(|| Failure::usage(format!("`{pair}`: viết tên=giá trị / write name=value")))?;
        let field = procedure
            .fields
            .get(name)
            .ok_or_else(|| Failure::usage(format!("không có trường `{name}` / no field `{name}`")))?;
        let json = match (&field.kind, text) {
            (crate::definition::value::Kind::Units, list) => list.split(',').map(str::to_owned).collect(),
            (crate::definition::value::Kind::YesNo, "true" | "có") => true.into(),
            (crate::definition::value::Kind::YesNo, "false" | "không") => false.into(),
            (crate::definition::value::Kind::Number | crate::definition::value::Kind::Money, number) => {
                serde_json::from_str(number).unwrap_or_else(|_| number.into())
            }
            (_, text) => serde_json::Value::from(text),
        };
        let value = Value::read(&field.kind, &json).map_err(|wrong| {
            Failure::usage(format!(
                "`{name}` là {} {} / `{name}` is {}",
                wrong.wanted,
                wrong.choices.join(", "),
                wrong.wanted
            ))
        })?;
        fields.insert(name.into(), value);
    }
    Ok(fields)
}
