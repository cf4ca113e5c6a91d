//! What a scenario expects to see, held against what is there: step, holder, deadlines, notices, refusals.

use crate::ids::{CaseId, PersonId};
use crate::machine::case::Status;
use crate::machine::command::Request;
use crate::machine::decide::decide;
use crate::machine::rules::Rules;
use crate::rehearsal::play::{Notice, Stage};
use crate::rehearsal::scenario::{Expect, ExpectedNotice, ExpectedRefusal, Names};

impl Stage<'_> {
    pub(super) fn expect(&mut self, expect: &Expect) {
        let mut faults = Vec::new();
        let Some(case) = &self.case else { return };
        let branch = case.branches.values().next();
        let mut differs = |what: &str, wanted: &str, found: String| {
            if wanted != found {
                faults.push(format!("{what}: mong đợi {wanted}, thấy {found}"));
            }
        };
        let none = || "không có".to_owned();
        if let Some(step) = &expect.step {
            let here: Vec<String> = case.branches.values().map(|branch| branch.step.to_string()).collect();
            if !here.contains(step) {
                differs("bước", step, if here.is_empty() { none() } else { here.join(", ") });
            }
        }
        let named =
            expect.step.as_ref().and_then(|step| case.branches.values().find(|branch| branch.step.as_str() == step));
        let branch = named.or(branch);
        if let Some(holder) = &expect.holder {
            differs("người giữ", holder, branch.map_or_else(none, |branch| branch.holder.person.to_string()));
        }
        if let Some(deadline) = &expect.deadline {
            let found = branch
                .and_then(|branch| branch.clock.as_ref())
                .map_or_else(none, |clock| self.local(clock.clock.deadline));
            differs("hạn", deadline, found);
        }
        if let Some(deadline) = &expect.case_deadline {
            differs(
                "hạn hồ sơ",
                deadline,
                case.clock.as_ref().map_or_else(none, |clock| self.local(clock.clock.deadline)),
            );
        }
        if let Some(outcome) = &expect.outcome {
            let found = match &case.status {
                Status::Open => "đang mở".to_owned(),
                Status::Ended { outcome, .. } => {
                    serde_json::to_value(outcome).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
                }
            };
            differs("kết quả", outcome, found);
        }
        if let Some(variant) = &expect.variant {
            differs("biến thể", variant, case.variant.as_ref().map_or_else(none, ToString::to_string));
        }
        if let Some(notices) = &expect.notices {
            faults.extend(self.compare_notices(notices));
        }
        for refusal in &expect.refused {
            faults.extend(self.must_refuse(refusal));
        }
        self.played.faults.extend(faults);
    }

    /// Every expected notice must have been told, and nothing else.
    fn compare_notices(&self, expected: &[ExpectedNotice]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut left: Vec<Notice> = self.notices.clone();
        for wanted in expected {
            let fits = |notice: &Notice| {
                notice.kind == wanted.kind
                    && self.local(notice.at) == wanted.time
                    && (wanted.percent.is_none() || wanted.percent == notice.percent)
                    && wanted.of.as_ref().is_none_or(|of| notice.of.as_ref().is_some_and(|unit| unit.as_str() == of))
                    && wanted.legal.as_ref().is_none_or(|legal| notice.legal.as_ref() == Some(legal))
                    && wanted
                        .to
                        .as_ref()
                        .is_none_or(|to| to.all().iter().all(|name| notice.to.iter().any(|p| p.as_str() == *name)))
            };
            let Some(at) = left.iter().position(fits) else {
                let to = wanted.to.as_ref().map(Names::all).unwrap_or_default().join(", ");
                let of = wanted.of.clone().unwrap_or_default();
                faults.push(format!("không thấy {} {} {to}{of}", wanted.time, wanted.kind));
                continue;
            };
            match &wanted.to {
                Some(to) => {
                    left[at].to.retain(|person| !to.all().contains(&person.as_str()));
                    if left[at].to.is_empty() {
                        left.remove(at);
                    }
                }
                None => drop(left.remove(at)),
            }
        }
        faults.extend(left.iter().map(|notice| {
            let to: Vec<&str> = notice.to.iter().map(PersonId::as_str).collect();
            let percent = notice.percent.map_or_else(String::new, |p| format!(" {p}%"));
            format!("thấy thêm {} {}{percent} {}", self.local(notice.at), notice.kind, to.join(", "))
        }));
        faults
    }

    fn must_refuse(&self, expected: &ExpectedRefusal) -> Option<String> {
        let (name, act) = (&expected.who, &expected.act);
        let asked = self.command(name, act, &expected.with, expected.reason.clone(), expected.to.as_deref(), None);
        let (actor, command) = match asked {
            Ok(asked) => asked,
            Err(fault) => return Some(fault),
        };
        let rules = Rules {
            procedure: self.procedure,
            directory: self.directory,
            calendars: self.calendars,
            workload: &self.workload,
        };
        let request = Request { actor, at: self.now.max(self.case.as_ref()?.last_at), command };
        match decide(&rules, self.case.as_ref(), &CaseId::from("kich-ban"), &request) {
            Ok(_) => Some(format!("{name} làm được `{act}`, mong đợi bị từ chối vì {}", expected.because)),
            Err(refusal) if refusal.code.word() == expected.because => None,
            Err(refusal) => Some(format!(
                "{name} bị từ chối `{act}` vì {} ({}), mong đợi {}",
                refusal.code.word(),
                refusal.vi,
                expected.because
            )),
        }
    }
}
