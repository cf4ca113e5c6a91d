//! Drawings brought in: each construct as a model of its own, its text read by eye, its traces compared with what BPMN
//! means, and everything that is no procedure refused.

mod account;
mod places;
mod procedure_game;
mod token_game;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use quytrinh::definition::canonical::canonical;
use quytrinh::definition::diagnostic::{Lang, Level};
use quytrinh::definition::diagram::Walk as Shown;
use quytrinh::definition::diagram::bpmn::bpmn;
use quytrinh::definition::load;
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::source::Source;
use quytrinh::importing::bpmn::import::{Imported, import};
use quytrinh::importing::bpmn::kept::kept;
use quytrinh::importing::bpmn::ledger::{Ledger, Listed, Why};
use quytrinh::importing::bpmn::model::{Kind, Model};
use quytrinh::importing::bpmn::refused::NoModel;
use quytrinh::importing::bpmn::xml::Element;
use quytrinh::importing::bpmn::{read, xml};
use quytrinh::importing::draft::About;
use quytrinh::importing::edits::Kept;

use procedure_game::{Place, Walk};
use token_game::{Game, State};

pub fn models() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir("tests/imports/bpmn")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "bpmn"))
        .collect();
    paths.sort();
    paths
}

fn brought_in(bytes: &[u8]) -> Imported {
    let about = About { owner: Some("so-mau".into()), ..About::default() };
    import(bytes, &about, None).unwrap()
}

fn drawing(bytes: &[u8]) -> Model {
    read::model(&xml::read(bytes, "BPMNDiagram").unwrap(), &mut Ledger::default()).unwrap()
}

fn lines(them: &[Listed]) -> String {
    let line = |item: &Listed| format!("{} {} {:?} {}\n", item.element, item.id, item.name, item.why.code());
    them.iter().map(line).collect()
}

#[test]
fn each_construct_comes_in_as_it_was_read_by_eye() {
    for path in models() {
        let found = brought_in(&std::fs::read(&path).unwrap());
        let form = canonical(&Source::new("t", found.draft.text.as_str())).unwrap();
        assert_eq!(form, found.draft.text, "{}", path.display());
        let text = format!(
            "{}---\nelements: {}\nleft out:\n{}changed:\n{}no holder: {}\nno limit: {}\n",
            found.draft.text,
            found.elements,
            lines(&found.left),
            lines(&found.changed),
            found.draft.no_holder.join("; "),
            found.draft.no_limit.join("; "),
        );
        let golden = path.with_extension("out");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(&golden).unwrap_or_default(), "{}", golden.display());
    }
}

/// What the author would write: a holder and a limit for every step, and what the file as a whole lacks.
fn filled(yaml: &str) -> String {
    use serde_yaml::{Mapping, Value};
    let text = |text: &str| Value::String(text.to_owned());
    fn each(steps: &mut Mapping, then: &dyn Fn(&mut Mapping)) {
        for (_, step) in steps.iter_mut() {
            let step = step.as_mapping_mut().unwrap();
            then(step);
            let branches = step.get_mut("branches").and_then(Value::as_mapping_mut);
            for (_, branch) in branches.into_iter().flat_map(Mapping::iter_mut) {
                each(branch["steps"].as_mapping_mut().unwrap(), then);
            }
        }
    }
    let mut whole: Mapping = serde_yaml::from_str(yaml).unwrap();
    let people: Value =
        serde_yaml::from_str("{ nguoi_mau: { vi: Cán bộ mẫu, post: can-bo, unit: so-mau, pick: claim } }").unwrap();
    whole.insert(text("people"), people);
    whole["case"].as_mapping_mut().unwrap().insert(text("within"), text("900 working days"));
    each(whole["steps"].as_mapping_mut().unwrap(), &|step| {
        let kind = step.get("kind").and_then(Value::as_str).unwrap_or("step").to_owned();
        if kind == "step" {
            step.insert(text("by"), text("nguoi_mau"));
        }
        if kind == "procedure" {
            let uses = step.get_mut("use").unwrap().as_mapping_mut().unwrap();
            uses.entry(text("procedure")).or_insert(text("quy-trinh-mau"));
            step.remove("by");
        }
        if matches!(kind.as_str(), "step" | "wait" | "procedure") {
            step.insert(text("within"), text("1 working day"));
        }
    });
    serde_yaml::to_string(&whole).unwrap()
}

