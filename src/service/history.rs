//! A made-up city at work: opens cases and has their holders move them, each through the one door, on a clock that is
//! set. Chance comes from a seed, so the same city lives the same months twice.

use std::sync::Arc;

use crate::definition::procedure::{Bodies, By, Means, Parallel, Procedure, StepKind, UnitRef, Units, Who};
use crate::definition::value::{Kind, Number, Value};
use crate::ids::{BranchId, CaseId, FieldId, PersonId, Ts, UnitId};
use crate::machine::command::{Actor, Command, Open, Take};
use crate::service::ask::{Ask, Denied, Key, Target};
use crate::service::clock::{Clock as _, SetClock};
use crate::service::engine::Engine;
use crate::service::query::QueryError;
use crate::service::sweep;
use crate::service::views::OfferView;
use crate::store::contract::{CaseFilter, HoldingFilter, Paging};

/// What was lived through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lived {
    pub opened: u32,
    pub ended: u32,
    pub acts: u32,
}

/// Somebody to sign in as.
pub struct Cast {
    pub role: (&'static str, &'static str),
    pub person: PersonId,
    pub name: String,
}

/// A small generator of chance (Marsaglia's xorshift64*, 2003): the same seed lives the same months.
pub struct Chance(u64);

impl Chance {
    /// From a seed; never 0, which is followed by nothing else.
    pub fn seeded(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        drawn as usize % bound.max(1)
    }
}

/// Lives from the clock's instant to `until`, opening `cases` cases on the way.
pub async fn live(engine: &Engine, clock: &SetClock, until: Ts, cases: u32) -> Result<Lived, Denied> {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let shelf = engine.library();
    let procedures: Vec<_> = shelf.all_current().collect();
    let Some(calendar) = procedures.first().and_then(|p| shelf.calendar_of(p)) else { return Ok(Lived::default()) };
    let mut lived = Lived::default();
    let begin = clock.now();
    let span = calendar.working_minutes(begin, until).max(1);
    // Half a working hour at a time.
    let steps = (span / 30).max(1);
    for step in 0..steps {
        clock.set(calendar.add_working_minutes(begin, step * 30 + 1 + chance.below(25) as i64));
        sweep::run_once(engine).await?;
        let due = (i64::from(cases) * (step + 1) / steps) as u32;
        while lived.opened < due {
            let procedure = &procedures[chance.below(procedures.len())];
            open(engine, procedure, &mut chance, lived.opened).await?;
            lived.opened += 1;
        }
        let filter = HoldingFilter { page: Paging { limit: 200, after: None }, ..HoldingFilter::default() };
        let held = engine.store().open_holdings(&filter).await.map_err(Denied::Store)?;
        for (holding, case) in held.items {
            // Most people act within a day or two of work; some sit on what they hold.
            let slow = holding.holder.as_str().len() % 5 == 0;
            if chance.below(if slow { 60 } else { 18 }) != 0 {
                continue;
            }
            if let Some(ended) = act(engine, &case.case, &holding.holder, holding.branch, &mut chance).await? {
                lived.acts += 1;
                lived.ended += u32::from(ended);
            }
        }
    }
    clock.set(until);
    sweep::run_once(engine).await?;
    Ok(lived)
}

/// As `live`, but up to a quarter of the cases come last, one of each procedure that has no open case by then: whatever
/// the day, there is work to look at.
pub async fn live_with_work_left(engine: &Engine, clock: &SetClock, until: Ts, cases: u32) -> Result<Lived, Denied> {
    let procedures: Vec<_> = engine.library().all_current().collect();
    let last = (cases / 4).min(procedures.len() as u32);
    let mut lived = live(engine, clock, until, cases - last).await?;
    let mut idle = idle(engine, &procedures).await?.into_iter();
    let mut chance = Chance::seeded(u64::from(cases));
    while lived.opened < cases && !procedures.is_empty() {
        let procedure = idle.next().unwrap_or_else(|| &procedures[chance.below(procedures.len())]);
        open(engine, procedure, &mut chance, lived.opened).await?;
        lived.opened += 1;
    }
    Ok(lived)
}

/// The procedures that have no open case.
async fn idle<'a>(engine: &Engine, procedures: &'a [Arc<Procedure>]) -> Result<Vec<&'a Arc<Procedure>>, Denied> {
    let mut idle = Vec::new();
    for procedure in procedures {
        let filter = CaseFilter {
            procedure: Some(procedure.id.clone()),
            status: Some("open".into()),
            page: Paging { limit: 1, after: None },
            ..CaseFilter::default()
        };
        if engine.store().cases(&filter).await.map_err(Denied::Store)?.items.is_empty() {
            idle.push(procedure);
        }
    }
    Ok(idle)
}

