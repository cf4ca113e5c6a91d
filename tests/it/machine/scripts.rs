//! Scripts of `tests/scenarios/*.txt`: commands, `---`, what happened. `UPDATE_GOLDEN=1` writes what happened anew; it
//! is then read by eye.
//!
//! A line is one command:
//! ```text
//! procedure NAME                 (first; a file of tests/scenarios/procedures, or of workflows/ with a slash)
//! at 2026-08-03 08:30            sets the clock (to the microsecond if need be), firing what falls due on the way
//! just 2026-08-03 12:00          as `at`, but what falls due at that very instant waits: an act comes in the same instant
//! down 2026-02-23 08:00          as `at`, but nobody fires anything: the engine was down until then
//! wake                           what fell due meanwhile fires, as it does also before the next act
//! away tuan 2026-08-10 2026-08-14 minh   absent on these days, with or without a substitute
//! gone minh 2026-08-04           the last day in every post
//! load minh 3                    gives somebody that many holdings elsewhere
//! lan: open "Nhà 120 m2" dien_tich_san=120 +ban_ve via=online code=1.013236
//! minh: complete @2 dat_yeu_cau=true +ban_ve "the reason" length="2 working days"
//! thao for dung: sign            by delegation
//! tuan: assign minh "why"        also: receive, send_back, recall, claim, transfer, comment, attach, apologise
//! tuan: acknowledge level=0 "đã biết"
//! calendar 2024-swap             puts a file of tests/scenarios/calendars in force
//! engine: change_calendar hanoi  applies it to the case
//! engine: signal da_nop_tien id=KB-1 via="Kho bạc" +bien_lai
//! edit "version: 1" "version: 2" changes the procedure's text into the next one, piece by piece
//! son: migrate "why"             the case goes on by the text so changed
//! fire branch/0/deadline         a timer by its key
//! calls NAME                     publishes one more procedure, which the case's own may call
//! in hs-1.1 minh: submit         any line, for a case that was called
//! show                           where the case is
//! offers minh                    what somebody may do
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quytrinh::definition::value::Value;
use quytrinh::ids::{BranchId, CaseId, DocumentId, FieldId, GroupId, PersonId, Ts, Verb};
use quytrinh::machine::available::{OfferKind, available};
use quytrinh::machine::case::Status;
use quytrinh::machine::command::{Actor, Command, Open, Signal, Take};
use quytrinh::machine::event::{Clock, Event, Holder, Scope, TimerKey, TimerKind};
use quytrinh::machine::rules::Load;

use super::stage::{Stage, instant, procedure, read_text, text_of};

#[test]
fn every_script_says_what_happens() {
    let scripts = |folder: &str| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = scripts("tests/scenarios").chain(scripts("tests/scenarios/traps")).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    assert!(!paths.is_empty(), "only {} scripts", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        let script = std::fs::read_to_string(&path).unwrap();
        let played = play(&script);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &played).unwrap();
        } else if played != script {
            let line = script.lines().zip(played.lines()).position(|(was, is)| was != is).unwrap_or_default();
            let at = |text: &str| text.lines().nth(line).unwrap_or_default().to_owned();
            wrong.push(format!("{}:{}\n  was {}\n  is  {}", path.display(), line + 1, at(&script), at(&played)));
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_GOLDEN=1 writes them anew", wrong.join("\n"));
}

/// The script with what happened written under each block of commands.
fn play(script: &str) -> String {
    let mut stage: Option<Stage> = None;
    let mut out = String::new();
    let mut said = String::new();
    let mut in_output = false;
    for line in script.lines() {
        match (in_output, line.trim()) {
            (false, "---") => {
                in_output = true;
                out.push_str("---\n");
                out.push_str(if said.is_empty() { "(nothing)\n" } else { &said });
                said.clear();
            }
            (true, "") => {
                in_output = false;
                out.push('\n');
            }
            (true, _) => {}
            (false, command) => {
                out.push_str(line);
                out.push('\n');
                if !command.is_empty() && !command.starts_with('#') {
                    obey(&mut stage, command, &mut said);
                }
            }
        }
    }
    if let Some(stage) = &stage {
        stage.replay();
    }
    assert!(said.is_empty(), "the script's last commands are not followed by ---");
    out
}

