//! The simulation: known results of queueing theory, the real calendar, every shipped procedure.

use quytrinh::calendar::calendar::{Calendar, Rule};
use quytrinh::calendar::working_time::WorkingTime;
use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::service::library::read_calendar;
use quytrinh::simulation::axis::Axis;
use quytrinh::simulation::plan::{Known, Plan, Work};
use quytrinh::simulation::run::{Load, run};

const DAY: f64 = 480.0;

fn hanoi() -> Calendar {
    read_calendar(&std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap()).unwrap()
}

/// The mean wait of an M/M/c queue, in the unit of `service` (Erlang 1917; Kleinrock, Queueing Systems I, 3.5).
fn erlang_wait(officers: u32, arrivals_per_minute: f64, service: f64) -> f64 {
    let offered = arrivals_per_minute * service;
    let c = f64::from(officers);
    let mut term = 1.0;
    let mut sum = 0.0;
    for n in 0..officers {
        sum += term;
        term *= offered / f64::from(n + 1);
    }
    let waiting = term / (1.0 - offered / c);
    let all_busy = waiting / (sum + waiting);
    all_busy * service / (c - offered)
}

/// One officer who takes what came first: the work is found again, however long cases lay on his desk.
#[test]
fn work_is_told_from_waiting_in_what_was_held() {
    use quytrinh::ids::{BranchId, Ts};
    use quytrinh::simulation::past::{Done, cases, service_times};
    let minute = 60_000_000;
    let mut state = 7u64;
    let mut draw = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % most + 1) as i64
    };
    let (mut at, mut free, mut worked, mut done) = (0i64, 0i64, Vec::new(), Vec::new());
    for n in 0..500 {
        at += draw(30);
        let work = draw(25);
        free = free.max(at) + work;
        let counts = n % 3 != 0;
        if counts {
            worked.push(work as f64);
        }
        done.push(Done {
            case: format!("c-{n}").as_str().into(),
            branch: BranchId::MAIN,
            step: "ky".into(),
            holder: "an".into(),
            from: Ts(at * minute),
            to: Ts(free * minute),
            counts,
        });
    }
    assert_eq!(cases(&done), worked.len());
    done.reverse();
    let times = service_times(&done, |from, to| (to.0 - from.0) as f64 / minute as f64);
    assert_eq!(times[&quytrinh::ids::StepId::from("ky")], worked);
}

