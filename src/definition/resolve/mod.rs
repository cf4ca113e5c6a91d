//! As written -> as meant. Collects every diagnostic and never stops at the first.
//!
//! Declarations (fields, documents, people, legal, steps' names) are read first, then everything that refers to them,
//! so that a reference to nothing is found wherever it stands.

mod call;
mod case;
mod data;
mod limit;
mod people;
mod sense;
mod steps;
mod variants;
mod waivers;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use sha2::{Digest as _, Sha256};

use crate::definition::cells::{Each, World};
use crate::definition::checks::factory;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::guard::Guard;
use crate::definition::procedure::{
    Change, Choice, Document, Field, Legal, Needs, OpenCases, People, Procedure, Separation,
};
use crate::definition::reader::Reader;
use crate::definition::source::{Node, NodeKind, Source, Span};
use crate::definition::study::study;
use crate::ids::{Digest, DocumentId, FieldId, LegalId, PeopleId, ProcedureId, StepId, hex};

/// What reading a file gave: as much of the procedure as could be read, and what is wrong.
pub struct Reading {
    /// Nothing where the text is no tree, or too little of it could be read.
    pub procedure: Option<Procedure>,
    /// Steps with a fault of their own: later checks say nothing about them.
    pub broken: BTreeSet<StepId>,
    pub diagnostics: Vec<Diagnostic>,
}

/// `makes: none`.
const NONE: &str = "none";

const TOP: &[&str] = &[
    "format",
    "id",
    "version",
    "effective",
    "until",
    "supersedes",
    "vi",
    "en",
    "owner",
    "codes",
    "decision",
    "calendar",
    "legal",
    "case",
    "fields",
    "documents",
    "people",
    "separate",
    "groups",
    "variants",
    "anytime",
    "start",
    "steps",
    "known_defect",
    "allow",
    "changes",
];

/// Reads the tree of a source.
pub fn resolve(source: &Source) -> Reading {
    let mut context = Context::default();
    let procedure = source.root().and_then(|root| context.procedure(source, root));
    Reading { procedure, broken: context.broken, diagnostics: context.reader.diagnostics }
}

/// For each map of a source, by its place, the keys that the reader takes in it.
pub fn accepted_keys(source: &Source) -> Vec<(Span, Vec<String>)> {
    let mut context = Context::default();
    context.reader.accepted = Some(Vec::new());
    if let Some(root) = source.root() {
        context.procedure(source, root);
    }
    context.reader.accepted.unwrap_or_default()
}

/// What has been declared so far, for whatever refers to it.
#[derive(Default)]
pub(super) struct Context {
    pub(super) reader: Reader,
    pub(super) broken: BTreeSet<StepId>,
    pub(super) fields: IndexMap<FieldId, Field>,
    pub(super) documents: IndexMap<DocumentId, Document>,
    pub(super) legal: IndexMap<LegalId, Legal>,
    pub(super) people: IndexMap<PeopleId, People>,
    /// Every step's id, those inside `branches:` too.
    pub(super) step_ids: BTreeSet<String>,
    pub(super) people_ids: BTreeSet<String>,
    /// Steps at which a case is over, and those at which nobody holds it: ends and decisions.
    pub(super) ends: BTreeSet<String>,
    pub(super) unheld: BTreeSet<String>,
}

