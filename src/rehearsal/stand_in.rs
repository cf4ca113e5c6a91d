//! A directory of stand-ins: just the units and posts a procedure names, filled with made-up persons.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::definition::procedure::{Bodies, Procedure, StepKind, UnitRef, Units, Who};
use crate::directory::{Directory, DirectoryFile, Inspector, Person, Post, PostHolder, Rights, Unit};
use crate::ids::{PersonId, PostId, UnitId};

/// The unit above all others.
const TOP: &str = "thanh-pho";

/// The stand-ins of a procedure. A unit that nobody heads is headed by a person of the unit's own name; `inspector`
/// inspects everything. `more` are units that only a case names.
pub fn directory(
    procedure: &Procedure,
    stand_ins: &BTreeMap<String, Vec<String>>,
    more: &BTreeSet<UnitId>,
) -> Result<Directory, String> {
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
    let file = DirectoryFile {
        format: "directory/v1".to_owned(),
        id: "stand-ins".to_owned(),
        zone: None,
        people,
        units,
        delegations: Vec::new(),
        absences: Vec::new(),
        rights,
    };
    Directory::build(file).map_err(|faults| {
        faults.iter().map(|fault| format!("{} / {}", fault.vi, fault.en)).collect::<Vec<_>>().join("; ")
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
