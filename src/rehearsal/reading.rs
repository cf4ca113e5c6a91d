//! A test file read along the table of its keys: everything that is wrong in it at once, each with its place, as in any
//! other of our files; and its names held against the procedure beside it. It plays nothing.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use crate::definition::checks::{factory, text};
use crate::definition::diagnostic::{Diagnostic, Level, sort};
use crate::definition::procedure::Procedure;
use crate::definition::reader::Reader;
use crate::definition::shape::{Form, KeyRow, Names, Shape, TEST};
use crate::definition::source::{Node, NodeKind, Route, Source, Span};
use crate::machine::refusal::Code;
use crate::rehearsal::scenario::TestFile;

/// Acts that are no way out of a step.
const ACTS: &[&str] = &[
    "receive",
    "send_back",
    "claim",
    "assign",
    "transfer",
    "recall",
    "vote",
    "comment",
    "attach",
    "apologise",
    "acknowledge",
    "reopen",
    "answer",
    "extend",
];

/// Reads a test file; the error is everything that is wrong with it.
pub fn read(source: &Source) -> Result<TestFile, Vec<Diagnostic>> {
    let mut found = text::check(source);
    found.extend(walked(source, None));
    sort(&mut found);
    if found.iter().any(|told| told.level == Level::Error) {
        return Err(found);
    }
    serde_saphyr::from_str(source.text()).map_err(|_| {
        vec![
            Diagnostic::error(
                "Y01",
                Span::default(),
                "không đọc được tệp kịch bản này",
                "this test file cannot be read",
            )
            .help(
                "xem các khóa và ví dụ ở trang docs/reference/scenario.md",
                "its keys and examples stand in docs/reference/scenario.md",
            ),
        ]
    })
}

/// The names of a test file that its procedure does not know.
pub fn against(source: &Source, procedure: &Procedure) -> Vec<Diagnostic> {
    walked(source, Some(procedure))
}

/// The test names a procedure that is not there.
pub fn no_procedure(source: &Source, name: &str) -> Diagnostic {
    Diagnostic::error(
        "N09",
        source.span(&Route::of(["procedure"])),
        format!("không có tệp quy trình `{name}` bên cạnh tệp kịch bản này"),
        format!("there is no procedure file `{name}` beside this test file"),
    )
    .help(
        "ghi tên tệp quy trình cùng thư mục, ví dụ `procedure: cap-the.yaml`",
        "write the name of the file in the same folder, as `procedure: cap-the.yaml`",
    )
}

/// A key with nothing behind it, which the parser reads as `~`.
pub(super) fn is_empty(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { text, quoted: false } if text.is_empty() || text == "~")
}

fn walked(source: &Source, procedure: Option<&Procedure>) -> Vec<Diagnostic> {
    let Some(root) = source.root() else { return Vec::new() };
    let mut walk = Walk { reader: Reader::default(), procedure };
    walk.map(&TEST, root);
    walk.reader.diagnostics
}

/// First how the file is written; with a procedure, its names and nothing else.
struct Walk<'p> {
    reader: Reader,
    procedure: Option<&'p Procedure>,
}