#[test]
fn with_holders_and_limits_filled_in_the_flow_is_sound() {
    for path in models() {
        let draft = brought_in(&std::fs::read(&path).unwrap()).draft.text;
        let errors = match load(&Source::new("t.yaml", filled(&draft))) {
            Ok(_) => Vec::new(),
            Err(found) => found,
        };
        // What a wait's end by time means and what a refusal hands over are the author's to say.
        let flow = |code: &str| code.starts_with(['S', 'P', 'N', 'Y', 'G']) && code != "S09";
        let errors: Vec<_> = errors.iter().filter(|found| found.level == Level::Error && flow(found.code)).collect();
        assert!(errors.is_empty(), "{}\n{errors:#?}\n{}", path.display(), filled(&draft));
    }
}

/// What can be seen next from a set of states, all that is not seen played through; and whether it may be over.
pub fn seen<S: Clone + Ord>(
    states: &BTreeSet<S>,
    next: &dyn Fn(&S) -> Vec<(Option<String>, S)>,
    over: &dyn Fn(&S) -> bool,
) -> (BTreeMap<String, BTreeSet<S>>, bool) {
    let (mut known, mut stack) = (states.clone(), states.iter().cloned().collect::<Vec<S>>());
    let mut found: BTreeMap<String, BTreeSet<S>> = BTreeMap::new();
    while let Some(state) = stack.pop() {
        for (label, after) in next(&state) {
            match label {
                Some(label) => drop(found.entry(label).or_default().insert(after)),
                None if known.insert(after.clone()) => stack.push(after),
                None => {}
            }
        }
    }
    (found, known.iter().any(over))
}

/// Walks both at once; the first trace after which they differ.
fn differ(game: &Game<'_>, walk: &Walk, length: usize, less: bool) -> Option<String> {
    let mut done: BTreeSet<(BTreeSet<State>, BTreeSet<Place>)> = BTreeSet::new();
    let mut level = vec![(String::new(), game.begin(), walk.begin())];
    for _ in 0..=length {
        let mut after = Vec::new();
        for (trace, states, places) in level {
            if !done.insert((states.clone(), places.clone())) {
                continue;
            }
            let drawn = seen(&states, &|state| game.next(state), &Vec::is_empty);
            let next = |place: &Place| {
                let then = |(label, after): (Option<String>, Option<Place>)| (label, after.unwrap_or(Place::Over));
                walk.next(place).into_iter().map(then).collect::<Vec<_>>()
            };
            let written = seen(&places, &next, &|place| *place == Place::Over);
            let within = written.0.keys().all(|label| drawn.0.contains_key(label)) && !written.0.is_empty() | written.1;
            let same = drawn.0.keys().eq(written.0.keys());
            if !(same || less && within) || drawn.1 != written.1 {
                let (one, two): (Vec<_>, Vec<_>) = (drawn.0.keys().collect(), written.0.keys().collect());
                return Some(format!("after [{trace}]: drawn {one:?} {}, written {two:?} {}", drawn.1, written.1));
            }
            for (label, places) in written.0 {
                let states = drawn.0[&label].clone();
                after.push((format!("{trace} {label};"), states, places));
            }
        }
        level = after;
    }
    None
}

/// Names of tasks, and of what interrupts them.
fn names(model: &Model) -> (BTreeSet<String>, BTreeSet<String>) {
    let of = |wanted: &dyn Fn(Kind) -> bool| {
        let shapes = model.shapes.iter().filter(|shape| wanted(shape.kind));
        shapes.map(|shape| shape.name.clone()).collect()
    };
    let task = |kind| matches!(kind, Kind::Task | Kind::Automatic | Kind::Receive | Kind::Call);
    (of(&task), of(&|kind| kind == Kind::Boundary))
}

/// Models whose drawing the file can only come near to, as its account says.
const NEAR: &[&str] = &["song-song-roi", "thieu-sot", "goi-quy-trinh-ngat", "loi-ghi"];
/// Those whose file does what the drawing does, an inner part in turn: blocks do not nest. With each, what makes of the
/// drawing the one that says so: an arrow of the inner part that leads to its next branch, and one that is left out.
const IN_TURN: &[(&str, &[(&str, &str)], &[&str])] =
    &[("song-song-long", &[("f4", "c")], &["f5"]), ("song-song-long-sau", &[("f6", "k"), ("f8", "m")], &["f7", "f11"])];

