//! What a new text of the permit would meet among open cases, asked of a database as a person asks it.

use std::process::Command;

use crate::support::bed::folder;

fn quytrinh(arguments: &[&str]) -> (Option<i32>, String) {
    let run =
        Command::new(env!("CARGO_BIN_EXE_quytrinh")).args(arguments).env_remove("QUYTRINH_LANG").output().unwrap();
    (run.status.code(), String::from_utf8(run.stdout).unwrap())
}

#[test]
fn the_open_cases_that_a_new_text_would_meet_are_listed_with_what_stands_in_their_way() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("plan.db").display());
    assert_eq!(
        quytrinh(&["demo", "--no-serve", "--cases", "60", "--until", "2026-11-20T09:00:00Z", "--database", &database])
            .0,
        Some(0)
    );
    let permit = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let look = |text: &str| {
        let file = folder.join("moi.yaml");
        std::fs::write(&file, text).unwrap();
        let (code, out) =
            quytrinh(&["plan", file.to_str().unwrap(), "--database", &database, "--cases", "--format", "json"]);
        assert_eq!(code, Some(0), "{out}");
        serde_json::from_str::<serde_json::Value>(&out).unwrap()
    };
    let cases = |found: &serde_json::Value| found["plan"]["cases"].as_array().unwrap().clone();
    let blocked = |found: &serde_json::Value| {
        let whole = cases(found).into_iter().flat_map(|case| case["obstacles"].as_array().unwrap().clone());
        whole.map(|obstacle| obstacle["why"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    // The very text in force meets nobody; a shorter limit meets all and blocks none.
    assert!(cases(&look(&permit)).is_empty());
    let shorter =
        look(&permit.replace("version: 3 ", "version: 4 ").replace("within: 4 working days", "within: 3 working days"));
    assert!(!cases(&shorter).is_empty(), "the demo has open permits");
    assert_eq!(blocked(&shorter), Vec::<String>::new());
    assert!(shorter["differences"].as_array().unwrap().iter().any(|one| one["of"] == "limit"));

    // A step under another name is the same step; an act that is gone is told of those who took it.
    let renamed = look(&permit.replace("version: 3 ", "version: 4 ").replace("kiem_tra", "kiem_tra_ho_so"));
    assert_eq!(blocked(&renamed), Vec::<String>::new());
    let other = look(
        &permit
            .replace("version: 3 ", "version: 4 ")
            .replace("accept: { to: kiem_tra }", "forward: { to: kiem_tra, legal: L1 }"),
    );
    assert!(blocked(&other).iter().all(|why| why == "step_changed") && !blocked(&other).is_empty(), "{other}");

    // A text that says nothing of open cases keeps them where they are; one that says so takes them along.
    let stay = |found: &serde_json::Value| cases(found).iter().filter(|case| case["stays"].is_object()).count();
    assert_eq!(stay(&shorter), cases(&shorter).len());
    let taking = permit
        .replace("version: 3 ", "version: 4 ")
        .replace("\nchanges:\n", "\nchanges:\n  4: { date: 2026-08-01, vi: Bản sau, running: { migrate: {} } }\n");
    assert_eq!(stay(&look(&taking)), 0);

    // A plan is what `migrate-cases` goes by; by a text that is not published nothing goes on.
    let plan = folder.join("plan.json");
    std::fs::write(&plan, look(&taking).to_string()).unwrap();
    let migrate = |arguments: &[&str]| {
        let mut all = vec!["migrate-cases", plan.to_str().unwrap(), "--database", &database];
        all.extend(arguments);
        quytrinh(&all)
    };
    let (code, out) = migrate(&["--as", "nga-cp", "--yes", "--format", "json"]);
    let came_to: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &came_to["migrated"]), (Some(1), &0.into()));
    assert_eq!(came_to["refused"].as_array().unwrap().len(), cases(&look(&taking)).len());
    std::fs::write(&plan, "{}").unwrap();
    assert_eq!(migrate(&["--as", "nga-cp"]).0, Some(2));
}
