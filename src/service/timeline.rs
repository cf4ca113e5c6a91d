//! An entry in words, in both languages, with names beside ids: what a timeline and a notice say.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::words;
use crate::definition::procedure::{Procedure, Sign, StepKind};
use crate::definition::verbs::standard;
use crate::ids::{BranchId, PersonId, StepId, Verb};
use crate::machine::event::{CaseMigrated, CaseOpened, ChangedClock, Closing, Event, Holder, How, Scope, Tally};
use crate::service::library::Shelf;

/// What an event says, its reason and its branch.
pub struct Said {
    pub vi: String,
    pub en: String,
    pub reason: Option<String>,
    pub branch: Option<BranchId>,
}

/// The event in words.
pub fn say(event: &Event, procedure: &Procedure, shelf: &Shelf) -> Said {
    let name = |person: &PersonId| shelf.person_name(person);
    let names = |people: &[PersonId]| people.iter().map(name).collect::<Vec<_>>().join(", ");
    let step = |id: &StepId| procedure.step_title(id).to_owned();
    let plain = |vi: String, en: String| Said { vi, en, reason: None, branch: None };
    let on = |branch: &BranchId, vi: String, en: String| Said { vi, en, reason: None, branch: Some(*branch) };
    match event {
        Event::CaseOpened(CaseOpened { caller: Some(caller), version, .. }) => plain(
            format!("Mở hồ sơ con theo {} (phiên bản {version}), do hồ sơ {} gọi", procedure.title.vi, caller.case),
            format!("Opened under {} (version {version}), called by case {}", procedure.title.vi, caller.case),
        ),
        Event::CaseOpened(opened) => {
            let variant = opened.variant.as_ref().and_then(|id| Some(procedure.variants.get(id)?.label(id)));
            let (vi, en) = variant.map_or_else(Default::default, |(vi, en)| (format!(", {vi}"), format!(", {en}")));
            plain(
                format!("Mở hồ sơ theo {} (phiên bản {}{vi})", procedure.title.vi, opened.version),
                format!("Opened under {} (version {}{en})", procedure.title.vi, opened.version),
            )
        }
        Event::ClockStarted { .. } => plain("Bắt đầu tính thời hạn hồ sơ".into(), "The case's clock started".into()),
        Event::GroupStarted { group, .. } => {
            let title = procedure.groups.get(group).map_or(group.as_str(), |g| g.title.vi.as_str());
            plain(format!("Bắt đầu tính thời hạn: {title}"), format!("The clock of {title} started"))
        }
        Event::GroupLeft { .. } | Event::GroupResumed { .. } => {
            let (vi, en) = if matches!(event, Event::GroupLeft { .. }) {
                ("Rời nhóm bước", "Left a group of steps")
            } else {
                ("Trở lại nhóm bước", "Came back to a group of steps")
            };
            plain(vi.into(), en.into())
        }
        Event::Taken(taken) => {
            let (vi, en) = verb_title(procedure, &taken.step, &taken.verb);
            let to = taken.to.as_ref().map(|to| format!(" → {}", step(to))).unwrap_or_default();
            let (signed, signed_en) = signed(taken.sign);
            let (vi, en) = match &taken.tally {
                Some(Tally { members, voted, votes }) => (
                    format!("{vi} ({votes}/{voted} phiếu, {members} thành viên)"),
                    format!("{en} ({votes} of {voted} votes, {members} members)"),
                ),
                None => (vi, en),
            };
            if let Some(signal) = &taken.signal {
                let source = signal.source.as_deref();
                return on(
                    &taken.branch,
                    format!("{} báo: {vi} (mã {}){to}", source.unwrap_or("Hệ thống ngoài"), signal.id),
                    format!("{} signalled: {en} (number {}){to}", source.unwrap_or("An outside system"), signal.id),
                );
            }
            Said {
                vi: format!("{vi}: {}{to}{signed}", step(&taken.step)),
                en: format!("{en}: {}{to}{signed_en}", step(&taken.step)),
                reason: taken.reason.clone(),
                branch: Some(taken.branch),
            }
        }
        Event::Voted { branch, step: at, member, verb, text } => {
            let (vi, en) = match verb {
                Some(verb) => {
                    let (vi, en) = verb_title(procedure, at, verb);
                    (format!("cho «{vi}»"), format!("for “{en}”"))
                }
                None => ("phiếu trắng".to_owned(), "abstained".to_owned()),
            };
            Said {
                reason: text.clone(),
                ..on(
                    branch,
                    format!("{} biểu quyết {vi}: {}", name(member), step(at)),
                    format!("{} voted {en}: {}", name(member), step(at)),
                )
            }
        }
        Event::Decided { branch, to, .. } => {
            on(branch, format!("Tự động rẽ nhánh → {}", step(to)), format!("Led on automatically → {}", step(to)))
        }
        Event::StepEntered(entered) => held(entered.branch, &entered.holder, &step(&entered.step), shelf),
        Event::BranchOpened(opened) => held(opened.branch, &opened.holder, &step(&opened.step), shelf),
        Event::BranchClosed { branch, how } => {
            let (vi, en) = match how {
                Closing::Answered => ("Nhánh đã trả lời", "The branch answered"),
                Closing::Silent => ("Nhánh đóng vì im lặng", "The branch closed by silence"),
                Closing::Cancelled => ("Nhánh đóng, không chờ nữa", "The branch closed, no longer awaited"),
            };
            on(branch, vi.into(), en.into())
        }
        Event::Joined { branch, step: block, answered, silent, cancelled } => on(
            branch,
            format!(
                "{}: đủ điều kiện đi tiếp ({answered} trả lời, {silent} im lặng, {cancelled} không chờ)",
                step(block)
            ),
            format!("{}: joined ({answered} answered, {silent} silent, {cancelled} cancelled)", step(block)),
        ),
        Event::Silent { branch, unit, legal, .. } => {
            let unit = unit.as_ref().map_or_else(String::new, |unit| shelf.unit_name(unit));
            let legal = legal
                .as_ref()
                .and_then(|id| procedure.legal.get(id))
                .map_or_else(String::new, |l| format!(" ({})", l.vi));
            on(
                branch,
                format!("{unit} không trả lời trong thời hạn, coi như đồng ý{legal}"),
                format!("{unit} did not answer in its term and is taken to agree{legal}"),
            )
        }
        Event::Lapsed { branch, step: id, .. } => {
            on(branch, format!("Hết thời hạn chờ: {}", step(id)), format!("The wait ran out: {}", step(id)))
        }
        Event::Called(called) => {
            let title = shelf.procedure(&called.digest).map(|theirs| theirs.title.vi.clone());
            let title = title.unwrap_or_else(|| called.procedure.to_string());
            on(
                &called.branch,
                format!(
                    "{}: mở hồ sơ con {} theo {title} (phiên bản {})",
                    step(&called.step),
                    called.case,
                    called.version
                ),
                format!(
                    "{}: opened case {} under {title} (version {})",
                    step(&called.step),
                    called.case,
                    called.version
                ),
            )
        }
        Event::CallEnded(ended) => {
            let said = |lang| words::outcome(ended.outcome, lang);
            let (vi, en) = (said(Lang::Vi), said(Lang::En));
            on(
                &ended.branch,
                format!("{}: hồ sơ con {} kết thúc ({vi})", step(&ended.step), ended.case),
                format!("{}: case {} ended ({en})", step(&ended.step), ended.case),
            )
        }
        Event::CallDropped { branch, step: id, case, reason, .. } => Said {
            reason: reason.clone(),
            ..on(
                branch,
                format!("{}: không chờ hồ sơ con {case} nữa, hồ sơ đó dừng", step(id)),
                format!("{}: case {case} is awaited no more and stops", step(id)),
            )
        },
        Event::StoppedByCaller { caller, reason, .. } => Said {
            reason: reason.clone(),
            ..plain(
                format!("Dừng vì hồ sơ {caller}, hồ sơ đã gọi hồ sơ này, không chờ kết quả nữa"),
                format!("Stopped: case {caller}, which called this one, no longer waits for it"),
            )
        },
        Event::Received { branch, given_by, verdict, .. } => {
            let from = given_by.as_ref().map_or_else(String::new, |person| format!(" từ {}", name(person)));
            let from_en = given_by.as_ref().map_or_else(String::new, |person| format!(" from {}", name(person)));
            let (vi, en) = verdict.map_or(("", ""), crate::service::words::verdict);
            let (vi, en) =
                if vi.is_empty() { (String::new(), String::new()) } else { (format!(", {vi}"), format!(", {en}")) };
            on(branch, format!("Nhận{from}{vi}"), format!("Received{from_en}{en}"))
        }
        Event::SentBack { branch, step: id, reason } => Said {
            reason: Some(reason.clone()),
            ..on(branch, format!("Không nhận, trả lại: {}", step(id)), format!("Sent back unreceived: {}", step(id)))
        },
        Event::Recalled { branch, step: id } => {
            on(branch, format!("Lấy lại trước khi bên kia nhận: {}", step(id)), format!("Recalled: {}", step(id)))
        }
        Event::HolderChanged { branch, holder, reason } => {
            Said { reason: reason.clone(), ..held(*branch, holder, "", shelf) }
        }
        Event::ClockStopped { branch, step: id, .. } => on(
            branch,
            format!("Tạm dừng thời hạn hồ sơ: {}", step(id)),
            format!("The case's clock stands: {}", step(id)),
        ),
        Event::ClockResumed { branch, stopped_minutes, .. } => {
            let (vi, en) = crate::service::words::working(*stopped_minutes);
            on(branch, format!("Thời hạn hồ sơ chạy tiếp sau {vi}"), format!("The case's clock runs again after {en}"))
        }
        Event::Extended { length, reason, sign, .. } => {
            let (vi, en) = signed(*sign);
            let said = plain(format!("Gia hạn {length}{vi}"), format!("Extended by {length}{en}"));
            Said { reason: reason.clone(), ..said }
        }
        Event::CalendarChanged { calendar, version, clocks } => {
            let vi = moved(clocks, procedure, shelf, "hạn hồ sơ");
            let en = moved(clocks, procedure, shelf, "the case");
            plain(
                format!("Tính lại hạn theo lịch {calendar} bản {version}: {vi}"),
                format!("Counted by version {version} of calendar {calendar}: {en}"),
            )
        }
        Event::CaseMigrated(moved) => migrated(moved, procedure, shelf),
        Event::Apologised { reason, .. } => Said {
            reason: Some(reason.clone()),
            ..plain("Xin lỗi và hẹn lại ngày trả kết quả".into(), "Apologised and gave a new date".into())
        },
        Event::Reminded { percent, to, .. } => {
            let share = percent.map_or_else(String::new, |p| format!(" {p}% thời hạn"));
            let share_en = percent.map_or_else(String::new, |p| format!(" at {p}%"));
            plain(format!("Nhắc{share}: {}", names(to)), format!("Reminded{share_en}: {}", names(to)))
        }
        Event::Breached { to, .. } => {
            plain(format!("Quá hạn, báo: {}", names(to)), format!("Deadline passed, told: {}", names(to)))
        }
        Event::Escalated { to, .. } => {
            plain(format!("Báo lên cấp trên: {}", name(to)), format!("Escalated to {}", name(to)))
        }
        Event::Acknowledged { branch, superior, text, .. } => Said {
            reason: text.clone(),
            ..on(
                branch,
                format!("{} xác nhận đã biết việc quá hạn", name(superior)),
                format!("{} acknowledged the escalation", name(superior)),
            )
        },
        Event::ApologyDue { to, .. } => plain(
            format!("Đến lúc phải xin lỗi và hẹn lại, báo: {}", names(to)),
            format!("Time to apologise, told: {}", names(to)),
        ),
        Event::Marked { branch, count, to, .. } => on(
            branch,
            format!("Đánh dấu hồ sơ: yêu cầu bổ sung lần {count} (NĐ 118/2025/NĐ-CP Điều 11), báo: {}", names(to)),
            format!("Marked: papers asked for {count} times (Decree 118/2025/NĐ-CP, Article 11), told: {}", names(to)),
        ),
        Event::TimerSpent { .. } => plain("Mốc thời hạn đã qua".into(), "A term passed with nothing to say".into()),
        Event::Commented { text } => Said { reason: Some(text.clone()), ..plain("Ý kiến".into(), "Comment".into()) },
        Event::Attached { document, name, digitised } => {
            let title = procedure.documents.get(document).map_or(document.as_str(), |d| d.title.vi.as_str());
            let name = name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
            let (vi, en) = if *digitised { (" (bản số hóa)", " (digital)") } else { ("", "") };
            plain(format!("Đính kèm {title}{name}{vi}"), format!("Attached {title}{name}{en}"))
        }
        Event::Ended { step: id, outcome } if !is_end(procedure, id) => plain(
            format!("Kết thúc tại bước {}: {}", step(id), words::outcome(*outcome, Lang::Vi)),
            format!("Ended at the step {}: {}", step(id), words::outcome(*outcome, Lang::En)),
        ),
        Event::Ended { step: id, .. } => plain(format!("Kết thúc: {}", step(id)), format!("Ended: {}", step(id))),
        Event::Reopened { reason, .. } => {
            Said { reason: reason.clone(), ..plain("Mở lại hồ sơ".into(), "Reopened".into()) }
        }
    }
}