/// A drawing with arrows led elsewhere, and without some.
fn turned(mut model: Model, led: &[(&str, &str)], left: &[&str]) -> Model {
    model.arrows.retain(|arrow| !left.contains(&arrow.id.as_str()));
    for (arrow, to) in led {
        let arrow = model.arrows.iter_mut().find(|known| known.id == *arrow).unwrap();
        (*to).clone_into(&mut arrow.to);
    }
    model
}

#[test]
fn a_drawing_and_its_file_have_the_same_traces() {
    let mut compared = 0;
    for path in models() {
        let bytes = std::fs::read(&path).unwrap();
        let (model, found) = (drawing(&bytes), brought_in(&bytes));
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if NEAR.contains(&stem.as_str()) {
            assert!(!found.changed.is_empty(), "{stem} says where it differs");
            continue;
        }
        let (tasks, borders) = names(&model);
        let walk = Walk::of(&found.draft.text, tasks, borders);
        let game = Game { model: &model };
        let in_turn = IN_TURN.iter().find(|(name, ..)| *name == stem);
        assert_eq!(differ(&game, &walk, 12, in_turn.is_some()), None, "{stem}\n{}", found.draft.text);
        // Fewer orders than drawn, and exactly those in which the inner part is done in turn.
        if let Some((_, led, left)) = in_turn {
            assert!(differ(&game, &walk, 12, false).is_some(), "{stem} is no example");
            let turned = turned(model, led, left);
            assert_eq!(
                differ(&Game { model: &turned }, &walk, 12, false),
                None,
                "{stem} in turn\n{}",
                found.draft.text
            );
        }
        compared += 1;
    }
    assert!(compared >= 15);
}

#[test]
fn every_element_is_brought_in_or_listed() {
    let mut reasons = BTreeSet::new();
    for path in models() {
        let bytes = std::fs::read(&path).unwrap();
        let found = brought_in(&bytes);
        let model = drawing(&bytes);
        // A task that is not in the text by its name is in the list.
        for shape in model.shapes.iter().filter(|shape| matches!(shape.kind, Kind::Task | Kind::Automatic | Kind::Call))
        {
            let listed = found.left.iter().any(|item| item.id == shape.id && item.why != Why::Extension);
            assert!(listed != found.draft.text.contains(&shape.name), "{} {}", path.display(), shape.name);
        }
        assert!(found.left.iter().all(|item| item.why != Why::Unknown), "{}", path.display());
        reasons.extend(found.left.iter().chain(&found.changed).map(|item| item.why));
    }
    assert!(reasons.len() >= 15, "{reasons:?}");
}

#[test]
fn what_is_no_drawing_is_refused() {
    let refused = |bytes: &[u8]| import(bytes, &About::default(), None).unwrap_err();
    assert!(matches!(refused(b""), NoModel::Damaged(_)));
    assert!(matches!(refused(b"PK\x03\x04"), NoModel::Damaged(_)));
    assert!(matches!(refused(b"<a><b></a>"), NoModel::Damaged(_)));
    assert!(matches!(refused(b"<definitions><process>"), NoModel::Damaged(_)));
    assert!(matches!(refused(b"\xff\xfe<\x00a"), NoModel::Damaged(_)));
    assert_eq!(refused(b"<html></html>"), NoModel::Other("html".into()));
    assert_eq!(refused(b"<definitions/>"), NoModel::Empty);
    assert_eq!(refused(b"<definitions><process id='p'/></definitions>"), NoModel::Empty);
    let events = b"<definitions><process id='p'><startEvent id='s'/><endEvent id='e'/><sequenceFlow id='f' sourceRef='s' targetRef='e'/></process></definitions>";
    assert_eq!(refused(events), NoModel::Empty);
    let two = b"<definitions><process id='p'><task id='a'/></process></definitions>";
    let named = import(two, &About::default(), Some("q")).unwrap_err();
    assert_eq!(named, NoModel::NoSuch(vec!["p".into()]));
    for why in [NoModel::TooLarge, NoModel::Empty, named] {
        assert_ne!(why.words(Lang::Vi), why.words(Lang::En));
    }
}

