//! N11: declared and never used. A paper of the applicant and a field asked at opening are told by D03, a result by D01.

use std::collections::BTreeSet;

use crate::definition::checks::Look;
use crate::definition::checks::g10_repeated::conditions;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{
    Anytime, Bodies, By, Choice, Doer, Escalation, Limit, Needs, Party, Pick, Procedure, StepKind, Substitute, Told,
    Transition, Units, Who,
};
use crate::definition::reader::is_reserved_field;
use crate::definition::source::Route;
use crate::definition::window::Day;
use crate::ids::{DocumentId, FieldId, LegalId, PeopleId};

/// Fields, papers, people and legal bases that nothing in the file names.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    if !look.whole() {
        return Vec::new();
    }
    let procedure = look.procedure;
    let mut used = Used::default();
    used.read(procedure);
    used.fields.extend(conditions(look.procedure, look.broken).iter().flat_map(|(_, guard)| guard.fields()));
    let told = |section: &str, id: &str, what: (&str, &str)| {
        Diagnostic::error(
            "N11",
            look.source.key_span(&Route::of([section, id])),
            format!("{} `{id}` khai báo mà không dùng ở đâu", what.0),
            format!("the {} `{id}` is declared and never used", what.1),
        )
        .warning()
        .help("dùng nó ở một bước, hoặc xóa", "use it in a step, or remove it")
    };
    let mut found = Vec::new();
    let fields = procedure
        .fields
        .iter()
        .filter(|(id, field)| !field.required && !used.fields.contains(*id) && !is_reserved_field(id.as_str()));
    found.extend(fields.map(|(id, _)| told("fields", id.as_str(), ("trường", "field"))));
    let own = |(id, paper): &(&DocumentId, &crate::definition::procedure::Document)| {
        paper.from == Party::Staff && !paper.result && !used.documents.contains(*id)
    };
    found.extend(
        procedure.documents.iter().filter(own).map(|(id, _)| told("documents", id.as_str(), ("giấy tờ", "paper"))),
    );
    // Where a step has nobody (R01), somebody of these was meant.
    let nobody = procedure
        .steps
        .values()
        .any(|step| matches!(&step.kind, StepKind::Staff(staff) if staff.by == By::Choose(Vec::new())));
    let people = procedure.people.keys().filter(|id| !nobody && !used.people.contains(*id));
    found.extend(people.map(|id| told("people", id.as_str(), ("người", "entry of people"))));
    let legal = procedure.legal.keys().filter(|id| !used.legal.contains(*id));
    found.extend(legal.map(|id| told("legal", id.as_str(), ("căn cứ", "legal basis"))));
    found
}

/// The fields that steps and actions want, and the papers that they want.
pub fn wanted(procedure: &Procedure) -> (BTreeSet<FieldId>, BTreeSet<DocumentId>) {
    let mut used = Used::default();
    used.read(procedure);
    (used.fields, used.needed)
}

#[derive(Default)]
struct Used {
    fields: BTreeSet<FieldId>,
    documents: BTreeSet<DocumentId>,
    needed: BTreeSet<DocumentId>,
    people: BTreeSet<PeopleId>,
    legal: BTreeSet<LegalId>,
}

impl Used {
    fn read(&mut self, procedure: &Procedure) {
        self.legal.extend(procedure.case.legal.iter().cloned());
        self.legal.extend(procedure.separate.iter().filter_map(|line| line.legal.clone()));
        self.limit(&procedure.case.within);
        self.people.extend(procedure.case.on_breach.iter().filter_map(|told| match told {
            Told::People(people) => Some(people.clone()),
            Told::Holder | Told::Head | Told::Inspector | Told::Owner => None,
        }));
        procedure.groups.values().filter_map(|group| group.within.as_ref()).for_each(|limit| self.limit(limit));
        for variant in procedure.variants.values() {
            let limits = variant.case.iter().chain(variant.steps.values()).chain(variant.groups.values());
            limits.for_each(|limit| self.limit(limit));
        }
        for people in procedure.people.values() {
            match &people.who {
                Who::ManagerOf(other) => drop(self.people.insert(other.clone())),
                Who::Council(council) => {
                    self.people.extend(council.members.iter().chain([&council.chair]).cloned());
                }
                Who::Post { .. } | Who::HeadOf(_) | Who::DeputyOf(_) | Who::HolderOf(_) => {}
            }
            if let Pick::AssignedBy(other) = &people.pick {
                self.people.insert(other.clone());
            }
            self.people.extend(people.substitute.iter().filter_map(|substitute| match substitute {
                Substitute::People(other) => Some(other.clone()),
                Substitute::DeputyOf(_) | Substitute::HeadOf(_) => None,
            }));
        }
        for anytime in procedure.anytime.values() {
            match anytime {
                Anytime::Go(way) => self.way(way),
                Anytime::Extend(extension) => {
                    self.doer(&extension.by);
                    self.documents.extend(extension.makes.iter().cloned());
                    self.legal.extend(extension.legal.iter().cloned());
                }
            }
        }
        for step in procedure.steps.values() {
            self.step(&step.kind);
            step.actions().into_iter().flatten().for_each(|(_, way)| self.way(way));
        }
    }