impl Walk<'_> {
    fn say(&mut self, found: Diagnostic) {
        self.reader.say(found);
    }

    fn map(&mut self, shape: &'static Shape, node: &Node) {
        if self.procedure.is_none() {
            let keys: Vec<&str> = shape.keys.iter().map(|row| row.key).collect();
            if !self.reader.keys(node, shape.name, &keys) {
                return;
            }
            for row in shape.keys.iter().filter(|row| row.required && node.get(row.key).is_none()) {
                self.say(factory::missing_key(node.span, shape.name, row.key));
            }
            if shape.name == "scenario" {
                self.one_beginning(node);
            }
        }
        for (key, value) in node.entries() {
            if let Some(row) = shape.row(&key.text) {
                self.value(shape, row, value);
            }
        }
    }

    /// A scenario begins with its case, or in the middle.
    fn one_beginning(&mut self, node: &Node) {
        if node.get("start").is_some() == node.get("start_at").is_some() {
            let told = Diagnostic::error(
                "N16",
                node.get("start_at").map_or(node.span, |node| node.span),
                "kịch bản cần đúng một trong `start` và `start_at`",
                "a scenario wants exactly one of `start` and `start_at`",
            );
            self.say(told.help(
                "`start: 2026-08-03 08:30` mở hồ sơ lúc đó; `start_at: { step, time }` đặt hồ sơ vào giữa chừng",
                "`start: 2026-08-03 08:30` opens the case then; `start_at: { step, time }` puts it into the middle",
            ));
        }
    }

    fn value(&mut self, shape: &Shape, row: &KeyRow, node: &Node) {
        match (shape.name, row.key) {
            // An empty one is filled by `test --record`.
            (_, "expect") if is_empty(node) => {}
            ("scenario", "start") | ("start_at" | "notice", "time") | ("item", "wait_until") => {
                self.time(row.key, node)
            }
            ("expected", "deadline" | "case_deadline") if !matches!(node.text(), Some("none" | "không có")) => {
                self.time(row.key, node)
            }
            ("refused", "because") => {
                let codes: Vec<&'static str> = Code::ALL.iter().map(|code| code.word()).collect();
                self.word(node, row.key, &codes);
            }
            ("item" | "refused", "do") => self.verb(node),
            ("item", "run") | (_, "scenarios" | "run" | "notices" | "refused") => self.list(row, node),
            _ => self.form(row.key, row.form, node),
        }
    }

    /// A list whose entries have keys of their own: one without its dash is a slip.
    fn list(&mut self, row: &KeyRow, node: &Node) {
        let NodeKind::List(items) = &node.kind else {
            if self.procedure.is_none() {
                let key = row.key;
                self.say(factory::wrong_shape(
                    node.span,
                    format!("`{key}` là một danh sách: mỗi mục bắt đầu bằng dấu gạch `- `"),
                    format!("`{key}` is a list: each entry begins with `- `"),
                ));
            }
            return;
        };
        if let Some(inner) = row.form.for_item() {
            items.iter().for_each(|item| self.form(row.key, inner, item));
        }
    }

    fn form(&mut self, of: &str, form: &'static Form, node: &Node) {
        match form {
            Form::Map(shape) => self.map(shape, node),
            Form::Many(inner) => match &node.kind {
                NodeKind::List(items) => items.iter().for_each(|item| self.form(of, inner, item)),
                _ => self.form(of, inner, node),
            },
            Form::Keyed(names, inner) => self.keyed(of, *names, inner, node),
            Form::Ref(names, words) => self.name(of, names, words, node),
            Form::Words(words) => self.word(node, of, words),
            Form::Length if self.procedure.is_none() => drop(self.reader.length(node, of)),
            Form::Number if self.procedure.is_none() => drop(self.reader.number(node, of)),
            Form::Text if self.procedure.is_none() => drop(self.reader.text(node, of)),
            _ => {}
        }
    }

    fn word(&mut self, node: &Node, of: &str, words: &[&'static str]) {
        if self.procedure.is_none() {
            self.reader.word(node, of, words);
        }
    }

    fn time(&mut self, of: &str, node: &Node) {
        let read = node.text().is_some_and(|text| text.parse::<DateTime>().is_ok() && text.contains(':'));
        if self.procedure.is_none() && !read {
            let text = node.text().unwrap_or("");
            self.say(factory::wrong_shape(
                node.span,
                format!("`{of}`: `{text}` không phải thời điểm; viết năm-tháng-ngày giờ:phút, như `2026-08-03 08:30`"),
                format!("`{of}`: `{text}` is no instant; write it like `2026-08-03 08:30`"),
            ));
        }
    }

    fn keyed(&mut self, of: &str, names: Names, inner: &'static Form, node: &Node) {
        let NodeKind::Map(entries) = &node.kind else {
            if self.procedure.is_none() {
                self.say(factory::wrong_shape(
                    node.span,
                    format!("`{of}` gồm các cặp tên: giá trị, như `{{ so_luong: 2 }}`"),
                    format!("`{of}` is a map of names, as `{{ so_luong: 2 }}`"),
                ));
            }
            return;
        };
        for (key, value) in entries {
            if names == Names::Field && key.text == "documents" {
                let NodeKind::List(papers) = &value.kind else {
                    if self.procedure.is_none() {
                        self.say(factory::wrong_shape(
                            value.span,
                            "`documents` là một danh sách, như `[don]`".to_owned(),
                            "`documents` is a list, as `[don]`".to_owned(),
                        ));
                    }
                    continue;
                };
                papers.iter().for_each(|paper| self.name("documents", &[Names::Document], &[], paper));
                continue;
            }
            self.declared(&[names], &key.text, key.span);
            self.form(&key.text, inner, value);
        }
    }

    fn name(&mut self, of: &str, names: &[Names], words: &[&str], node: &Node) {
        match node.text() {
            Some(text) if words.contains(&text) => {}
            Some(text) => self.declared(names, text, node.span),
            None if self.procedure.is_none() => drop(self.reader.text(node, of)),
            None => {}
        }
    }

    /// A name that the procedure must have.
    fn declared(&mut self, names: &[Names], name: &str, span: Span) {
        let Some(procedure) = self.procedure else { return };
        let known: Vec<&str> = names.iter().flat_map(|names| known(procedure, *names)).collect();
        if known.contains(&name) {
            return;
        }
        let (code, what) = match names.first() {
            Some(Names::People) => ("N05", ("người", "people")),
            Some(Names::Field) => ("N07", ("trường", "field")),
            Some(Names::Document) => ("N06", ("giấy tờ", "document")),
            Some(Names::Legal) => ("N08", ("căn cứ", "legal basis")),
            _ => ("N04", ("bước", "step")),
        };
        let mut told = factory::not_declared(code, span, name, what, known);
        told.label = None;
        told.message.vi += " trong quy trình";
        told.message.en += " in the procedure";
        self.say(told);
    }

    /// A way out of some step, or an act that is none.
    fn verb(&mut self, node: &Node) {
        let (Some(procedure), Some(text)) = (self.procedure, node.text()) else {
            if self.procedure.is_none() {
                self.reader.text(node, "do");
            }
            return;
        };
        let ways = procedure.steps.values().filter_map(|step| step.actions()).flat_map(|actions| actions.keys());
        let mut known: BTreeSet<&str> = ways.chain(procedure.anytime.keys()).map(|verb| verb.as_str()).collect();
        known.extend(ACTS);
        if !known.contains(text) {
            self.say(factory::not_in_list(node.span, "do", text, &known.into_iter().collect::<Vec<_>>()));
        }
    }
}

fn known(procedure: &Procedure, names: Names) -> Vec<&str> {
    match names {
        Names::Step => procedure.steps.keys().map(|id| id.as_str()).collect(),
        Names::People => procedure.people.keys().map(|id| id.as_str()).collect(),
        Names::Field => procedure.fields.keys().map(|id| id.as_str()).collect(),
        Names::Document => procedure.documents.keys().map(|id| id.as_str()).collect(),
        Names::Legal => procedure.legal.keys().map(|id| id.as_str()).collect(),
        Names::Group => procedure.groups.keys().map(|id| id.as_str()).collect(),
        Names::Verb => Vec::new(),
    }
}