/// Whether the step is an end; a case that is stopped ends where it rested.
fn is_end(procedure: &Procedure, step: &StepId) -> bool {
    procedure.step(step).is_some_and(|step| matches!(step.kind, StepKind::End(_)))
}

/// How an act was signed, in brackets.
fn signed(sign: Option<Sign>) -> (String, String) {
    sign.map_or_else(Default::default, |sign| {
        let (vi, en) = sign.title();
        (format!(" ({vi})"), format!(" ({en})"))
    })
}

/// Each clock with the date it had and the date it has.
fn moved(clocks: &[ChangedClock], procedure: &Procedure, shelf: &Shelf, case: &str) -> String {
    let each = clocks.iter().map(|changed| {
        let title = match (&changed.scope, &changed.step) {
            (Scope::Case, _) => case.to_owned(),
            (Scope::Group(group), _) => {
                procedure.groups.get(group).map_or_else(|| group.to_string(), |group| group.title.vi.clone())
            }
            (Scope::Branch(_), Some(step)) => procedure.step_title(step).to_owned(),
            (Scope::Branch(branch), None) => branch.to_string(),
        };
        let (old, new) = (changed.old_deadline, changed.clock.deadline);
        format!("{title} {} → {}", shelf.directory.local_text(old), shelf.directory.local_text(new))
    });
    each.collect::<Vec<_>>().join("; ")
}