fn obey(stage: &mut Option<Stage>, line: &str, said: &mut String) {
    let words = words(line);
    if let [first, name] = &words[..]
        && first == "procedure"
    {
        *stage = Some(Stage { text: text_of(name), ..Stage::new(procedure(name)) });
        return;
    }
    if let [first, id, ..] = &words[..]
        && first == "in"
    {
        let rest = line.split_once(id.as_str()).map_or("", |(_, rest)| rest).trim().to_owned();
        let on = stage.as_mut().expect("a script begins with its procedure");
        on.turn_to(&id.as_str().into());
        obey(stage, &rest, said);
        stage.as_mut().unwrap().turn_to(&Stage::id());
        return;
    }
    let stage = stage.as_mut().expect("a script begins with its procedure");
    let first: Vec<&str> = words.iter().map(String::as_str).collect();
    match &first[..] {
        ["at", date, time] => {
            let at = instant(&format!("{date} {time}"));
            if stage.case.is_none() {
                stage.now = at;
            }
            stage.until(at, |stage, events| tell(stage, events, said));
        }
        ["just", date, time] => {
            let at = instant(&format!("{date} {time}"));
            stage.until(Ts(at.0 - 1), |stage, events| tell(stage, events, said));
            stage.down(at);
        }
        ["calls", name] => stage.publish(procedure(name)),
        ["down", date, time] => stage.down(instant(&format!("{date} {time}"))),
        ["wake"] => stage.wake(|stage, events| tell(stage, events, said)),
        ["away", person, since, until] => stage.away(person, since, until, None),
        ["away", person, since, until, substitute] => stage.away(person, since, until, Some(substitute)),
        ["gone", person, last] => stage.gone(person, last),
        ["load", person, open] => {
            stage.workload.put(PersonId::from(*person), Load { open: open.parse().unwrap(), last_given: None });
        }
        ["fire", key] => {
            let timer = timer(key);
            run(stage, Actor::System, Command::Fire { timer }, said);
        }
        ["calendar", name] => {
            let text = std::fs::read_to_string(format!("tests/scenarios/calendars/{name}.yaml")).unwrap();
            stage.calendars.put(std::sync::Arc::new(crate::support::hanoi::calendar(&text)));
        }
        ["edit", old, new] => {
            let plain = |quoted: &str| quoted.trim_start_matches('"').replace("\\n", "\n");
            let (old, new) = (plain(old), plain(new));
            assert!(stage.text.contains(&old), "the text has no {old}");
            stage.text = stage.text.replace(&old, &new);
        }
        ["engine:", rest @ ..] => run(stage, Actor::System, command(rest), said),
        ["show"] => show(stage, said),
        ["offers", person] => offers(stage, &PersonId::from(*person), said),
        [person, "for", other, rest @ ..] => {
            let other = other.strip_suffix(':').unwrap_or_else(|| panic!("no colon in {line}"));
            let actor = Actor::Delegate { person: PersonId::from(*person), on_behalf_of: PersonId::from(other) };
            let command = asked(stage, rest);
            run(stage, actor, command, said);
        }
        [person, rest @ ..] => {
            let person = person.strip_suffix(':').unwrap_or_else(|| panic!("not a command: {line}"));
            let command = asked(stage, rest);
            run(stage, Actor::Person(PersonId::from(person)), command, said);
        }
        [] => {}
    }
}

/// The command, or a migration to the text that the script has made.
fn asked(stage: &mut Stage, words: &[&str]) -> Command {
    match words {
        ["migrate", rest @ ..] => {
            let new = read_text(&stage.text);
            let to = new.digest.clone();
            stage.onto = Some(new);
            Command::Migrate { to, reason: rest.first().map(|reason| reason.trim_start_matches('"').to_owned()) }
        }
        words => command(words),
    }
}

