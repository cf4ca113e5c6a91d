//! `quytrinh bench timers`: how many timers fire in a second against raw batches on the same store in the same run, how
//! long the last of many due at once waits, how late they are where a thousand fall due a second, and what a sweeper with
//! nothing to do costs.
//!
//! The database is filled with copies of one real case, sealed and projected as the writer does it, many in a commit.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::folder::take_in;
use crate::cli::output::{data, say};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::definition::value::{Number, Value as Datum};
use crate::ids::{CaseId, Digest, Ts};
use crate::journal::chain::Sealer;
use crate::journal::entry::{CaseHead, Head, Record, Registered, Sealed};
use crate::machine::command::{Actor, Command, Open};
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::projection::project::Book;
use crate::projection::rows::{Change, TimerRow};
use crate::service::ask::{Ask, Target};
use crate::service::clock::SetClock;
use crate::service::engine::Engine;
use crate::service::sweep;
use crate::store;
use crate::store::contract::{Store, Write};

/// Monday, 8:30 in Hanoi: the reminders of a first step fall due on the same day.
const BEGIN: Ts = Ts(1_785_720_600_000_000);
/// How many rows a raw batch takes away and puts back.
const RAW: u32 = 1_000;
/// How many raw batches are measured, before and after the timers; even, so that the rows are as they were.
const RAW_BATCHES: u32 = 20;
/// How many fall due a second where they are looked at one by one, and how many minutes after the first.
const STEADY_RATE: i64 = 1_000;
const STEADY_AFTER: i64 = 30;
const SECOND: i64 = 1_000_000;
/// How many copies one commit carries.
const COPIES: usize = 500;

/// How many timers, and where.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An empty database; may be given several times.
    #[arg(long, required = true)]
    database: Vec<String>,
    /// How many fall due at once, each of a case of its own.
    #[arg(long, default_value_t = 100_000)]
    due: usize,
    /// How many wait in all, about.
    #[arg(long, default_value_t = 1_000_000)]
    pending: usize,
    /// Seconds in which a thousand fall due a second.
    #[arg(long, default_value_t = 10)]
    steady_seconds: u32,
    /// Seconds in which the sweeper has nothing to do.
    #[arg(long, default_value_t = 20)]
    idle_seconds: u64,
    /// The folder of procedures, calendars and the directory; it must hold the construction permit.
    #[arg(long, default_value = "workflows")]
    workflows: PathBuf,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Measures every database and prints the figures.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    for database in &args.database {
        let figures = measure(&args, database, lang).await?;
        match (args.format, figures.as_object()) {
            (Format::Human, Some(lines)) => {
                lines.iter().for_each(|(name, figure)| data(&format!("{name:28} {figure}\n")));
            }
            _ => data(&format!("{figures}\n")),
        }
    }
    Ok(0)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::refused(error.to_string())
}

