//! Samples about time: a deadline explained, a register of suspensions, a morning's digest. What is counted in them is
//! counted by the engine; only the story is made up.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::calendar::Calendar;
use crate::calendar::file::CalendarFile;
use crate::definition::procedure::ClockPolicy;
use crate::ids::{BranchId, CalendarId, CaseId, DocumentId, StepId, Ts};
use crate::ledger::clock_history::{Cause, ClockLife, Mark, Stand, What};
use crate::ledger::explanation::of_clock;
use crate::machine::command::Actor;
use crate::machine::event::{Clock, Scope};
use crate::service::digest::{Digest, DigestCase, DigestLine, Told};
use crate::service::explain::{Explained, Of};
use crate::service::explain_days::{Naming, days};
use crate::service::suspensions::{EvidenceView, PartyTotal, Register, SuspensionView};
use crate::service::views::PersonName;
use crate::web::samples::{NOW, Size};

const CALENDAR: &str = "format: calendar/v1\nid: mau\nvi: Giờ hành chính\nzone: Asia/Ho_Chi_Minh\nversion: 1\n\
    from: 2026-01-01\nto: 2026-12-31\n\
    week: { mon: [\"08:00-12:00\", \"13:30-17:30\"], tue: [\"08:00-12:00\", \"13:30-17:30\"], \
    wed: [\"08:00-12:00\", \"13:30-17:30\"], thu: [\"08:00-12:00\", \"13:30-17:30\"], \
    fri: [\"08:00-12:00\", \"13:30-17:30\"] }\n\
    days_off:\n  - { date: 2026-11-24, vi: Ngày Văn hóa Việt Nam }\n";

fn at(text: &str) -> Ts {
    text.parse().unwrap_or(NOW)
}

fn case() -> CaseId {
    CaseId::from("HS-2026-000142")
}

fn lan() -> PersonName {
    PersonName { id: "lan".into(), name: "Nguyễn Thị Lan".to_owned() }
}

/// A clock over a holiday and a standing; late where names are long, standing where nothing is full.
pub fn explained(size: Size) -> Option<Explained> {
    let calendar = Arc::new(CalendarFile::read(CALENDAR).and_then(Calendar::build).ok()?);
    let life = life(size);
    let now = if size == Size::Long { at("2026-12-17T03:00:00Z") } else { at("2026-12-01T03:05:00Z") };
    let explanation = of_clock(&life, &calendar, Some((15, 0)), now);
    let step = |_: &StepId| "Chờ chủ đầu tư bổ sung hồ sơ".to_owned();
    let sources: Vec<_> = explanation.lines.iter().filter_map(|line| line.why.reason()).take(1).cloned().collect();
    let words = [("Bắt đầu tính (Nguyễn Thị Lan)", "It began (Nguyễn Thị Lan)"), ("Chạy tiếp", "It ran on")];
    Some(Explained {
        case: case(),
        case_title: "Sửa chữa trường Tiểu học Kim Đồng".to_owned(),
        of: Of::Clock(Scope::Case).to_string(),
        title: None,
        holder: None,
        limit: Some(life.clock.limit.clone()),
        rule: Some(life.clock.rule.clone()),
        calendar: "mau".to_owned(),
        calendar_title: calendar.title().to_owned(),
        calendar_version: 1,
        as_of: now,
        rows: days(&explanation, &Naming { calendar: &calendar, step: &step }),
        explanation,
        marks: life.marks,
        said: words.map(|(vi, en)| (vi.to_owned(), en.to_owned())).to_vec(),
        sources,
    })
}

