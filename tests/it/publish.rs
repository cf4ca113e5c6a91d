//! A text is put in force by two persons, from the terminal as they would: proposed with a reason, confirmed by another,
//! to the byte; and the open cases go on by it.

use std::process::Command;

use quytrinh::journal::entry::{Record, Registered};
use quytrinh::machine::command::Actor;
use quytrinh::service::doctor;
use quytrinh::service::proposals::pending;

use crate::support::bed::folder;

struct Desk {
    database: String,
    folder: std::path::PathBuf,
}

impl Desk {
    /// The exit code, and what is said on both ways out.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quytrinh"));
        command.args(arguments).args(["--database", &self.database]).env_remove("QUYTRINH_LANG");
        let run = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (run.status.code(), text(run.stdout), text(run.stderr))
    }

    fn write(&self, text: &str) -> String {
        let path = self.folder.join("cap-phep-xay-dung.yaml");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// The next version of the permit; `running` is what it says of open cases.
fn next(running: &str) -> String {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let text: String =
        text.lines().filter(|line| !line.starts_with("effective:")).map(|l| l.to_owned() + "\n").collect();
    let text = text.replace("version: 3 ", "version: 4 ").replace("within: 4 working days", "within: 3 working days");
    text.replace(
        "\nchanges:\n",
        &format!("\nchanges:\n  4: {{ date: 2026-11-20, vi: Thẩm định còn 3 ngày, running: {running} }}\n"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn one_proposes_another_confirms_and_the_open_cases_go_on() {
    let folder = folder();
    let desk = Desk { database: format!("sqlite:{}", folder.join("hai-nguoi.db").display()), folder };
    assert_eq!(desk.run(&["demo", "--no-serve", "--cases", "60"]).0, Some(0));
    let text = next("{ migrate: {} }");
    let file = desk.write(&text);
    let publish = |arguments: &[&str]| {
        let mut all = vec!["publish", file.as_str()];
        all.extend(arguments);
        desk.run(&all)
    };

    // Who is no author proposes nothing; a reason is wanted; nothing is confirmed that nobody proposed.
    let (code, _, said) = publish(&["--propose", "--as", "lan-mc", "--reason", "QĐ 15"]);
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(publish(&["--propose", "--as", "nga-cp"]).0, Some(2));
    let digest = quytrinh::definition::resolve::digest_of(&text).to_string();
    let (code, _, said) = publish(&["--confirm", &digest, "--as", "oanh-mc"]);
    assert!(code == Some(1) && said.contains("Không ai đề nghị"), "{said}");

    let (code, out, said) = publish(&["--propose", "--as", "nga-cp", "--reason", "Theo QĐ 15/QĐ-SXD"]);
    assert_eq!((code, out.trim()), (Some(0), digest.as_str()), "{said}");
    let (code, _, said) = publish(&["--propose", "--as", "oanh-mc", "--reason", "Một lần nữa"]);
    assert!(code == Some(1) && said.contains("đang chờ người thứ hai"), "{said}");

    // The same person, another digest, another text: none of them puts it in force.
    let (code, _, said) = publish(&["--confirm", &digest[..12], "--as", "nga-cp"]);
    assert!(code == Some(1) && said.contains("phải là người khác"), "{said}");
    assert_eq!(publish(&["--confirm", &digest[..6], "--as", "oanh-mc"]).0, Some(1));
    desk.write(&text.replace("within: 3 working days", "within: 2 working days"));
    let (code, _, said) = publish(&["--confirm", &digest, "--as", "oanh-mc"]);
    assert!(code == Some(1) && said.contains("[V08]"), "{said}");
    desk.write(&text);

    // Withdrawn it waits no more; proposed again it is confirmed.
    assert_eq!(publish(&["--withdraw", "--as", "oanh-mc", "--reason", "Còn sai"]).0, Some(0));
    assert_eq!(publish(&["--confirm", &digest, "--as", "oanh-mc"]).0, Some(1));
    assert_eq!(publish(&["--propose", "--as", "nga-cp", "--reason", "Theo QĐ 15/QĐ-SXD"]).0, Some(0));
    let (code, _, said) = publish(&["--confirm", &digest, "--as", "oanh-mc"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, _, said) = publish(&["--propose", "--as", "nga-cp", "--reason", "Lần nữa"]);
    assert_eq!(code, Some(1), "{said}");

    // The open cases go on by it, each with its holder and its days.
    let file = desk.write(&text);
    let (_, plan, _) = desk.run(&["plan", &file, "--format", "json"]);
    let planned: serde_json::Value = serde_json::from_str(&plan).unwrap();
    let open = planned["plan"]["cases"].as_array().unwrap().len();
    assert!(open > 0, "{planned}");
    let plan_file = desk.folder.join("plan.json");
    std::fs::write(&plan_file, plan).unwrap();
    let migrate = |arguments: &[&str]| {
        let mut all = vec!["migrate-cases", plan_file.to_str().unwrap(), "--as", "nga-cp", "--format", "json"];
        all.extend(arguments);
        let (code, out, said) = desk.run(&all);
        (code, serde_json::from_str::<serde_json::Value>(&out).unwrap_or_else(|_| panic!("{said}")))
    };
    assert_eq!(migrate(&[]).0, Some(1), "nothing is written without --yes");
    let (code, came_to) = migrate(&["--yes", "--reason", "QĐ 15/QĐ-SXD"]);
    assert_eq!((code, &came_to["migrated"]), (Some(0), &open.into()), "{came_to}");
    assert_eq!(migrate(&["--yes"]).1["passed_over"], open);

    // Both persons stand in the journal, and the record is whole.
    let store = quytrinh::store::open(&desk.database, false).await.unwrap();
    let registry = store.registry().await.unwrap();
    let words: Vec<(&str, Option<&str>)> = registry
        .iter()
        .filter_map(|sealed| match &sealed.entry.record {
            Record::Registry(Registered::ProcedureProposed { .. }) => Some(("proposed", person(&sealed.entry.actor))),
            Record::Registry(Registered::ProcedureWithdrawn { .. }) => Some(("withdrawn", person(&sealed.entry.actor))),
            Record::Registry(Registered::ProcedurePublished { proposed_by: Some(by), .. }) => {
                assert_eq!(by.as_str(), "nga-cp");
                Some(("published", person(&sealed.entry.actor)))
            }
            _ => None,
        })
        .collect();
    let expected = [
        ("proposed", Some("nga-cp")),
        ("withdrawn", Some("oanh-mc")),
        ("proposed", Some("nga-cp")),
        ("published", Some("oanh-mc")),
    ];
    assert_eq!(words, expected);
    assert_eq!(pending(store.as_ref()).await.unwrap(), []);
    assert_eq!(doctor::examine(store.as_ref(), false).await.unwrap().findings, []);
}

fn person(actor: &Actor) -> Option<&str> {
    actor.person().map(|person| person.as_str())
}

/// The guide's commands as they stand there, one after another: each comes out as the guide says.
#[test]
fn the_guide_can_be_followed_word_for_word() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("huong-dan.db").display());
    let text = next("{ migrate: {} }");
    let digest = quytrinh::definition::resolve::digest_of(&text).to_string();
    std::fs::write(folder.join("cap-phep-xay-dung.yaml"), &text).unwrap();
    let program = env!("CARGO_BIN_EXE_quytrinh");
    let demo = ["demo", "--no-serve", "--cases", "40", "--database", &database];
    assert!(Command::new(program).args(demo).output().unwrap().status.success());
    let guide = std::fs::read_to_string("docs/guides/change-a-running-procedure.md").unwrap();
    let commands: Vec<&str> = guide.lines().filter(|line| line.starts_with("quytrinh ")).collect();
    assert_eq!(commands.len(), 8, "{commands:?}");
    for command in commands {
        let line = command.replacen("quytrinh", program, 1).replace("3f5a…", &digest[..12]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(&folder).env("QUYTRINH_DATABASE", &database).env_remove("QUYTRINH_LANG");
        let run = shell.output().unwrap();
        // Without `--yes` nothing is written, which is a finding.
        let shown = command.contains("migrate-cases") && !command.contains("--yes");
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(i32::from(shown)), "{command}: {said}");
    }
}