    fn step(&mut self, kind: &StepKind) {
        match kind {
            StepKind::Staff(staff) => {
                self.by(&staff.by);
                self.limit(&staff.within);
                self.people.extend(staff.with.iter().chain(&staff.watch).chain(&staff.accountable).cloned());
                self.needs(&staff.needs);
                self.documents.extend(staff.makes.iter().cloned());
                self.legal.extend(staff.legal.iter().cloned());
                self.escalate(&staff.escalate);
            }
            StepKind::Wait(wait) => {
                wait.by.iter().for_each(|by| self.by(by));
                self.limit(&wait.within);
                self.legal.extend(wait.legal.iter().cloned());
                self.escalate(&wait.escalate);
            }
            StepKind::Parallel(block) => {
                block.within.iter().for_each(|limit| self.limit(limit));
                if let Bodies::ForEach { units, by, within, needs, makes, silence, escalate, .. } = &block.bodies {
                    if let Units::Field(field) = units {
                        self.fields.insert(field.clone());
                    }
                    self.by(by);
                    self.limit(within);
                    self.needs(needs);
                    self.documents.extend(makes.iter().cloned());
                    self.escalate(escalate);
                    if let Some(silence) = silence {
                        self.fields.extend(silence.set.keys().cloned());
                        self.legal.extend(silence.legal.iter().cloned());
                    }
                }
            }
            StepKind::Call(call) => {
                call.by.iter().for_each(|by| self.by(by));
                self.limit(&call.within);
                self.legal.extend(call.legal.iter().cloned());
                self.escalate(&call.escalate);
                self.fields.extend(call.uses.pass.fields.keys().chain(call.uses.take.fields.keys()).cloned());
                self.documents.extend(call.uses.pass.documents.keys().chain(call.uses.take.documents.keys()).cloned());
                self.needed.extend(call.uses.pass.documents.keys().cloned());
            }
            StepKind::Decision(_) => {}
            StepKind::End(end) => end.reopen.iter().for_each(|reopen| self.doer(&reopen.by)),
        }
    }

    fn way(&mut self, way: &Transition) {
        self.doer(&way.by);
        self.needs(&way.needs);
        self.documents.extend(way.makes.iter().cloned());
        self.legal.extend(way.legal.iter().cloned());
        way.within.iter().for_each(|limit| self.limit(limit));
    }

    fn needs(&mut self, needs: &Needs) {
        self.fields.extend(needs.fields.iter().cloned());
        self.documents.extend(needs.documents.iter().cloned());
        self.needed.extend(needs.documents.iter().cloned());
    }

    fn doer(&mut self, doer: &Doer) {
        if let Doer::People(people) = doer {
            self.people.insert(people.clone());
        }
    }

    fn by(&mut self, by: &By) {
        match by {
            By::People(people) => drop(self.people.insert(people.clone())),
            By::Choose(choices) => {
                self.people.extend(choices.iter().map(|choice: &Choice<PeopleId>| choice.then.clone()))
            }
            By::SameAs(_) => {}
        }
    }

    fn escalate(&mut self, escalations: &[Escalation]) {
        self.people.extend(escalations.iter().map(|escalation| escalation.to.clone()));
    }

    fn limit(&mut self, limit: &Limit) {
        match limit {
            Limit::Field(field) | Limit::Decided { field, .. } => drop(self.fields.insert(field.clone())),
            Limit::Window(window) => {
                let days = [&window.from, &window.until];
                self.fields.extend(days.into_iter().filter_map(|day| match day {
                    Day::Field(field) => Some(field.clone()),
                    Day::OfYear { .. } => None,
                }));
            }
            Limit::Choose(choices) => choices.iter().for_each(|choice| self.limit(&choice.then)),
            Limit::Length(_) | Limit::Untimed { .. } | Limit::DayOfYear { .. } => {}
        }
    }
}