/// Opens one case, the `n`th.
pub async fn open(engine: &Engine, procedure: &Procedure, chance: &mut Chance, n: u32) -> Result<CaseId, Denied> {
    const ABOUT: [&str; 8] = [
        "nhà ở riêng lẻ, phường Hoàn Kiếm",
        "hồ sơ nộp trực tuyến",
        "Công ty TNHH Một thành viên Sản xuất Thương mại và Dịch vụ Tổng hợp Hồng Hà",
        "bà Nguyễn Thị Ngọc Huyền",
        "hộ ông Trần Văn Đức",
        "hợp tác xã Đồng Tâm",
        "trụ sở mới, phường Láng",
        "ông Lê Quang Vinh",
    ];
    let now = engine.clock().now();
    let opener = opener(engine, procedure, now);
    let fields = procedure
        .fields
        .iter()
        .filter(|(_, f)| f.required)
        .map(|(id, _)| (id.clone(), made_up(engine, procedure, id, chance)))
        .collect();
    let documents = procedure.documents.iter().filter(|(_, d)| d.required).map(|(id, _)| id.clone()).collect();
    let title = format!("{}: {}", procedure.title.vi, ABOUT[chance.below(ABOUT.len())]);
    let title: String = title.chars().take(160).collect();
    let command = Command::Open(Open { title, code: None, channel: Some("online".into()), fields, documents });
    let ask = Ask {
        actor: Actor::Person(opener),
        target: Target::New(procedure.id.clone()),
        command,
        if_match: None,
        key: Some(Key { key: format!("history-{n}"), fingerprint: String::new() }),
        dry_run: false,
    };
    engine.handle(ask).await.map(|answer| answer.receipt.case)
}

/// Whoever works at the first step may open; the head of the owner's unit where nobody can be told.
fn opener(engine: &Engine, procedure: &Procedure, now: Ts) -> PersonId {
    let shelf = engine.library();
    let directory = &shelf.directory;
    let first = procedure.start.last().and_then(|choice| procedure.step(&choice.then));
    let people = first.and_then(|step| match &step.kind {
        StepKind::Staff(staff) => match &staff.by {
            By::People(id) => procedure.people.get(id),
            _ => None,
        },
        _ => None,
    });
    let from_post = people.and_then(|people| match &people.who {
        Who::Post { post, unit: UnitRef::Unit(unit) } => directory.members(unit, post, now).into_iter().next(),
        Who::HeadOf(UnitRef::Unit(unit)) => directory.head_of(unit, now),
        _ => None,
    });
    from_post.or_else(|| directory.head_of(&procedure.owner, now)).unwrap_or_else(|| PersonId::from("nobody"))
}

/// One act of the holder, if he may do any; answers whether the case ended by it.
pub async fn act(
    engine: &Engine,
    case: &CaseId,
    holder: &PersonId,
    branch: BranchId,
    chance: &mut Chance,
) -> Result<Option<bool>, Denied> {
    let view = match engine.query().case(case, holder).await {
        Ok(view) => view,
        Err(QueryError::Store(error)) => return Err(Denied::Store(error)),
        Err(_) => return Ok(None),
    };
    let Some(procedure) = engine.library().procedure(&view.row.digest) else { return Ok(None) };
    let offers: Vec<&OfferView> = view.offers.iter().filter(|offer| offer.branch == branch).collect();
    let Some(offer) = choose(&offers, chance) else { return Ok(None) };
    let reason = Some("Hồ sơ còn thiếu căn cứ, đề nghị làm rõ".to_owned());
    let command = match offer.act.as_str() {
        "assign" => match offer.candidates.get(chance.below(offer.candidates.len())) {
            Some(to) => Command::Assign { branch, to: to.id.clone(), reason: None },
            None => return Ok(None),
        },
        verb => Command::Take(Take {
            branch,
            verb: verb.into(),
            fields: offer
                .wants_fields
                .iter()
                .map(|f| (f.field.clone(), made_up(engine, &procedure, &f.field, chance)))
                .collect(),
            documents: offer.wants_documents.iter().map(|d| d.document.clone()).collect(),
            reason: reason.filter(|_| offer.wants_reason),
            length: None,
        }),
    };
    let ask = Ask {
        actor: Actor::Person(holder.clone()),
        target: Target::Case(case.clone()),
        command,
        if_match: None,
        key: None,
        dry_run: false,
    };
    match engine.handle(ask).await {
        Ok(answer) => Ok(Some(answer.receipt.events.iter().any(|event| event == "ended"))),
        // A guard may refuse what was made up; somebody will try otherwise later.
        Err(Denied::Refused(_)) => Ok(None),
        Err(denied) => Err(denied),
    }
}

