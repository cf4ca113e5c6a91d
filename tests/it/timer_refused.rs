//! A timer that the machine refuses stays due; it keeps no other timer of its case from firing.

use std::sync::Arc;

use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::ids::Ts;
use quytrinh::journal::entry::Record;
use quytrinh::machine::command::{Actor, Command, Open};
use quytrinh::machine::event::Event;
use quytrinh::service::ask::{Ask, Target};
use quytrinh::service::clock::SetClock;
use quytrinh::service::library::read_directory;
use quytrinh::service::publish::Publication;
use quytrinh::service::sweep;

use crate::histories::city;
use crate::support::bed::Bed;

const PROCEDURE: &str = "\
format: procedure/v1
id: hoi-phong-tam
version: 1
vi: Hỏi ý kiến phòng tạm
owner: so-xay-dung/bo-phan-mot-cua
calendar: hanoi
case: { vi: Hồ sơ hỏi ý kiến, within: 3 working days, counting: hours, on_breach: [tell holder, tell head] }
fields:
  y_kien: { is: text, vi: Ý kiến }
people:
  mot_cua: { vi: Cán bộ Một cửa, post: can-bo-mot-cua, unit: bo-phan-mot-cua, pick: claim }
  truong: { vi: Trưởng phòng được hỏi, head_of: each.unit }
start: cho
steps:
  cho:
    kind: wait
    vi: Chờ người nộp
    for: applicant
    within: 1 working day
    actions:
      supplement: { by: applicant, to: hoi }
    late: { to: hoi }
  hoi:
    kind: parallel
    vi: Lấy ý kiến
    for_each: [phong-tam]
    by: truong
    within: 1 working day
    needs: [y_kien]
    join: all
    to: tra
  tra:
    vi: Trả kết quả
    by: mot_cua
    within: 1 working day
    actions:
      hand_over: { to: xong }
  xong: { kind: end, vi: Xong, outcome: done }
";

/// The city with one office more.
fn with_office(city: &str) -> String {
    let office = "units:\n  phong-tam:\n    vi: Phòng Tạm\n    under: so-xay-dung\n    posts:\n      truong-phong: { vi: Trưởng phòng, head: true, people: [tam-thoi] }\n";
    city.replacen("\npeople:\n", "\npeople:\n  tam-thoi: { vi: Trần Văn Tạm }\n", 1).replacen("units:\n", office, 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_timer_keeps_no_other_of_its_case_from_firing() {
    let bed = Bed::sqlite().await;
    let opened: Ts = "2026-08-03T01:30:00Z".parse().unwrap();
    let clock = Arc::new(SetClock::new(opened));
    let engine = city(bed.store.clone(), clock.clone(), opened).await;
    let plain = std::fs::read_to_string("workflows/directory/thanh-pho-mau.yaml").unwrap();
    let directory = |text: String| Publication::directory("so-do.yaml", text.clone(), read_directory(&text).unwrap());
    let procedure = load(&Source::new("hoi.yaml", PROCEDURE)).unwrap_or_else(|found| panic!("{found:?}")).0;
    let procedure = Publication::procedure("hoi.yaml", PROCEDURE, procedure);
    engine.publish(Actor::System, vec![directory(with_office(&plain)), procedure]).await.unwrap();
    let (unit, post) = ("bo-phan-mot-cua".into(), "can-bo-mot-cua".into());
    let opener = engine.library().directory.members(&unit, &post, opened).remove(0);
    let open = Open { title: "Hỏi".into(), code: None, channel: None, fields: Default::default(), documents: vec![] };
    let ask = Ask {
        actor: Actor::Person(opener),
        target: Target::New("hoi-phong-tam".into()),
        command: Command::Open(open),
        if_match: None,
        key: None,
        dry_run: false,
    };
    let case = engine.handle(ask).await.unwrap().receipt.case;

    // The office is dissolved before the wait runs out: nobody is there to be asked.
    engine.publish(Actor::System, vec![directory(plain.replacen("# A made-up", "# The made-up", 1))]).await.unwrap();
    clock.set("2026-08-10T01:30:00Z".parse().unwrap());
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 1, "the case's breach alone");
    let entries = engine.store().entries_of(&case).await.unwrap();
    let told = |sealed: &&quytrinh::journal::entry::Sealed| {
        matches!(&sealed.entry.record, Record::Case(Event::Breached { .. }))
    };
    assert_eq!(entries.iter().filter(told).count(), 1);
    assert_eq!(sweep::run_once(&engine).await.unwrap(), 0, "once");

    // It is there again: what waited goes on.
    engine
        .publish(Actor::System, vec![directory(with_office(&plain).replacen("# A made-up", "# A made up", 1))])
        .await
        .unwrap();
    assert!(sweep::run_once(&engine).await.unwrap() >= 1);
    let entries = engine.store().entries_of(&case).await.unwrap();
    assert!(entries.iter().any(|sealed| matches!(&sealed.entry.record, Record::Case(Event::Lapsed { .. }))));
    engine.close().await;
}
