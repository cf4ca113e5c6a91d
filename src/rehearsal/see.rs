//! What a scenario expects to see, held against what is there: step, holder, deadlines, notices, refusals.

use crate::definition::diagnostic::Text;
use crate::ids::{CaseId, DocumentId, PersonId};
use crate::machine::case::{Case, Status};
use crate::machine::command::{Command, Request};
use crate::machine::decide::decide;
use crate::machine::refusal::Code;
use crate::rehearsal::play::{Notice, Stage};
use crate::rehearsal::scenario::{Expect, ExpectedNotice, ExpectedRefusal, Item, Names};

impl Stage<'_> {
    pub(super) fn expect(&mut self, expect: &Expect) {
        let Some(case) = self.case.clone() else { return };
        let mut faults = self.compare_case(expect, &case);
        if let Some(notices) = &expect.notices {
            faults.extend(self.compare_notices(notices));
        }
        for refusal in &expect.refused {
            faults.extend(self.must_refuse(refusal, &case));
        }
        faults.into_iter().for_each(|fault| self.fault(fault));
    }

    pub(super) fn compare_case(&self, expect: &Expect, case: &Case) -> Vec<Text> {
        let mut faults = Vec::new();
        // Nothing is expected by either word.
        let none = || "không có".to_owned();
        let mut differs = |(vi, en): (&str, &str), wanted: &Option<String>, found: &dyn Fn() -> String| {
            if let Some(wanted) = wanted
                && *wanted != found()
                && (wanted != "none" || found() != none())
            {
                let found = found();
                faults.push(Text::new(
                    format!("{vi}: mong đợi {wanted}, thấy {found}"),
                    format!("{en}: expected {wanted}, found {found}"),
                ));
            }
        };
        let here = |step: &String| case.branches.values().find(|branch| branch.step.as_str() == step);
        let named = expect.step.as_ref().and_then(here);
        let branch = named.or_else(|| case.branches.values().next());
        if named.is_none() {
            let steps = || case.branches.values().map(|branch| branch.step.to_string()).collect::<Vec<_>>().join(", ");
            differs(("bước", "step"), &expect.step, &|| if case.branches.is_empty() { none() } else { steps() });
        }
        differs(("người giữ", "holder"), &expect.holder, &|| {
            branch.map_or_else(none, |branch| branch.holder.person.to_string())
        });
        differs(("hạn", "deadline"), &expect.deadline, &|| {
            let clock = branch.and_then(|branch| branch.clock.as_ref());
            clock.map_or_else(none, |clock| self.local(clock.clock.deadline))
        });
        differs(("hạn hồ sơ", "the case's deadline"), &expect.case_deadline, &|| {
            case.clock.as_ref().map_or_else(none, |clock| self.local(clock.clock.deadline))
        });
        differs(("kết quả", "outcome"), &expect.outcome, &|| match &case.status {
            Status::Open => "đang mở / still open".to_owned(),
            Status::Ended { outcome, .. } => outcome.word().to_owned(),
        });
        differs(("biến thể", "variant"), &expect.variant, &|| {
            case.variant.as_ref().map_or_else(none, ToString::to_string)
        });
        if let Some(wanted) = &expect.documents {
            let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            wanted.sort_unstable();
            wanted.dedup();
            let found: Vec<&str> = case.documents.iter().map(DocumentId::as_str).collect();
            if wanted != found {
                let (wanted, found) = (wanted.join(", "), found.join(", "));
                faults.push(Text::new(
                    format!("giấy tờ: mong đợi [{wanted}], thấy [{found}]"),
                    format!("documents: expected [{wanted}], found [{found}]"),
                ));
            }
        }
        faults
    }

    /// Every expected notice must have been told, and nothing else.
    pub(super) fn compare_notices(&self, expected: &[ExpectedNotice]) -> Vec<Text> {
        let mut faults = Vec::new();
        let mut left: Vec<Notice> = self.notices.clone();
        for wanted in expected {
            let Some(at) = left.iter().position(|notice| self.fits(wanted, notice)) else {
                let to = wanted.to.as_ref().map(Names::all).unwrap_or_default().join(", ");
                let of = wanted.of.clone().unwrap_or_default();
                let what = format!("{} {} {to}{of}", wanted.time, wanted.kind);
                faults.push(Text::new(format!("không thấy {what}"), format!("not seen: {what}")));
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
            let what = format!("{} {}{percent} {}", self.local(notice.at), notice.kind, to.join(", "));
            Text::new(format!("thấy thêm {what}"), format!("seen besides: {what}"))
        }));
        faults
    }

    fn fits(&self, wanted: &ExpectedNotice, notice: &Notice) -> bool {
        let told = |name: &&str| notice.to.iter().any(|person| person.as_str() == *name);
        notice.kind == wanted.kind
            && self.local(notice.at) == wanted.time
            && (wanted.percent.is_none() || wanted.percent == notice.percent)
            && wanted.of.as_ref().is_none_or(|of| notice.of.as_ref().is_some_and(|unit| unit.as_str() == of))
            && wanted.legal.as_ref().is_none_or(|legal| notice.legal.as_ref() == Some(legal))
            && wanted.to.as_ref().is_none_or(|to| to.all().iter().all(told))
    }

    fn must_refuse(&mut self, expected: &ExpectedRefusal, case: &Case) -> Vec<Text> {
        let (name, act, because) = (&expected.who, &expected.act, &expected.because);
        let item = Item {
            with: expected.with.clone(),
            reason: expected.reason.clone(),
            to: expected.to.clone(),
            ..Item::default()
        };
        let asked = match self.commands(name, act, &item) {
            Ok(asked) => asked,
            Err(fault) => return vec![fault],
        };
        let mut faults = Vec::new();
        for (actor, command) in asked {
            let request = Request { actor, at: self.now.max(case.last_at), command };
            match decide(&self.rules(self.procedure), Some(case), &CaseId::from("kich-ban"), &request) {
                Ok(_) => faults.push(Text::new(
                    format!("{name} làm được `{act}`, mong đợi bị từ chối vì {because}"),
                    format!("{name} could do `{act}`, a refusal was expected because of {because}"),
                )),
                Err(refusal) if refusal.code.word() == because => {
                    if let (Code::GuardFalse, Command::Take(asked)) = (refusal.code, &request.command) {
                        self.walked.refused(case, asked);
                    }
                }
                Err(refusal) => {
                    let code = refusal.code.word();
                    faults.push(Text::new(
                        format!("{name} bị từ chối `{act}` vì {code} ({}), mong đợi {because}", refusal.vi),
                        format!("{name} was refused `{act}` because of {code} ({}), expected {because}", refusal.en),
                    ));
                }
            }
        }
        faults
    }
}
