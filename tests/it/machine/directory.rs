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

/// The test directory with a place of its text replaced.
fn with(from: &str, to: &str) -> Directory {
    let text = std::fs::read_to_string("tests/scenarios/directory.yaml").unwrap();
    assert!(text.contains(from), "{from}");
    Directory::build(serde_yaml::from_str(&text.replacen(from, to, 1)).unwrap()).unwrap()
}

#[test]
fn one_serves_a_unit_by_a_post_in_it_by_its_lead_or_for_an_absent_one() {
    let directory = directory();
    let serves = |who: &str, what: &str, at: &str| directory.still_serves(&person(who), &unit(what), instant(at));
    let monday = "2026-08-03 09:00";
    // In it, leading it, deputising in it, leading or deputising above it.
    for who in ["minh", "tuan", "quang", "dung", "binh", "thao", "hung"] {
        assert!(serves(who, "phong-cap-phep", monday), "{who}");
    }
    // Beside it, under it, inspecting it, nowhere, unknown.
    for who in ["lan", "nga", "khanh", "long", "thanh", "la", "nobody"] {
        assert!(!serves(who, "phong-cap-phep", monday), "{who}");
    }
    assert!(!serves("minh", "so-xay-dung", monday) && !serves("minh", "no-such-unit", monday));
    // Who stands in for one of its people serves it as long as that one is away: khanh is from elsewhere.
    let lent = with("substitute: hoa", "substitute: khanh");
    let lent = |at: &str| lent.still_serves(&person("khanh"), &unit("phong-cap-phep"), instant(at));
    assert!(!lent("2026-09-06 23:59") && lent("2026-09-07 00:00"));
    assert!(lent("2026-09-11 23:59") && !lent("2026-09-12 00:00"));
}

#[test]
fn whoever_moved_or_was_struck_serves_no_more_from_that_midnight() {
    let ended = "people: [{ person: minh, until: 2026-08-05 }, hoa, son]";
    let moved = with("people: [minh, hoa, son]", ended);
    let (minh, here) = (person("minh"), unit("phong-cap-phep"));
    assert!(moved.still_serves(&minh, &here, instant("2026-08-05 23:59")));
    assert!(!moved.still_serves(&minh, &here, instant("2026-08-06 00:00")));
    assert!(!moved.is_in_service(&minh, instant("2026-08-06 00:00")));
    let until = |from: &str, by: &str| moved.served_until(&minh, &here, instant(from), instant(by));
    assert_eq!(until("2026-08-03 09:00", "2026-08-05 23:59"), None);
    assert_eq!(until("2026-08-03 09:00", "2026-08-06 00:00"), Some(instant("2026-08-06 00:00")));
    assert_eq!(until("2026-08-03 09:00", "2026-12-24 10:00"), Some(instant("2026-08-06 00:00")));
    assert_eq!(until("2026-08-10 09:00", "2026-12-24 10:00"), Some(instant("2026-08-10 09:00")));
    // Struck from every post without a last day: no word of him is left, and he serves nothing.
    let struck = with("people: [minh, hoa, son]", "people: [hoa, son]");
    assert!(!struck.still_serves(&minh, &here, instant("2026-08-03 09:00")));
    assert!(!struck.is_out_of_post(&minh, instant("2026-08-03 09:00")));
    assert!(!struck.is_in_service(&minh, instant("2026-08-03 09:00")));
    // A day without a post is a day of no service, also when he comes back.
    let back = with(
        "people: [minh, hoa, son]",
        "people: [{ person: minh, until: 2026-08-05 }, { person: minh, since: 2026-08-07 }, hoa, son]",
    );
    assert_eq!(
        back.served_until(&minh, &here, instant("2026-08-03 09:00"), instant("2026-12-24 10:00")),
        Some(instant("2026-08-06 00:00"))
    );
    assert!(back.still_serves(&minh, &here, instant("2026-08-07 00:00")));
}

#[test]
fn days_turn_where_posts_and_absences_begin_and_end() {
    let turns = |from: &str, by: &str| -> Vec<String> {
        let directory = with("people: [minh, hoa, son]", "people: [{ person: minh, until: 9999-12-31 }, hoa, son]");
        directory.turns_between(instant(from), instant(by)).map(|at| directory.local_text(at)).collect()
    };
    assert_eq!(turns("2026-09-07 00:00", "2026-09-18 23:59"), ["12/09/2026 00:00", "14/09/2026 00:00"]);
    assert_eq!(turns("2026-09-06 23:59", "2026-09-07 00:00"), ["07/09/2026 00:00"]);
    assert_eq!(turns("2026-09-19 00:00", "2027-09-18 23:59"), [""; 0]);
    assert_eq!(turns("2026-09-19 00:00", "2026-09-01 00:00"), [""; 0]);
}