fn run(stage: &mut Stage, actor: Actor, command: Command, said: &mut String) {
    if actor != Actor::System {
        stage.catch_up(|stage, events| tell(stage, events, said));
    }
    let before = stage.case.clone();
    match stage.act(actor, command) {
        Ok(events) => tell(stage, &events, said),
        Err(refusal) => {
            assert_eq!(before, stage.case, "a refusal changed the case");
            let mut wants: Vec<String> = refusal.fields.iter().map(ToString::to_string).collect();
            wants.extend(refusal.documents.iter().map(|document| format!("+{document}")));
            let wants = if wants.is_empty() { String::new() } else { format!(" [{}]", wants.join(" ")) };
            writeln!(said, "refused {}{wants}: {}", refusal.code.word(), refusal.vi).unwrap();
        }
    }
}

fn command(words: &[&str]) -> Command {
    let (word, rest) = words.split_first().expect("a command");
    let mut branch = BranchId::MAIN;
    let mut fields = BTreeMap::new();
    let mut documents: Vec<DocumentId> = Vec::new();
    let (mut text, mut name, mut length, mut channel, mut code, mut date) = (None, None, None, None, None, None);
    let (mut level, mut id) = (None, None);
    for word in rest {
        if let Some(number) = word.strip_prefix('@') {
            branch = BranchId(number.parse().unwrap());
        } else if let Some(document) = word.strip_prefix('+') {
            documents.push(DocumentId::from(document));
        } else if let Some(quoted) = word.strip_prefix('"') {
            text = Some(quoted.to_owned());
        } else if let Some((field, value)) = word.split_once('=') {
            match field {
                "length" => length = Some(value.to_owned()),
                "level" => level = Some(value.parse().unwrap()),
                "via" => channel = Some(value.to_owned()),
                "id" => id = Some(value.to_owned()),
                "code" => code = Some(value.to_owned()),
                "date" => date = Some(instant(value)),
                field => {
                    fields.insert(FieldId::from(field), read(value));
                }
            }
        } else {
            name = Some((*word).to_owned());
        }
    }
    let reason = || text.clone().unwrap_or_default();
    let person = || PersonId::from(name.clone().unwrap_or_default());
    match *word {
        "open" => Command::Open(Open { title: reason(), code, channel, fields, documents }),
        "signal" => Command::Signal(Signal {
            event: name.unwrap_or_default(),
            id: id.unwrap_or_default(),
            source: channel,
            branch: None,
            fields,
            documents,
        }),
        // `vote approve "vì..."`; without a verb it is an abstention
        "vote" => Command::Vote { branch, verb: name.map(Verb::from), text },
        "receive" => Command::Receive { branch },
        "send_back" => Command::SendBack { branch, reason: reason() },
        "claim" => Command::Claim { branch },
        "recall" => Command::Recall { branch },
        "assign" => Command::Assign { branch, to: person(), reason: text.clone() },
        "transfer" => Command::Transfer { branch, to: person(), reason: reason() },
        "comment" => Command::Comment { text: reason() },
        "acknowledge" => Command::Acknowledge { branch, level, text },
        "change_calendar" => Command::ChangeCalendar { calendar: name.unwrap_or_default().into() },
        "attach" => Command::Attach { document: DocumentId::from(name.unwrap_or_default()), name: text },
        "apologise" => Command::Apologise { new_date: date.unwrap(), reason: reason() },
        verb => Command::Take(Take { branch, verb: Verb::from(verb), fields, documents, reason: text, length }),
    }
}

fn read(value: &str) -> Value {
    let json = match value {
        "true" => serde_json::Value::Bool(true),
        "false" => serde_json::Value::Bool(false),
        list if list.starts_with('[') => {
            let items = list.trim_matches(['[', ']']).split(',').filter(|item| !item.is_empty());
            serde_json::Value::Array(items.map(|item| item.into()).collect())
        }
        text => serde_json::from_str::<serde_json::Number>(text)
            .map_or_else(|_| serde_json::Value::String(text.to_owned()), serde_json::Value::Number),
    };
    serde_json::from_value(json).unwrap()
}

