//! `quytrinh bench`: the load generator behind the published figures. Raw commits and acts over HTTP take turns in one
//! run, and the median of the rounds is printed: ratios say something, two days compared do not.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::cli::folder::take_in;
use crate::cli::output::{bytes, data, pick, say, table};
use crate::cli::{Failure, Format, bench_calendar, bench_check, bench_simulate, bench_timers};
use crate::config::{Given, Settings};
use crate::definition::diagnostic::Lang;
use crate::http::server;
use crate::ids::PersonId;
use crate::journal::chain::Sealer;
use crate::journal::entry::{Record, Registered};
use crate::machine::command::Actor;
use crate::service::accounts::Scope;
use crate::service::clock::{Clock, SystemClock};
use crate::service::engine::Engine;
use crate::store;
use crate::store::contract::{Store, StoreError, Write};

/// What to load and for how long.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    other: Option<Other>,
    /// An empty database for each run; may be given several times. A temporary SQLite file where none is named.
    #[arg(long)]
    database: Vec<String>,
    /// Seconds of each measurement in each round.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// How often the measurements take turns.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The folder of procedures, calendars and the directory; it must hold the construction permit.
    #[arg(long, default_value = "workflows")]
    workflows: PathBuf,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Other things to measure.
#[derive(Debug, clap::Subcommand)]
enum Other {
    /// Timers: how many fire in a second, and what waiting ones cost.
    Timers(bench_timers::Args),
    /// Working time: adds and measures over spans of a day, a year and ten years.
    Calendar(bench_calendar::Args),
    /// Checks: procedures a second on one core, memory, and how long an editor waits.
    Check(bench_check::Args),
    /// Simulation: cases of a permit a second on one core.
    Simulate(bench_simulate::Args),
}

/// One measurement: how many in a second, and how long one took, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    per_second: f64,
    p50: f64,
    p99: f64,
}

