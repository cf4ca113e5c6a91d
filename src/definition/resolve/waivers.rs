//! What a file waives: warnings kept with a reason, and faults that were approved as they are.

use crate::definition::checks::factory;
use crate::definition::checks::reference::PAGES;
use crate::definition::procedure::{Allowance, KnownDefect};
use crate::definition::resolve::Context;
use crate::definition::source::Node;

impl Context {
    pub(super) fn known_defects(&mut self, root: &Node, node: &Node) -> Vec<KnownDefect> {
        let mut defects = Vec::new();
        for item in self.reader.list(node) {
            if !self.reader.keys(item, "known_defect", &["check", "at", "because", "accepted_by", "date"]) {
                continue;
            }
            let check = self.check_named(item, "known_defect");
            let because = self.wanted(item, "known_defect", "because");
            let accepted_by = self.wanted(item, "known_defect", "accepted_by");
            let at = item.get("at").and_then(|node| self.place(root, node));
            if item.get("date").is_none() {
                self.reader.say(factory::missing_key(item.span, "known_defect", "date"));
            }
            let date = item.get("date").and_then(|node| self.reader.date(node, "date"));
            if let (Some(check), Some(because), Some(accepted_by), Some(date)) = (check, because, accepted_by, date) {
                defects.push(KnownDefect { check, at, because, accepted_by, date });
            }
        }
        defects
    }

    pub(super) fn allowances(&mut self, root: &Node, node: &Node) -> Vec<Allowance> {
        let mut allowed = Vec::new();
        for item in self.reader.list(node) {
            if !self.reader.keys(item, "allow", &["check", "at", "because"]) {
                continue;
            }
            let check = self.check_named(item, "allow");
            let because = self.wanted(item, "allow", "because");
            let at = match item.get("at") {
                Some(node) => self.place(root, node),
                None => self.wanted(item, "allow", "at"),
            };
            if let (Some(check), Some(at), Some(because)) = (check, at, because) {
                allowed.push(Allowance { check, at, because });
            }
        }
        allowed
    }

    fn wanted(&mut self, item: &Node, of: &str, key: &str) -> Option<String> {
        let Some(node) = item.get(key) else {
            self.reader.say(factory::missing_key(item.span, of, key));
            return None;
        };
        self.reader.text(node, key)
    }

    /// A check by its code.
    fn check_named(&mut self, item: &Node, of: &str) -> Option<String> {
        let code = self.wanted(item, of, "check")?;
        if !PAGES.iter().any(|page| page.code == code) {
            let codes: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
            let span = item.get("check").map_or(item.span, |node| node.span);
            self.reader.say(factory::no_check(span, &code, &codes));
            return None;
        }
        Some(code)
    }

    /// A place of this file, as keys with dots between.
    fn place(&mut self, root: &Node, node: &Node) -> Option<String> {
        let path = self.reader.text(node, "at")?;
        if root.place(&path).is_none() {
            self.reader.say(factory::no_place(node.span, &path));
            return None;
        }
        Some(path)
    }
}
