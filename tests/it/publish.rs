//! A text is put in force by two persons, from the terminal as they would: proposed with a reason, confirmed by another,
//! to the byte; and the open cases go on by it.

use std::process::Command;

use quytrinh::journal::entry::{Record, Registered};
use quytrinh::machine::command::Actor;
use quytrinh::service::doctor;
use quytrinh::service::register::lineages;

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
    assert_eq!(desk.run(&["demo", "--no-serve", "--cases", "60", "--until", "2026-11-20T09:00:00Z"]).0, Some(0));
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
    assert!(lineages(store.as_ref()).await.unwrap().iter().all(|one| !one.waits()));
    assert_eq!(doctor::examine(store.as_ref(), false).await.unwrap().findings, []);
}

/// The permit's next version with its first day ahead.
fn from(effective: &str) -> String {
    next("{ migrate: {} }").replacen("version: 4 ", &format!("effective: {effective}\nversion: 4 "), 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_taken_back_only_before_its_first_day() {
    let folder = folder();
    let files = library(&folder);
    let desk = Desk { database: format!("sqlite:{}", folder.join("rut.db").display()), folder };
    assert_eq!(desk.run(&["demo", "--no-serve", "--cases", "20", "--workflows", files.to_str().unwrap()]).0, Some(0));
    let file = desk.write(&from("2099-01-01"));
    let digest = quytrinh::definition::resolve::digest_of(&from("2099-01-01")).to_string();
    let publish = |arguments: &[&str]| {
        let mut all = vec!["publish", file.as_str()];
        all.extend(arguments);
        desk.run(&all)
    };
    let put = |digest: &str| {
        let (code, _, said) = publish(&["--propose", "--as", "nga-cp", "--reason", "QĐ 15"]);
        assert_eq!(code, Some(0), "{said}");
        let (_, waiting, _) = desk.run(&["publish", "--waiting"]);
        assert!(waiting.starts_with(&digest[..12]) && waiting.contains("QĐ 15"), "{waiting}");
        let (code, _, said) = publish(&["--confirm", digest, "--as", "oanh-mc"]);
        assert_eq!(code, Some(0), "{said}");
    };
    put(&digest);
    let waiting = desk.run(&["publish", "--waiting"]);
    assert!(waiting.1.is_empty() && waiting.2.contains("không có văn bản nào chờ"), "{waiting:?}");

    // Another engine runs on the database meanwhile: it hears of it. No case is opened by the coming text, or goes on.
    let store = quytrinh::store::open(&desk.database, false).await.unwrap();
    let clock = std::sync::Arc::new(quytrinh::service::clock::SystemClock);
    let running = quytrinh::service::engine::Engine::start(store, clock).await.unwrap();
    let id = "cap-phep-xay-dung".into();
    assert_eq!(running.library().current(&id).unwrap().version, 4);
    assert_eq!(running.library().opening(&id, running.clock().now()).unwrap().version, 3);

    assert_eq!(publish(&["--withdraw", "--as", "oanh-mc"]).0, Some(2), "a reason is wanted");
    let (code, _, said) = publish(&["--withdraw", "--as", "lan-mc", "--reason", "Không phải người soạn"]);
    assert!(code == Some(1) && said.contains("Chỉ người soạn"), "{said}");
    let (code, _, said) = publish(&["--withdraw", "--as", "nga-cp", "--reason", "Nghị định hoãn hiệu lực"]);
    assert!(code == Some(0) && said.contains("đã rút bản chưa có hiệu lực"), "{said}");
    assert_eq!(publish(&["--withdraw", "--as", "nga-cp", "--reason", "Lần nữa"]).0, Some(1));

    // Its number stays taken, also for the folder it may still lie in; the version before is in force as it was.
    let (code, _, said) = publish(&["--propose", "--as", "nga-cp", "--reason", "Thử lại"]);
    assert!(code == Some(1) && said.contains("Bản 4"), "{said}");
    let again = quytrinh::service::motion::Moving::new(
        Actor::Person("nga-cp".into()),
        quytrinh::service::publish::Publication::procedure(
            "x.yaml",
            from("2099-01-02"),
            quytrinh::definition::load(&quytrinh::definition::source::Source::new("x.yaml", &from("2099-01-02")))
                .unwrap()
                .0,
        )
        .by(quytrinh::service::proposals::Motion::Propose { reason: "QĐ 16".to_owned() }),
    );
    assert!(running.make(again).await.is_err(), "a running engine knows that the number is taken");
    assert_eq!(running.library().current(&id).unwrap().version, 3);
    running.close().await;

    // A version whose day has come stays, and says so.
    let here = next("{ migrate: {} }").replace("version: 4 ", "version: 5 ").replace("\n  4: {", "\n  5: {");
    let file = desk.write(&here);
    let publish = |arguments: &[&str]| {
        let mut all = vec!["publish", file.as_str()];
        all.extend(arguments);
        desk.run(&all)
    };
    let digest = quytrinh::definition::resolve::digest_of(&here).to_string();
    let (code, _, said) = publish(&["--propose", "--as", "nga-cp", "--reason", "QĐ 17"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(publish(&["--confirm", &digest, "--as", "oanh-mc"]).0, Some(0));
    let (code, _, said) = publish(&["--withdraw", "--as", "nga-cp", "--reason", "Muộn rồi"]);
    assert!(code == Some(1) && said.contains("Bản 5") && said.contains("đã có hiệu lực"), "{said}");

    let store = quytrinh::store::open(&desk.database, false).await.unwrap();
    assert_eq!(doctor::examine(store.as_ref(), false).await.unwrap().findings, []);
    assert_eq!(desk.run(&["journal", "verify"]).0, Some(0));
}

/// A small library of its own to change, in which no delegation ends soon.
fn library(folder: &std::path::Path) -> std::path::PathBuf {
    let files = folder.join("quy-trinh");
    for part in ["calendars", "directory", "so-xay-dung"] {
        std::fs::create_dir_all(files.join(part)).unwrap();
        for entry in std::fs::read_dir(format!("workflows/{part}")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap().replace("until: 2026-12-31", "until: 2199-12-31");
                std::fs::write(files.join(part).join(path.file_name().unwrap()), text).unwrap();
            }
        }
    }
    files
}

/// What the server says on stderr until it serves; then it is stopped.
fn started(database: &str, folder: &std::path::Path) -> String {
    use std::io::{BufRead as _, BufReader};
    let mut server = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args(["serve", "--database", database, "--listen", "127.0.0.1:0", "--workflows", folder.to_str().unwrap()])
        .env_remove("QUYTRINH_LANG")
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(server.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        let serves = line.contains("http://127.0.0.1");
        said += &line;
        said.push('\n');
        if serves {
            break;
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_in_the_folder_of_a_running_registry_is_proposed_and_waits() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("thu-muc.db").display());
    let files = library(&folder);
    let permit = files.join("so-xay-dung/cap-phep-xay-dung.yaml");
    let in_force = async || {
        let store = quytrinh::store::open(&database, false).await.unwrap();
        let (shelf, _) = quytrinh::service::library::Shelf::load(store.as_ref()).await.unwrap();
        let texts = lineages(store.as_ref()).await.unwrap();
        let waiting: Vec<_> = texts.into_iter().filter(|one| one.waits()).collect();
        (shelf.current(&"cap-phep-xay-dung".into()).unwrap().version, waiting)
    };

    // An empty registry takes the folder as it is, in the system's name.
    let said = started(&database, &files);
    assert!(said.contains("http://127.0.0.1"), "{said}");
    let (version, waiting) = in_force().await;
    assert_eq!((version, waiting.len()), (3, 0));

    // The same folder again changes nothing; a changed file waits, once however often the server is started.
    std::fs::write(&permit, next("{ migrate: {} }")).unwrap();
    for _ in 0..2 {
        let said = started(&database, &files);
        assert!(said.contains("bản 4") && said.contains("chờ người có quyền xác nhận"), "{said}");
        let (version, waiting) = in_force().await;
        assert_eq!((version, waiting.len()), (3, 1));
        assert_eq!(waiting[0].proposed.as_ref().unwrap().by, None, "the system, not a person");
    }

    // Changed once more before anybody confirmed: the newer text waits in its place.
    let second = next("finish_on_old");
    std::fs::write(&permit, &second).unwrap();
    started(&database, &files);
    let (_, waiting) = in_force().await;
    let digest = quytrinh::definition::resolve::digest_of(&second);
    assert_eq!(waiting.iter().map(|one| &one.digest).collect::<Vec<_>>(), [&digest]);

    // One person who may puts it in force; the next start has nothing to say.
    let desk = Desk { database: database.clone(), folder };
    let file = permit.to_str().unwrap();
    let (code, _, said) = desk.run(&["publish", file, "--confirm", &digest.as_str()[..12], "--as", "oanh-mc"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(in_force().await.0, 4);
    assert!(!started(&database, &files).contains("bản 4"));

    // A published text edited in place is said and left out, and the server runs.
    std::fs::write(&permit, second.replace("within: 3 working days", "within: 2 working days")).unwrap();
    let said = started(&database, &files);
    assert!(said.contains("đã công bố bản 4") && said.contains("http://127.0.0.1"), "{said}");
    let store = quytrinh::store::open(&database, false).await.unwrap();
    assert_eq!(doctor::examine(store.as_ref(), false).await.unwrap().findings, []);

    // And a made-up city does not move in where people work.
    let (code, _, said) = desk.run(&["demo", "--no-serve"]);
    assert!(code == Some(1) && said.contains("đang được dùng"), "{said}");
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
    let demo = ["demo", "--no-serve", "--cases", "40", "--until", "2026-11-20T09:00:00Z", "--database", &database];
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
