//! The binary as a person calls it: exit codes, what goes to stdout, a first sign-in on a served database.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use jiff::ToSpan;
use quytrinh::service::clock::{Clock, SetClock, SystemClock};
use quytrinh::store;

use crate::downtime::open_permit;
use crate::histories::city;
use crate::support::bed::folder;
use crate::support::hanoi;

pub fn quytrinh(arguments: &[&str], typed: &str) -> Output {
    let mut run = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args(arguments)
        .env_remove("QUYTRINH_DATABASE")
        .env_remove("QUYTRINH_AS")
        .env_remove("QUYTRINH_LANG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    run.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    run.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn what_would_take_for_ever_is_refused_with_its_bound() {
    let calendar = ["--lang", "vi", "calendar", "show", "workflows/calendars/hanoi.yaml"];
    let long = quytrinh(&[&calendar[..], &["--from", "0001-01-01", "--to", "9999-12-31", "--all"]].concat(), "");
    assert_eq!(long.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&long.stderr).contains("nhiều nhất 100 năm"), "{long:?}");
    let simulate = ["--lang", "vi", "simulate", "workflows/so-xay-dung/cap-phep-xay-dung.yaml"];
    let many = quytrinh(&[&simulate[..], &["--arrivals", "5000/day", "--days", "25000"]].concat(), "");
    assert_eq!(many.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&many.stderr).contains("quá nhiều cho một lần mô phỏng"), "{many:?}");
}

#[test]
fn checking_answers_with_findings_on_stdout_and_its_exit_code() {
    let right = quytrinh(&["check", "workflows", "--format", "json"], "");
    assert_eq!(right.status.code(), Some(0));
    let found: serde_json::Value = serde_json::from_str(&out(&right)).unwrap();
    assert!(found.as_array().unwrap().iter().all(|d| d["level"] != "error"), "{found}");

    let wrong = quytrinh(&["--lang", "en", "check", "tests/definitions/faulty", "--format", "json"], "");
    assert_eq!(wrong.status.code(), Some(1));
    let found: serde_json::Value = serde_json::from_str(&out(&wrong)).unwrap();
    let keys = ["file", "code", "level", "message", "line", "column", "end_line", "end_column", "help", "related"];
    for diagnostic in found.as_array().unwrap().iter().filter(|d| d["level"] == "error") {
        assert_eq!(diagnostic["code"], "T23");
        assert!(keys.iter().all(|key| diagnostic.get(key).is_some()), "{diagnostic}");
    }
    let messages = found.to_string();
    assert!(messages.contains("27 calendar days") && messages.contains("15 calendar days"));
    assert!(messages.contains("53 calendar days") && messages.contains("51 calendar days"));

    assert_eq!(quytrinh(&["check", "no/such/folder"], "").status.code(), Some(2));
    assert_eq!(quytrinh(&["check", "--explain", "X99"], "").status.code(), Some(2));
    assert!(out(&quytrinh(&["check", "--explain", "n04"], "")).starts_with("# N04: "));
    assert_eq!(quytrinh(&["nonsense"], "").status.code(), Some(2));
}

#[test]
fn drawing_comes_in_three_forms_and_not_of_what_is_wrong() {
    let permit = "workflows/so-xay-dung/cap-phep-xay-dung.yaml";
    assert!(out(&quytrinh(&["draw", permit], "")).starts_with("<svg"));
    assert!(out(&quytrinh(&["draw", permit, "--format", "mermaid"], "")).starts_with("flowchart"));
    assert!(out(&quytrinh(&["draw", permit, "--format", "dot"], "")).starts_with("digraph"));
    let wrong = quytrinh(&["draw", "tests/definitions/err/N04.yaml"], "");
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(1), 0));
}

