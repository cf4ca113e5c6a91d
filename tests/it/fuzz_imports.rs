//! What is brought in from other programs, damaged and hostile: nothing panics, nothing hangs, what comes out can be read,
//! and a file that wants too much is refused. `QUYTRINH_FUZZ=N` plays N rounds, `QUYTRINH_FUZZ_MINUTES=N`
//! so long, `QUYTRINH_SEED=N` others.

use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use quytrinh::annex::content::annex;
use quytrinh::annex::docx::docx;
use quytrinh::annex::xlsx::xlsx;
use quytrinh::definition::diagnostic::Lang;
use quytrinh::definition::diagram::bpmn::bpmn;
use quytrinh::definition::diagram::{Names, Walk};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::importing::bpmn::import::import;
use quytrinh::importing::bpmn::kept::kept;
use quytrinh::importing::bpmn::refused::NoModel;
use quytrinh::importing::cells::Unreadable;
use quytrinh::importing::draft::{About, draft};
use quytrinh::importing::{sheet, table, workbook};

use crate::fuzz::peak_of;

fn about() -> About {
    About { id: "q".into(), title: "Q".into(), owner: None }
}

/// Whatever a drawing holds, each element is accounted for and the text can be read.
fn drawing(bytes: &[u8]) {
    drop(kept(bytes));
    if let Ok(found) = import(bytes, &about(), None) {
        let source = Source::new("q.yaml", found.draft.text.as_str());
        assert!(source.unreadable().is_empty(), "{:?}\n{}", source.unreadable(), found.draft.text);
        drop(load(&source));
        assert!(found.left.len() <= found.elements);
    }
}

fn sheets(name: &str, bytes: &[u8]) {
    drop(workbook::kept(bytes));
    if let Ok(tables) = sheet::tables(name, bytes)
        && let Some(steps) = table::find(&tables)
    {
        drop(load(&Source::new("q.yaml", draft(&steps, &about()).text)));
    }
}

const SCRAPS: &[&str] = &[
    "<bpmn:parallelGateway id=\"x\" />",
    "<bpmn:subProcess id=\"x\">",
    "</bpmn:subProcess>",
    "targetRef=\"a\"",
    "sourceRef=\"x\"",
    "\"",
    "<",
    ">",
    "&",
    "&a;",
    "<!--",
    "]]>",
    "<![CDATA[",
    "\0",
    "ữ",
    "P9999999999D",
    "<a/>",
    "id=\"a\"",
    "<?",
    "\u{feff}",
];

fn mutated(bytes: &[u8], next: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=next(8) {
        let at = next(bytes.len() + 1);
        let end = (at + next(300)).min(bytes.len());
        match next(5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, SCRAPS[next(SCRAPS.len())].bytes()).collect::<Vec<_>>()),
            2 => {
                let piece = bytes[at..end].to_vec();
                let to = next(bytes.len() + 1);
                drop(bytes.splice(to..to, piece).collect::<Vec<_>>());
            }
            3 if at < bytes.len() => bytes[at] = next(256) as u8,
            _ => drop(bytes.splice(at..end, SCRAPS[next(SCRAPS.len())].bytes()).collect::<Vec<_>>()),
        }
    }
    bytes
}