/// Signs that only command a machine come in damaged files; a comment that holds one makes the whole file unreadable.
#[test]
fn no_sign_that_a_file_may_not_hold_is_brought_in() {
    let odd = "a\u{0}b\u{1b}c\u{e}d\u{7f}e\u{ffff}f";
    let text = format!(
        "<definitions><documentation>{odd}</documentation><process id='p' name='{odd}'><laneSet><lane name='{odd}'>\
         <flowNodeRef>t</flowNodeRef></lane></laneSet><startEvent id='s'><documentation>{odd}</documentation></startEvent>\
         <userTask id='t' name='{odd}'><documentation>{odd}</documentation></userTask>\
         <callActivity id='c' name='{odd}' calledElement='{odd}'/><textAnnotation id='n'><text>{odd}</text></textAnnotation>\
         <sequenceFlow id='f' name='{odd}' sourceRef='s' targetRef='t'><conditionExpression>{odd}</conditionExpression>\
         </sequenceFlow><sequenceFlow id='g' name='{odd}' sourceRef='t' targetRef='c'/></process></definitions>"
    );
    let text = brought_in(text.as_bytes()).draft.text;
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{ffff}'), "{text:?}");
    assert!(Source::new("t", text.as_str()).unreadable().is_empty(), "{text}");
    assert!(text.contains("abcdef"));
}

/// Boxes that somebody put on the sheet and has not tied together yet.
#[test]
fn work_that_no_arrow_is_tied_to_is_not_lost() {
    let tasks: String = (0..30).map(|n| format!("<userTask id='t{n}' name='Việc {n}'/>")).collect();
    for start in ["", "<startEvent id='s'/>"] {
        let text = |tasks: &str| format!("<definitions><process id='p'>{start}{tasks}</process></definitions>");
        let found = brought_in(text("<task id='a' name='Nhận'/><manualTask id='b' name='Trả'/>").as_bytes());
        assert!(["Nhận", "Trả"].iter().all(|name| found.draft.text.contains(name)), "{}", found.draft.text);
        assert_eq!(found.left.len(), usize::from(!start.is_empty()), "{:?}", found.left);
        // More than a step can choose between: what has no room is listed.
        let found = brought_in(text(&tasks).as_bytes());
        let kept = (0..30).filter(|n| found.draft.text.contains(&format!("Việc {n}\n"))).count();
        let left = found.left.iter().filter(|item| item.why == Why::ManyWays).count();
        assert_eq!((kept < 30, kept + left), (true, 30), "{}", found.draft.text);
    }
}

#[test]
fn a_drawing_in_the_letters_of_another_system_is_read() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><definitions><process id=\"p\"><task id=\"a\" name=\"Thẩm định\"/></process></definitions>";
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert!(brought_in(&bytes).draft.text.contains("Thẩm định"));
}

/// Every procedure of the library with its text.
fn library() -> Vec<(String, Procedure, String)> {
    let mut found = Vec::new();
    for (name, text) in
        ["workflows", "tests/definitions/ok", "tests/definitions/tree/ok"].into_iter().flat_map(crate::canonical::files)
    {
        if let Ok((procedure, _)) = load(&Source::new(name.as_str(), text.as_str())) {
            found.push((name, procedure, text));
        }
    }
    assert!(found.len() >= 14);
    found
}

#[test]
fn a_drawn_procedure_comes_back_byte_for_byte() {
    for (name, procedure, text) in library() {
        for lang in [Lang::Vi, Lang::En] {
            let drawn = bpmn(&procedure, &Shown { lang, ..Shown::default() }, &text);
            assert_eq!(kept(drawn.as_bytes()), Ok(Some(Kept::Same(text.clone()))), "{name}");
        }
    }
    let odd = "# \r\n & < ]]> \t\"\n\n".to_owned();
    let (_, procedure, _) = library().remove(0);
    let drawn = bpmn(&procedure, &Shown::default(), &odd);
    assert_eq!(kept(drawn.as_bytes()), Ok(Some(Kept::Same(odd))));
}

#[test]
fn what_was_changed_in_a_drawing_of_ours_is_carried_over_or_told() {
    let (_, procedure, text) =
        library().into_iter().find(|(name, ..)| name.ends_with("cap-phep-xay-dung.yaml")).unwrap();
    let drawn = bpmn(&procedure, &Shown::default(), &text);
    let (head, body) = drawn.split_once("<bpmn:laneSet").unwrap();
    let edit = |change: &dyn Fn(String) -> String| format!("{head}{}", change(format!("<bpmn:laneSet{body}")));
    let renamed = edit(&|body| body.replacen("name=\"Thẩm định hồ sơ\"", "name=\"Thẩm định nội dung\"", 1));
    let Ok(Some(Kept::Edited { text: now, applied, refused })) = kept(renamed.as_bytes()) else { panic!() };
    assert_eq!((applied.len(), refused.len()), (1, 0), "{applied:?} {refused:?}");
    assert_eq!(now, text.replacen("vi: Thẩm định hồ sơ", "vi: Thẩm định nội dung", 1));
    let rewired = edit(&|body| body.replacen("targetRef=\"s_ky\"", "targetRef=\"s_du_thao\"", 1));
    let Ok(Some(Kept::Edited { text: now, applied, refused })) = kept(rewired.as_bytes()) else { panic!() };
    assert_eq!((now, applied.len(), refused.len()), (text.clone(), 0, 1));
    let cut = drawn.replacen("format: procedure/v1", "format: procedure/v2", 1);
    assert_eq!(kept(cut.as_bytes()), Ok(Some(Kept::Broken)));
    assert_eq!(kept(b"<definitions><process id='p'><task id='a'/></process></definitions>"), Ok(None));
}