/// Words parted by blanks; `"..."` is one word that keeps its first quote, `x="..."` one without quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' if quoted => quoted = false,
            '"' => {
                quoted = true;
                if word.is_empty() {
                    word.push('"');
                }
            }
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn timer(key: &str) -> TimerKey {
    let parts: Vec<&str> = key.split('/').collect();
    let (scope, kind) = match &parts[..] {
        ["case", kind @ ..] => (Scope::Case, kind),
        ["group", group, kind @ ..] => (Scope::Group(GroupId::from(*group)), kind),
        ["branch", branch, kind @ ..] => (Scope::Branch(BranchId(branch.parse().unwrap())), kind),
        _ => panic!("{key}"),
    };
    let kind = match kind {
        ["deadline"] => TimerKind::Deadline,
        ["apology"] => TimerKind::Apology,
        ["reminder", n] => TimerKind::Reminder(n.parse().unwrap()),
        ["escalation", n] => TimerKind::Escalation(n.parse().unwrap()),
        ["superior", n] => TimerKind::Superior(n.parse().unwrap()),
        _ => panic!("{key}"),
    };
    TimerKey { scope, kind }
}

fn local(at: Ts) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let local = zone.to_datetime(at.timestamp());
    // Scripts play in 2026 and on whole minutes unless they say otherwise.
    let year = if local.year() == 2026 { "" } else { "/%Y" };
    let seconds = if at.0 % 60_000_000 == 0 { "" } else { ":%S%.f" };
    local.strftime(&format!("%d/%m{year} %H:%M{seconds}")).to_string()
}

fn given(fields: &BTreeMap<FieldId, Value>, documents: &[DocumentId]) -> String {
    let fields = fields.iter().map(|(field, value)| format!("{field}={value}"));
    fields.chain(documents.iter().map(|document| format!("+{document}"))).collect::<Vec<_>>().join(" ")
}

fn tell(stage: &Stage, events: &[Event], said: &mut String) {
    let mut told = |id: &CaseId, at, events: &[Event]| {
        let whose = if *id == Stage::id() { String::new() } else { format!("[{id}] ") };
        for event in events {
            writeln!(said, "{} {whose}{}", local(at), line(event)).unwrap();
        }
    };
    told(&stage.id, stage.now, events);
    for (id, at, events) in stage.untold.borrow_mut().drain(..) {
        told(&id, at, &events);
    }
}

