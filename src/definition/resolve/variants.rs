//! Variants: other limits for some administrative codes or kinds of case.

use indexmap::IndexMap;

use crate::definition::checks::factory;
use crate::definition::procedure::{Applies, Limit, Variant};
use crate::definition::resolve::Context;
use crate::definition::source::{Node, Span};
use crate::ids::{GroupId, StepId, VariantId};

impl Context {
    pub(super) fn variants(&mut self, root: &Node, node: &Node) -> IndexMap<VariantId, Variant> {
        let mut variants = IndexMap::new();
        for (id, span, item) in self.reader.ids(node, "variants") {
            if !self.reader.keys(item, id, &["vi", "en", "when", "codes", "case", "steps", "groups"]) {
                continue;
            }
            let title = item.get("vi").map(|_| self.reader.title(item, id, span));
            let case = item.get("case").and_then(|node| self.other_limit(node, "case"));
            let steps = item.get("steps").map(|node| self.step_limits(root, node)).unwrap_or_default();
            let groups = item.get("groups").map(|node| self.group_limits(root, node)).unwrap_or_default();
            if case.is_none() && steps.is_empty() && groups.is_empty() && self.says_nothing(item) {
                let (vi, en) =
                    (format!("biến thể `{id}` không đổi thời hạn nào"), format!("the variant `{id}` changes no limit"));
                self.reader.say(factory::wrong_shape(span, vi, en).help(
                    "thêm `case: { within: … }`, `steps: { buoc: { within: … } }` hoặc `groups:`; không cần thì bỏ biến thể",
                    "add `case: { within: … }`, `steps: { step: { within: … } }` or `groups:`, or leave the variant out",
                ));
            }
            if let Some(applies) = self.applies(root, item, id, span) {
                variants.insert(id.into(), Variant { title, applies, case, steps, groups });
            }
        }
        variants
    }

    /// Whether nothing was written that would be told as wrong already.
    fn says_nothing(&self, item: &Node) -> bool {
        ["case", "steps", "groups"].iter().all(|key| item.get(key).is_none_or(|node| node.entries().is_empty()))
    }

    fn applies(&mut self, root: &Node, item: &Node, id: &str, span: Span) -> Option<Applies> {
        match (item.get("when"), item.get("codes")) {
            (Some(when), None) => self.guard(when).map(Applies::When),
            (None, Some(codes)) => {
                let declared: Vec<&str> = root
                    .get("codes")
                    .map(|node| self.reader.list(node))
                    .into_iter()
                    .flatten()
                    .filter_map(Node::text)
                    .collect();
                let mut of = Vec::new();
                for node in self.reader.list(codes) {
                    let Some(code) = self.reader.text(node, "codes") else { continue };
                    if declared.contains(&code.as_str()) {
                        of.push(code);
                    } else {
                        let what = ("mã thủ tục nào trong `codes` là", "code in `codes` that is");
                        self.reader.say(factory::not_declared("N03", node.span, &code, what, declared.iter().copied()));
                    }
                }
                Some(Applies::Codes(of))
            }
            _ => {
                self.reader.say(
                    factory::wrong_shape(
                        span,
                        format!("biến thể `{id}` cần đúng một trong `when` và `codes`"),
                        format!("the variant `{id}` wants exactly one of `when` and `codes`"),
                    )
                    .help(
                        "`when: \"điều kiện\"`, hoặc `codes: [\"1.013236\"]`",
                        "`when: \"condition\"`, or `codes: [\"1.013236\"]`",
                    ),
                );
                None
            }
        }
    }

    fn step_limits(&mut self, root: &Node, node: &Node) -> IndexMap<StepId, Limit> {
        let mut limits = IndexMap::new();
        for (key, item) in node.entries() {
            if !self.step_ids.contains(&key.text) {
                let known = self.step_ids.iter().map(String::as_str);
                let what = ("bước nào tên", "step called");
                self.reader.say(factory::not_declared("N04", key.span, &key.text, what, known));
                continue;
            }
            let step = StepId::from(key.text.as_str());
            if is_kind(root, step.as_str(), &["decision", "end"]) {
                self.reader.say(factory::wrong_shape(
                    key.span,
                    format!("bước `{step}` không có thời hạn để đổi"),
                    format!("step `{step}` has no limit to change"),
                ));
            } else if let Some(limit) = self.other_limit(item, key.text.as_str()) {
                limits.insert(step, limit);
            }
        }
        limits
    }

    fn group_limits(&mut self, root: &Node, node: &Node) -> IndexMap<GroupId, Limit> {
        let known: Vec<&str> = root
            .get("groups")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .map(|(key, _)| key.text.as_str())
            .collect();
        let mut limits = IndexMap::new();
        for (key, item) in node.entries() {
            if !known.contains(&key.text.as_str()) {
                let what = ("nhóm nào trong `groups` tên", "group in `groups` called");
                self.reader.say(factory::not_declared("N04", key.span, &key.text, what, known.iter().copied()));
            } else if let Some(limit) = self.other_limit(item, key.text.as_str()) {
                limits.insert(key.text.as_str().into(), limit);
            }
        }
        limits
    }

    fn other_limit(&mut self, node: &Node, of: &str) -> Option<Limit> {
        if !self.reader.keys(node, of, &["within", "because"]) {
            return None;
        }
        if node.get("within").is_none() {
            self.reader.say(factory::missing_key(node.span, of, "within"));
        }
        self.limit(node)
    }
}

/// Whether a step, wherever it stands, is of one of these kinds.
fn is_kind(node: &Node, step: &str, kinds: &[&str]) -> bool {
    let of = |steps: &Node| {
        steps.entries().iter().any(|(key, item)| {
            let here =
                key.text == step && item.get("kind").and_then(Node::text).is_some_and(|kind| kinds.contains(&kind));
            let branches = item.get("branches").map(Node::entries).unwrap_or_default();
            here || branches.iter().any(|(_, branch)| is_kind(branch, step, kinds))
        })
    };
    node.get("steps").is_some_and(of)
}
