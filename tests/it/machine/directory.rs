//! The directory: who answers for what, as of an instant, and what a faulty file is told.

use quytrinh::directory::{Directory, DirectoryFile};
use quytrinh::ids::{PersonId, PostId, ProcedureId, UnitId};

use super::stage::{directory, instant};

fn person(id: &str) -> PersonId {
    PersonId::from(id)
}

fn unit(id: &str) -> UnitId {
    UnitId::from(id)
}

/// Changes the text of the test directory and gives the faults that are found.
fn faults(from: &str, to: &str) -> Vec<String> {
    let text = std::fs::read_to_string("tests/scenarios/directory.yaml").unwrap();
    assert!(text.contains(from), "{from}");
    let file: DirectoryFile = serde_yaml::from_str(&text.replacen(from, to, 1)).unwrap();
    Directory::build(file).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_head_who_is_absent_is_followed_by_his_deputy_and_then_by_the_head_above() {
    let directory = directory();
    let head = |unit_id: &str, at: &str| directory.head_of(&unit(unit_id), instant(at)).unwrap().to_string();
    assert_eq!(head("phong-cap-phep", "2026-08-03 09:00"), "tuan");
    assert_eq!(head("phong-cap-phep", "2026-09-14 00:00"), "quang");
    assert_eq!(head("phong-cap-phep", "2026-09-18 23:59"), "quang");
    assert_eq!(head("phong-cap-phep", "2026-09-19 00:00"), "tuan");
    let heads = directory.heads_upwards(&unit("bo-phan-mot-cua"), instant("2026-08-03 09:00"));
    assert_eq!(heads.iter().map(|(head, _)| head.as_str()).collect::<Vec<_>>(), ["nga", "dung", "hung"]);
}

#[test]
fn a_vacant_unit_without_deputy_answers_through_the_one_above() {
    let text = std::fs::read_to_string("tests/scenarios/directory.yaml").unwrap();
    let text = text.replacen("head: true, people: [nga]", "head: true, people: []", 1);
    let directory = Directory::build(serde_yaml::from_str(&text).unwrap()).unwrap();
    assert_eq!(directory.head_of(&unit("bo-phan-mot-cua"), instant("2026-08-03 09:00")), Some(person("dung")));
}

#[test]
fn delegations_and_absences_hold_whole_local_days() {
    let directory = directory();
    let permit = ProcedureId::from("cap-phep-xay-dung");
    let acts = |at: &str| directory.acts_for(&person("thao"), &person("dung"), &permit, instant(at));
    assert!(!acts("2026-08-09 23:59"));
    assert!(acts("2026-08-10 00:00"));
    assert!(acts("2026-08-21 23:59"));
    assert!(!acts("2026-08-22 00:00"));
    let other = ProcedureId::from("other");
    assert!(!directory.acts_for(&person("thao"), &person("dung"), &other, instant("2026-08-10 09:00")));
    assert!(directory.acts_for(&person("hoa"), &person("minh"), &other, instant("2026-09-07 09:00")));
    assert_eq!(directory.substitute_of(&person("minh"), instant("2026-09-06 09:00")), None);
    assert_eq!(directory.principals_of(&person("thao"), &permit, instant("2026-08-10 09:00")), [person("dung")]);
}

#[test]
fn sight_follows_posts_heads_and_areas() {
    let directory = directory();
    let sees = |who: &str, what: &str| directory.sees(&person(who), &unit(what), instant("2026-08-03 09:00"));
    assert!(sees("minh", "phong-cap-phep") && sees("dung", "phong-cap-phep") && sees("hung", "phong-cap-phep"));
    assert!(sees("thanh", "phong-cap-phep") && !sees("thanh", "canh-sat-pccc"));
    assert!(!sees("minh", "so-xay-dung") && !sees("khanh", "phong-cap-phep") && !sees("la", "so-xay-dung"));
    assert!(!directory.works_with(&person("thanh"), &unit("phong-cap-phep"), instant("2026-08-03 09:00")));
    assert_eq!(directory.units_under(&unit("so-xay-dung")).len(), 3);
    assert_eq!(
        directory.members(&unit("phong-cap-phep"), &PostId::from("chuyen-vien"), instant("2026-08-03 09:00")),
        [person("minh"), person("hoa"), person("son")]
    );
    assert!(directory.is_author(&person("son"), &unit("phong-cap-phep")));
}

#[test]
fn substitutes_of_substitutes_are_found_and_circles_are_not_followed() {
    let text = std::fs::read_to_string("tests/scenarios/directory.yaml").unwrap();
    let more = "  - { person: hoa, since: 2026-09-07, until: 2026-09-11, substitute: WHO }\nrights:";
    let with = |who: &str| {
        let text = text.replacen("rights:", &more.replace("WHO", who), 1);
        let directory = Directory::build(serde_yaml::from_str(&text).unwrap()).unwrap();
        directory.substitute_of(&person("minh"), instant("2026-09-08 09:00"))
    };
    assert_eq!(with("son"), Some(person("son")));
    assert_eq!(with("minh"), None);
}

#[test]
fn faults_are_told_all_at_once_at_their_places() {
    assert_eq!(
        faults("under: so-xay-dung\n    posts:\n      truong-bo", "under: so-la\n    posts:\n      truong-bo"),
        ["units.bo-phan-mot-cua.under: không có đơn vị `so-la` (there is no unit `so-la`)"]
    );
    assert_eq!(
        faults("vi: UBND thành phố", "vi: UBND thành phố\n    under: so-xay-dung"),
        [
            "units.ubnd-thanh-pho.under: các đơn vị trực thuộc nhau thành vòng: ubnd-thanh-pho → so-xay-dung → ubnd-thanh-pho (units are under each other in a circle: ubnd-thanh-pho → so-xay-dung → ubnd-thanh-pho)"
        ]
    );
    let two = faults("people: [lan, mai]", "head: true, people: [lan, nobody]");
    assert_eq!(two.len(), 3, "{two:#?}");
    assert!(two[0].starts_with("units.bo-phan-mot-cua.posts.can-bo-mot-cua.people.1: không có người `nobody`"));
    assert!(two[1].starts_with("units.bo-phan-mot-cua.posts.can-bo-mot-cua.head"));
    assert_eq!(faults("from: dung, to: thao", "from: dung, to: dung").len(), 1);
    assert_eq!(faults("since: 2026-08-10, until: 2026-08-21", "since: 2026-08-10, until: 2026-08-01").len(), 1);
    assert!(faults("directory/v1", "directory/v2")[0].starts_with("format: "));
}

#[test]
fn unknown_keys_are_refused_and_the_digest_follows_the_content() {
    let text = std::fs::read_to_string("tests/scenarios/directory.yaml").unwrap();
    let read = |text: &str| serde_yaml::from_str::<DirectoryFile>(text);
    assert!(read(&text.replacen("calendar: hanoi", "calender: hanoi", 1)).is_err());
    assert!(read(&text.replacen("{ person: binh, areas", "{ person: binh, area", 1)).is_err());
    let digest = |text: &str| Directory::build(read(text).unwrap()).unwrap().digest().to_string();
    assert_eq!(digest(&text), digest(&format!("{text}\n# a comment\n")));
    assert_ne!(digest(&text), digest(&text.replacen("Lê Thanh Bình", "Lê Thanh Bính", 1)));
    assert_eq!(digest(&text).len(), 64);
}