impl Context {
    fn procedure(&mut self, source: &Source, root: &Node) -> Option<Procedure> {
        if !self.reader.keys(root, "procedure", TOP) {
            return None;
        }
        let top = Span { start: root.span.start, end: root.span.start };
        for key in ["format", "id", "version", "owner", "case", "people", "start", "steps"] {
            if root.get(key).is_none() {
                self.reader.say(factory::missing_key(top, "procedure", key));
            }
        }
        if let Some(format) = root.get("format") {
            self.reader.word(format, "format", &["procedure/v1"]);
        }
        self.declare(root);
        let title = self.reader.title(root, "procedure", top);
        let case = root.get("case").and_then(|node| self.case_terms(node));
        let steps = root.get("steps").map(|node| self.steps(node)).unwrap_or_default();
        let start = root.get("start").map(|node| self.targets(node, "start")).unwrap_or_default();
        let id = root.get("id").and_then(|node| self.own_id(node));
        let text = |context: &mut Self, key: &str| root.get(key).and_then(|node| context.reader.text(node, key));
        let owner = text(self, "owner");
        let calendar = text(self, "calendar").unwrap_or_else(|| "hanoi".to_owned());
        let procedure = Procedure {
            id: id.clone()?.into(),
            version: root.get("version").and_then(|node| self.own_version(node)).unwrap_or(0),
            digest: digest_of(source.text()),
            effective: root.get("effective").and_then(|node| self.reader.date(node, "effective")),
            until: root.get("until").and_then(|node| self.reader.date(node, "until")),
            supersedes: self.supersedes(root, id.as_deref()),
            title,
            owner: owner?.rsplit('/').next().unwrap_or_default().into(),
            codes: root.get("codes").map(|node| self.codes(node)).unwrap_or_default(),
            decision: root.get("decision").and_then(|node| self.reader.decision(node)),
            calendar: calendar.into(),
            separate: root.get("separate").map(|node| self.separations(node)).unwrap_or_default(),
            groups: root.get("groups").map(|node| self.groups(node)).unwrap_or_default(),
            variants: root.get("variants").map(|node| self.variants(root, node)).unwrap_or_default(),
            anytime: root.get("anytime").map(|node| self.anytime(node)).unwrap_or_default(),
            known_defects: root.get("known_defect").map(|node| self.known_defects(root, node)).unwrap_or_default(),
            allowed: root.get("allow").map(|node| self.allowances(root, node)).unwrap_or_default(),
            changes: root.get("changes").map(|node| self.changes(node)).unwrap_or_default(),
            legal: std::mem::take(&mut self.legal),
            fields: std::mem::take(&mut self.fields),
            documents: std::mem::take(&mut self.documents),
            people: std::mem::take(&mut self.people),
            case: case?,
            start,
            steps,
        };
        Some(procedure)
    }

    /// Everything that others refer to, by name.
    fn declare(&mut self, root: &Node) {
        if let Some(node) = root.get("legal") {
            self.legal = self.legal_entries(node);
        }
        if let Some(node) = root.get("fields") {
            self.fields = self.field_entries(node);
        }
        if let Some(node) = root.get("documents") {
            self.documents = self.document_entries(node);
        }
        if let Some(node) = root.get("steps") {
            self.collect_steps(node);
        }
        if let Some(node) = root.get("people") {
            self.people_ids = node.entries().iter().map(|(key, _)| key.text.clone()).collect();
            self.people = self.people_entries(node);
        }
    }

    fn collect_steps(&mut self, steps: &Node) {
        for (key, step) in steps.entries() {
            self.step_ids.insert(key.text.clone());
            let kind = step.get("kind").and_then(Node::text);
            if kind == Some("end") {
                self.ends.insert(key.text.clone());
            }
            if matches!(kind, Some("end" | "decision")) {
                self.unheld.insert(key.text.clone());
            }
            for (_, branch) in step.get("branches").map(Node::entries).unwrap_or_default() {
                if let Some(inner) = branch.get("steps") {
                    self.collect_steps(inner);
                }
            }
        }
    }

    /// A step by name; a missing one is noted as the target of `verb`.
    pub(super) fn target(&mut self, node: &Node, verb: &str) -> Option<StepId> {
        let name = self.reader.text(node, "to")?;
        if !self.step_ids.contains(&name) && self.reader.flooded() {
            return None;
        }
        if !self.step_ids.contains(&name) {
            self.reader.say(factory::no_step(node.span, verb, &name, self.step_ids.iter().map(String::as_str)));
            return None;
        }
        Some(name.into())
    }

    /// A `people` key by name.
    pub(super) fn people_ref(&mut self, node: &Node, of: &str) -> Option<PeopleId> {
        let name = self.reader.text(node, of)?;
        self.declared_people(&name, node.span, "")
    }

    /// A `people` entry by name; `before` is what the value says ahead of the name, which a mended value says too.
    pub(super) fn declared_people(&mut self, name: &str, span: Span, before: &str) -> Option<PeopleId> {
        if !self.people_ids.contains(name) && self.reader.flooded() {
            return None;
        }
        if !self.people_ids.contains(name) {
            let what = ("mục nào trong `people` tên", "entry in `people` called");
            let known = self.people_ids.iter().map(String::as_str);
            let mut found = factory::not_declared("N05", span, name, what, known);
            if let Some(fix) = &mut found.fix {
                fix.replacement.insert_str(0, before);
            }
            self.reader.say(found);
            return None;
        }
        Some(name.into())
    }