/// A packed file with one of its parts mutated: what is inside is reached only where the packing is whole.
fn repacked(bytes: &[u8], next: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let chosen = next(from.len());
    for n in 0..from.len() {
        let mut part = from.by_index(n).unwrap();
        let (name, mut inside) = (part.name().unwrap().into_owned(), Vec::new());
        std::io::Read::read_to_end(&mut part, &mut inside).unwrap();
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        let inside = if n == chosen { mutated(&inside, next) } else { inside };
        to.write_all(&inside).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// One arrow or gateway more, one less, one elsewhere: still well-formed, so that the graph itself is put to the test.
fn rewired(text: &str, next: &mut impl FnMut(usize) -> usize) -> String {
    let ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut text = text.to_owned();
    for _ in 0..=next(5) {
        let key = ["sourceRef=\"", "targetRef=\"", "attachedToRef=\""][next(3)];
        let places: Vec<usize> = text.match_indices(key).map(|(at, _)| at + key.len()).collect();
        if places.is_empty() || ids.is_empty() {
            continue;
        }
        let at = places[next(places.len())];
        let end = text[at..].find('"').map_or(at, |end| at + end);
        text.replace_range(at..end, ids[next(ids.len())]);
        let kinds =
            ["userTask", "exclusiveGateway", "parallelGateway", "eventBasedGateway", "endEvent", "inclusiveGateway"];
        if next(3) == 0 {
            text = text.replacen(kinds[next(6)], kinds[next(6)], 1 + next(4));
        }
    }
    text
}

#[test]
fn no_mutation_of_a_drawing_or_a_workbook_makes_a_reader_panic() {
    let given: Option<u64> = std::env::var("QUYTRINH_SEED").ok().and_then(|n| n.parse().ok());
    let mut seed = 29_u64 ^ given.unwrap_or_default();
    let mut next = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    };
    let mut drawings: Vec<Vec<u8>> = crate::bpmn::models().iter().map(|path| std::fs::read(path).unwrap()).collect();
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let (procedure, _) = load(&Source::new("q", text.as_str())).unwrap();
    drawings.push(bpmn(&procedure, &Walk::default(), &text).into_bytes());
    let page = annex(&procedure, &Names::new(), None, Lang::Vi);
    let book = xlsx(&page, &text, procedure.digest.as_str()).unwrap();
    let word = docx(&page).unwrap();
    let rounds: usize = std::env::var("QUYTRINH_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let minutes: Option<u64> = std::env::var("QUYTRINH_FUZZ_MINUTES").ok().and_then(|n| n.parse().ok());
    let (begun, mut round) = (Instant::now(), 0);
    while minutes.map_or(round < rounds, |minutes| begun.elapsed() < Duration::from_secs(minutes * 60)) {
        round += 1;
        let bytes = &drawings[next(drawings.len())];
        drawing(&mutated(bytes, &mut next));
        drawing(rewired(&String::from_utf8_lossy(bytes), &mut next).as_bytes());
        if round % 8 == 0 {
            sheets("q.xlsx", &repacked(&book, &mut next));
            sheets("q.xlsx", &mutated(&book, &mut next));
            sheets("q.docx", &repacked(&word, &mut next));
        }
    }
    eprintln!("{round} rounds");
}

fn packed(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn model(inside: &str) -> String {
    format!("<definitions><process id=\"p\">{inside}</process></definitions>")
}

/// Hostile drawings by name.
pub fn hostile() -> Vec<(&'static str, String)> {
    let many = |n: usize, of: &dyn Fn(usize) -> String| (0..n).map(of).collect::<String>();
    let entity = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>";
    vec![
        ("nested tags", "<a>".repeat(350_000)),
        (
            "nested subprocesses",
            model(&(many(5_000, &|n| format!("<subProcess id=\"s{n}\">")) + &"</subProcess>".repeat(5_000))),
        ),
        ("entities", format!("{entity}{}", model("<task id=\"t\" name=\"&c;\"/>&c;&c;"))),
        ("shapes", model(&many(100_000, &|n| format!("<task id=\"t{n}\"/>")))),
        (
            "arrows",
            model(
                &("<task id=\"a\"/>".to_owned()
                    + &many(30_000, &|n| format!("<sequenceFlow id=\"f{n}\" sourceRef=\"a\" targetRef=\"a\"/>"))),
            ),
        ),
        ("attributes", format!("<definitions {}/>", many(100_000, &|n| format!("a{n}=\"1\" ")))),
        ("long name", model(&format!("<task id=\"t\" name=\"{}\"/>", "ữ".repeat(2_000_000)))),
        ("large", "<definitions>".to_owned() + &" ".repeat(9 * 1024 * 1024)),
    ]
}

#[test]
fn hostile_drawings_are_refused_or_read_small() {
    for (what, text) in hostile() {
        match import(text.as_bytes(), &about(), None) {
            Err(NoModel::TooLarge | NoModel::TooLong(_) | NoModel::Damaged(_)) => {}
            Err(why) => panic!("{what}: {why:?}"),
            Ok(found) => {
                assert!(what == "entities", "{what} is taken");
                assert!(found.draft.text.len() < 10_000);
            }
        }
    }
}

/// A name or a text that nobody can have written is refused with whose it is; the longest that is read is read.
#[test]
fn a_name_or_a_text_too_long_is_refused_by_whose_it_is() {
    let named = |n: usize| model(&format!("<task id=\"t\" name=\"{}\"/>", "a".repeat(n)));
    let noted = |n: usize| {
        let parts = "<documentation>".to_owned() + &"a&amp;".repeat(n / 2) + "</documentation>";
        model(&format!("<task id=\"t\">{parts}</task>"))
    };
    let said = |text: String| import(text.as_bytes(), &about(), None).map(|found| found.draft.text);
    assert!(said(named(65_536)).is_ok() && said(noted(65_536)).is_ok());
    assert_eq!(said(named(65_537)), Err(NoModel::TooLong("task t".into())));
    assert_eq!(said(noted(65_538)), Err(NoModel::TooLong("documentation".into())));
    for lang in [Lang::Vi, Lang::En] {
        assert!(NoModel::TooLong("task t".into()).words(lang).contains("`task t`"));
    }
    assert_eq!(NoModel::TooLong(String::new()).code(), "too_long");
}

/// What hostile files cost beside themselves while they are read or refused: the program itself takes the other half
/// of 64 MB.
#[test]
fn hostile_imports_take_little_memory() {
    const MOST: usize = 24 << 20;
    for (what, text) in hostile() {
        let peak = peak_of(|| drop(import(text.as_bytes(), &about(), None)));
        assert!(peak < MOST, "{what}: {} MiB", peak >> 20);
    }
    for (name, text) in hostile_pages() {
        let peak = peak_of(|| drop(sheet::tables(name, text.as_bytes())));
        // Ten thousand tables are few enough to be read, and a page is a tree while it is.
        assert!(peak < if name == "tables.html" { 2 * MOST } else { MOST }, "{name}: {} MiB", peak >> 20);
    }
}

/// Graphs of the greatest size that is read, in shapes that cost the most: gateways in a row, splits in splits, circles.
#[test]
fn the_worst_graphs_that_are_read_end() {
    let tasks = |n: usize, element: &str| (0..n).map(|n| format!("<{element} id=\"g{n}\"/>")).collect::<String>();
    let mut inside = vec![];
    for element in ["exclusiveGateway", "parallelGateway", "eventBasedGateway", "userTask"] {
        let chain: String = (0..1_999)
            .map(|n| format!("<sequenceFlow id=\"a{n}\" sourceRef=\"g{n}\" targetRef=\"g{}\"/>", n + 1))
            .collect();
        let skips: String = (0..1_996)
            .map(|n| format!("<sequenceFlow id=\"b{n}\" sourceRef=\"g{n}\" targetRef=\"g{}\"/>", n + 3))
            .collect();
        let back: String = (0..1_900)
            .map(|n| format!("<sequenceFlow id=\"c{n}\" sourceRef=\"g{}\" targetRef=\"g{n}\"/>", n + 90))
            .collect();
        inside.push(tasks(2_000, element) + &chain + &skips);
        inside.push(tasks(2_000, element) + &chain + &skips + &back);
    }
    for text in inside {
        drop(import(model(&text).as_bytes(), &about(), None));
    }
}

/// Hostile pages and texts by name.
fn hostile_pages() -> Vec<(&'static str, String)> {
    let head = "TT;Nội dung công việc;Người thực hiện;Thời hạn;Kết quả\n";
    let rows = |n: usize| (0..n).map(|n| format!("{n};Việc {n};Ông {n};1 ngày;Giấy {n}\n")).collect::<String>();
    let row = "<tr><td>Nội dung</td><td>Thời hạn</td></tr>";
    vec![
        ("nested.html", "<table><tr><td>".repeat(50_000)),
        ("tags.html", "<b>".repeat(250_000)),
        (
            "spans.html",
            format!("<table>{row}{}</table>", "<tr><td colspan=9999999 rowspan=9999999>a</td></tr>".repeat(2_000)),
        ),
        ("tables.html", format!("<table>{row}</table>").repeat(10_000)),
        ("many.csv", format!("{head}{}", rows(2_000))),
        ("toomany.csv", format!("{head}{}", rows(200_000))),
        ("quote.csv", format!("{head}\"{}", rows(20_000))),
        ("blank.txt", "\n".repeat(1_000_000)),
        ("wide.csv", format!("{head}{}\n", ";".repeat(1_000_000))),
    ]
}

#[test]
fn hostile_pages_and_texts_are_read_small() {
    for (name, text) in hostile_pages() {
        let read = sheet::tables(name, text.as_bytes());
        if matches!(name, "nested.html" | "tags.html") {
            assert_eq!(read, Err(Unreadable::TooLarge), "{name}");
        }
        let found = read.ok().and_then(|tables| table::find(&tables));
        let lines = found.map(|steps| draft(&steps, &about()).text.lines().count()).unwrap_or_default();
        assert!(lines < 40_000, "{name}: {lines}");
    }
}

/// `QUYTRINH_HOSTILE=FOLDER` writes the hostile files there, for `tests/hostile.sh` to measure how they are refused.
#[test]
fn hostile_files_can_be_had_as_files() {
    let Some(folder) = std::env::var_os("QUYTRINH_HOSTILE").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    hostile().iter().for_each(|(what, text)| write(&format!("{}.bpmn", what.replace(' ', "-")), text.as_bytes()));
    hostile_pages().iter().for_each(|(name, text)| write(name, text.as_bytes()));
    hostile_books().iter().for_each(|(name, bytes)| write(name, bytes));
    crate::fuzz::hostile()
        .iter()
        .enumerate()
        .for_each(|(n, text)| write(&format!("text-{n:02}.yaml"), text.as_bytes()));
}

/// Bombs: workbooks and documents that unpack to far more than they are.
fn hostile_books() -> Vec<(&'static str, Vec<u8>)> {
    let bomb = vec![b' '; 24 * 1024 * 1024];
    let spread: Vec<(String, Vec<u8>)> = (0..40).map(|n| (format!("xl/{n}.xml"), vec![b'a'; 900_000])).collect();
    let spread: Vec<(&str, Vec<u8>)> = spread.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    vec![
        ("bomb.docx", packed(&[("word/document.xml", bomb.clone())])),
        ("bomb.xlsx", packed(&[("xl/workbook.xml", bomb)])),
        ("spread.xlsx", packed(&spread)),
    ]
}

#[test]
fn hostile_workbooks_and_documents_are_refused() {
    let deep = "<w:tbl>".repeat(1 << 17).into_bytes();
    for (name, bytes) in hostile_books() {
        assert_eq!(sheet::tables(name, &bytes), Err(Unreadable::TooLarge), "{name}");
    }
    assert!(sheet::tables("a.docx", &packed(&[("word/document.xml", deep)])).is_err());
    let no_place = |part: &str, sheet: &str| {
        let sheet = format!("<worksheet>{sheet}</worksheet>").into_bytes();
        let said = sheet::tables("a.xlsx", &packed(&[(part, sheet)]));
        assert!(matches!(&said, Err(Unreadable::Damaged(why)) if why.starts_with('`')), "{said:?}");
    };
    no_place("xl/worksheets/sheet1.xml", "<sheetData><row r='1'><c r='A99999999999999999999'/></row></sheetData>");
    no_place("xl/worksheets/sheet1.xml", "<sheetData><row r='1'><c r='ZZZZ1'/></row></sheetData>");
    no_place("xl/worksheets/sheet1.xml", "<sheetData><row r='4294967297'><c/></row></sheetData>");
    no_place("xl/worksheets/sheet1", "<sheetData/><mergeCells><mergeCell ref='B2:A1'/></mergeCells>");
    no_place("xl/anything.bin", "<dimension ref='C3:A1'/><sheetData/>");
    assert!(matches!(workbook::kept(b"PK\x05\x06"), Err(Unreadable::Damaged(_))));
}
