//! Steps in which a case of another procedure runs: `kind: procedure` with `use`.
//!
//! Names on the left of `pass` and `take` are this file's own and are looked up here; those on the right belong to the
//! called procedure, which is read by the checks over a tree and by whoever puts the file in force.

use indexmap::IndexMap;

use crate::definition::call::{Call, Exchange, Onward, Use};
use crate::definition::checks::factory;
use crate::definition::procedure::{Limit, Outcome, Target};
use crate::definition::reader::is_id;
use crate::definition::resolve::Context;
use crate::definition::source::{Node, Span};
use crate::ids::{DocumentId, FieldId, StepId};

/// The keys of such a step, beside those of every step.
pub(super) const CALL: &[&str] = &["by", "within", "because", "calendar", "use", "escalate"];
const USE: &[&str] = &["procedure", "version", "pass", "take", "to"];
const ONWARD: &[&str] = &["done", "refused", "withdrawn", "lapsed", "stopped", "else"];

impl Context {
    pub(super) fn call(&mut self, id: &StepId, item: &Node, span: Span) -> Option<Call> {
        let by = item.get("by").and_then(|node| self.by(node));
        let within = self.limit(item).unwrap_or_else(|| Limit::Choose(Vec::new()));
        let calendar = item.get("calendar").and_then(|node| self.reader.text(node, "calendar")).map(Into::into);
        let legal = self.legal_ref(item.get("legal"));
        let escalate = self.escalations(item);
        let Some(node) = item.get("use") else {
            self.reader.say(factory::missing_key(span, id.as_str(), "use"));
            return None;
        };
        Some(Call { by, within, calendar, legal, escalate, uses: self.uses(node)? })
    }

    fn uses(&mut self, node: &Node) -> Option<Use> {
        if !self.reader.keys(node, "use", USE) {
            return None;
        }
        for key in ["procedure", "to"] {
            if node.get(key).is_none() {
                self.reader.say(factory::missing_key(node.span, "use", key));
            }
        }
        let procedure = node.get("procedure").and_then(|node| self.reader.text(node, "procedure"));
        let version = node.get("version").map(|node| self.reader.number(node, "version"));
        let pass = node.get("pass").map(|node| self.exchange(node, "pass")).unwrap_or_default();
        let take = node.get("take").map(|node| self.exchange(node, "take")).unwrap_or_default();
        let to = node.get("to").map(|node| self.onward(node))?;
        Some(Use {
            procedure: procedure?.into(),
            version: match version {
                Some(version) => Some(version?),
                None => None,
            },
            pass,
            take,
            to: to?,
        })
    }

    /// `{ ours: theirs }`: of fields and of documents, told apart by what the name on the left is here.
    fn exchange(&mut self, node: &Node, of: &str) -> Exchange {
        let mut exchange = Exchange::default();
        // A map of names on both sides: the left ones may be any that the file declares.
        for (ours, span, theirs) in self.reader.ids(node, of) {
            let Some(name) = self.reader.text(theirs, of) else { continue };
            if !is_id(&name) {
                self.reader.say(factory::wrong_shape(
                    theirs.span,
                    format!("`{of}` là các cặp `tên bên này: tên bên quy trình được gọi`"),
                    format!("`{of}` is pairs of `name here: name in the called procedure`"),
                ));
                continue;
            }
            if self.fields.contains_key(ours) {
                exchange.fields.insert(ours.into(), name.as_str().into());
            } else if self.documents.contains_key(ours) {
                exchange.documents.insert(ours.into(), name.as_str().into());
            } else {
                let known =
                    self.fields.keys().map(FieldId::as_str).chain(self.documents.keys().map(DocumentId::as_str));
                let what = ("trường hay giấy tờ", "field or document");
                self.reader.say(factory::not_declared("N07", span, ours, what, known));
            }
        }
        exchange
    }

    /// A step, or a map by outcome that ends in `else`.
    fn onward(&mut self, node: &Node) -> Option<Onward> {
        if node.text().is_some() {
            return Some(Onward { outcomes: IndexMap::new(), otherwise: self.onward_to(node)? });
        }
        if !self.reader.keys(node, "to", ONWARD) {
            return None;
        }
        let mut outcomes = IndexMap::new();
        for (key, item) in node.entries() {
            if let Some(outcome) = Outcome::of(&key.text)
                && let Some(target) = self.onward_to(item)
            {
                outcomes.insert(outcome, target);
            }
        }
        let Some(otherwise) = node.get("else") else {
            self.reader.say(factory::missing_key(node.span, "to", "else").help(
                "thêm `else: bước` cho mọi cách kết thúc còn lại",
                "add `else: step` for every other way it may end",
            ));
            return None;
        };
        Some(Onward { outcomes, otherwise: self.onward_to(otherwise)? })
    }

    fn onward_to(&mut self, node: &Node) -> Option<Target> {
        match node.text() {
            Some("join") => Some(Target::Join),
            _ => self.target(node, "use").map(Target::Step),
        }
    }
}
