//! The pages in Chromium, driven by `tests/browser/smoke.mjs` against a real server over a database of its own. Without
//! node, npm or Chromium it fails: a browser test that is skipped tests nothing.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use quytrinh::config::{Given, Settings};
use quytrinh::definition::source::Source;
use quytrinh::ids::PersonId;
use quytrinh::machine::command::Actor;
use quytrinh::service::library::read_directory;
use quytrinh::service::motion::Moving;
use quytrinh::service::proposals::Motion;
use quytrinh::service::publish::Publication;
use tokio::process::Command;
use tokio::sync::oneshot;

use crate::api_proposals::next;
use crate::api_world::{DIRECTORY, World};

const PASSWORD: &str = "tre già măng mọc";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clerk_signs_in_claims_acts_and_reads_the_timeline() {
    let world = World::new().await;
    // A second clerk at the counter, so that a new case waits to be claimed.
    let two_clerks = DIRECTORY
        .replace("  mai: {", "  yen: { vi: Trịnh Hải Yến }\n  mai: {")
        .replace("people: [lan] }", "people: [lan, yen] }");
    assert_ne!(two_clerks, DIRECTORY);
    let directory = read_directory(&two_clerks).unwrap();
    let texts = vec![Publication::directory("directory.yaml", &two_clerks, directory)];
    world.engine.publish(Actor::System, texts).await.unwrap();
    // A text that waits for the head of the department.
    let procedure = quytrinh::definition::load(&Source::new("cap-phep-xay-dung.yaml", next())).unwrap().0;
    let text = Publication::procedure("cap-phep-xay-dung.yaml", next(), procedure);
    let text = text.by(Motion::Propose { reason: "Theo QĐ 15/QĐ-SXD".to_owned() });
    world.engine.make(Moving::new(Actor::Person("hoa".into()), text)).await.unwrap();
    world.engine.accounts().set_password("dung", &PersonId::from("dung"), PASSWORD).await.unwrap();
    world.engine.accounts().set_password("lan", &PersonId::from("lan"), PASSWORD).await.unwrap();

    let settings = Settings::resolve(None, &[], Given::default()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let engine = world.engine.clone();
    let server = tokio::spawn(async move {
        let shutdown = async { stopped.await.unwrap_or(()) };
        quytrinh::http::serve(engine, &settings, listener, shutdown).await;
    });

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let there = |package: &str| folder.join("node_modules").join(package).exists();
    if !there("playwright-core") || !there("axe-core") {
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder)).await;
    }
    let url = format!("http://{address}");
    let mut smoke = Command::new("node");
    smoke.arg("smoke.mjs").current_dir(&folder);
    smoke.env("BASE_URL", url).env("LOGIN", "lan").env("HEAD", "dung").env("PASSWORD", PASSWORD);
    run(&mut smoke).await;

    stop.send(()).unwrap();
    server.await.unwrap();
}

/// Runs to the end, or fails with what it said.
async fn run(command: &mut Command) {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let done = tokio::time::timeout(Duration::from_secs(180), command.output()).await;
    let done = done.unwrap_or_else(|_| panic!("{command:?} did not end in three minutes"));
    let done = done.unwrap_or_else(|fault| panic!("{command:?} could not be started: {fault}"));
    let (said, wrong) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?}: {}\n{said}\n{wrong}", done.status);
}
