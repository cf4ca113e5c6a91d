//! A store whose disk is full, or whose server dies: nothing acknowledged is lost, and it goes on without a restart.

use std::process::Command;
use std::time::{Duration, Instant};

use quytrinh::journal::verify::verify;
use quytrinh::store::contract::*;

use crate::support::bed::{Bed, folder};
use crate::support::scribe::{Scribe, rows_of};

/// Set for the run inside the small disk: its folder.
const INSIDE: &str = "QUYTRINH_TEST_SMALL_DISK";

/// The test runs itself once more, in a mount namespace of its own with a disk of two megabytes.
#[test]
fn a_full_disk_is_told_and_passes_without_a_restart() {
    if let Ok(disk) = std::env::var(INSIDE) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        return runtime.block_on(on_a_small_disk(&disk));
    }
    let disk = folder();
    let root = Command::new("id").arg("-u").output().unwrap().stdout.starts_with(b"0\n");
    let run = Command::new("unshare")
        .args(if root { &["--mount"][..] } else { &["--mount", "--user", "--map-root-user"] })
        .args(["sh", "-c", "mount -t tmpfs -o size=2m tmpfs \"$1\" && shift && exec \"$@\"", "sh"])
        .arg(&disk)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "store_faults::a_full_disk_is_told_and_passes_without_a_restart", "--nocapture"])
        .env(INSIDE, &disk)
        .output()
        .expect("`unshare` cannot be run");
    let _ = std::fs::remove_dir_all(&disk);
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("full, and then not"), "{said}");
}

async fn on_a_small_disk(disk: &str) {
    let store = quytrinh::store::open(&format!("sqlite:{disk}/journal.sqlite"), true).await.unwrap();
    let mut scribe = Scribe::default();
    let mut kept = 0;
    let mut refused = 0;
    while refused < 50 {
        let mut next = Scribe { head: scribe.head, cases: scribe.cases.clone(), written: scribe.written };
        match commit(&*store, act(&mut next, kept)).await {
            Ok(()) => {
                scribe = next;
                kept += 1;
            }
            Err(StoreError::Full) => refused += 1,
            Err(other) => panic!("after {kept} acts: {other}"),
        }
        assert_eq!(store.head().await.unwrap(), scribe.head, "reading goes on, and shows what was acknowledged");
        assert!(kept < 100_000, "the disk is never full");
    }
    assert!(kept > 20, "only {kept} acts fitted");
    let room = Command::new("mount").args(["-o", "remount,size=64m", disk]).status().unwrap();
    assert!(room.success());
    for _ in 0..100 {
        commit(&*store, act(&mut scribe, kept)).await.unwrap();
        kept += 1;
    }
    let report = verify(&store.lines(0, 1_000_000).await.unwrap(), &[scribe.head]);
    assert!(report.is_whole(), "{:?}", report.faults);
    assert_eq!(report.entries, 2 * kept);
    assert_eq!(store.counts().await.unwrap().cases, kept);
    store.close().await;
    println!("full, and then not: {kept} acts kept, {refused} refused");
}

fn act(scribe: &mut Scribe, n: u64) -> Write {
    let case = format!("hs-{n}");
    Write { entries: scribe.comments(&case, &["một", "hai"]), changes: rows_of(&case, "binh"), ..Write::default() }
}

async fn commit(store: &dyn Store, write: Write) -> Result<(), StoreError> {
    let mut batch = store.begin().await?;
    batch.append(write).await?;
    batch.commit().await
}

/// The server ends the writer's and the readers' sessions, as it does when it is started anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_the_server_ends_are_replaced() {
    let bed = Bed::postgres().await;
    let mut scribe = Scribe::default();
    for round in 0..5 {
        commit(&*bed.store, act(&mut scribe, round)).await.unwrap();
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        bed.tamper(sql).await.unwrap();
        let since = Instant::now();
        while bed.store.head().await.is_err() {
            assert!(since.elapsed() < Duration::from_secs(5), "reading did not come back");
        }
    }
    assert_eq!(bed.store.head().await.unwrap(), scribe.head);
}

/// The server ends the session in the middle of a batch: the batch fails as a whole, the next one is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_whose_session_is_ended_fails_as_a_whole() {
    let bed = Bed::postgres().await;
    let mut scribe = Scribe::default();
    commit(&*bed.store, act(&mut scribe, 0)).await.unwrap();
    let mut lost = bed.store.begin().await.unwrap();
    let mut other = Scribe { head: scribe.head, ..Scribe::default() };
    lost.append(act(&mut other, 1)).await.unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    bed.tamper(sql).await.unwrap();
    assert!(matches!(lost.commit().await, Err(StoreError::Failed(_))));
    commit(&*bed.store, act(&mut scribe, 2)).await.unwrap();
    assert_eq!(bed.store.head().await.unwrap(), scribe.head);
}

/// A writer of another process that hangs with the head in its hands does not stop the others for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_held_by_a_hanging_writer_is_waited_for_and_then_told() {
    for bed in [Bed::sqlite().await, Bed::postgres().await] {
        let other = bed.another().await.unwrap();
        let hanging = other.begin().await.unwrap();
        let since = Instant::now();
        let refused = bed.store.begin().await;
        assert!(matches!(refused.err(), Some(StoreError::Failed(_))));
        assert!(since.elapsed() > Duration::from_secs(4) && since.elapsed() < Duration::from_secs(15));
        drop(hanging);
        commit(&*bed.store, act(&mut Scribe::default(), 0)).await.unwrap();
        other.close().await;
    }
}
