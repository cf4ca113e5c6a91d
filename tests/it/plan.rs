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
    assert_eq!(quytrinh(&["demo", "--no-serve", "--cases", "60", "--database", &database]).0, Some(0));
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
    assert!(blocked(&other).iter().all(|why| why == "history_differs") && !blocked(&other).is_empty(), "{other}");
}
