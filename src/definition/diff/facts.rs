//! A procedure taken apart into facts: a place, what it is about, and its value in words.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::calendar::working_time::WorkingTime;
use crate::definition::call::Call;
use crate::definition::diagnostic::Text;
use crate::definition::diff::{now_called, words};
use crate::definition::keep::Keep;
use crate::definition::procedure::{
    Anytime, Applies, Bodies, By, ClockPolicy, Late, Limit, OnTime, Party, Procedure, Reason, Staff, Step, StepKind,
    Target, Transition, Wait,
};
use crate::definition::value::Kind;
use crate::ids::{StepId, Verb};

/// One fact of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The stable word of what it is about.
    pub of: &'static str,
    /// What has it: `bước ký`; empty for what stands at the top of the file.
    pub owner: Text,
    /// What it is: `thời hạn`; of a whole thing, the thing itself.
    pub name: Text,
    pub value: Text,
    /// A thing that has facts of its own below its place.
    pub whole: bool,
    pub step: Option<StepId>,
    /// The length, where it is one.
    pub length: Option<WorkingTime>,
}

impl Fact {
    /// A thing with facts of its own; its value is its label.
    pub(super) fn whole(of: &'static str, owner: Text, name: Text, value: Text) -> Fact {
        Fact { of, owner, name, value, whole: true, step: None, length: None }
    }
}

/// Collects facts by their places.
struct Facts<'a> {
    procedure: &'a Procedure,
    renamed: &'a BTreeMap<StepId, StepId>,
    found: IndexMap<String, Fact>,
    owner: Text,
    step: Option<StepId>,
    prefix: String,
}

/// Every fact of a procedure, in the order of the file. Steps are called by the names they have now.
pub fn facts(procedure: &Procedure, renamed: &BTreeMap<StepId, StepId>) -> IndexMap<String, Fact> {
    let mut facts =
        Facts { procedure, renamed, found: IndexMap::new(), owner: Text::default(), step: None, prefix: String::new() };
    facts.head();
    facts.data();
    facts.people();
    facts.variants();
    for step in procedure.steps.values() {
        facts.step(step);
    }
    facts.found
}