/// BPMN has no join for some of the branches; those files are drawn with a gateway that only names the condition.
fn joins_early(text: &str) -> bool {
    ["join: any", "join: at_least", "join: { at_least"].iter().any(|join| text.contains(join))
}

#[test]
fn a_procedure_and_its_drawing_have_the_same_traces_and_so_has_what_is_read_of_the_drawing_alone() {
    let mut compared = 0;
    for (name, procedure, text) in library() {
        if joins_early(&text) {
            continue;
        }
        let drawn = bpmn(&procedure, &Shown::default(), &text);
        let model = drawing(drawn.as_bytes());
        let (tasks, _) = names(&model);
        let game = Game { model: &model };
        assert_eq!(differ(&game, &Walk::of(&text, tasks.clone(), BTreeSet::new()), 12, false), None, "{name}");
        let again = import(drawn.as_bytes(), &About::default(), None).unwrap();
        let walk = Walk::of(&again.draft.text, tasks, BTreeSet::new());
        assert_eq!(differ(&game, &walk, 12, false), None, "{name}\n{}\n{}", again.draft.text, lines(&again.changed));
        compared += 1;
    }
    assert!(compared >= 12, "{compared}");
}

#[test]
fn nothing_drawn_lies_on_another_and_every_reference_has_its_shape() {
    for (name, procedure, text) in library() {
        let drawn = bpmn(&procedure, &Shown::default(), &text);
        let root = xml::read(drawn.as_bytes(), "none").unwrap();
        let (mut ids, mut boxes) = (BTreeSet::new(), Vec::new());
        every(&root, &mut |element| {
            if let Some(id) = element.attribute("id") {
                assert!(ids.insert(id.to_owned()), "{name}: {id} twice");
            }
            if element.name == "BPMNShape" {
                let bounds = element.first("Bounds").unwrap();
                let number = |key: &str| bounds.attribute(key).unwrap().parse::<f64>().unwrap();
                boxes.push((element.value("bpmnElement"), number("x"), number("y"), number("width"), number("height")));
            }
        });
        every(&root, &mut |element| {
            for key in ["sourceRef", "targetRef", "bpmnElement", "processRef", "default", "attachedToRef"] {
                if let Some(id) = element.attribute(key) {
                    assert!(ids.contains(id), "{name}: {key}={id}");
                }
            }
        });
        let flat =
            |id: &str| id.starts_with("s_") || id.starts_with("g_") || id.starts_with("e_") || id.starts_with("j_");
        let boxes: Vec<_> = boxes.into_iter().filter(|(id, ..)| flat(id)).collect();
        for (n, a) in boxes.iter().enumerate() {
            for b in &boxes[n + 1..] {
                let apart = a.1 + a.3 <= b.1 || b.1 + b.3 <= a.1 || a.2 + a.4 <= b.2 || b.2 + b.4 <= a.2;
                assert!(apart, "{name}: {a:?} lies on {b:?}");
            }
        }
    }
}

fn every(element: &Element, then: &mut impl FnMut(&Element)) {
    then(element);
    element.children.iter().for_each(|child| every(child, then));
}

#[test]
fn the_page_of_drawings_names_every_reason() {
    let page = std::fs::read_to_string("docs/reference/bpmn.md").unwrap();
    for why in Why::ALL {
        let (vi, en) = why.words();
        assert!(page.contains(&format!("| `{}` | {vi} / *{en}* |", why.code())), "{}", why.code());
    }
    for code in ["damaged", "too_large", "not_bpmn", "empty", "no_such_process"] {
        assert!(page.contains(&format!("`{code}`")));
    }
}
