//! `quytrinh simulate`: how a procedure would do under load: on time, queues, the first bottleneck, one officer more or
//! fewer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::calendar::calendar::Calendar;
use crate::calendar::working_time::{Length, WorkingTime};
use crate::cli::beside;
use crate::cli::draw::read;
use crate::cli::output::{data, pick, say, table};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::definition::procedure::Procedure;
use crate::directory::Directory;
use crate::ids::{PeopleId, StepId, Ts, Verb};
use crate::service::clock::{Clock, SystemClock};
use crate::service::library::read_calendar;
use crate::service::past;
use crate::simulation::axis::Axis;
use crate::simulation::past::{FEWEST, cases, service_times};
use crate::simulation::plan::{Known, Plan, TURNED_BACK, WORK_OF_LIMIT, Work};
use crate::simulation::run::{Load, run as simulate};
use crate::simulation::tally::Tally;

/// Days of the axis beyond those in which cases arrive.
const TAIL: usize = 800;

/// What to simulate.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A procedure file; the calendars and the directory are found beside or above it.
    file: PathBuf,
    /// How many cases arrive, e.g. `6/day` (a full working day) or `120/month` (21 of them).
    #[arg(long, default_value = "6/day")]
    arrivals: Rate,
    /// Working days in which cases arrive.
    #[arg(long, default_value_t = 250, value_parser = clap::value_parser!(u32).range(1..=25_000))]
    days: u32,
    /// How many officers, by entry of `people`: `chuyen_vien=3`. From the directory where not given.
    #[arg(long, value_name = "PEOPLE=N")]
    staff: Vec<Given<PeopleId, u32>>,
    /// How long the work in a step takes on average: `tham_dinh=4 working hours`. A fifth of its limit where not given.
    #[arg(long, value_name = "STEP=LENGTH")]
    work: Vec<Given<StepId, WorkingTime>>,
    /// How often a way is taken against the others of its step: `ra_soat.return=0.2`.
    #[arg(long, value_name = "STEP.VERB=SHARE")]
    taken: Vec<Given<String, f64>>,
    /// A database (`sqlite:…`, `postgres://…`) whose ended cases say how long each step took.
    #[arg(long, value_name = "URL")]
    history: Option<String>,
    /// The first day; the next Monday where not given.
    #[arg(long)]
    from: Option<Date>,
    /// The same seed gives the same figures.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// `6/day`.
#[derive(Clone, Copy, Debug)]
struct Rate {
    a_day: f64,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Rate, String> {
        let wanted = || format!("`{text}`: 6/day, 30/week, 120/month hoặc/or 1500/year");
        let (count, unit) = text.split_once('/').ok_or_else(wanted)?;
        let count: f64 = count.trim().parse().map_err(|_| wanted())?;
        let days = match unit.trim() {
            "day" | "ngày" => 1.0,
            "week" | "tuần" => 5.0,
            "month" | "tháng" => 21.0,
            "year" | "năm" => 250.0,
            _ => return Err(wanted()),
        };
        let a_day = count / days;
        if a_day.is_finite() && a_day > 0.0 && a_day <= 100_000.0 { Ok(Rate { a_day }) } else { Err(wanted()) }
    }
}

/// `key=value`.
#[derive(Clone, Debug)]
struct Given<K, V>(K, V);

