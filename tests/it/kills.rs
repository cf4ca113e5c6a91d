//! The server is killed under load, again and again: nothing acknowledged is lost, nothing is doubled.
//!
//! `KILLS` says how often on each store (6 where it is not set). Clients write comments under keys; after each
//! kill they ask again under the same keys, and get the first answer.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use quytrinh::ids::PersonId;
use quytrinh::journal::verify::Verifier;
use quytrinh::service::accounts::{Accounts, Scope};
use quytrinh::service::clock::SystemClock;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::bed::Bed;

const CLIENTS: usize = 8;

fn kills() -> u32 {
    std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(url: &str, port: u16) -> Server {
        let address = format!("127.0.0.1:{port}");
        let process = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
            .args(["serve", "--database", url, "--workflows", "workflows", "--listen", &address])
            .env("QUYTRINH_LOG_FILTER", "error")
            // The server refuses settings it does not know; these are the tests' own.
            .env_remove("QUYTRINH_TEST_POSTGRES")
            .env_remove("QUYTRINH_POSTGRES_BIN")
            .env_remove("QUYTRINH_HISTORIES")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Server { process, address }
    }

    async fn ready(&mut self, http: &reqwest::Client) {
        for _ in 0..600 {
            if let Ok(answer) = http.get(format!("http://{}/health/live", self.address)).send().await
                && answer.status().is_success()
            {
                return;
            }
            assert!(self.process.try_wait().unwrap().is_none(), "the server went away by itself");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server is not ready after 30 s");
    }

    /// SIGKILL: no time to finish anything.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// One acknowledged act: what the receipt said.
type Acknowledged = Arc<Mutex<BTreeMap<String, u64>>>;

async fn nothing_acknowledged_is_lost(bed: Bed) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let accounts = Accounts::new(bed.store.clone(), Arc::new(SystemClock));
    let person = PersonId::from("lan-mc");
    let token = accounts.issue_token(&person, "kill test", &[Scope::Read, Scope::Act]).await.unwrap().secret;
    let mut server = Server::start(&bed.url, port);
    server.ready(&http).await;
    let mut cases = Vec::new();
    for _ in 0..4 {
        cases.push(open_case(&http, &server.address, &token).await);
    }

    let acknowledged = Acknowledged::default();
    let (stop, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let (http, token, address) = (http.clone(), token.clone(), server.address.clone());
        let (stop, next, acknowledged, case) =
            (stop.clone(), next.clone(), acknowledged.clone(), cases[client % cases.len()].clone());
        clients.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let key = format!("k{}", next.fetch_add(1, Ordering::Relaxed));
                // The same key until there is an answer: a retry must not write twice.
                while !stop.load(Ordering::Relaxed) {
                    match comment(&http, &address, &token, &case, &key).await {
                        Some(seq) => {
                            acknowledged.lock().await.insert(key.clone(), seq);
                            break;
                        }
                        None => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                }
            }
        }));
    }
    for n in 0..kills() {
        tokio::time::sleep(Duration::from_millis(250 + u64::from(n % 7) * 90)).await;
        server.kill();
        server = Server::start(&bed.url, port);
        server.ready(&http).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }

    let acknowledged = acknowledged.lock().await.clone();
    assert!(acknowledged.len() as u32 > kills() * 5, "too little was written to say anything: {}", acknowledged.len());
    for (key, seq) in acknowledged.iter().take(50) {
        let case = &cases[0];
        let again = comment_again(&http, &server.address, &token, &cases, key).await;
        assert_eq!(again, Some(*seq), "{key} asked again on {case} and its fellows");
    }
    server.kill();

    let store = bed.another().await.unwrap();
    let mut verifier = Verifier::new(&[store.head().await.unwrap()]);
    let mut written: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut from = 0;
    loop {
        let lines = store.lines(from, 2_000).await.unwrap();
        let Some(last) = lines.last() else { break };
        from = last.seq + 1;
        for line in &lines {
            verifier.row(line);
            let entry: Value = serde_json::from_slice(&line.payload).unwrap();
            if let Some(text) = entry["record"]["case"]["text"].as_str() {
                written.entry(text.to_owned()).or_default().push(entry["seq"].as_u64().unwrap());
            }
        }
    }
    assert!(verifier.finish().is_whole());
    for (key, seqs) in &written {
        assert_eq!(seqs.len(), 1, "{key} was written twice");
    }
    let lost: Vec<_> = acknowledged.iter().filter(|(key, seq)| written.get(*key) != Some(&vec![**seq])).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged acts are not there: {lost:?}", lost.len(), acknowledged.len());
    eprintln!("{} kills on {}: 0 of {} acknowledged acts lost, 0 doubled", kills(), store.kind(), acknowledged.len());
}

async fn open_case(http: &reqwest::Client, address: &str, token: &str) -> String {
    let body = json!({
        "procedure": "cap-phep-xay-dung", "title": "Nhà số 5",
        "fields": { "dien_tich_san": 120, "cap_cong_trinh": "IV" }, "documents": ["ban_ve"],
    });
    let answer =
        http.post(format!("http://{address}/api/v1/cases")).bearer_auth(token).json(&body).send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert!(status.is_success(), "{status}: {body}");
    body["case"].as_str().unwrap().to_owned()
}

/// Writes a comment under a key; the entry's number where it was acknowledged.
async fn comment(http: &reqwest::Client, address: &str, token: &str, case: &str, key: &str) -> Option<u64> {
    let answer = http
        .post(format!("http://{address}/api/v1/cases/{case}/act"))
        .bearer_auth(token)
        .header("Idempotency-Key", key)
        .json(&json!({ "act": "comment", "text": key }))
        .send()
        .await
        .ok()?;
    if !answer.status().is_success() {
        return None;
    }
    answer.json::<Value>().await.ok()?["seq"].as_u64()
}

/// Asks again under the key, on whichever case it was: another case is another request, and refused.
async fn comment_again(http: &reqwest::Client, address: &str, token: &str, cases: &[String], key: &str) -> Option<u64> {
    for case in cases {
        if let Some(seq) = comment(http, address, token, case, key).await {
            return Some(seq);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed_on_sqlite() {
    nothing_acknowledged_is_lost(Bed::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed_on_postgres() {
    nothing_acknowledged_is_lost(Bed::postgres().await).await;
}