/// Measures every database and prints the figures.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    match args.other {
        Some(Other::Timers(timers)) => return bench_timers::run(timers, lang).await,
        Some(Other::Calendar(calendar)) => return bench_calendar::run(&calendar, lang),
        Some(Other::Check(check)) => return bench_check::run(&check, lang),
        Some(Other::Simulate(simulate)) => return bench_simulate::run(&simulate, lang),
        None => {}
    }
    let folder = std::env::temp_dir().join(format!("quytrinh-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| Failure::refused(format!("{}: {e}", folder.display())))?;
    let databases = match args.database.is_empty() {
        true => vec![format!("sqlite:{}", folder.join("bench.db").display())],
        false => args.database.clone(),
    };
    let mut rows = Vec::new();
    for database in &databases {
        rows.push(measure(&args, database, lang).await?);
    }
    // A leftover of a temporary folder is the system's to sweep.
    let _ = std::fs::remove_dir_all(&folder);
    match args.format {
        Format::Json => bytes(format!("{}\n", Value::Array(rows)).as_bytes()),
        Format::Human => data(&human(&rows, lang)),
    }
    Ok(0)
}

async fn measure(args: &Args, database: &str, lang: Lang) -> Result<Value, Failure> {
    let failed = |error: StoreError| Failure::refused(error.to_string());
    let store = store::open(database, true).await.map_err(failed)?;
    let engine = Engine::start(store.clone(), Arc::new(SystemClock)).await.map_err(failed)?;
    take_in(&engine, args.workflows.clone(), lang).await?;
    let shelf = engine.library();
    let clerks = shelf.directory.members(&"bo-phan-mot-cua".into(), &"can-bo-mot-cua".into(), SystemClock.now());
    let clerk =
        clerks.into_iter().next().ok_or_else(|| Failure::usage("bench: nobody at bo-phan-mot-cua opens permits"))?;
    let load = Load::start(engine, &clerk).await?;
    let time = Duration::from_secs(args.seconds.max(1));
    let (mut raw, mut one, mut many) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..args.rounds.max(1) {
        raw.push(commits(store.as_ref(), time).await.map_err(failed)?);
        one.push(load.acts(1, time).await?);
        many.push(load.acts(32, time).await?);
        say(&format!("{} {}/{}", store.kind(), round + 1, args.rounds.max(1)));
    }
    let (kind, cpu) = (store.kind(), median(&one).per_second / median(&raw).per_second);
    load.stop().await;
    let (raw, one, many) = (median(&raw), median(&one), median(&many));
    Ok(json!({
        "store": kind,
        "raw_commits_per_second": round(raw.per_second),
        "raw_p99_ms": round(raw.p99),
        "acts_per_second_1": round(one.per_second),
        "acts_p50_ms_1": round(one.p50),
        "acts_p99_ms_1": round(one.p99),
        "acts_per_second_32": round(many.per_second),
        "acts_p50_ms_32": round(many.p50),
        "acts_p99_ms_32": round(many.p99),
        "act_to_raw_commit": round(cpu),
        "clients_32_to_1": round(many.per_second / one.per_second),
        "p99_to_p50_32": round(many.p99 / many.p50),
    }))
}

fn human(rows: &[Value], lang: Lang) -> String {
    let headers = match lang {
        Lang::Vi => [
            "Kho",
            "Ghi thô/s",
            "Việc/s, 1 máy",
            "p99 ms",
            "Việc/s, 32 máy",
            "p50 ms",
            "p99 ms",
            "1 máy : thô",
            "32 : 1",
            "p99 : p50",
        ],
        Lang::En => [
            "Store",
            "Raw commits/s",
            "Acts/s, 1",
            "p99 ms",
            "Acts/s, 32",
            "p50 ms",
            "p99 ms",
            "1 : raw",
            "32 : 1",
            "p99 : p50",
        ],
    };
    let keys = [
        "store",
        "raw_commits_per_second",
        "acts_per_second_1",
        "acts_p99_ms_1",
        "acts_per_second_32",
        "acts_p50_ms_32",
        "acts_p99_ms_32",
        "act_to_raw_commit",
        "clients_32_to_1",
        "p99_to_p50_32",
    ];
    let cell = |row: &Value, key: &str| row[key].as_str().map_or_else(|| row[key].to_string(), str::to_owned);
    let note = pick(
        lang,
        "Máy sinh tải chạy chung bộ xử lý với máy chủ.\n",
        "The load runs on the same processors as the server.\n",
    );
    table(&headers, rows.iter().map(|row| keys.iter().map(|key| cell(row, key)).collect()).collect()) + note
}

/// One small entry a commit, through the store alone: what the disk and the database allow.
async fn commits(store: &dyn Store, time: Duration) -> Result<Measured, StoreError> {
    let mut took = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < time {
        let at = Instant::now();
        let mut batch = store.begin().await?;
        let mut sealer = Sealer::of_registry(batch.head(), Actor::System, SystemClock.now());
        let digest = crate::ids::Digest::new(format!("{:064x}", batch.head().next_seq));
        let record = Record::Registry(Registered::DirectoryLoaded { directory: "bench".into(), digest });
        let sealed = sealer.seal(sealer.recorded_at(), record).map_err(|e| StoreError::Damaged(e.to_string()))?;
        batch.append(Write { entries: vec![sealed], ..Write::default() }).await?;
        batch.commit().await?;
        took.push(at.elapsed());
    }
    Ok(measured(took, begun.elapsed()))
}

/// A running server and somebody who opens permits.
struct Load {
    url: String,
    token: String,
    http: reqwest::Client,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

impl Load {
    async fn start(engine: Engine, clerk: &PersonId) -> Result<Load, Failure> {
        let refused = |error: String| Failure::refused(error);
        let scopes = [Scope::Read, Scope::Act];
        let issued =
            engine.accounts().issue_token(clerk, "bench", &scopes).await.map_err(|e| refused(e.to_string()))?;
        // one clerk asks as often as he can: how often he might is not what is measured
        let unbounded = || Some("0".to_owned());
        let given = Given { rate_person: unbounded(), rate_address: unbounded(), ..Given::default() };
        let settings = Settings::resolve(None, &[], given).map_err(|e| refused(e.to_string()))?;
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| refused(e.to_string()))?;
        let address = listener.local_addr().map_err(|e| refused(e.to_string()))?;
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let shutdown = async { stopped.await.unwrap_or(()) };
            server::serve(engine, &settings, listener, shutdown).await;
        });
        // Another part may have chosen already; either choice serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http =
            reqwest::Client::builder().timeout(Duration::from_secs(30)).build().map_err(|e| refused(e.to_string()))?;
        Ok(Load { url: format!("http://{address}/api/v1"), token: issued.secret, http, stop, served })
    }

    /// Clients open permits, claim and accept them, one act after another, until the time is over.
    async fn acts(&self, clients: usize, time: Duration) -> Result<Measured, Failure> {
        let begun = Instant::now();
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..clients {
            let (url, token, http) = (self.url.clone(), self.token.clone(), self.http.clone());
            running.spawn(async move { client(&http, &url, &token, begun, time).await });
        }
        let mut took = Vec::new();
        while let Some(done) = running.join_next().await {
            took.extend(done.map_err(|e| Failure::refused(e.to_string()))?.map_err(Failure::refused)?);
        }
        Ok(measured(took, begun.elapsed()))
    }

    async fn stop(self) {
        // The server may have ended by itself; then there is nobody to tell.
        let _ = self.stop.send(());
        let _ = self.served.await;
    }
}

