//! Values that have the right shape and can mean nothing: never, nobody, a list without entries or with one twice. They
//! are told and kept: a text published before they were refused is still read as it was.

use std::collections::BTreeMap;

use crate::definition::checks::factory;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Field;
use crate::definition::resolve::Context;
use crate::definition::source::{Node, NodeKind, Span};
use crate::definition::value::Value;
use crate::ids::StepId;

impl Context {
    /// How often something may be done: once at least.
    pub(super) fn times(&mut self, node: &Node) -> Option<u32> {
        let times = self.reader.number(node, "at_most")?;
        if times == 0 {
            self.reader.say(
                factory::wrong_shape(
                    node.span,
                    "`at_most: 0` là không lần nào: không ai làm được việc này".into(),
                    "`at_most: 0` is never: nobody can do this".into(),
                )
                .help(
                    "viết từ `at_most: 1` trở lên, hoặc xóa cả mục",
                    "write `at_most: 1` or more, or remove the entry",
                ),
            );
        }
        Some(times)
    }

    /// Whether a list has entries; a list of none is told.
    pub(super) fn some(&mut self, node: &Node, of: &str) -> bool {
        let empty = matches!(&node.kind, NodeKind::List(items) if items.is_empty());
        if empty {
            self.reader.say(
                factory::wrong_shape(node.span, format!("danh sách `{of}` trống"), format!("the list `{of}` is empty"))
                    .help(
                        format!("ghi ít nhất một mục, hoặc xóa `{of}`"),
                        format!("give one entry at least, or remove `{of}`"),
                    ),
            );
        }
        !empty
    }

    /// Entries that a list has once; where it has one again, that is told.
    pub(super) fn once(&mut self, node: &Node, of: &str) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for item in node.items() {
            let Some(text) = item.text() else { continue };
            match seen.get(text) {
                Some(first) => self.reader.say(factory::twice_in_list(item.span, *first, text, of)),
                None => drop(seen.insert(text, item.span)),
            }
        }
    }

    /// The steps of a phase or of a rule about persons; `of` names the list, `least` is how many it needs.
    pub(super) fn step_list(&mut self, owner: &Node, of: &str, least: usize) -> Vec<StepId> {
        let Some(node) = owner.get("steps") else {
            self.reader.say(factory::missing_key(owner.span, of, "steps"));
            return Vec::new();
        };
        if !self.some(node, "steps") {
            return Vec::new();
        }
        self.once(node, "steps");
        let items = self.reader.list(node);
        let steps: Vec<StepId> = items
            .iter()
            .filter_map(|item| {
                let step = self.target(item, of)?;
                // A phase may hold a step that decides by itself; persons differ only where there are persons.
                if self.ends.contains(step.as_str()) || (least > 1 && self.unheld.contains(step.as_str())) {
                    self.reader.say(unheld(item.span, step.as_str()));
                }
                Some(step)
            })
            .collect();
        if items.len() < least {
            self.reader.say(
                factory::wrong_shape(
                    node.span,
                    format!("`{of}` cần ít nhất {least} bước: một bước thì không khác ai"),
                    format!("`{of}` needs {least} steps at least: one step differs from nobody"),
                )
                .help("thêm bước thứ hai, hoặc xóa dòng này", "add a second step, or remove this line"),
            );
        }
        steps
    }

    /// A step by name that somebody holds.
    pub(super) fn held_step(&mut self, node: &Node, of: &str) -> Option<StepId> {
        let step = self.target(node, of)?;
        if self.unheld.contains(step.as_str()) {
            self.reader.say(unheld(node.span, step.as_str()));
        }
        Some(step)
    }

    /// A value that a silent body is taken to have given: within the bounds that anybody's is held to.
    pub(super) fn within_bounds(&mut self, span: Span, name: &str, field: &Field, value: &Value) {
        let (Value::Number(number), min, max) = (value, field.min, field.max) else { return };
        let bound = match (min, max) {
            (Some(min), _) if *number < min => (format!("ít nhất {min}"), format!("at least {min}")),
            (_, Some(max)) if *number > max => (format!("nhiều nhất {max}"), format!("at most {max}")),
            _ => return,
        };
        self.reader.say(
            factory::wrong_shape(
                span,
                format!("`{name}` là {number}, mà trường này {}", bound.0),
                format!("`{name}` is {number}, and the field is {}", bound.1),
            )
            .help("ghi một số mà người được hỏi cũng ghi được", "give a number that whoever is asked could give"),
        );
    }

    /// The id of the procedure itself.
    pub(super) fn own_id(&mut self, node: &Node) -> Option<String> {
        let id = self.reader.text(node, "id")?;
        if !crate::definition::reader::is_id(&id) {
            self.reader.say(factory::bad_id(node.span, &id));
        }
        Some(id)
    }

    /// The number of the text: 1 at first.
    pub(super) fn own_version(&mut self, node: &Node) -> Option<u32> {
        let version = self.reader.number(node, "version")?;
        if version == 0 {
            self.reader.say(
                factory::wrong_shape(node.span, "`version` tính từ 1".into(), "`version` is counted from 1".into())
                    .help("bản đầu tiên viết `version: 1`", "the first text has `version: 1`")
                    .fix(node.span, "1"),
            );
        }
        Some(version)
    }
}

fn unheld(span: Span, step: &str) -> Diagnostic {
    factory::wrong_shape(
        span,
        format!("không ai giữ bước `{step}`: đó là bước kết thúc hoặc tự quyết"),
        format!("nobody holds step `{step}`: it is an end, or decides by itself"),
    )
    .help("chọn một bước có người làm", "name a step that somebody does")
}