    /// A `legal` key by name.
    pub(super) fn legal_ref(&mut self, node: Option<&Node>) -> Option<LegalId> {
        let node = node?;
        let name = self.reader.text(node, "legal")?;
        if !self.legal.contains_key(name.as_str()) {
            let what = ("căn cứ nào trong `legal` tên", "entry in `legal` called");
            let found = factory::not_declared("N08", node.span, &name, what, self.legal.keys().map(LegalId::as_str));
            self.reader.say(found);
            return None;
        }
        Some(name.into())
    }

    /// Documents by name.
    pub(super) fn made(&mut self, node: Option<&Node>) -> Vec<DocumentId> {
        // `none` says that nothing comes out, on purpose.
        let Some(node) = node.filter(|node| node.text() != Some(NONE)) else { return Vec::new() };
        let mut made = Vec::new();
        for item in self.reader.list(node) {
            let Some(name) = self.reader.text(item, "makes") else { continue };
            if self.documents.contains_key(name.as_str()) || is_official_form(&name) {
                made.push(name.into());
            } else {
                let what = ("giấy tờ nào trong `documents` tên", "entry in `documents` called");
                let known = self.documents.keys().map(DocumentId::as_str);
                self.reader.say(factory::not_declared("N06", item.span, &name, what, known));
            }
        }
        made
    }

    /// Fields and documents by name, told apart by where they are declared.
    pub(super) fn needs(&mut self, node: Option<&Node>) -> Needs {
        let mut needs = Needs::default();
        let Some(node) = node else { return needs };
        for item in self.reader.list(node) {
            let Some(name) = self.reader.text(item, "needs") else { continue };
            if self.fields.contains_key(name.as_str()) {
                needs.fields.push(name.into());
            } else if self.documents.contains_key(name.as_str()) {
                needs.documents.push(name.into());
            } else {
                let known =
                    self.fields.keys().map(FieldId::as_str).chain(self.documents.keys().map(DocumentId::as_str));
                let what = ("trường hay giấy tờ nào tên", "field or document called");
                self.reader.say(factory::not_declared("N07", item.span, &name, what, known));
            }
        }
        needs
    }

    /// A condition.
    pub(super) fn guard(&mut self, node: &Node) -> Option<Guard> {
        let text = self.reader.text(node, "when")?;
        let quoted = matches!(node.kind, NodeKind::Scalar { quoted: true, .. });
        match Guard::parse(&text, &self.fields) {
            Ok(guard) => Some(guard),
            Err(fault) => {
                self.reader.say(factory::guard(node.span, quoted, &fault));
                None
            }
        }
    }

    /// A list of `{ when, KEY }` that ends in an `else`; `read` reads what stands at the key or at `else`.
    pub(super) fn choices<T>(
        &mut self,
        node: &Node,
        of: &str,
        key: &str,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Vec<Choice<T>> {
        let items = node.items();
        let mut choices = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if !self.reader.keys(item, of, &["when", key, "else"]) {
                continue;
            }
            let then = match (item.get("when"), item.get(key), item.get("else")) {
                (Some(when), Some(then), None) => self.guard(when).map(Some).zip(read(self, then)),
                (None, None, Some(otherwise)) if at + 1 == items.len() => Some(None).zip(read(self, otherwise)),
                _ => {
                    self.reader.say(factory::wrong_shape(
                        item.span,
                        format!("mỗi dòng của `{of}` là {{ when: …, {key}: … }}, dòng cuối là {{ else: … }}"),
                        format!("each line of `{of}` is {{ when: …, {key}: … }}, the last one {{ else: … }}"),
                    ));
                    None
                }
            };
            choices.extend(then.map(|(when, then)| Choice { when, then }));
        }
        if items.last().is_none_or(|last| last.get("else").is_none()) {
            let found = self.gap(items, &choices, of).unwrap_or_else(|| {
                factory::wrong_shape(
                    node.span,
                    format!("danh sách `{of}` phải kết thúc bằng `- {{ else: … }}`"),
                    format!("the list `{of}` must end in `- {{ else: … }}`"),
                )
            });
            self.reader.say(found);
        }
        choices
    }