#[test]
fn a_single_station_waits_as_queueing_theory_says() {
    for (officers, busy) in [(1, 0.7), (3, 0.8)] {
        let service = 60.0;
        let per_minute = busy * f64::from(officers) / service;
        let plan = Plan::single(officers, Work::Exponential(service));
        let means: Vec<f64> = (1..=30)
            .map(|seed| {
                let load = Load { arrivals_a_day: per_minute * DAY, days: 3_000, seed };
                run(&plan, &Axis::even(DAY), &load).stations[0].mean_wait()
            })
            .collect();
        let count = means.len() as f64;
        let mean = means.iter().sum::<f64>() / count;
        let spread = (means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
        // Student's t for 29 degrees of freedom, two-sided 99.9 %.
        let margin = 3.659 * spread / count.sqrt();
        let known = erlang_wait(officers, per_minute, service);
        assert!((mean - known).abs() <= margin, "{officers} officers: {mean} ± {margin}, theory says {known}");
        assert!(margin < known * 0.1, "the interval is too wide to say anything: {mean} ± {margin}");
    }
}

#[test]
fn days_on_the_axis_are_those_of_the_calendar() {
    let calendar = hanoi();
    let first = jiff::civil::date(2026, 1, 1);
    let cut_off = Some((15, 0));
    let axis = Axis::build(&calendar, first, 700, cut_off);
    let origin = calendar.instant(first.at(0, 0, 0, 0));
    let rule = Rule::Day { cut_off };
    let mut compared = 0;
    // Instants a prime number of minutes apart, so that every hour of the day comes up.
    for n in 0..400 {
        let at = calendar.next_working_instant(origin.plus_minutes(n * 1_013));
        let begin = calendar.working_micros(origin, at) as f64 / 60e6;
        for text in [
            "1 working day",
            "16 working days",
            "3.5 working days",
            "0.5 working day",
            "4 working hours",
            "30 calendar days",
        ] {
            let length = WorkingTime::parse(text).unwrap();
            let due = calendar.add(at, &length, rule);
            let expected = calendar.working_micros(origin, due) as f64 / 60e6;
            let found = axis.add(begin, &length, true);
            assert!((found - expected).abs() < 1e-6, "{text} from {at}: {found}, the calendar says {expected}");
            compared += 1;
        }
    }
    assert_eq!(compared, 2_400);
}

#[test]
fn every_case_that_arrives_ends_and_nobody_works_more_than_there_is_time() {
    let calendar = hanoi();
    let axis = Axis::build(&calendar, jiff::civil::date(2026, 1, 5), 1_500, None);
    let mut simulated = 0;
    for (file, text) in crate::canonical::files("workflows") {
        if !text.lines().any(|line| line == "format: procedure/v1") {
            continue;
        }
        let (procedure, _) = load(&Source::new(file.clone(), text)).unwrap();
        let plan = Plan::of(&procedure, &Known::default(), axis.full_day());
        let load = Load { arrivals_a_day: 2.0, days: 250, seed: 7 };
        let tally = run(&plan, &axis, &load);
        assert!(tally.arrived > 300, "{}", file);
        assert_eq!(tally.ended, tally.arrived, "{}", file);
        assert_eq!(tally.lasted.len() as u64, tally.ended);
        assert!(tally.lasted.iter().all(|minutes| *minutes >= -1e-9), "{}", file);
        for (n, station) in plan.stations.iter().enumerate() {
            let time = tally.span * f64::from(station.officers);
            assert!(tally.stations[n].busy <= time + 1e-6, "{}: {}", file, station.people);
        }
        assert_eq!(run(&plan, &axis, &load), tally, "the same seed gives the same figures");
        assert_ne!(run(&plan, &axis, &Load { seed: 8, ..load }), tally);
        simulated += 1;
    }
    assert!(simulated >= 11, "{simulated}");
}

#[test]
fn a_block_goes_on_when_enough_have_answered_and_bounds_hold() {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let (procedure, _) = load(&Source::new("permit.yaml", text)).unwrap();
    // Always sent back where it may be: only the bounds let a case end.
    let taken = [("ra_soat", "return", 1.0), ("ra_soat", "approve", 0.0), ("ky", "return", 1.0), ("ky", "sign", 0.0)];
    let taken = taken.map(|(step, verb, share)| ((step.into(), verb.into()), share)).into();
    let known = Known { taken, ..Known::default() };
    let plan = Plan::of(&procedure, &known, DAY);
    let tally = run(&plan, &Axis::even(DAY), &Load { arrivals_a_day: 0.2, days: 250, seed: 3 });
    assert_eq!(tally.ended, tally.arrived);
    let station = |people: &str| plan.stations.iter().position(|station| station.people.as_str() == people).unwrap();
    let reviewed = tally.stations[station("truong_phong")].served as f64 / tally.arrived as f64;
    // Returned twice, then passed; signed back once, and passed again (those not lapsed at the applicant's wait).
    assert!((3.5..=4.0).contains(&reviewed), "{reviewed}");
}

/// A case of one day at a step, and what is between: blocks and waits; in the simulation nobody is ever busy elsewhere.
fn on_time(middle: &str, within: &str) -> f64 {
    let text = format!(
        "format: procedure/v1
id: dong-ho
version: 1
vi: Đồng hồ
owner: so-a
legal: {{ L1: {{ vi: \"Luật mẫu, Điều 1\" }} }}
case: {{ vi: Hồ sơ, within: {within}, warn: [50%], on_breach: [tell holder, tell head] }}
documents:
  giay: {{ vi: Giấy phép, result: true }}
  don: {{ vi: Đơn, from: applicant }}
people:
  can_bo: {{ vi: Cán bộ, post: can-bo, unit: so-a, pick: claim }}
  co_quan: {{ vi: Cơ quan, head_of: each.unit }}
start: nhan
steps:
  nhan:
    vi: Tiếp nhận hồ sơ
    by: can_bo
    within: 1 working day
    actions:
      accept: {{ to: giua, legal: L1 }}
{middle}
  ky:
    vi: Ký giấy phép
    by: can_bo
    within: 1 working day
    actions:
      sign: {{ to: xong, makes: [giay] }}
  xong: {{ kind: end, vi: Đã cấp, outcome: done }}
"
    );
    // Read and not checked: that the steps take longer than the case has is the point.
    let read = quytrinh::definition::resolve::resolve(&Source::new("dong-ho.yaml", text));
    let procedure = read.procedure.unwrap();
    let plan = Plan::of(&procedure, &Known::default(), DAY);
    let tally = run(&plan, &Axis::even(DAY), &Load { arrivals_a_day: 0.05, days: 2_000, seed: 5 });
    assert_eq!(tally.ended, tally.arrived);
    tally.on_time as f64 / tally.with_limit as f64
}

#[test]
fn the_clock_stands_in_blocks_and_until_the_last_of_two_waits_ends() {
    let block = |clock: &str| {
        format!(
            "  giua:\n    kind: parallel\n    vi: Hỏi ý kiến\n    for_each: [so-b, so-c]\n    by: co_quan\n    within: 20 working days\n    makes: [don]\n{clock}    to: ky\n"
        )
    };
    let running = on_time(&block(""), "5 working days");
    assert!(running < 0.5, "twenty days of consultation are more than five: {running}");
    assert_eq!(on_time(&block("    clock: exclude\n    legal: L1\n"), "5 working days"), 1.0);
    let wait = |name: &str, days: u32, clock: &str| {
        format!(
            "      {name}:\n        vi: Nhánh {name}\n        start: cho_{name}\n        steps:\n          cho_{name}:\n            kind: wait\n            vi: Chờ bổ sung {name}\n            for: applicant\n{clock}            legal: L1\n            within: {days} working days\n            actions:\n              supplement: {{ by: applicant, to: join, needs: [don] }}\n            late: {{ do: supplement }}\n"
        )
    };
    let pause = "            clock: pause\n";
    let two = format!(
        "  giua:\n    kind: parallel\n    vi: Chờ hai thứ\n    to: ky\n    branches:\n{}{}",
        wait("a", 20, pause),
        wait("b", 20, pause)
    );
    assert_eq!(on_time(&two, "5 working days"), 1.0, "while either is waited for, the clock stands");
}
