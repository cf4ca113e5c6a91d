//! The case's own terms, and what is open at any time.

use indexmap::IndexMap;

use crate::calendar::working_time::WorkingTime;
use crate::definition::checks::factory;
use crate::definition::procedure::{
    Anytime, CaseTerms, Counting, Doer, Extension, OnTime, PromiseTerms, Reason, Sign, Told, Warn,
};
use crate::definition::resolve::Context;
use crate::definition::source::Node;
use crate::ids::{StepId, Verb};

const CASE: &[&str] = &[
    "vi",
    "en",
    "within",
    "because",
    "sums",
    "counting",
    "cut_off",
    "legal",
    "warn",
    "on_breach",
    "promise",
    "on_time",
    "starts",
];

impl Context {
    pub(super) fn case_terms(&mut self, node: &Node) -> Option<CaseTerms> {
        if !self.reader.keys(node, "case", CASE) {
            return None;
        }
        let title = self.reader.title(node, "case", node.span);
        let within = self.limit(node);
        if node.get("within").is_none() {
            self.reader.say(factory::missing_key(node.span, "case", "within"));
        }
        let word = |context: &mut Self, key: &str, words: &[&'static str]| {
            node.get(key).and_then(|node| context.reader.word(node, key, words))
        };
        let sums_exact = word(self, "sums", &["exact"]).is_some();
        let counting = match word(self, "counting", &["day", "hours"]) {
            Some("hours") => Counting::Hours,
            _ => Counting::Day,
        };
        let on_time = match word(self, "on_time", &["half_day", "instant"]) {
            Some("instant") => OnTime::Instant,
            _ => OnTime::HalfDay,
        };
        let warn = self.warnings(node.get("warn"));
        let on_breach = match node.get("on_breach") {
            Some(node) => self.reader.list(node).into_iter().filter_map(|item| self.told(item)).collect(),
            None => vec![Told::Holder, Told::Head],
        };
        Some(CaseTerms {
            title,
            within: within?,
            sums_exact,
            counting,
            cut_off: node.get("cut_off").and_then(|node| self.time_of_day(node)),
            legal: self.legal_ref(node.get("legal")),
            warn,
            on_breach,
            promise: node.get("promise").and_then(|node| self.promise(node)),
            on_time,
            starts: node.get("starts").and_then(|node| self.starts(node)),
        })
    }

    /// The reminders of a clock.
    pub(super) fn warnings(&mut self, node: Option<&Node>) -> Vec<Warn> {
        let Some(node) = node else { return Vec::new() };
        self.reader.list(node).into_iter().filter_map(|item| self.warn(item)).collect()
    }

    fn warn(&mut self, node: &Node) -> Option<Warn> {
        let text = self.reader.text(node, "warn")?;
        if let Some(percent) = text.strip_suffix('%') {
            return match percent.trim().parse::<u8>() {
                Ok(percent @ 1..=99) => Some(Warn::Percent(percent)),
                _ => {
                    self.reader.say(factory::wrong_shape(
                        node.span,
                        format!("nhắc ở `{text}` không được: từ 1% đến 99%"),
                        format!("no reminder at `{text}`: 1% to 99%"),
                    ));
                    None
                }
            };
        }
        let length = text.strip_suffix(" before").or(text.strip_suffix(" trước")).unwrap_or(&text);
        self.parse_length(node, length).map(Warn::Before)
    }

    pub(super) fn parse_length(&mut self, node: &Node, text: &str) -> Option<WorkingTime> {
        match WorkingTime::parse(text) {
            Ok(length) => Some(length),
            Err(fault) => {
                self.reader.say(factory::length(node.span, text, &fault));
                None
            }
        }
    }

    fn told(&mut self, node: &Node) -> Option<Told> {
        let text = self.reader.text(node, "on_breach")?;
        let who = text.strip_prefix("tell ").unwrap_or(&text).trim();
        Some(match who {
            "holder" => Told::Holder,
            "head" => Told::Head,
            "inspector" => Told::Inspector,
            "owner" => Told::Owner,
            name if self.people_ids.contains(name) => Told::People(name.into()),
            name => {
                let words = ["holder", "head", "inspector", "owner"];
                self.reader.say(factory::not_in_list(node.span, "on_breach: tell", name, &words));
                return None;
            }
        })
    }