#[test]
fn a_simulation_says_who_is_the_bottleneck_and_refuses_what_the_file_does_not_have() {
    let permit = "workflows/so-xay-dung/cap-phep-xay-dung.yaml";
    let args = ["simulate", permit, "--from", "2026-01-05", "--arrivals", "2/day"];
    let with = |more: &[&str]| quytrinh(&[&args[..], more].concat(), "");
    let json: serde_json::Value = serde_json::from_str(&out(&with(&["--format", "json"]))).unwrap();
    assert_eq!((&json["procedure"], &json["arrived"]), (&"cap-phep-xay-dung".into(), &json["ended"]));
    let needed = json["stations"].as_array().unwrap().iter().map(|s| s["load"].as_f64().unwrap()).fold(0.0, f64::max);
    let busiest = json["stations"].as_array().unwrap().iter().find(|s| s["load"].as_f64() == Some(needed)).unwrap();
    assert_eq!(json["bottleneck"], busiest["people"]);
    assert!(out(&with(&["--staff", "chuyen_vien=1"])).contains("Quá tải: Chuyên viên thụ lý"));
    assert!(out(&with(&["--staff", "chuyen_vien=20"])).contains("Nghẽn trước tiên: Trưởng phòng"));
    for wrong in [
        ["--staff", "chuyen_vien=0"],
        ["--staff", "ai_do=2"],
        ["--work", "tham_dinh=3 days"],
        ["--work", "khong_co=3 working days"],
        ["--taken", "ra_soat.khong_co=1"],
        ["--arrivals", "6"],
        ["--days", "0"],
    ] {
        assert_eq!(with(&wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sign_in_is_made_on_the_database_itself() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("first.db").display());
    let made = quytrinh(&["demo", "--no-serve", "--cases", "1", "--database", &database], "");
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));

    let password = |typed: &str, person: &str| {
        quytrinh(&["user", "password", "--database", &database, "--as", person, "--login", "thanh-tra"], typed)
    };
    assert_eq!(password("ngắn\n", "kien-tt").status.code(), Some(1), "too short");
    assert_eq!(password("tre già măng mọc\n", "nobody").status.code(), Some(2), "not in the directory");
    assert_eq!(password("tre già măng mọc\n", "kien-tt").status.code(), Some(0));

    let store = store::open(&database, false).await.unwrap();
    let cases = store.cases(&quytrinh::store::contract::CaseFilter::default()).await.unwrap();
    let case = cases.items[0].case.to_string();
    let accounts = quytrinh::service::accounts::Accounts::new(store, std::sync::Arc::new(SystemClock));
    assert_eq!(accounts.sign_in("thanh-tra", "tre già măng mọc", "vi").await.unwrap().person.as_str(), "kien-tt");
    let token = quytrinh(&["user", "token", "--database", &database, "--as", "kien-tt", "--label", "thử"], "");
    assert!(accounts.by_token(out(&token).trim()).await.unwrap().is_some());

    let shut = quytrinh(&["user", "disable", "--database", &database, "thanh-tra"], "");
    assert_eq!(shut.status.code(), Some(0));
    assert!(accounts.sign_in("thanh-tra", "tre già măng mọc", "vi").await.is_err());

    let verified = quytrinh(&["journal", "verify", "--database", &database, "--format", "json"], "");
    assert_eq!(verified.status.code(), Some(0));
    let stuck = quytrinh(&["stuck", "--database", &database, "--as", "kien-tt", "--format", "json"], "");
    assert!(serde_json::from_str::<serde_json::Value>(&out(&stuck)).unwrap()["total"].is_u64());
    why_is_told_in_the_terminal(&database, &case);
    std::fs::remove_dir_all(folder).unwrap();
}