fn line(event: &Event) -> String {
    let mut text = event.word().to_owned();
    let mut add = |part: String| {
        if !part.is_empty() {
            text.push(' ');
            text.push_str(&part);
        }
    };
    match event {
        Event::CaseOpened(opened) => {
            add(format!("\"{}\"", opened.title));
            add(opened.variant.as_ref().map_or_else(String::new, |variant| format!("variant {variant}")));
            add(until(opened.clock.as_ref()));
            add(opened.promise.map_or_else(String::new, |at| format!("promise {}", local(at))));
            add(opened.apology_at.map_or_else(String::new, |at| format!("apology {}", local(at))));
            add(list("digital", &opened.digitised));
            add(opened.caller.as_ref().map_or_else(String::new, |caller| {
                format!("called by {} @{} {} depth {}", caller.case, caller.branch, caller.step, caller.depth)
            }));
        }
        Event::ClockStarted { clock, promise, .. } => {
            add(until(Some(clock)));
            add(promise.map_or_else(String::new, |at| format!("promise {}", local(at))));
        }
        Event::GroupStarted { group, clock } | Event::GroupResumed { group, clock } => {
            add(group.to_string());
            add(until(Some(clock)));
        }
        Event::CalendarChanged { calendar, version, clocks } => {
            add(format!("{calendar} {version}"));
            for changed in clocks {
                let whose = match &changed.scope {
                    Scope::Case => "case".to_owned(),
                    Scope::Group(group) => group.to_string(),
                    Scope::Branch(branch) => format!("@{branch} {}", changed.step.as_ref().unwrap()),
                };
                add(format!("{whose}: was {}", local(changed.old_deadline)));
                add(until(Some(&changed.clock)));
            }
        }
        Event::CaseMigrated(moved) => {
            add(format!("{} -> {}", moved.from_version, moved.version));
            let steps = moved.steps.iter().map(|(old, now)| format!("{old}={now}")).collect::<Vec<_>>();
            add(steps.join(" "));
            add(moved.reason.as_ref().map_or_else(String::new, |reason| format!("\"{reason}\"")));
        }
        Event::GroupLeft { group, since } => add(format!("{group} since {}", local(*since))),
        Event::Taken(taken) => {
            add(format!("@{} {} {}", taken.branch, taken.step, taken.verb));
            add(taken.to.as_ref().map_or_else(|| "ends".to_owned(), |to| format!("-> {to}")));
            add(taken.by.as_ref().map_or_else(|| "by the engine".to_owned(), |by| format!("by {by}")));
            add(taken.on_behalf_of.as_ref().map_or_else(String::new, |of| format!("for {of}")));
            add(taken.party.as_ref().map_or_else(String::new, |party| format!("in the name of the {party}")));
            add(taken
                .tally
                .map_or_else(String::new, |t| format!("{} of {} votes, {} members", t.votes, t.voted, t.members)));
            add(taken.signal.as_ref().map_or_else(String::new, |signal| {
                format!(
                    "signal {}{}",
                    signal.id,
                    signal.source.as_ref().map_or_else(String::new, |s| format!(" of {s}"))
                )
            }));
            add(taken.legal.as_ref().map_or_else(String::new, |legal| format!("legal {legal}")));
            add(list("made", &taken.made));
            add(taken.sign.map_or_else(String::new, |sign| format!("signed {}", sign.word())));
            add(list("digital", &taken.digitised));
            add(taken.reason.as_ref().map_or_else(String::new, |reason| format!("\"{reason}\"")));
        }
        Event::Voted { branch, step, member, verb, text } => {
            add(format!("@{branch} {step} {member}"));
            add(verb.as_ref().map_or_else(|| "abstains".to_owned(), |verb| format!("for {verb}")));
            add(text.as_ref().map_or_else(String::new, |text| format!("\"{text}\"")));
        }
        Event::Decided { branch, step, to } => add(format!("@{branch} {step} -> {to}")),
        Event::StepEntered(entered) => {
            add(format!("@{} {}", entered.branch, entered.step));
            add(held(&entered.holder));
            add(until(entered.clock.as_ref()));
        }
        Event::BranchOpened(opened) => {
            add(format!("@{} {} of {} at {}", opened.branch, opened.key, opened.block, opened.step));
            add(held(&opened.holder));
            add(until(opened.clock.as_ref()));
        }
        Event::BranchClosed { branch, how } => add(format!("@{branch} {how:?}").to_lowercase()),
        Event::Joined { branch, step, answered, silent, cancelled } => {
            add(format!("@{branch} {step}: {answered} answered, {silent} silent, {cancelled} cancelled"));
        }
        Event::Silent { branch, unit, legal, set, .. } => {
            add(format!("@{branch}"));
            add(unit.as_ref().map_or_else(String::new, ToString::to_string));
            add(legal.as_ref().map_or_else(String::new, |legal| format!("legal {legal}")));
            add(set.iter().map(|(field, value)| format!("{field}={value}")).collect::<Vec<_>>().join(" "));
        }
        Event::Lapsed { branch, step, .. } => add(format!("@{branch} {step}")),
        Event::Called(called) => {
            add(format!(
                "@{} {}: {} of {} {}",
                called.branch, called.step, called.case, called.procedure, called.version
            ));
            add(given(&called.fields, &called.documents));
        }
        Event::CallEnded(ended) => {
            add(format!("@{} {}: {} {}", ended.branch, ended.step, ended.case, ended.outcome.word()));
            add(given(&ended.fields, &ended.documents));
        }
        Event::CallDropped { branch, step, case, verb, reason } => {
            add(format!("@{branch} {step}: {case}"));
            add(verb.as_ref().map_or_else(String::new, |verb| format!("by {verb}")));
            add(reason.as_ref().map_or_else(String::new, |reason| format!("\"{reason}\"")));
        }
        Event::StoppedByCaller { caller, verb, reason } => {
            add(caller.to_string());
            add(verb.as_ref().map_or_else(String::new, |verb| format!("by {verb}")));
            add(reason.as_ref().map_or_else(String::new, |reason| format!("\"{reason}\"")));
        }
        Event::Received { branch, given_by, verdict, .. } => {
            add(format!("@{branch}"));
            add(given_by.as_ref().map_or_else(String::new, |by| format!("from {by}")));
            add(verdict.map_or_else(String::new, |verdict| format!("{verdict:?}").to_lowercase()));
        }
        Event::SentBack { branch, step, reason } => add(format!("@{branch} -> {step} \"{reason}\"")),
        Event::Recalled { branch, step } => add(format!("@{branch} -> {step}")),
        Event::HolderChanged { branch, holder, reason } => {
            add(format!("@{branch}"));
            add(held(holder));
            add(reason.as_ref().map_or_else(String::new, |reason| format!("\"{reason}\"")));
        }
        Event::ClockStopped { branch, step, policy } => add(format!("@{branch} {step} {policy:?}").to_lowercase()),
        Event::ClockResumed { stopped_minutes, clock, groups, .. } => {
            add(format!("after {stopped_minutes} min"));
            add(until(clock.as_ref()));
            for (group, clock) in groups {
                add(format!("{group} {}", until(Some(clock))));
            }
        }
        Event::Extended { old_deadline, clock, length, made, sign, .. } => {
            add(format!("by {length}, was {}", local(*old_deadline)));
            add(until(Some(clock)));
            add(list("made", made));
            add(sign.map_or_else(String::new, |sign| format!("signed {}", sign.word())));
        }
        Event::Apologised { old_date, new_date, reason } => {
            add(format!("was {} now {} \"{reason}\"", local(*old_date), local(*new_date)));
        }
        Event::Reminded { timer, percent, to, .. } => {
            add(timer.to_string());
            add(percent.map_or_else(String::new, |percent| format!("{percent}%")));
            add(list("to", to));
        }
        Event::Breached { timer, to, .. } | Event::ApologyDue { timer, to, .. } => {
            add(timer.to_string());
            add(list("to", to));
        }
        Event::Escalated { timer, to, answer_by, .. } => {
            add(format!("{timer} to {to}"));
            add(answer_by.map_or_else(String::new, |at| format!("answer by {}", local(at))));
        }
        Event::Acknowledged { branch, level, superior, text } => {
            add(format!("@{branch} level {level} by {superior}"));
            add(text.as_ref().map_or_else(String::new, |text| format!("\"{text}\"")));
        }
        Event::Marked { mark, branch, step, count, legal, to } => {
            add(format!("{} @{branch} {step}, {count} times", mark.word()));
            add(legal.as_ref().map_or_else(String::new, |legal| format!("legal {legal}")));
            add(list("to", to));
        }
        Event::TimerSpent { timer, .. } => add(timer.to_string()),
        Event::Commented { text } => add(format!("\"{text}\"")),
        Event::Attached { document, digitised, .. } => {
            add(document.to_string());
            add(if *digitised { "digital".to_owned() } else { String::new() });
        }
        Event::Ended { step, outcome } => add(format!("{step} {}", outcome.word())),
        Event::Reopened { step, clock, .. } => {
            add(format!("-> {step}"));
            add(until(clock.as_ref()));
        }
    }
    text
}