    fn promise(&mut self, node: &Node) -> Option<PromiseTerms> {
        if !self.reader.keys(node, "promise", &["apology", "new_date"]) {
            return None;
        }
        let apology = node.get("apology").and_then(|node| {
            let text = self.reader.text(node, "apology")?;
            self.parse_length(node, text.strip_suffix(" before").or(text.strip_suffix(" trước")).unwrap_or(&text))
        });
        let new_dates_at_most = match node.get("new_date") {
            Some(node) => {
                let text = self.reader.text(node, "new_date").unwrap_or_default();
                match text.strip_prefix("at_most ").unwrap_or(&text).trim().parse() {
                    Ok(count) => count,
                    Err(_) => {
                        self.reader.say(factory::wrong_shape(
                            node.span,
                            "`new_date` viết như `at_most 1`".into(),
                            "`new_date` is written `at_most 1`".into(),
                        ));
                        0
                    }
                }
            }
            None => 0,
        };
        Some(PromiseTerms { apology, new_dates_at_most })
    }

    /// `{ after: step.verb }`.
    pub(super) fn starts(&mut self, node: &Node) -> Option<(StepId, Verb)> {
        self.reader.keys(node, "starts", &["after"]);
        let after = node.get("after")?;
        let text = self.reader.text(after, "after")?;
        match text.split_once('.') {
            Some((step, verb)) if self.step_ids.contains(step) => Some((step.into(), verb.into())),
            Some((step, _)) => {
                let known = self.step_ids.iter().map(String::as_str);
                self.reader.say(factory::no_step(after.part(step), "starts", step, known));
                None
            }
            None => {
                self.reader.say(factory::wrong_shape(
                    after.span,
                    "`after` viết như `tiep_nhan.accept`".into(),
                    "`after` is written `tiep_nhan.accept`".into(),
                ));
                None
            }
        }
    }

    fn time_of_day(&mut self, node: &Node) -> Option<(u8, u8)> {
        let text = self.reader.text(node, "cut_off")?;
        let time = text.split_once(':').and_then(|(hour, minute)| {
            let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some((hour, minute))
        });
        if time.is_none() {
            self.reader.say(factory::wrong_shape(
                node.span,
                "`cut_off` là giờ trong ngày, viết như \"15:00\"".into(),
                "`cut_off` is a time of day, written \"15:00\"".into(),
            ));
        }
        time
    }

    pub(super) fn anytime(&mut self, node: &Node) -> IndexMap<Verb, Anytime> {
        let mut anytime = IndexMap::new();
        for (verb, span, item) in self.reader.ids(node, "anytime") {
            if verb == "extend" {
                if let Some(extension) = self.extension(item) {
                    anytime.insert(verb.into(), Anytime::Extend(extension));
                }
            } else if let Some(transition) = self.transition(verb, span, item) {
                anytime.insert(verb.into(), Anytime::Go(transition));
            }
        }
        anytime
    }

    fn extension(&mut self, item: &Node) -> Option<Extension> {
        let known = ["vi", "en", "by", "at_most", "up_to", "reason", "makes", "legal", "sign"];
        if !self.reader.keys(item, "extend", &known) {
            return None;
        }
        for key in ["by", "at_most", "up_to"] {
            if item.get(key).is_none() {
                self.reader.say(factory::missing_key(item.span, "extend", key));
            }
        }
        Some(Extension {
            title: item.get("vi").map(|_| self.reader.title(item, "extend", item.span)),
            by: self.doer(item.get("by")).unwrap_or(Doer::Holder),
            at_most: item.get("at_most").and_then(|node| self.times(node))?,
            up_to: item.get("up_to").and_then(|node| self.reader.length(node, "up_to"))?,
            reason: self.reason(item.get("reason")),
            makes: self.made(item.get("makes")),
            legal: self.legal_ref(item.get("legal")),
            sign: self.sign(item.get("sign")),
        })
    }

    pub(super) fn sign(&mut self, node: Option<&Node>) -> Option<Sign> {
        Some(match self.reader.word(node?, "sign", &["initial", "approve", "digital"])? {
            "initial" => Sign::Initial,
            "approve" => Sign::Approve,
            _ => Sign::Digital,
        })
    }

    pub(super) fn reason(&mut self, node: Option<&Node>) -> Reason {
        match node.and_then(|node| self.reader.word(node, "reason", &["required", "optional"])) {
            Some("required") => Reason::Required,
            Some(_) => Reason::Optional,
            None => Reason::None,
        }
    }
}