fn why_is_told_in_the_terminal(database: &str, case: &str) {
    let ask = |what: &str, rest: &[&str]| {
        let whose = ["--lang", "en", what, "--database", database, "--as", "kien-tt"];
        quytrinh(&[&whose[..], rest].concat(), "")
    };
    let holding = ask("case", &["explain", case, "--of", "holding:0", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&out(&holding)).unwrap();
    let sum: i64 = told["rows"].as_array().unwrap().iter().map(|row| row["minutes"].as_i64().unwrap()).sum();
    assert_eq!(told["figure"]["total_minutes"], sum);
    let human = out(&ask("case", &["explain", case, "--of", "holding:0"]));
    assert!(human.contains("Held by") && human.contains(&sum.to_string()), "{human}");
    assert_eq!(ask("case", &["explain", case, "--of", "branch:99"]).status.code(), Some(2));
    assert_eq!(ask("case", &["explain", case, "--as-of", "today"]).status.code(), Some(2));
    assert_eq!(ask("case", &["suspensions", case]).status.code(), Some(0));
    let digest = out(&ask("inbox", &["--digest", "--date", "2026-08-10"]));
    assert!(digest.starts_with("The morning of 10/08/2026"), "{digest}");
    assert_eq!(ask("inbox", &["--digest", "--date", "10/08"]).status.code(), Some(2));
}

/// The shipped calendar's next version, in which the first working day after tomorrow is off; good for any year.
fn a_day_is_taken_off() -> (u32, String) {
    let shipped = hanoi::calendar(&hanoi::shipped());
    let today = shipped.local(SystemClock.now()).date();
    let off = today.series(1.day()).skip(2).find(|date| shipped.is_working_day(*date)).unwrap();
    let text = hanoi::changed(1, &[&off.to_string()], &[]);
    let lines = text.lines().map(|line| if line.starts_with("to:") { "to: 2199-12-31" } else { line });
    (shipped.version() + 1, lines.collect::<Vec<_>>().join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_is_looked_at_and_applied_in_the_terminal() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("calendar.db").display());
    let now = SystemClock.now();
    let engine = city(store::open(&database, true).await.unwrap(), Arc::new(SetClock::new(now)), now).await;
    let case = open_permit(&engine).await;
    let before = engine.store().case(&case).await.unwrap().unwrap();
    engine.close().await;
    let (version, text) = a_day_is_taken_off();
    let file = folder.join("hanoi.yaml");
    std::fs::write(&file, text).unwrap();
    let run = |what: &str, file: &str, rest: &[&str]| {
        quytrinh(&[&["--lang", "en", "calendar", what, file, "--database", &database], rest].concat(), "")
    };
    let path = file.to_str().unwrap();

    let json = run("preview", path, &["--format", "json"]);
    assert_eq!(json.status.code(), Some(0), "{}", String::from_utf8_lossy(&json.stderr));
    let seen: serde_json::Value = serde_json::from_str(&out(&json)).unwrap();
    assert_eq!((seen["open_cases"].as_u64(), &seen["cases"]), (Some(1), &serde_json::json!([case.as_str()])));
    let whole = seen["moves"].as_array().unwrap().iter().find(|one| one["clock"] == "case").unwrap();
    assert_eq!(whole["old_deadline"], before.deadline.unwrap().to_string());
    assert_eq!(whole["passes_promise"], true);
    let csv = out(&run("preview", path, &["--format", "csv"]));
    assert!(csv.starts_with("case,title,") && csv.lines().count() == seen["moves"].as_array().unwrap().len() + 1);
    assert!(out(&run("preview", path, &[])).contains(case.as_str()));

    assert_eq!(run("apply", path, &["--as", "lan-mc", "--yes"]).status.code(), Some(1), "no administrator");
    let asked = run("apply", path, &["--as", "quan-tri"]);
    assert_eq!((asked.status.code(), asked.stdout.len()), (Some(1), 0), "nothing is done without --yes");
    let store = store::open(&database, false).await.unwrap();
    assert_eq!(store.case(&case).await.unwrap().unwrap(), before);

    for (published, changed) in [(true, 1), (false, 0)] {
        let applied = run("apply", path, &["--as", "quan-tri", "--yes"]);
        assert_eq!(applied.status.code(), Some(0), "{}", String::from_utf8_lossy(&applied.stderr));
        let came_to: serde_json::Value = serde_json::from_str(&out(&applied)).unwrap();
        assert_eq!((&came_to["published"], &came_to["changed"]), (&published.into(), &changed.into()), "{came_to}");
    }
    let after = store.case(&case).await.unwrap().unwrap();
    assert_eq!(after.deadline.unwrap().to_string(), whole["new_deadline"]);
    assert!(after.deadline > before.deadline && after.promise == before.promise);
    let older = run("apply", "workflows/calendars/hanoi.yaml", &["--as", "quan-tri", "--yes"]);
    assert_eq!(older.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&older.stderr).contains(&format!("Version {version} of calendar hanoi")));
    std::fs::remove_dir_all(folder).unwrap();
}