fn held(holder: &Holder) -> String {
    let mut text = format!("held by {} ({})", holder.person, holder.how.word());
    if let Some(instead_of) = &holder.instead_of {
        write!(text, " instead of {instead_of}").unwrap();
    }
    if let Some(pool) = &holder.pool {
        write!(text, " waits to be {}", if pool.claim { "claimed" } else { "assigned" }).unwrap();
    }
    text
}

fn until(clock: Option<&Clock>) -> String {
    let Some(clock) = clock else { return String::new() };
    let opens = match clock.limit.starts_with("from ") {
        true => format!("from {} ", local(clock.started)),
        false => String::new(),
    };
    format!("{opens}until {} ({}: {})", local(clock.deadline), clock.rule, clock.limit)
}

fn list<T: ToString>(word: &str, items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    if items.is_empty() { String::new() } else { format!("{word} {}", items.join(", ")) }
}

fn show(stage: &Stage, said: &mut String) {
    let Some(case) = stage.case.as_ref() else {
        writeln!(said, "no case").unwrap();
        return;
    };
    match &case.status {
        Status::Open => {
            let clock = case.clock.as_ref().map_or_else(String::new, |running| local(running.clock.deadline));
            let stopped = if case.stopped.is_some() { ", its clock stands" } else { "" };
            writeln!(said, "open, revision {}, due {clock}{stopped}", case.revision).unwrap();
        }
        Status::Ended { step, outcome, at } => {
            writeln!(said, "ended at {step}, {}, {}", outcome.word(), local(*at)).unwrap();
        }
    }
    for branch in case.branches.values() {
        let received = if branch.received_at.is_some() { "received" } else { "not received" };
        writeln!(said, "@{} {} {}, {received}", branch.id, branch.step, held(&branch.holder)).unwrap();
    }
    let fields: Vec<String> = case.fields.iter().map(|(field, value)| format!("{field}={value}")).collect();
    let documents: Vec<String> = case.documents.iter().map(|document| format!("+{document}")).collect();
    let data = [fields, documents].concat().join(" ");
    writeln!(said, "{}", if data.is_empty() { "nothing in it" } else { &data }).unwrap();
    for ((block, key), answer) in &case.answers {
        let fields: Vec<String> = answer.fields.iter().map(|(field, value)| format!("{field}={value}")).collect();
        let how = match (answer.silent, answer.cancelled) {
            (_, true) => "cancelled",
            (true, _) => "silent",
            _ => "answered",
        };
        writeln!(said, "{block}/{key} {how} {}", fields.join(" ")).unwrap();
    }
    let timers: Vec<String> = case.timers().iter().map(|(key, at)| format!("{key} {}", local(*at))).collect();
    writeln!(said, "timers: {}", if timers.is_empty() { "none".to_owned() } else { timers.join(", ") }).unwrap();
}

