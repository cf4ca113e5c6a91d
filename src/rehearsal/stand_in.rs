//! A directory of stand-ins: just the units and posts a procedure names, filled with made-up persons.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::Value as Json;

use crate::definition::diagnostic::Text;
use crate::definition::procedure::{Bodies, Procedure, StepKind, Substitute, UnitRef, Units, Who};
use crate::definition::value::Kind;
use crate::directory::{Absence, Directory, DirectoryFile, Inspector, Person, Post, PostHolder, Rights, Unit};
use crate::ids::{PersonId, PostId, UnitId};
use crate::rehearsal::scenario::Scenario;

/// The unit above all others.
const TOP: &str = "thanh-pho";

/// The stand-ins of a procedure. A unit that nobody heads is headed by a person of the unit's own name, and a deputy
/// who stands in for somebody is called `cap-pho-` and his unit; `inspector`
/// inspects everything. `more` are units that only a case names; who is `absent` is so all the time.
pub fn directory(
    procedure: &Procedure,
    stand_ins: &BTreeMap<String, Vec<String>>,
    more: &BTreeSet<UnitId>,
    absent: &[String],
) -> Result<Directory, Text> {
    let mut units: IndexMap<UnitId, Unit> = IndexMap::new();
    let mut people: IndexMap<PersonId, Person> = IndexMap::new();
    let mut person = |id: &str| {
        people.entry(PersonId::from(id)).or_insert_with(|| Person { vi: id.to_owned(), en: None, email: None });
        PostHolder { person: id.into(), areas: Vec::new(), since: None, until: None }
    };
    for unit in [UnitId::from(TOP), procedure.owner.clone()]
        .into_iter()
        .chain(named_units(procedure))
        .chain(more.iter().cloned())
    {
        let under = (unit.as_str() != TOP).then(|| UnitId::from(TOP));
        let plain = || Unit { vi: unit.to_string(), en: None, under, calendar: None, posts: IndexMap::new() };
        units.entry(unit.clone()).or_insert_with(plain);
    }
    for (id, entry) in &procedure.people {
        let names = stand_ins.get(id.as_str()).cloned().unwrap_or_else(|| vec![id.to_string()]);
        let (unit, post, head, deputy) = match &entry.who {
            Who::Post { post, unit: UnitRef::Unit(unit) } => (unit, post.clone(), false, false),
            Who::HeadOf(UnitRef::Unit(unit)) => (unit, PostId::from("nguoi-dung-dau"), true, false),
            Who::DeputyOf(UnitRef::Unit(unit)) => (unit, PostId::from("cap-pho"), false, true),
            _ => continue,
        };
        let Some(unit) = units.get_mut(unit) else { continue };
        let vi = entry.title.vi.clone();
        let slot = unit.posts.entry(post).or_insert_with(|| Post { vi, en: None, head, deputy, people: Vec::new() });
        let at_most = if head { 1 } else { names.len() };
        for name in names.iter().take(at_most) {
            let holder = person(name);
            if slot.people.iter().all(|known| known.person != holder.person) && (!head || slot.people.is_empty()) {
                slot.people.push(holder);
            }
        }
    }
    for unit in deputised(procedure) {
        let Some(posts) = units.get_mut(unit).map(|unit| &mut unit.posts) else { continue };
        if posts.values().all(|post| !post.deputy) {
            let people = vec![person(&format!("cap-pho-{unit}"))];
            let vi = format!("Cấp phó {unit}");
            posts.insert("cap-pho".into(), Post { vi, en: None, head: false, deputy: true, people });
        }
    }
    for (id, unit) in &mut units {
        if unit.posts.values().all(|post| !post.head) {
            let people = vec![person(id.as_str())];
            let vi = format!("Người đứng đầu {id}");
            unit.posts.insert("nguoi-dung-dau".into(), Post { vi, en: None, head: true, deputy: false, people });
        }
    }
    person("inspector");
    // Cases are opened by somebody of the unit that answers for the procedure, in the applicant's name.
    if let Some(owner) = units.get_mut(&procedure.owner) {
        let people = vec![person("applicant")];
        let vi = "Người mở hồ sơ".to_owned();
        owner.posts.insert("mo-ho-so".into(), Post { vi, en: None, head: false, deputy: false, people });
    }
    let rights =
        Rights { inspectors: vec![Inspector { person: "inspector".into(), area: TOP.into() }], ..Rights::default() };
    let mut absences = Vec::new();
    for name in absent {
        let person = PersonId::from(name.as_str());
        if !people.contains_key(&person) {
            return Err(Text::new(
                format!("`absent`: không ai trong kịch bản tên `{name}`"),
                format!("`absent`: nobody of the scenario is called `{name}`"),
            ));
        }
        absences.push(Absence { person, since: Date::MIN, until: Date::MAX, substitute: None, because: None });
    }
    let file = DirectoryFile {
        format: "directory/v1".to_owned(),
        id: "stand-ins".to_owned(),
        zone: None,
        people,
        units,
        delegations: Vec::new(),
        absences,
        rights,
    };
    Directory::build(file).map_err(|faults| {
        let vi: Vec<&str> = faults.iter().map(|fault| fault.vi.as_str()).collect();
        let en: Vec<&str> = faults.iter().map(|fault| fault.en.as_str()).collect();
        Text::new(vi.join("; "), en.join("; "))
    })
}

/// Units whose deputies stand in for somebody.
fn deputised(procedure: &Procedure) -> impl Iterator<Item = &UnitId> {
    procedure.people.values().flat_map(|people| &people.substitute).filter_map(|substitute| match substitute {
        Substitute::DeputyOf(UnitRef::Unit(unit)) => Some(unit),
        _ => None,
    })
}

fn named_units(procedure: &Procedure) -> Vec<UnitId> {
    let mut units = Vec::new();
    for people in procedure.people.values() {
        if let Who::Post { unit: UnitRef::Unit(unit), .. }
        | Who::HeadOf(UnitRef::Unit(unit))
        | Who::DeputyOf(UnitRef::Unit(unit)) = &people.who
        {
            units.push(unit.clone());
        }
    }
    for step in procedure.steps.values() {
        if let StepKind::Parallel(block) = &step.kind
            && let Bodies::ForEach { units: Units::Named(named), .. } = &block.bodies
        {
            units.extend(named.iter().cloned());
        }
    }
    units.extend(procedure.groups.values().filter_map(|group| group.unit.clone()));
    units
}

/// Units that only the case's data name.
pub fn units_given(procedure: &Procedure, scenario: &Scenario) -> BTreeSet<UnitId> {
    let maps = scenario
        .run
        .iter()
        .map(|item| &item.with)
        .chain([&scenario.given])
        .chain(scenario.start_at.iter().map(|start| &start.with));
    let mut units = BTreeSet::new();
    for (name, json) in maps.flatten() {
        match procedure.fields.get(name.as_str()).map(|field| &field.kind) {
            Some(Kind::Units) => {
                units.extend(json.as_array().into_iter().flatten().filter_map(Json::as_str).map(UnitId::from))
            }
            Some(Kind::Unit) => units.extend(json.as_str().map(UnitId::from)),
            _ => {}
        }
    }
    units
}