async fn client(
    http: &reqwest::Client,
    url: &str,
    token: &str,
    begun: Instant,
    time: Duration,
) -> Result<Vec<Duration>, String> {
    let mut took = Vec::new();
    let open = json!({
        "procedure": "cap-phep-xay-dung", "title": "bench",
        "fields": { "dien_tich_san": 120, "cap_cong_trinh": "IV" }, "documents": ["ban_ve"],
    });
    while begun.elapsed() < time {
        let opened = post(http, &format!("{url}/cases"), token, None, &open, &mut took).await?;
        let case = opened["case"].as_str().ok_or("no case in the receipt")?.to_owned();
        let mut revision = opened["revision"].clone();
        for act in ["claim", "accept"] {
            let to = format!("{url}/cases/{case}/act");
            let done = post(http, &to, token, Some(&revision), &json!({ "act": act }), &mut took).await?;
            revision = done["revision"].clone();
        }
    }
    Ok(took)
}

async fn post(
    http: &reqwest::Client,
    url: &str,
    token: &str,
    seen: Option<&Value>,
    body: &Value,
    took: &mut Vec<Duration>,
) -> Result<Value, String> {
    let at = Instant::now();
    let mut request = http.post(url).bearer_auth(token).json(body);
    if let Some(revision) = seen {
        request = request.header("If-Match", format!("\"{revision}\""));
    }
    let answer = request.send().await.map_err(|e| e.to_string())?;
    let status = answer.status();
    let body: Value = answer.json().await.map_err(|e| e.to_string())?;
    if !status.is_success() {
        return Err(format!("{url}: {status}: {body}"));
    }
    took.push(at.elapsed());
    Ok(body)
}

fn measured(mut took: Vec<Duration>, whole: Duration) -> Measured {
    took.sort_unstable();
    let at = |share: f64| {
        let index = ((took.len() as f64 - 1.0) * share).round().max(0.0) as usize;
        took.get(index).map_or(0.0, |d| d.as_secs_f64() * 1_000.0)
    };
    Measured { per_second: took.len() as f64 / whole.as_secs_f64(), p50: at(0.5), p99: at(0.99) }
}

/// The round in the middle, by rate.
fn median(rounds: &[Measured]) -> Measured {
    let mut rounds = rounds.to_vec();
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}

fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