fn offers(stage: &Stage, person: &PersonId, said: &mut String) {
    let case = stage.case.as_ref().expect("a case");
    let offers = available(&stage.rules(), case, &Actor::Person(person.clone()), stage.now);
    if offers.is_empty() {
        writeln!(said, "{person} may do nothing").unwrap();
    }
    for offer in offers {
        let kind = if offer.kind == OfferKind::Transition { "" } else { "!" };
        let mut text = format!("@{} {kind}{}", offer.branch, offer.act);
        if let Some(to) = &offer.to {
            write!(text, " -> {to}").unwrap();
        }
        if let Some(holder) = &offer.next_holder {
            write!(text, " ({holder})").unwrap();
        }
        if let Some(at) = offer.next_deadline {
            write!(text, " by {}", local(at)).unwrap();
        }
        let mut wants: Vec<String> = offer.wants_fields.iter().map(ToString::to_string).collect();
        wants.extend(offer.wants_documents.iter().map(|document| format!("+{document}")));
        if offer.reason == quytrinh::definition::procedure::Reason::Required {
            wants.push("a reason".to_owned());
        }
        if !wants.is_empty() {
            write!(text, " wants {}", wants.join(", ")).unwrap();
        }
        if !offer.makes.is_empty() {
            write!(text, " {}", list("makes", &offer.makes)).unwrap();
        }
        if !offer.choices.is_empty() {
            write!(text, " {}", list("for", &offer.choices)).unwrap();
        }
        if !offer.candidates.is_empty() {
            write!(text, " {}", list("to", &offer.candidates)).unwrap();
        }
        writeln!(said, "{text}").unwrap();
    }
}