async fn measure(args: &Args, database: &str, lang: Lang) -> Result<Value, Failure> {
    let store = store::open(database, true).await.map_err(failed)?;
    let clock = Arc::new(SetClock::new(BEGIN));
    let engine = Engine::start(store.clone(), clock.clone()).await.map_err(failed)?;
    take_in(&engine, args.workflows.clone(), lang).await?;
    let begun = Instant::now();
    let due = open(&engine).await?;
    copy(&engine, &due, "d", args.due.saturating_sub(1)).await?;
    let steady_from = BEGIN.plus_minutes(STEADY_AFTER);
    for n in 0..i64::from(args.steady_seconds) * STEADY_RATE {
        clock.set(Ts(steady_from.0 + n * SECOND / STEADY_RATE));
        open(&engine).await?;
    }
    // An hour later, so that the timers of these come after the first of those.
    clock.set(BEGIN.plus_minutes(60));
    let rest = open(&engine).await?;
    let first = store.next_timer().await.map_err(failed)?.ok_or_else(|| Failure::refused("no timer waits"))?.due_at;
    let each = store.timers_of(&rest).await.map_err(failed)?.len().max(1);
    copy(&engine, &rest, "r", (args.pending / each).saturating_sub(args.due)).await?;
    let counts = store.counts().await.map_err(failed)?;
    say(&format!(
        "{}: {} cases, {} timers, {:.0} s",
        store.kind(),
        counts.cases,
        counts.timers,
        begun.elapsed().as_secs_f64()
    ));

    let before = Raw::measure(store.as_ref()).await?;
    let stop = engine.start_sweeper();
    let idle = idle(Duration::from_secs(args.idle_seconds.max(1))).await;
    stop.cancel();
    let fired = fire(&engine, &clock, first.plus_minutes(1)).await?;
    let after = Raw::measure(store.as_ref()).await?;
    let late = steady(&engine, &clock, first.plus_minutes(STEADY_AFTER), args.steady_seconds).await?;
    engine.close().await;
    let raw = before.mean(after);
    Ok(json!({
        "store": store.kind(),
        "cases": counts.cases,
        "timers_pending": counts.timers,
        "timers_fired": fired.count,
        "fired_per_second": fired.per_second.round(),
        "wait_p50_ms": fired.p50.round(),
        "wait_p99_ms": fired.p99.round(),
        "raw_firings_per_second": raw.firings.round(),
        "fired_to_raw": ratio(fired.per_second, raw.firings),
        "raw_rows_per_second": raw.rows.round(),
        "fired_to_raw_rows": ratio(fired.per_second, raw.rows),
        "steady_fired_per_second": late.per_second.round(),
        "steady_late_p50_ms": late.p50.round(),
        "steady_late_p99_ms": late.p99.round(),
        "idle_cpu_ms_per_second": idle.map(|idle| (idle * 100.0).round() / 100.0),
    }))
}

/// A permit opened through the one door.
async fn open(engine: &Engine) -> Result<CaseId, Failure> {
    let clerks = engine.library().directory.members(&"bo-phan-mot-cua".into(), &"can-bo-mot-cua".into(), BEGIN);
    let clerk =
        clerks.into_iter().next().ok_or_else(|| Failure::usage("bench: nobody at bo-phan-mot-cua opens permits"))?;
    let area = Number::whole(120).ok_or_else(|| Failure::refused("a number is too large"))?;
    let fields = [("dien_tich_san".into(), Datum::Number(area)), ("cap_cong_trinh".into(), Datum::Text("IV".into()))];
    let open = Open {
        title: "bench".into(),
        code: None,
        channel: None,
        fields: fields.into(),
        documents: vec!["ban_ve".into()],
    };
    let ask = Ask {
        actor: Actor::Person(clerk),
        target: Target::New("cap-phep-xay-dung".into()),
        command: Command::Open(open),
        if_match: None,
        key: None,
        dry_run: false,
    };
    engine.handle(ask).await.map(|answer| answer.receipt.case).map_err(|denied| failed(format!("{denied:?}")))
}

/// Cases that lived what the case lived, under names of their own.
async fn copy(engine: &Engine, case: &CaseId, tag: &str, count: usize) -> Result<(), Failure> {
    let store = engine.store();
    let entries = store.entries_of(case).await.map_err(failed)?;
    let mut made = 0;
    while made < count {
        let mut batch = store.begin().await.map_err(failed)?;
        for _ in 0..COPIES.min(count - made) {
            let id = CaseId::new(format!("bench-{tag}-{made}"));
            batch.append(copied(engine, &entries, &id, batch.head())?).await.map_err(failed)?;
            made += 1;
        }
        batch.commit().await.map_err(failed)?;
    }
    Ok(())
}