impl Facts<'_> {
    fn put(&mut self, key: &str, of: &'static str, name: (&str, &str), value: Text) {
        let place = if self.prefix.is_empty() { key.to_owned() } else { format!("{}/{key}", self.prefix) };
        let fact = Fact {
            of,
            owner: self.owner.clone(),
            name: Text::new(name.0, name.1),
            value,
            whole: false,
            step: self.step.clone(),
            length: None,
        };
        self.found.insert(place, fact);
    }

    fn some(&mut self, key: &str, of: &'static str, name: (&str, &str), value: Text) {
        if !value.vi.is_empty() {
            self.put(key, of, name, value);
        }
    }

    fn limit(&mut self, key: &str, name: (&str, &str), limit: &Limit) {
        self.some(key, "limit", name, words::limit(limit));
        if let (Limit::Length(length), Some((_, fact))) = (limit, self.found.last_mut()) {
            fact.length = Some(length.clone());
        }
    }

    /// A thing with facts of its own, read by `inside`.
    fn whole(&mut self, place: &str, of: &'static str, name: Text, value: Text, inside: impl FnOnce(&mut Self)) {
        let prefix = if self.prefix.is_empty() { place.to_owned() } else { format!("{}/{place}", self.prefix) };
        let mut fact = Fact::whole(of, self.owner.clone(), name.clone(), value);
        fact.step = self.step.clone();
        self.found.insert(prefix.clone(), fact);
        let owner = if self.owner.vi.is_empty() {
            name
        } else {
            Text::new(format!("{}, {}", self.owner.vi, name.vi), format!("{}, {}", self.owner.en, name.en))
        };
        let before = (std::mem::replace(&mut self.owner, owner), std::mem::replace(&mut self.prefix, prefix));
        inside(self);
        (self.owner, self.prefix) = before;
    }

    fn named(
        &mut self,
        place: &str,
        id: &str,
        of: &'static str,
        word: (&str, &str),
        title: Text,
        inside: impl FnOnce(&mut Self),
    ) {
        let name = Text::new(format!("{} `{id}`", word.0), format!("{} `{id}`", word.1));
        self.whole(&format!("{place}/{id}"), of, name, title, inside);
    }

    fn head(&mut self) {
        let procedure = self.procedure;
        self.owner = Text::new("quy trình", "procedure");
        self.put("vi", "title", ("tên", "title"), words::title(&procedure.title));
        self.put("owner", "owner", ("đơn vị chủ quản", "owner"), words::same(procedure.owner.as_str()));
        self.some("supersedes", "supersedes", ("thay thế", "supersedes"), words::names(&procedure.supersedes));
        self.some("codes", "codes", ("mã thủ tục", "codes"), words::names(&procedure.codes));
        self.put("calendar", "calendar", ("lịch", "calendar"), words::same(procedure.calendar.as_str()));
        let date = |date: Option<jiff::civil::Date>| {
            let text = |form| date.map(|date| date.strftime(form).to_string()).unwrap_or_default();
            Text::new(text("%d/%m/%Y"), text("%Y-%m-%d"))
        };
        self.some("effective", "effective", ("ngày hiệu lực", "effective date"), date(procedure.effective));
        self.some("until", "until", ("ngày hết hiệu lực", "last day"), date(procedure.until));
        if let Some(decision) = &procedure.decision {
            let value = Text::new(
                format!("{} ngày {}", decision.number, decision.date.strftime("%d/%m/%Y")),
                format!("{} of {}", decision.number, decision.date),
            );
            self.put("decision", "decision", ("quyết định", "decision"), value);
        }
        let start = words::choose(&procedure.start, |step| words::step(now_called(self.renamed, step)));
        self.put("start", "start", ("bước đầu", "first step"), start);
        self.owner = Text::new("hồ sơ", "case");
        let case = &procedure.case;
        self.put("case/vi", "title", ("tên", "title"), words::title(&case.title));
        self.limit("case/within", ("thời hạn", "limit"), &case.within);
        self.put("case/counting", "counting", ("cách tính", "counting"), words::counting(case.counting));
        let cut_off = case.cut_off.map(|(hour, minute)| format!("{hour:02}:{minute:02}")).unwrap_or_default();
        self.some("case/cut_off", "cut_off", ("giờ chốt nhận", "cut-off"), words::same(cut_off));
        self.some("case/warn", "reminder", ("nhắc", "reminders"), words::warnings(&case.warn));
        self.some(
            "case/on_breach",
            "notice",
            ("người được báo khi trễ", "who is told when late"),
            words::told(&case.on_breach),
        );
        self.opt("case/legal", "legal", ("căn cứ", "legal basis"), case.legal.as_ref());
        self.flag("case/sums", "sums", ("cộng thời hạn phải khớp", "limits must add up"), case.sums_exact);
        self.flag(
            "case/on_time",
            "on_time",
            ("đúng hạn tính từng phút", "on time to the minute"),
            case.on_time == OnTime::Instant,
        );
        if let Some((step, verb)) = &case.starts {
            self.put(
                "case/starts",
                "starts",
                ("bắt đầu tính từ", "clock starts with"),
                words::act(now_called(self.renamed, step), verb),
            );
        }
        if let Some(promise) = &case.promise {
            self.put("case/promise", "promise", ("hẹn với người dân", "promise"), words::promise(promise));
        }
        self.owner = Text::default();
    }

    fn opt<T: std::fmt::Display>(&mut self, key: &str, of: &'static str, name: (&str, &str), value: Option<&T>) {
        if let Some(value) = value {
            self.put(key, of, name, words::same(format!("`{value}`")));
        }
    }

    fn data(&mut self) {
        let procedure = self.procedure;
        for (id, legal) in &procedure.legal {
            self.named(
                "legal",
                id.as_str(),
                "legal",
                ("căn cứ", "legal basis"),
                words::same(legal.vi.as_str()),
                |facts| {
                    facts.some(
                        "note",
                        "legal",
                        ("ghi chú", "note"),
                        words::same(legal.note.clone().unwrap_or_default()),
                    );
                    facts.some(
                        "url",
                        "legal",
                        ("địa chỉ", "address"),
                        words::same(legal.url.clone().unwrap_or_default()),
                    );
                    if let Some(length) = &legal.limit {
                        facts.limit("limit", ("thời hạn luật định", "legal limit"), &Limit::Length(length.clone()));
                    }
                },
            );
        }
        for (id, field) in &procedure.fields {
            self.named("fields", id.as_str(), "field", ("trường", "field"), words::title(&field.title), |facts| {
                let kind = match &field.kind {
                    Kind::Choice(words) => format!("{} [{}]", field.kind.word(), words.join(", ")),
                    other => other.word().to_owned(),
                };
                facts.put("is", "field", ("kiểu", "kind"), words::same(kind));
                let form = field.pattern.as_ref().map(|pattern| pattern.text()).unwrap_or_default();
                facts.some("pattern", "field", ("dạng viết", "form"), words::same(form));
                facts.kept(field.personal, field.keep.as_ref());
                facts.flag("required", "field", ("bắt buộc", "required"), field.required);
                let bound = |n: &Option<crate::definition::value::Number>| {
                    words::same(n.as_ref().map(|n| n.to_string()).unwrap_or_default())
                };
                facts.some("min", "field", ("nhỏ nhất", "least"), bound(&field.min));
                facts.some("max", "field", ("lớn nhất", "most"), bound(&field.max));
                facts.some(
                    "unit",
                    "field",
                    ("đơn vị đo", "unit"),
                    words::same(field.measure.clone().unwrap_or_default()),
                );
            });
        }
        for (id, document) in &procedure.documents {
            self.named(
                "documents",
                id.as_str(),
                "paper",
                ("giấy tờ", "paper"),
                words::title(&document.title),
                |facts| {
                    let from = match document.from {
                        Party::Applicant => Text::new("người nộp", "the applicant"),
                        Party::Staff => Text::new("cơ quan", "staff"),
                        Party::Outside => Text::new("cơ quan ngoài", "an outside body"),
                    };
                    facts.put("from", "paper", ("nguồn", "source"), from);
                    facts.flag("digitised", "paper", ("giữ bản số", "kept in digital form"), document.digitised);
                    facts.kept(document.personal, document.keep.as_ref());
                    facts.flag("required", "paper", ("bắt buộc", "required"), document.required);
                    facts.flag("result", "paper", ("là kết quả", "is a result"), document.result);
                    facts.flag("signed", "paper", ("được ký", "is signed"), document.signed);
                    facts.some(
                        "form",
                        "paper",
                        ("biểu mẫu", "form"),
                        words::same(document.form.clone().unwrap_or_default()),
                    );
                },
            );
        }
    }

    fn flag(&mut self, key: &str, of: &'static str, name: (&str, &str), set: bool) {
        if set {
            self.put(key, of, name, Text::new("có", "yes"));
        }
    }

    fn kept(&mut self, personal: bool, keep: Option<&Keep>) {
        self.flag("personal", "personal", ("dữ liệu cá nhân", "personal"), personal);
        if let Some(keep) = keep {
            self.put("keep", "personal", ("thời gian lưu", "kept for"), Text::new(keep.vi(), keep.to_string()));
        }
    }

    fn variants(&mut self) {
        let procedure = self.procedure;
        for (id, variant) in &procedure.variants {
            let title = variant.title.as_ref().map(words::title).unwrap_or_default();
            self.named("variants", id.as_str(), "variant", ("biến thể", "variant"), title, |facts| {
                let applies = match &variant.applies {
                    Applies::Codes(codes) => words::names(codes),
                    Applies::When(guard) => words::same(guard.text()),
                };
                facts.put("for", "guard", ("áp dụng khi", "applies to"), applies);
                if let Some(limit) = &variant.case {
                    facts.limit("case", ("thời hạn hồ sơ", "limit of the case"), limit);
                }
                for (group, limit) in &variant.groups {
                    let name = (format!("thời hạn nhóm `{group}`"), format!("limit of group `{group}`"));
                    facts.limit(&format!("groups/{group}"), (&name.0, &name.1), limit);
                }
                for (step, limit) in &variant.steps {
                    let step = now_called(facts.renamed, step);
                    let name = (format!("thời hạn bước `{step}`"), format!("limit of step `{step}`"));
                    facts.limit(&format!("steps/{step}"), (&name.0, &name.1), limit);
                }
            });
        }
    }

    fn people(&mut self) {
        let procedure = self.procedure;
        for (id, people) in &procedure.people {
            self.named("people", id.as_str(), "people", ("người", "people"), words::title(&people.title), |facts| {
                facts.put("who", "holder", ("chức danh", "post"), words::who(&people.who));
                facts.put("pick", "holder", ("cách chọn", "pick"), words::pick(&people.pick));
                facts.some(
                    "substitute",
                    "holder",
                    ("người thay", "substitutes"),
                    words::substitutes(&people.substitute),
                );
            });
        }
        for separation in &procedure.separate {
            let mut steps: Vec<&StepId> = separation.steps.iter().map(|step| now_called(self.renamed, step)).collect();
            steps.sort();
            let key = steps.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(",");
            self.whole(
                &format!("separate/{key}"),
                "separation",
                Text::new(format!("phải khác người: {key}"), format!("different persons: {key}")),
                words::title(&separation.title),
                |facts| facts.opt("legal", "legal", ("căn cứ", "legal basis"), separation.legal.as_ref()),
            );
        }
        for (id, group) in &procedure.groups {
            self.named("groups", id.as_str(), "group", ("nhóm", "group"), words::title(&group.title), |facts| {
                let steps: Vec<&StepId> = group.steps.iter().map(|step| now_called(facts.renamed, step)).collect();
                facts.put("steps", "group", ("các bước", "steps"), words::names(&steps));
                facts.opt("unit", "group", ("đơn vị", "unit"), group.unit.as_ref());
                facts.flag("score", "group", ("chấm điểm riêng", "scored on its own"), group.score);
                facts.some("warn", "reminder", ("nhắc", "reminders"), words::warnings(&group.warn));
                if let Some((step, verb)) = &group.starts {
                    facts.put(
                        "starts",
                        "starts",
                        ("bắt đầu tính từ", "clock starts with"),
                        words::act(now_called(facts.renamed, step), verb),
                    );
                }
                if let Some(within) = &group.within {
                    facts.limit("within", ("thời hạn", "limit"), within);
                }
            });
        }
        for (verb, anytime) in &procedure.anytime {
            match anytime {
                Anytime::Go(transition) => self.transition("anytime", verb, transition),
                Anytime::Extend(extension) => {
                    let name = words::verb(verb, extension.title.as_ref());
                    let name = Text::new(
                        format!("hành động bất cứ lúc nào {}", name.vi),
                        format!("action at any time {}", name.en),
                    );
                    self.whole(&format!("anytime/{verb}"), "action", name, Text::default(), |facts| {
                        facts.put("by", "holder", ("người làm", "who"), words::doer(&extension.by));
                        facts.put("at_most", "bound", ("số lần", "times"), words::same(extension.at_most.to_string()));
                        facts.put("reason", "reason", ("lý do", "reason"), words::reason(extension.reason));
                        facts.some("makes", "paper", ("kết quả", "product"), words::names(&extension.makes));
                        if let Some((vi, en)) = extension.sign.map(|sign| sign.title()) {
                            facts.put("sign", "sign", ("chữ ký", "signature"), Text::new(vi, en));
                        }
                        facts.opt("legal", "legal", ("căn cứ", "legal basis"), extension.legal.as_ref());
                        facts.limit("up_to", ("mức gia hạn", "extension"), &Limit::Length(extension.up_to.clone()));
                    });
                }
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let id = now_called(self.renamed, &step.id).clone();
        let end = matches!(step.kind, StepKind::End(_));
        let (of, word) = if end { ("end", ("kết thúc", "end")) } else { ("step", ("bước", "step")) };
        self.step = Some(id.clone());
        self.named("steps", id.as_str(), of, word, words::title(&step.title), |facts| {
            let kind = match step.kind_word() {
                "step" => Text::new("có người xử lý", "step"),
                "wait" => Text::new("chờ", "wait"),
                "parallel" => Text::new("song song", "parallel"),
                "decision" => Text::new("tự quyết định", "decision"),
                "procedure" => Text::new("gọi quy trình khác", "calls another procedure"),
                "end" => Text::new("kết thúc", "end"),
                other => words::same(other),
            };
            facts.put("kind", "kind", ("loại bước", "kind"), kind);
            facts.some("note", "note", ("ghi chú", "note"), words::same(step.note.clone().unwrap_or_default()));
            facts.kind(&step.kind);
        });
        self.step = None;
    }

    fn kind(&mut self, kind: &StepKind) {
        match kind {
            StepKind::Staff(staff) => self.staff(staff),
            StepKind::Wait(wait) => self.wait(wait),
            StepKind::Parallel(block) => {
                self.put("branches", "branch", ("các nhánh", "branches"), words::bodies(&block.bodies));
                self.put("join", "join", ("điều kiện hợp nhánh", "join"), words::joins(block.join, block.rest));
                self.put("to", "target", ("dẫn tới", "leads to"), words::step(now_called(self.renamed, &block.to)));
                self.policy(block.clock);
                if let Bodies::ForEach { by, within, needs, makes, silence, escalate, calendar, .. } = &block.bodies {
                    self.opt("calendar", "calendar", ("lịch", "calendar"), calendar.as_ref());
                    self.put("by", "holder", ("người giữ", "holder"), self.by(by));
                    self.limit("within", ("thời hạn", "limit"), within);
                    self.some("needs", "paper", ("phải có", "needs"), words::needs(needs));
                    self.some("makes", "paper", ("kết quả", "product"), words::names(makes));
                    self.some("escalate", "escalation", ("báo cấp trên", "escalation"), words::escalations(escalate));
                    if let Some(silence) = silence {
                        self.put(
                            "silence",
                            "silence",
                            ("im lặng được coi là", "silence counts as"),
                            words::silence(silence),
                        );
                    }
                } else if let Some(within) = &block.within {
                    self.limit("within", ("thời hạn", "limit"), within);
                }
            }
            StepKind::Decision(rules) => {
                let rules = words::choose(rules, |step| words::step(now_called(self.renamed, step)));
                self.put("rules", "guard", ("quy tắc", "rules"), rules);
            }
            StepKind::Call(call) => self.call(call),
            StepKind::End(end) => {
                self.put("outcome", "end", ("kết quả", "outcome"), words::outcome(end.outcome));
                if let Some(reopen) = &end.reopen {
                    let to = now_called(self.renamed, &reopen.to);
                    let (by, reason) = (words::doer(&reopen.by), words::reason(reopen.reason));
                    let (within, most) = (&reopen.within, reopen.at_most);
                    let value = Text::new(
                        format!(
                            "bởi {} tới `{to}` trong {}, nhiều nhất {most} lần, lý do {}",
                            by.vi,
                            within.vi(),
                            reason.vi
                        ),
                        format!(
                            "by {} to `{to}` within {}, at most {most} times, reason {}",
                            by.en,
                            within.en(),
                            reason.en
                        ),
                    );
                    self.put("reopen", "end", ("mở lại", "reopening"), value);
                }
            }
        }
    }

    fn call(&mut self, call: &Call) {
        if let Some(by) = &call.by {
            self.put("by", "holder", ("người giữ", "holder"), self.by(by));
        }
        self.limit("within", ("thời hạn", "limit"), &call.within);
        self.opt("calendar", "calendar", ("lịch", "calendar"), call.calendar.as_ref());
        self.some("escalate", "escalation", ("báo cấp trên", "escalation"), words::escalations(&call.escalate));
        self.opt("legal", "legal", ("căn cứ", "legal basis"), call.legal.as_ref());
        let uses = &call.uses;
        self.put(
            "use/procedure",
            "call",
            ("quy trình được gọi", "procedure called"),
            words::same(format!("`{}`", uses.procedure)),
        );
        self.opt("use/version", "call", ("phiên bản được gọi", "version called"), uses.version.as_ref());
        self.some("use/pass", "call", ("đưa sang", "given along"), words::exchange(&uses.pass, "→"));
        self.some("use/take", "call", ("lấy về", "taken back"), words::exchange(&uses.take, "←"));
        let leads = |target: &Target| match target {
            Target::Step(to) => words::step(now_called(self.renamed, to)),
            Target::Join | Target::Origin => Text::new("xong nhánh", "branch done"),
        };
        let named = uses.to.outcomes.iter().map(|(outcome, target)| {
            let (outcome, to) = (words::outcome(*outcome), leads(target));
            Text::new(format!("{}: {}", outcome.vi, to.vi), format!("{}: {}", outcome.en, to.en))
        });
        let otherwise = leads(&uses.to.otherwise);
        let otherwise = match uses.to.outcomes.is_empty() {
            true => otherwise,
            false => Text::new(format!("còn lại: {}", otherwise.vi), format!("otherwise: {}", otherwise.en)),
        };
        let to = words::join(named.chain([otherwise]), "; ");
        self.put("use/to", "target", ("dẫn tới", "leads to"), to);
    }

    fn staff(&mut self, staff: &Staff) {
        self.put("by", "holder", ("người giữ", "holder"), self.by(&staff.by));
        self.some("with", "holder", ("người phối hợp", "supporters"), words::names(&staff.with));
        self.some("watch", "holder", ("người theo dõi", "followers"), words::names(&staff.watch));
        if let Some(people) = &staff.accountable {
            self.put(
                "accountable",
                "holder",
                ("người chịu trách nhiệm", "accountable"),
                words::people(self.procedure, people),
            );
        }
        self.limit("within", ("thời hạn", "limit"), &staff.within);
        self.some(
            "calendar",
            "calendar",
            ("lịch", "calendar"),
            words::same(staff.calendar.as_ref().map(ToString::to_string).unwrap_or_default()),
        );
        self.some("needs", "paper", ("phải có", "needs"), words::needs(&staff.needs));
        self.some("makes", "paper", ("kết quả", "product"), words::names(&staff.makes));
        self.some("escalate", "escalation", ("báo cấp trên", "escalation"), words::escalations(&staff.escalate));
        self.policy(staff.clock);
        self.opt("legal", "legal", ("căn cứ", "legal basis"), staff.legal.as_ref());
        for (verb, transition) in &staff.actions {
            self.transition("actions", verb, transition);
        }
    }

    fn wait(&mut self, wait: &Wait) {
        let awaited = match wait.awaited {
            Party::Applicant => Text::new("người nộp", "the applicant"),
            Party::Staff => Text::new("cơ quan", "staff"),
            Party::Outside => Text::new("cơ quan ngoài", "an outside body"),
        };
        self.put("for", "wait", ("chờ ai", "waits for"), awaited);
        if let Some(by) = &wait.by {
            self.put("by", "holder", ("người giữ", "holder"), self.by(by));
        }
        self.limit("within", ("thời hạn", "limit"), &wait.within);
        self.opt("calendar", "calendar", ("lịch", "calendar"), wait.calendar.as_ref());
        self.opt("legal", "legal", ("căn cứ", "legal basis"), wait.legal.as_ref());
        self.some("escalate", "escalation", ("báo cấp trên", "escalation"), words::escalations(&wait.escalate));
        self.policy(wait.clock);
        if let Some(late) = &wait.late {
            self.put("late", "target", ("khi hết hạn", "when it runs out"), self.late(late));
        }
        for (verb, transition) in &wait.actions {
            self.transition("actions", verb, transition);
        }
    }

    fn by(&self, by: &By) -> Text {
        match by {
            By::SameAs(step) => words::by(self.procedure, &By::SameAs(now_called(self.renamed, step).clone())),
            other => words::by(self.procedure, other),
        }
    }

    fn late(&self, late: &Late) -> Text {
        match late {
            Late::To(step) => words::late(&Late::To(now_called(self.renamed, step).clone())),
            other => words::late(other),
        }
    }

    fn policy(&mut self, clock: Option<ClockPolicy>) {
        if let Some(policy) = clock {
            self.put("clock", "clock", ("đồng hồ của hồ sơ", "the case's clock"), words::clock(policy));
        }
    }

    fn transition(&mut self, under: &str, verb: &Verb, transition: &Transition) {
        let name = words::verb(verb, transition.title.as_ref());
        let (vi, en) = if under == "anytime" {
            ("hành động bất cứ lúc nào", "action at any time")
        } else {
            ("hành động", "action")
        };
        let name = Text::new(format!("{vi} {}", name.vi), format!("{en} {}", name.en));
        self.whole(&format!("{under}/{verb}"), "action", name, Text::default(), |facts| {
            let to = match &transition.to {
                crate::definition::procedure::Target::Step(step) => words::step(now_called(facts.renamed, step)),
                other => words::target(other),
            };
            facts.put("to", "target", ("dẫn tới", "leads to"), to);
            let guard = transition.when.as_ref().map(|guard| guard.text()).unwrap_or_default();
            facts.some("when", "guard", ("điều kiện", "condition"), words::same(guard));
            facts.put("by", "holder", ("người làm", "who"), words::doer(&transition.by));
            facts.some("needs", "paper", ("phải có", "needs"), words::needs(&transition.needs));
            facts.some("makes", "paper", ("kết quả", "product"), words::names(&transition.makes));
            facts.some(
                "legal",
                "legal",
                ("căn cứ", "legal basis"),
                words::same(transition.legal.as_ref().map(ToString::to_string).unwrap_or_default()),
            );
            if let Some((vi, en)) = transition.sign.map(|sign| sign.title()) {
                facts.put("sign", "sign", ("chữ ký", "signature"), Text::new(vi, en));
            }
            facts.flag("signal", "signal", ("do hệ thống ngoài báo", "led on by an outside system"), transition.signal);
            if transition.reason != Reason::None {
                facts.put("reason", "reason", ("lý do", "reason"), words::reason(transition.reason));
            }
            if let Some(times) = transition.at_most {
                facts.put("at_most", "bound", ("số lần nhiều nhất", "times at most"), words::same(times.to_string()));
            }
            if let Some(within) = &transition.within {
                facts.limit("within", ("thời hạn của bước quay lại", "limit of the step gone to"), within);
            }
            facts.put("means", "means", ("nghĩa", "meaning"), words::means(transition.means));
        });
    }
}