fn life(size: Size) -> ClockLife {
    let cause = Cause::Suspension {
        step: StepId::from("cho_bo_sung"),
        policy: ClockPolicy::Pause,
        reason: Some("Thiếu bản vẽ mặt đứng và văn bản chấp thuận về phòng cháy".to_owned()),
    };
    let mark = |seq: u64, at: Ts, what: What| Mark { seq, at, actor: Actor::Person("lan".into()), what };
    let (started, stood) = (at("2026-11-13T08:20:00Z"), at("2026-11-26T02:00:00Z"));
    let ran_on = (size != Size::Empty).then(|| at("2026-11-27T03:30:00Z"));
    let deadline = at("2026-12-10T10:30:00Z");
    let began = What::Began { limit: "16 working days".to_owned(), rule: "day".to_owned(), deadline };
    ClockLife {
        scope: Scope::Case,
        step: None,
        clock: Clock {
            started,
            deadline,
            counted_to: None,
            rule: "day".to_owned(),
            limit: "16 working days".to_owned(),
            calendar: CalendarId::from("mau"),
            calendar_version: 1,
            reminders: Vec::new(),
            escalations: Vec::new(),
        },
        stands: vec![Stand { from: stood, to: ran_on, cause }],
        ended_at: None,
        marks: vec![mark(104, started, began), mark(131, ran_on.unwrap_or(stood), What::RanOn { deadline })],
    }
}

/// A register with one suspension that is over, and one that lasts where asked for.
pub fn suspensions(lasts: bool) -> Register {
    let suspension = |n: u32, open: bool| SuspensionView {
        n,
        branch: BranchId::MAIN,
        step: StepId::from("cho_bo_sung"),
        step_title: "Chờ chủ đầu tư bổ sung hồ sơ".to_owned(),
        policy: ClockPolicy::Pause,
        from: NOW.plus_minutes(if open { -600 } else { -8_000 }),
        seq: 110,
        opened_by: Some(lan()),
        on_behalf_of: None,
        act_vi: Some("Yêu cầu bổ sung".to_owned()),
        act_en: Some("Asked for a supplement".to_owned()),
        reason: Some("Thiếu bản vẽ mặt đứng".to_owned()),
        evidence: vec![EvidenceView {
            document: DocumentId::from("phieu_bo_sung"),
            title: "Phiếu yêu cầu bổ sung hồ sơ".to_owned(),
        }],
        waited_for: if open { "outside" } else { "applicant" },
        own_limit: Some("15 working days".to_owned()),
        own_deadline: Some(NOW.plus_minutes(9_000)),
        next_check: open.then(|| NOW.plus_minutes(1_440)),
        resumed_at: (!open).then(|| NOW.plus_minutes(-3_000)),
        resumed_by: (!open).then(lan),
        resumed_how: (!open).then(|| "supplement".to_owned()),
        minutes: if open { 300 } else { 1_730 },
    };
    let mut items = vec![suspension(0, false)];
    let mut totals = BTreeMap::from([("applicant", PartyTotal { count: 1, minutes: 1_730 })]);
    if lasts {
        items.push(suspension(1, true));
        totals.insert("outside", PartyTotal { count: 1, minutes: 300 });
    }
    Register { items, totals }
}

/// A morning with something of each kind; a quiet one where asked for.
pub fn digest(size: Size) -> Digest {
    let line = |n: u32, hours: i64| DigestLine {
        case: case(),
        title: format!("Nhà ở riêng lẻ số {n} phố Hàng Bài"),
        step_title: "Thẩm định hồ sơ".to_owned(),
        deadline: NOW.plus_minutes(hours * 60),
    };
    let full = size != Size::Empty;
    let told = DigestCase {
        case: case(),
        title: "Sửa chữa trường Tiểu học Kim Đồng".to_owned(),
        deadline: Some(NOW.plus_minutes(5_400)),
        notices: vec![
            Told { kind: "reminded".to_owned(), at: NOW.plus_minutes(-1_200) },
            Told { kind: "breached".to_owned(), at: NOW.plus_minutes(-900) },
        ],
    };
    Digest {
        person: lan(),
        date: "2026-11-24".parse().unwrap_or(jiff::civil::Date::MIN),
        since: NOW.plus_minutes(-1_805),
        until: NOW.plus_minutes(-365),
        told: if full { vec![told] } else { Vec::new() },
        late: if full { vec![line(12, -20)] } else { Vec::new() },
        today: if full { vec![line(14, 3), line(16, 3)] } else { Vec::new() },
        tomorrow: if size == Size::Long { vec![line(18, 27)] } else { Vec::new() },
    }
}