fn copied(engine: &Engine, entries: &[Sealed], id: &CaseId, mut head: Head) -> Result<Write, Failure> {
    let shelf = engine.library();
    let (mut case, mut book, mut case_head) = (None, Book::default(), CaseHead::default());
    let mut write = Write::default();
    for sealed in entries {
        let (entry, Record::Case(event)) = (&sealed.entry, &sealed.entry.record) else { continue };
        let after = evolve(case.clone(), id, event, entry.occurred_at).map_err(failed)?;
        let missing = || Failure::refused("the case's procedure is not here");
        let procedure = shelf.procedure(&after.digest).ok_or_else(missing)?;
        let course = shelf.course_of(&procedure).ok_or_else(missing)?;
        let digest = after.digest.clone();
        let mut sealer =
            Sealer::of_case(head, id.clone(), Some(case_head), entry.actor.clone(), digest, entry.recorded_at);
        let sealed = sealer.seal(entry.occurred_at, entry.record.clone()).map_err(failed)?;
        head = sealer.head();
        case_head = CaseHead { next_case_seq: sealed.entry.case_seq + 1, chain: sealed.case_chain };
        write.changes.extend(book.project(case.as_ref(), &sealed.entry, &after, &course));
        write.entries.push(sealed);
        case = Some(after);
    }
    Ok(write)
}

/// What the store alone does in a second, a thousand a commit.
#[derive(Clone, Copy)]
struct Raw {
    /// Rows of timers taken away and put back a microsecond later.
    rows: f64,
    /// The same, each with one small entry appended: what a fired timer leaves, with nothing decided.
    firings: f64,
}

impl Raw {
    /// Rows alone and rows with entries take turns.
    async fn measure(store: &dyn Store) -> Result<Raw, Failure> {
        let mut rows = store.timers(None, Ts(i64::MAX), RAW).await.map_err(failed)?;
        let mut spent = [Duration::ZERO; 2];
        for n in 0..RAW_BATCHES * 2 {
            let kind = n % 2;
            // Back and forth by two, so that both kinds leave the rows as they were.
            let moved = if n / 2 % 2 == 0 { 1 } else { -1 };
            let later = |row: &TimerRow| TimerRow { due_at: Ts(row.due_at.0 + moved), ..row.clone() };
            let next: Vec<TimerRow> = rows.iter().map(later).collect();
            let gone = rows.into_iter().map(Change::DropTimer);
            let changes: Vec<Change> = gone.chain(next.iter().cloned().map(Change::PutTimer)).collect();
            let entries = match kind {
                0 => Vec::new(),
                _ => small_entries(store.head().await.map_err(failed)?, next.len())?,
            };
            let at = Instant::now();
            let mut batch = store.begin().await.map_err(failed)?;
            batch.append(Write { entries, changes, ..Write::default() }).await.map_err(failed)?;
            batch.commit().await.map_err(failed)?;
            spent[kind as usize] += at.elapsed();
            rows = next;
        }
        let [alone, with_entries] = spent.map(|spent| rows.len() as f64 * f64::from(RAW_BATCHES) / spent.as_secs_f64());
        Ok(Raw { rows: alone, firings: with_entries })
    }

    fn mean(self, other: Raw) -> Raw {
        Raw { rows: (self.rows + other.rows) / 2.0, firings: (self.firings + other.firings) / 2.0 }
    }
}

/// Entries of the registry, sealed outside the measured time.
fn small_entries(head: Head, count: usize) -> Result<Vec<Sealed>, Failure> {
    let mut sealer = Sealer::of_registry(head, Actor::System, BEGIN);
    let digest = Digest::new("0".repeat(64));
    let record = Record::Registry(Registered::DirectoryLoaded { directory: "bench".into(), digest });
    (0..count).map(|_| sealer.seal(sealer.recorded_at(), record.clone()).map_err(failed)).collect()
}

fn ratio(a: f64, b: f64) -> f64 {
    (a / b * 1_000.0).round() / 1_000.0
}

/// Processor time of this process while the sweeper has nothing to do, in milliseconds a second.
async fn idle(time: Duration) -> Option<f64> {
    // What the filling left behind is over by then.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = processor_ticks()?;
    tokio::time::sleep(time).await;
    // Linux counts in hundredths of a second whatever its own clock does.
    Some((processor_ticks()? - before) as f64 * 10.0 / time.as_secs_f64())
}