/// From which version to which, with the steps that are called otherwise now.
fn migrated(moved: &CaseMigrated, before: &Procedure, shelf: &Shelf) -> Said {
    let after = shelf.procedure(&moved.digest);
    let title = |step: &StepId| {
        let after = after.as_deref().and_then(|after| after.step(step));
        after.map_or_else(|| step.to_string(), |step| step.title.vi.clone())
    };
    let renamed = moved.steps.iter().filter(|(old, now)| old != now && before.step(old).is_some());
    let renamed: Vec<String> =
        renamed.map(|(old, now)| format!("{} → {}", before.step_title(old), title(now))).collect();
    let renamed = if renamed.is_empty() { String::new() } else { format!("; {}", renamed.join(", ")) };
    let (from, to) = (moved.from_version, moved.version);
    Said {
        vi: format!("Chuyển từ bản {from} sang bản {to} của quy trình; người giữ và mọi hạn giữ nguyên{renamed}"),
        en: format!("Goes on by version {to} instead of {from}; holders and all deadlines stay{renamed}"),
        reason: moved.reason.clone(),
        branch: None,
    }
}

fn held(branch: BranchId, holder: &Holder, step: &str, shelf: &Shelf) -> Said {
    let (name, unit) = (shelf.person_name(&holder.person), shelf.unit_name(&holder.unit));
    let (vi, en) = match holder.how {
        How::Claimed => ("nhận việc", "claimed it"),
        How::Assigned => ("được phân công", "was assigned"),
        How::Transferred => ("được chuyển giao", "was transferred it"),
        How::Head => ("giữ thay khi chưa có người nhận", "holds it until somebody takes it"),
        How::Returned => ("giữ lại do bị trả", "holds it again, returned"),
        How::Recalled => ("giữ lại do lấy về", "holds it again, recalled"),
        How::Continued => ("tiếp tục giữ", "goes on holding it"),
        How::Opened | How::HandedOver | How::Automatic | How::Reopened => ("giữ", "holds it"),
    };
    let at = if step.is_empty() { String::new() } else { format!(": {step}") };
    Said {
        vi: format!("{name} ({unit}) {vi}{at}"),
        en: format!("{name} ({unit}) {en}{at}"),
        reason: None,
        branch: Some(branch),
    }
}

/// The label of a verb: the author's, else the built-in one, else the verb itself.
pub fn verb_title(procedure: &Procedure, step: &StepId, verb: &Verb) -> (String, String) {
    let own = procedure
        .step(step)
        .and_then(|s| s.actions())
        .and_then(|actions| actions.get(verb))
        .and_then(|t| t.title.as_ref());
    if let Some(title) = own {
        return (title.vi.clone(), title.en.clone().unwrap_or_else(|| title.vi.clone()));
    }
    match standard(verb) {
        Some(standard) => (standard.vi.to_owned(), standard.en.to_owned()),
        None => (verb.to_string(), verb.to_string()),
    }
}
