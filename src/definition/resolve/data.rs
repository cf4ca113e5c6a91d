//! Fields, documents and legal bases: what a case is about.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::definition::checks::factory;
use crate::definition::keep::Keep;
use crate::definition::pattern::Pattern;
use crate::definition::procedure::{Document, Field, Legal, Party, Title};
use crate::definition::resolve::Context;
use crate::definition::source::{Node, NodeKind};
use crate::definition::value::{Kind, Number};
use crate::ids::{DocumentId, FieldId, LegalId};

const KINDS: &[&str] =
    &["text", "number", "money", "date", "yes_no", "choice", "file", "person", "unit", "list of unit"];

impl Context {
    pub(super) fn legal_entries(&mut self, node: &Node) -> IndexMap<LegalId, Legal> {
        let mut legal = IndexMap::with_capacity(node.entries().len());
        for (id, span, item) in self.reader.ids(node, "legal") {
            if !self.reader.keys(item, "legal", &["vi", "en", "limit", "note", "url"]) {
                continue;
            }
            let vi = self.reader.title(item, "legal", span).vi;
            let limit = item.get("limit").and_then(|node| self.reader.length(node, "limit"));
            let note = item.get("note").and_then(|node| self.reader.text(node, "note"));
            let url = item.get("url").and_then(|node| self.reader.text(node, "url"));
            legal.insert(id.into(), Legal { vi, limit, note, url });
        }
        legal
    }

    pub(super) fn field_entries(&mut self, node: &Node) -> IndexMap<FieldId, Field> {
        let mut fields = IndexMap::with_capacity(node.entries().len());
        let known = ["is", "vi", "en", "of", "min", "max", "unit", "pattern", "required", "personal", "keep"];
        for (id, span, item) in self.reader.ids(node, "fields") {
            if !self.reader.keys(item, "fields", &known) {
                continue;
            }
            let title = self.reader.title(item, "fields", span);
            let Some(is) = item.get("is") else {
                self.reader.say(factory::missing_key(span, id, "is"));
                continue;
            };
            let Some(word) = self.reader.word(is, "is", KINDS) else { continue };
            let kind = match word {
                "text" => Kind::Text,
                "number" => Kind::Number,
                "money" => Kind::Money,
                "date" => Kind::Date,
                "yes_no" => Kind::YesNo,
                "file" => Kind::File,
                "person" => Kind::Person,
                "unit" => Kind::Unit,
                "list of unit" => Kind::Units,
                _ => self.choice(item, id, span),
            };
            let words = self.words(item.get("of"));
            let mut bound = |key: &str| {
                let node = item.get(key)?;
                let number = node.text().and_then(Number::parse);
                if number.is_none() {
                    let (vi, en) = (format!("`{key}` là một số"), format!("`{key}` is a number"));
                    self.reader.say(factory::wrong_shape(node.span, vi, en));
                }
                number
            };
            let (min, max) = (bound("min"), bound("max"));
            let measure = item.get("unit").and_then(|node| self.reader.text(node, "unit"));
            let required = item.get("required").is_some_and(|node| self.reader.yes_no(node, "required"));
            let pattern = item.get("pattern").and_then(|node| self.pattern(node, id, &kind));
            let personal = item.get("personal").is_some_and(|node| self.reader.yes_no(node, "personal"));
            let keep = item.get("keep").and_then(|node| self.keep(node));
            fields
                .insert(id.into(), Field { kind, title, words, measure, min, max, pattern, required, personal, keep });
        }
        fields
    }

    fn pattern(&mut self, node: &Node, id: &str, kind: &Kind) -> Option<Pattern> {
        let text = self.reader.text(node, "pattern")?;
        if *kind != Kind::Text {
            self.reader.say(factory::wrong_shape(
                node.span,
                format!("`pattern` chỉ dùng cho trường `is: text`; `{id}` là `{}`", kind.word()),
                format!("`pattern` is for a field that `is: text`; `{id}` is `{}`", kind.word()),
            ));
            return None;
        }
        match Pattern::read(&text) {
            Ok(pattern) => Some(pattern),
            Err(fault) => {
                self.reader.say(factory::pattern(node.span, fault));
                None
            }
        }
    }

    fn keep(&mut self, node: &Node) -> Option<Keep> {
        let text = self.reader.text(node, "keep")?;
        let keep = Keep::read(&text);
        if keep.is_none() {
            self.reader.say(factory::wrong_shape(
                node.span,
                format!("`keep: {text}` không phải thời hạn lưu: viết như `10 years`, `60 months`, `30 calendar days` hoặc `forever`"),
                format!("`keep: {text}` is no term of keeping: write `10 years`, `60 months`, `30 calendar days` or `forever`"),
            ));
        }
        keep
    }

    fn choice(&mut self, item: &Node, id: &str, span: crate::definition::source::Span) -> Kind {
        let words = match item.get("of") {
            Some(Node { kind: NodeKind::Map(_), .. }) => {
                let of = item.get("of").map(|of| self.reader.ids(of, "of")).unwrap_or_default();
                of.into_iter().map(|(word, ..)| word.to_owned()).collect()
            }
            Some(of) => self.reader.list(of).into_iter().filter_map(|word| self.reader.text(word, "of")).collect(),
            None => {
                self.reader.say(factory::missing_key(span, id, "of"));
                Vec::new()
            }
        };
        Kind::Choice(words)
    }

    /// What the words of a choice are called: `of: { dong_y: Đồng ý }`, or with `vi` and `en`.
    fn words(&mut self, of: Option<&Node>) -> BTreeMap<String, Title> {
        let Some(Node { kind: NodeKind::Map(entries), .. }) = of else { return BTreeMap::new() };
        let mut words = BTreeMap::new();
        for (key, value) in entries {
            let title = match &value.kind {
                NodeKind::Map(_) if self.reader.keys(value, "of", &["vi", "en"]) => {
                    self.reader.title(value, &key.text, key.span)
                }
                NodeKind::Map(_) => continue,
                _ => Title { vi: self.reader.text(value, "of").unwrap_or_default(), en: None },
            };
            words.insert(key.text.clone(), title);
        }
        words
    }

    pub(super) fn document_entries(&mut self, node: &Node) -> IndexMap<DocumentId, Document> {
        let mut documents = IndexMap::with_capacity(node.entries().len());
        let known = ["vi", "en", "from", "required", "form", "result", "signed", "digitised", "personal", "keep"];
        for (id, span, item) in self.reader.ids(node, "documents") {
            if !self.reader.keys(item, "documents", &known) {
                continue;
            }
            let title = self.reader.title(item, "documents", span);
            let from = match item.get("from").and_then(|node| self.reader.word(node, "from", &["applicant", "staff"])) {
                Some("applicant") => Party::Applicant,
                _ => Party::Staff,
            };
            let mut flag = |key: &str| item.get(key).is_some_and(|node| self.reader.yes_no(node, key));
            let (required, result, signed) = (flag("required"), flag("result"), flag("signed"));
            let (digitised, personal) = (flag("digitised"), flag("personal"));
            let form = item.get("form").and_then(|node| self.reader.text(node, "form"));
            let keep = item.get("keep").and_then(|node| self.keep(node));
            let document = Document { title, from, required, form, result, signed, digitised, personal, keep };
            documents.insert(id.into(), document);
        }
        documents
    }
}