fn processor_ticks() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name may hold spaces; the numbers come after its bracket. User and system time are the 14th and 15th of all.
    let mut numbers = text.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    Some(numbers.next()?.parse::<u64>().ok()? + numbers.next()?.parse::<u64>().ok()?)
}

struct Fired {
    count: usize,
    per_second: f64,
    /// How long after they fell due half of them, and all but a hundredth, were on disk.
    p50: f64,
    p99: f64,
}

async fn fire(engine: &Engine, clock: &SetClock, at: Ts) -> Result<Fired, Failure> {
    let store = engine.store();
    let from = store.head().await.map_err(failed)?.next_seq;
    clock.set(at);
    let begun = Instant::now();
    let mut reached: Vec<(Duration, u64)> = Vec::new();
    let mut sweeping = std::pin::pin!(sweep::run_once(engine));
    let count = loop {
        tokio::select! {
            done = &mut sweeping => break done.map_err(|denied| failed(format!("{denied:?}")))?,
            () = tokio::time::sleep(Duration::from_millis(5)) => {
                reached.push((begun.elapsed(), store.head().await.map_err(failed)?.next_seq));
            }
        }
    };
    let whole = begun.elapsed();
    reached.push((whole, store.head().await.map_err(failed)?.next_seq));
    let all = reached.last().map_or(0, |(_, seq)| seq - from);
    let by = |share: f64| {
        let wanted = from + (all as f64 * share) as u64;
        reached.iter().find(|(_, seq)| *seq >= wanted).map_or(0.0, |(at, _)| at.as_secs_f64() * 1_000.0)
    };
    Ok(Fired { count, per_second: count as f64 / whole.as_secs_f64(), p50: by(0.5), p99: by(0.99) })
}

/// How late timers are on disk while a thousand fall due a second.
struct Late {
    per_second: f64,
    p50: f64,
    p99: f64,
}

/// Lets the clock run from `from` on as time does, with a sweeper; every timer that falls due then is looked at.
async fn steady(engine: &Engine, clock: &SetClock, from: Ts, seconds: u32) -> Result<Late, Failure> {
    let store = engine.store();
    // What is due up to then is fired before.
    clock.set(Ts(from.0 - SECOND));
    sweep::run_once(engine).await.map_err(|denied| failed(format!("{denied:?}")))?;
    let first = store.head().await.map_err(failed)?.next_seq;
    let stop = engine.start_sweeper();
    let begun = Instant::now();
    let mut reached: Vec<(i64, u64)> = Vec::new();
    while begun.elapsed() < Duration::from_secs(u64::from(seconds) + 2) {
        let now = from.0 - SECOND + begun.elapsed().as_micros() as i64;
        clock.set(Ts(now));
        reached.push((now, store.head().await.map_err(failed)?.next_seq));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stop.cancel();
    let mut late = lateness(store.as_ref(), first, &reached).await?;
    late.sort_unstable();
    let at = |share: f64| late.get((late.len() as f64 * share) as usize).map_or(0.0, |micros| *micros as f64 / 1_000.0);
    Ok(Late { per_second: late.len() as f64 / f64::from(seconds.max(1)), p50: at(0.5), p99: at(0.99) })
}

/// For each timer fired from an entry on, microseconds from its instant to when it was seen on disk.
async fn lateness(store: &dyn Store, first: u64, reached: &[(i64, u64)]) -> Result<Vec<i64>, Failure> {
    let mut late = Vec::new();
    let mut from = first;
    loop {
        let entries = store.entries(from, 1_000).await.map_err(failed)?;
        let Some(last) = entries.last() else { return Ok(late) };
        from = last.entry.seq + 1;
        for sealed in &entries {
            let Record::Case(Event::Reminded { due, .. } | Event::Breached { due, .. }) = &sealed.entry.record else {
                continue;
            };
            let place = reached.partition_point(|(_, next_seq)| *next_seq <= sealed.entry.seq);
            late.extend(reached.get(place).map(|(seen, _)| seen - due.0));
        }
    }
}
