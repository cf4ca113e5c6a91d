//! What really was, in either store, against what files say: T20, X10, and the durations of a simulation.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quytrinh::definition::diagnostic::{Lang, human};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::ids::Ts;
use quytrinh::machine::command::Actor;
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::tree::check_tree;
use quytrinh::service::{history, past};
use quytrinh::store::contract::Store;

use crate::cli::quytrinh;
use crate::definitions::golden;
use crate::histories::city;
use crate::support::bed::{Bed, folder};
use crate::support::hanoi;

/// The checks that need a history; their examples lie in the folder.
pub const CODES: &[&str] = &["T20", "X10"];
pub const FOLDER: &str = "tests/definitions/with_history";

/// A city that has only the construction permit.
async fn permits(store: Arc<dyn Store>, clock: Arc<SetClock>, at: Ts) -> Engine {
    let engine = Engine::start(store, clock).await.unwrap();
    let files = ["calendars", "directory", "so-xay-dung/cap-phep-xay-dung.yaml"];
    let paths: Vec<PathBuf> = files.iter().map(|file| PathBuf::from("workflows").join(file)).collect();
    let tree = check_tree(&paths, at).unwrap();
    assert_eq!(tree.refused().count(), 0);
    engine.publish(Actor::System, tree.publications()).await.unwrap();
    engine
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_held_against_what_was_and_a_file_nobody_uses_is_told() {
    let begin: Ts = "2026-03-02T01:00:00Z".parse().unwrap();
    let calendar = hanoi::calendar(&hanoi::shipped());
    for bed in [Bed::sqlite().await, Bed::postgres().await] {
        let clock = Arc::new(SetClock::new(begin));
        let engine = city(bed.store.clone(), clock.clone(), begin).await;
        history::live(&engine, &clock, begin.plus_minutes(60 * 24 * 60), 80).await.unwrap();
        let read = |code: &str| {
            let path = format!("{FOLDER}/{code}.yaml");
            let source = Source::new(&path, std::fs::read_to_string(&path).unwrap());
            (load(&source).unwrap_or_else(|found| panic!("{found:?}")).0, source)
        };
        let later = [("T20", begin.plus_minutes(70 * 24 * 60)), ("X10", begin.plus_minutes(500 * 24 * 60))];
        for (code, now) in later {
            let (procedure, source) = read(code);
            let found = past::held_against(bed.store.as_ref(), &procedure, &source, &calendar, now).await.unwrap();
            let told: Vec<String> = found.iter().map(|one| human(one, &source, Lang::Vi)).collect();
            let text = told.join("\n");
            assert_eq!(text, golden(&Path::new(FOLDER).join(format!("{code}.out")), &text));
            assert!(found.iter().all(|one| one.code == code) && !found.is_empty(), "{text}");
            assert!(told.iter().all(|text| text.lines().count() <= 12), "{text}");
        }
        // The library's own limits are kept by most in the made-up city, and a file it never had is not judged.
        let text = std::fs::read_to_string(format!("{FOLDER}/T20.yaml")).unwrap();
        let other = Source::new("khac.yaml", text.replace("id: cap-phep-xay-dung", "id: quy-trinh-khac"));
        let (procedure, _) = load(&other).unwrap();
        let found = past::held_against(bed.store.as_ref(), &procedure, &other, &calendar, begin).await.unwrap();
        assert_eq!(found, vec![]);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_and_simulate_read_the_history_of_either_store() {
    let begin: Ts = "2026-07-06T01:00:00Z".parse().unwrap();
    let folder = folder();
    std::fs::create_dir(folder.join("calendars")).unwrap();
    std::fs::copy("workflows/calendars/hanoi.yaml", folder.join("calendars/hanoi.yaml")).unwrap();
    let file = folder.join("cap-phep.yaml");
    std::fs::copy(format!("{FOLDER}/T20.yaml"), &file).unwrap();
    let (name, mut answers) = (file.to_str().unwrap(), Vec::new());
    for bed in [Bed::sqlite().await, Bed::postgres().await] {
        let clock = Arc::new(SetClock::new(begin));
        let engine = permits(bed.store.clone(), clock.clone(), begin).await;
        history::live(&engine, &clock, begin.plus_minutes(75 * 24 * 60), 45).await.unwrap();
        engine.close().await;
        let checked = quytrinh(&["check", name, "--history", &bed.url], "");
        let said = String::from_utf8(checked.stderr).unwrap();
        assert_eq!(checked.status.code(), Some(0), "{said}");
        let simulated = quytrinh(&["simulate", name, "--history", &bed.url, "--format", "json", "--days", "40"], "");
        let said = String::from_utf8(simulated.stderr).unwrap();
        assert_eq!(simulated.status.code(), Some(0), "{said}");
        assert!(said.contains("hồ sơ đã kết thúc, ở các bước: "), "{said}");
        answers.push((checked.stdout, simulated.stdout, said));
    }
    assert_eq!(answers[0], answers[1], "both stores tell the same");
    let plain = quytrinh(&["simulate", name, "--format", "json", "--days", "40"], "");
    assert_ne!(plain.stdout, answers[0].1, "durations seen are not the usual guess");
    let _ = std::fs::remove_dir_all(folder);
}