    /// Data for which no line of a list without `else` holds, where its lines could be read.
    fn gap<T>(&self, items: &[Node], choices: &[Choice<T>], of: &str) -> Option<Diagnostic> {
        let guards: Vec<&Guard> = choices.iter().filter_map(|choice| choice.when.as_ref()).collect();
        let last = items.last().filter(|_| guards.len() == items.len())?;
        let world = World { fields: &self.fields, codes: None, each: Each::Any };
        let gap = study(&guards, world).ok()?.gap?;
        Some(factory::gap(last.span, of, &gap))
    }

    /// A step by name, or a list of `{ when, to }` ending in `{ else }`.
    fn targets(&mut self, node: &Node, of: &str) -> Vec<Choice<StepId>> {
        match node.kind {
            NodeKind::List(_) => self.choices(node, of, "to", |context, node| context.target(node, of)),
            _ => self.target(node, of).map(|then| Choice { when: None, then }).into_iter().collect(),
        }
    }

    fn codes(&mut self, node: &Node) -> Vec<String> {
        self.some(node, "codes");
        self.once(node, "codes");
        self.reader.list(node).into_iter().filter_map(|item| self.reader.text(item, "codes")).collect()
    }

    fn separations(&mut self, node: &Node) -> Vec<Separation> {
        let mut separations = Vec::new();
        for item in self.reader.list(node) {
            if !self.reader.keys(item, "separate", &["vi", "en", "steps", "legal"]) {
                continue;
            }
            let title = self.reader.title(item, "separate", item.span);
            let steps = self.step_list(item, "separate", 2);
            let legal = self.legal_ref(item.get("legal"));
            separations.push(Separation { title, steps, legal });
        }
        separations
    }

    /// Procedures by id that this one takes the place of.
    fn supersedes(&mut self, root: &Node, own: Option<&str>) -> Vec<ProcedureId> {
        let Some(node) = root.get("supersedes") else { return Vec::new() };
        let mut ids = Vec::new();
        for item in self.reader.list(node) {
            let Some(id) = self.reader.text(item, "supersedes") else { continue };
            if Some(id.as_str()) == own {
                self.reader.say(
                    factory::wrong_shape(
                        item.span,
                        format!("`{id}` không thay thế chính nó"),
                        format!("`{id}` does not supersede itself"),
                    )
                    .help(
                        "bản sau của cùng quy trình chỉ cần tăng `version`",
                        "a later text of it only raises `version`",
                    ),
                );
            } else {
                ids.push(id.into());
            }
        }
        ids
    }

    fn changes(&mut self, node: &Node) -> IndexMap<u32, Change> {
        let mut changes = IndexMap::new();
        for (key, _, item) in self.reader.ids(node, "changes") {
            let Ok(version) = key.parse() else { continue };
            if !self.reader.keys(item, "changes", &["date", "vi", "en", "running"]) {
                continue;
            }
            let date = item.get("date").and_then(|node| self.reader.date(node, "date"));
            let vi = self.reader.title(item, "changes", item.span).vi;
            let steps = |node: &Node| {
                let named = node.entries().iter();
                named.filter_map(|(old, new)| Some((old.text.as_str().into(), new.text()?.into()))).collect()
            };
            let running = match item.get("running") {
                Some(node) if node.text() == Some("finish_on_old") => OpenCases::Finish,
                Some(node) => node.get("migrate").map_or(OpenCases::Unsaid, |node| OpenCases::Migrate(steps(node))),
                None => OpenCases::Unsaid,
            };
            if let Some(date) = date {
                changes.insert(version, Change { date, vi, running });
            }
        }
        changes
    }
}

/// The digest a case is pinned to: SHA-256 of the text's bytes.
pub fn digest_of(text: &str) -> Digest {
    Digest::new(hex(&Sha256::digest(text.as_bytes())))
}

/// Forms 01 to 07 of Circular 03/2025/TT-VPCP, Annex I, which every procedure may produce without declaring them.
fn is_official_form(name: &str) -> bool {
    matches!(name.strip_prefix("mau-0").map(str::as_bytes), Some([b'1'..=b'7']))
}