/// Mostly forward; now and then back or waiting; never withdrawing.
fn choose<'a>(offers: &[&'a OfferView], chance: &mut Chance) -> Option<&'a OfferView> {
    let by = |wanted: &[Means]| -> Vec<&'a OfferView> {
        offers
            .iter()
            .copied()
            .filter(|o| o.kind == "transition" && o.means.is_some_and(|m| wanted.contains(&m)))
            .collect()
    };
    let (forward, other) = (by(&[Means::Forward]), by(&[Means::Back, Means::Wait]));
    if let Some(assign) = offers.iter().copied().find(|offer| offer.act == "assign" && !offer.candidates.is_empty())
        && (forward.is_empty() || chance.below(2) == 0)
    {
        return Some(assign);
    }
    let pool = if !other.is_empty() && (forward.is_empty() || chance.below(7) == 0) { other } else { forward };
    let pool: Vec<_> = pool.into_iter().filter(|offer| offer.act != "extend").collect();
    pool.get(chance.below(pool.len())).copied()
}

/// A value that fits the field.
fn made_up(engine: &Engine, procedure: &Procedure, id: &FieldId, chance: &mut Chance) -> Value {
    let Some(field) = procedure.fields.get(id) else { return Value::Text(String::new()) };
    let shelf = engine.library();
    match &field.kind {
        // Most of what is applied for can be granted.
        Kind::YesNo => Value::YesNo(chance.below(8) != 0),
        Kind::Number | Kind::Money => {
            let least = field.min.map_or(1, |min| (min.millionths() / 1_000_000) as i64);
            let number = Number::whole(least + chance.below(900) as i64);
            number.map_or_else(|| Value::Text(String::new()), Value::Number)
        }
        Kind::Choice(of) => Value::Text(of.get(chance.below(of.len())).cloned().unwrap_or_default()),
        // A date within the next ten days, weekdays or not: some terms are short.
        Kind::Date => {
            let ahead = engine.clock().now().plus_minutes(1_440 * (1 + chance.below(10) as i64));
            let date = shelf.calendar_of(procedure).map(|calendar| calendar.local(ahead).date());
            Value::Text(date.map_or_else(|| "2026-12-31".to_owned(), |date| date.to_string()))
        }
        Kind::Units => {
            let headed =
                shelf.directory.file().units.iter().filter(|(_, unit)| unit.posts.values().any(|post| post.head));
            Value::List(headed.map(|(id, _)| id.to_string()).skip(1).take(2).collect())
        }
        Kind::Unit => Value::Text(procedure.owner.to_string()),
        Kind::Person => Value::Text(String::new()),
        Kind::Text | Kind::File => Value::Text("theo hồ sơ".into()),
    }
}

/// An author, everybody who may come to hold a permit, an inspector and an administrator, where the directory has them.
pub fn cast(engine: &Engine, now: Ts) -> Vec<Cast> {
    let shelf = engine.library();
    let directory = &shelf.directory;
    let mut cast: Vec<Cast> = Vec::new();
    let mut add = |role: (&'static str, &'static str), person: Option<PersonId>| {
        if let Some(person) = person.filter(|person| cast.iter().all(|c| c.person != *person)) {
            cast.push(Cast { role, name: directory.person_name(&person).to_owned(), person });
        }
    };
    let rights = &directory.file().rights;
    add(("Người soạn quy trình", "Author"), rights.authors.first().map(|a| a.person.clone()));
    let permit = shelf.current(&"cap-phep-xay-dung".into()).or_else(|| shelf.all_current().next());
    if let Some(procedure) = permit {
        add(("Cán bộ tiếp nhận", "Staff, reception"), Some(opener(engine, &procedure, now)));
        for people in procedure.people.values() {
            match &people.who {
                Who::Post { post, unit: UnitRef::Unit(unit) } => {
                    // All of them: which one a case goes to depends on who has least to do.
                    for person in directory.members(unit, post, now) {
                        let deputy = directory.deputies(unit, now).contains(&person);
                        add(if deputy { ("Cấp phó", "Deputy") } else { ("Chuyên viên", "Staff") }, Some(person));
                    }
                }
                Who::HeadOf(UnitRef::Unit(unit)) => {
                    add(("Lãnh đạo đơn vị", "Head"), directory.head_of(unit, now));
                }
                _ => {}
            }
        }
        for unit in asked(&procedure) {
            add(("Cơ quan được hỏi", "Body asked"), directory.head_of(unit, now));
        }
    }
    add(("Thanh tra", "Inspector"), rights.inspectors.first().map(|i| i.person.clone()));
    add(("Quản trị", "Administrator"), rights.admins.first().cloned());
    cast
}

/// The units that a procedure asks by name.
fn asked(procedure: &Procedure) -> impl Iterator<Item = &UnitId> {
    procedure.steps.values().flat_map(|step| match &step.kind {
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { units: Units::Named(units), .. }, .. }) => &units[..],
        _ => &[],
    })
}