impl<K: From<String>, V: Quantity> FromStr for Given<K, V> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}`: key=value"))?;
        Ok(Given(K::from(key.trim().to_owned()), V::read(value.trim())?))
    }
}

/// What may stand after the `=`.
trait Quantity: Sized {
    fn read(text: &str) -> Result<Self, String>;
}

impl Quantity for u32 {
    fn read(text: &str) -> Result<u32, String> {
        let number = text.parse().ok().filter(|n| (1..=10_000).contains(n));
        number.ok_or_else(|| format!("`{text}`: 1–10000"))
    }
}

impl Quantity for f64 {
    fn read(text: &str) -> Result<f64, String> {
        let share = text.replace(',', ".").parse().ok().filter(|share: &f64| share.is_finite() && *share >= 0.0);
        share.ok_or_else(|| format!("`{text}`: số không âm / a number, not negative"))
    }
}

impl Quantity for WorkingTime {
    fn read(text: &str) -> Result<WorkingTime, String> {
        let length = WorkingTime::parse(text).map_err(|error| format!("{} / {}", error.vi(), error.en()))?;
        match length.is_working() {
            true => Ok(length),
            false => Err(format!("`{text}`: giờ hoặc ngày làm việc / working hours or days")),
        }
    }
}

/// A simulation with what it was made of, to be run again with other officers.
struct Trial<'a> {
    procedure: &'a Procedure,
    known: Known,
    axis: Axis,
    load: Load,
}

impl Trial<'_> {
    fn run(&self, changed: Option<(&PeopleId, u32)>) -> (Plan, Tally) {
        let mut known = self.known.clone();
        known.officers.extend(changed.map(|(people, officers)| (people.clone(), officers)));
        let plan = Plan::of(self.procedure, &known, self.axis.full_day());
        let tally = simulate(&plan, &self.axis, &self.load);
        (plan, tally)
    }
}

/// One officer more or fewer at a station.
struct Changed {
    people: PeopleId,
    officers: u32,
    tally: Tally,
}

/// The most cases that arrive in one simulation: what a busy procedure sees in years.
const MOST_CASES: f64 = 500_000.0;

/// Simulates and prints.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let Some(procedure) = read(&args.file, lang)? else { return Ok(1) };
    let arriving = args.arrivals.a_day * f64::from(args.days);
    if arriving > MOST_CASES {
        return Err(Failure::usage(match lang {
            Lang::Vi => format!(
                "{arriving:.0} hồ sơ là quá nhiều cho một lần mô phỏng (nhiều nhất {MOST_CASES:.0}): bớt `--arrivals` hoặc `--days`"
            ),
            Lang::En => format!(
                "{arriving:.0} cases are too many for one simulation (at most {MOST_CASES:.0}): take less `--arrivals` or `--days`"
            ),
        }));
    }
    let calendar = beside::first(&args.file, "calendars", |text| {
        read_calendar(text).ok().filter(|c| *c.id() == procedure.calendar)
    })
    .ok_or_else(|| {
        let id = &procedure.calendar;
        Failure::usage(match lang {
            Lang::Vi => format!("không thấy lịch `{id}` trong thư mục `calendars` cạnh tệp hoặc phía trên"),
            Lang::En => format!("no calendar `{id}` in a folder `calendars` beside or above the file"),
        })
    })?;
    let today = calendar.local(SystemClock.now()).date();
    let from = args.from.unwrap_or_else(|| next_monday(today));
    let directory = beside::directory(&args.file, None, lang)?;
    let known = known(args, &procedure, directory.as_ref(), calendar.instant(from.at(12, 0, 0, 0)), &calendar, lang)?;
    let axis = Axis::build(&calendar, from, args.days as usize * 8 / 5 + TAIL, procedure.case.cut_off);
    let load = Load { arrivals_a_day: args.arrivals.a_day, days: args.days as usize, seed: args.seed };
    let trial = Trial { procedure: &procedure, known, axis, load };
    let (plan, tally) = trial.run(None);
    let mut changes = Vec::new();
    for station in &plan.stations {
        for officers in [station.officers.checked_sub(1), station.officers.checked_add(1)] {
            let Some(officers) = officers.filter(|officers| *officers > 0) else { continue };
            let (_, tally) = trial.run(Some((&station.people, officers)));
            changes.push(Changed { people: station.people.clone(), officers, tally });
        }
    }
    data(&match args.format {
        Format::Json => format!("{}\n", as_json(&trial, &plan, &tally, &changes)),
        Format::Human => as_text(args, &trial, &plan, &tally, &changes, lang),
    });
    Ok(0)
}

fn next_monday(date: Date) -> Date {
    let days = i64::from(7 - date.weekday().to_monday_zero_offset());
    date.checked_add(jiff::Span::new().days(days)).unwrap_or(date)
}

fn known(
    args: &Args,
    procedure: &Procedure,
    directory: Option<&Directory>,
    at: Ts,
    calendar: &Calendar,
    lang: Lang,
) -> Result<Known, Failure> {
    let unknown = |what: &str| {
        Failure::usage(match lang {
            Lang::Vi => format!("quy trình không có `{what}`"),
            Lang::En => format!("the procedure has no `{what}`"),
        })
    };
    let mut known = Known::officers(procedure, directory, at);
    if let Some(url) = &args.history {
        known.work = seen(url, procedure, calendar, lang)?;
    }
    for Given(people, officers) in &args.staff {
        if known.officers.insert(people.clone(), *officers).is_none() {
            return Err(unknown(people.as_str()));
        }
    }
    for Given(step, length) in &args.work {
        procedure.step(step).ok_or_else(|| unknown(step.as_str()))?;
        let minutes = length.working_minutes(calendar.full_day_minutes()).unwrap_or(0);
        known.work.insert(step.clone(), Work::Around(f64::from(minutes)));
    }
    for Given(way, share) in &args.taken {
        let (step, verb) = way.split_once('.').ok_or_else(|| unknown(way))?;
        let (step, verb) = (StepId::from(step.to_owned()), Verb::from(verb.to_owned()));
        let actions = procedure.step(&step).and_then(|step| step.actions());
        actions.and_then(|actions| actions.get(&verb)).ok_or_else(|| unknown(way))?;
        known.taken.insert((step, verb), *share);
    }
    Ok(known)
}

/// How long each step took in the ended cases of a database; what is given by `--work` goes before it.
fn seen(url: &str, procedure: &Procedure, calendar: &Calendar, lang: Lang) -> Result<BTreeMap<StepId, Work>, Failure> {
    let failed = |why: String| Failure::usage(format!("{url}: {why}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(|fault| failed(fault.to_string()))?.block_on(async {
        let store = crate::store::open(url, false).await.map_err(|fault| failed(fault.to_string()))?;
        past::done(store.as_ref(), &procedure.id).await.map_err(|fault| failed(fault.to_string()))
    })?;
    let cases = cases(&done);
    if cases < FEWEST {
        return Err(Failure::refused(match lang {
            Lang::Vi => format!(
                "`{}` mới có {cases} hồ sơ đã kết thúc; cần ít nhất {FEWEST} để lấy thời gian thật",
                procedure.id
            ),
            Lang::En => format!("`{}` has {cases} ended cases; durations want at least {FEWEST}", procedure.id),
        }));
    }
    let times = service_times(&done, |from, to| calendar.working_micros(from, to) as f64 / 60_000_000.0);
    // A step that was done less often than that stays with the usual guess.
    let enough = times.into_iter().filter(|(step, times)| times.len() >= FEWEST && procedure.step(step).is_some());
    let work: BTreeMap<StepId, Work> = enough.map(|(step, times)| (step, Work::Seen(times))).collect();
    let steps: Vec<&str> = work.keys().map(StepId::as_str).collect();
    say(&match lang {
        Lang::Vi => format!("thời gian theo {cases} hồ sơ đã kết thúc, ở các bước: {}", steps.join(", ")),
        Lang::En => format!("durations of {cases} ended cases, in the steps: {}", steps.join(", ")),
    });
    Ok(work)
}

/// The station with the highest load: it is the first that more cases would choke.
fn bottleneck(plan: &Plan, tally: &Tally) -> Option<usize> {
    let load = |n: &usize| plan.stations.get(*n).map_or(0.0, |station| tally.load(*n, station.officers));
    (0..plan.stations.len()).max_by(|a, b| load(a).total_cmp(&load(b)))
}

fn round(number: f64, grain: f64) -> f64 {
    (number / grain).round() * grain
}

fn as_json(trial: &Trial<'_>, plan: &Plan, tally: &Tally, changes: &[Changed]) -> Value {
    let share = |share: f64| round(share * 10_000.0, 1.0) / 10_000.0;
    let minutes = |minutes: f64| minutes.round();
    let stations: Vec<Value> = plan
        .stations
        .iter()
        .zip(&tally.stations)
        .enumerate()
        .map(|(n, (station, figures))| {
            json!({
                "people": station.people,
                "officers": station.officers,
                "load": share(tally.load(n, station.officers)),
                "busy": share(tally.busy_share(n, station.officers)),
                "served": figures.served,
                "wait_mean_minutes": minutes(figures.mean_wait()),
                "wait_p90_minutes": minutes(figures.waited_within(0.9)),
                "longest_queue": figures.longest_queue,
                "reminders_a_week": round(tally.reminders_a_week(n, station.officers, trial.axis.full_day()), 0.1),
            })
        })
        .collect();
    let changed = |changed: &Changed| {
        json!({
            "people": changed.people,
            "officers": changed.officers,
            "on_time_share": changed.tally.on_time_share().map(share),
            "p90_minutes": minutes(changed.tally.lasted_within(0.9)),
        })
    };
    json!({
        "procedure": trial.procedure.id,
        "version": trial.procedure.version,
        "seed": trial.load.seed,
        "arrivals_a_day": trial.load.arrivals_a_day,
        "days": trial.load.days,
        "full_day_minutes": trial.axis.full_day(),
        "arrived": tally.arrived,
        "ended": tally.ended,
        "on_time_share": tally.on_time_share().map(share),
        "p50_minutes": minutes(tally.lasted_within(0.5)),
        "p90_minutes": minutes(tally.lasted_within(0.9)),
        "stations": stations,
        "bottleneck": bottleneck(plan, tally).and_then(|n| plan.stations.get(n)).map(|station| &station.people),
        "changes": changes.iter().map(changed).collect::<Vec<_>>(),
    })
}

fn as_text(args: &Args, trial: &Trial<'_>, plan: &Plan, tally: &Tally, changes: &[Changed], lang: Lang) -> String {
    let name = |people: &PeopleId| {
        let title = trial.procedure.people.get(people).map(|people| people.title.vi.as_str());
        title.filter(|title| !title.is_empty()).unwrap_or(people.as_str()).to_owned()
    };
    let number = |number: f64, digits: usize| decimal(number, digits, lang);
    let percent = |share: f64| format!("{} %", number(share * 100.0, 1));
    let time = |minutes: f64| time(minutes, trial.axis.full_day(), lang);
    let on_time = |tally: &Tally| tally.on_time_share().map_or_else(|| "–".to_owned(), percent);
    let mut text = match lang {
        Lang::Vi => format!(
            "{}\n{} hồ sơ mỗi ngày làm việc trong {} ngày (hạt giống {}): {} hồ sơ đến, {} xong, đúng hạn {}.\n\
             Một nửa số hồ sơ xong trong {}, chín phần mười trong {}, không kể lúc dừng tính.\n\n",
            trial.procedure.title.vi,
            number(args.arrivals.a_day, 1),
            args.days,
            args.seed,
            tally.arrived,
            tally.ended,
            on_time(tally),
            time(tally.lasted_within(0.5)),
            time(tally.lasted_within(0.9)),
        ),
        Lang::En => format!(
            "{}\n{} cases a working day for {} days (seed {}): {} arrived, {} ended, {} on time.\n\
             Half of them ended within {}, nine in ten within {}, standing time left out.\n\n",
            trial.procedure.title.en.as_ref().unwrap_or(&trial.procedure.title.vi),
            number(args.arrivals.a_day, 1),
            args.days,
            args.seed,
            tally.arrived,
            tally.ended,
            on_time(tally),
            time(tally.lasted_within(0.5)),
            time(tally.lasted_within(0.9)),
        ),
    };
    let rows = plan.stations.iter().zip(&tally.stations).enumerate().map(|(n, (station, figures))| {
        vec![
            name(&station.people),
            station.officers.to_string(),
            percent(tally.load(n, station.officers)),
            percent(tally.busy_share(n, station.officers)),
            figures.served.to_string(),
            time(figures.mean_wait()),
            time(figures.waited_within(0.9)),
            figures.longest_queue.to_string(),
            number(tally.reminders_a_week(n, station.officers, trial.axis.full_day()), 1),
        ]
    });
    let headers = match lang {
        Lang::Vi => {
            ["Người làm", "Số người", "Tải", "Bận", "Lượt", "Chờ trung bình", "Chờ 90 %", "Hàng dài nhất", "Nhắc/tuần"]
        }
        Lang::En => {
            ["Who", "Officers", "Load", "Busy", "Pieces", "Mean wait", "Wait 90 %", "Longest queue", "Reminders/week"]
        }
    };
    text += &table(&headers, rows.collect());
    if let Some(n) = bottleneck(plan, tally)
        && let Some(station) = plan.stations.get(n)
    {
        let load = tally.load(n, station.officers);
        let (who, needed) = (name(&station.people), tally.officers_needed(n).floor() + 1.0);
        text += &match (lang, load > 1.0) {
            (Lang::Vi, true) => format!(
                "Quá tải: {who}. Việc đến bằng {} sức làm, hồ sơ sẽ dồn mãi; cần ít nhất {needed} người.\n\n",
                percent(load)
            ),
            (Lang::Vi, false) => format!("Nghẽn trước tiên: {who}, việc đến bằng {} sức làm.\n\n", percent(load)),
            (Lang::En, true) => format!(
                "Overloaded: {who}. The work that comes is {} of what they can do, so cases pile up for ever; at least \
                 {needed} officers are needed.\n\n",
                percent(load)
            ),
            (Lang::En, false) => {
                format!("First bottleneck: {who}, the work that comes is {} of what they can do.\n\n", percent(load))
            }
        };
    }
    text += &behind(plan, tally, &name, lang);
    let rows = changes.iter().map(|changed| {
        let before = plan.stations.iter().find(|station| station.people == changed.people);
        let before = before.map_or(0, |station| station.officers);
        vec![
            name(&changed.people),
            format!("{before} → {}", changed.officers),
            on_time(&changed.tally),
            time(changed.tally.lasted_within(0.9)),
        ]
    });
    let headers = match lang {
        Lang::Vi => ["Nếu đổi", "Số người", "Đúng hạn", "90 % xong trong"],
        Lang::En => ["If changed", "Officers", "On time", "90 % end within"],
    };
    text += &table(&headers, rows.collect());
    text + &assumed(lang)
}

/// Stations that would be overloaded and are not yet, for the first one lets their work through too slowly.
fn behind(plan: &Plan, tally: &Tally, name: &dyn Fn(&PeopleId) -> String, lang: Lang) -> String {
    let first = bottleneck(plan, tally);
    let stations = plan.stations.iter().enumerate().filter(|(n, _)| Some(*n) != first);
    let hidden = stations.filter(|(n, station)| tally.load(*n, station.officers) > 1.0);
    let names: Vec<String> = hidden.map(|(_, station)| name(&station.people)).collect();
    if names.is_empty() {
        return String::new();
    }
    let names = names.join(", ");
    match lang {
        Lang::Vi => format!(
            "Cũng quá sức nếu hết chỗ nghẽn ấy: {names}. Tải tính trên số ngày có hồ sơ đến; sau chỗ nghẽn việc tới chậm hơn, \
             nên ở đó chưa dồn (xem cột Bận).\n\n"
        ),
        Lang::En => format!(
            "Also too much, were that bottleneck gone: {names}. Load is counted over the days in which cases arrive; behind a \
             bottleneck work comes more slowly, so it does not pile up there yet (see Busy).\n\n"
        ),
    }
}

/// What nobody said and was assumed: figures without it would be read as facts.
fn assumed(lang: Lang) -> String {
    let (work, back) = (WORK_OF_LIMIT * 100.0, TURNED_BACK * 100.0);
    match lang {
        Lang::Vi => format!(
            "Giả định khi không cho biết (--work, --taken, --staff): việc mỗi bước bằng {work} % thời hạn của bước, ±50 %; \
             {back} % lượt bị trả lại, yêu cầu bổ sung hoặc từ chối; số người theo sơ đồ tổ chức; ai cũng chỉ làm quy trình này.\n"
        ),
        Lang::En => format!(
            "Assumed where not given (--work, --taken, --staff): work is {work} % of a step's limit, ±50 %; {back} % of \
             leavings return, ask for papers or refuse; officers as in the directory; nobody has other work.\n"
        ),
    }
}

fn time(minutes: f64, full_day: f64, lang: Lang) -> String {
    let days = minutes / full_day;
    if days >= 1.0 {
        return format!("{} {}", decimal(days, 1, lang), pick(lang, "ngày làm việc", "working days"));
    }
    let whole = WorkingTime::of(Length::WorkingMinutes(minutes.round().max(0.0) as u32));
    if minutes < 0.5 { "0".to_owned() } else { pick(lang, &whole.vi(), &whole.en()).to_owned() }
}

fn decimal(number: f64, digits: usize, lang: Lang) -> String {
    let text = format!("{number:.digits$}");
    if lang == Lang::Vi { text.replace('.', ",") } else { text }
}
