//! Tables of steps brought in: published ones as Word saves them, in four kinds of file, and files that are none.

use std::io::{Cursor, Write as _};

use quytrinh::calendar::working_time::WorkingTime;
use quytrinh::definition::diagnostic::Level;
use quytrinh::definition::load;
use quytrinh::definition::source::Source;
use quytrinh::importing::cells::{Cells, Unreadable};
use quytrinh::importing::draft::{About, Draft, draft};
use quytrinh::importing::length::{Printed, read, unit_in};
use quytrinh::importing::{sheet, table};

fn brought_in(name: &str, bytes: &[u8]) -> Draft {
    let steps = table::find(&sheet::tables(name, bytes).unwrap()).unwrap();
    draft(&steps, &About { id: "quy-trinh".into(), title: "Quy trình mẫu".into(), owner: Some("so-mau".into()) })
}

#[test]
fn published_tables_come_in_as_they_were_printed() {
    let mut read = 0;
    for entry in std::fs::read_dir("tests/imports").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let draft = brought_in(&path.display().to_string(), &std::fs::read(&path).unwrap());
        let notes: Vec<String> =
            draft.notes.iter().map(|note| format!("{}: {} / {}", note.line, note.vi, note.en)).collect();
        let found = format!("{}---\n{}\n", draft.text, notes.join("\n"));
        let golden = path.with_extension("out");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &found).unwrap();
        }
        assert_eq!(found, std::fs::read_to_string(&golden).unwrap_or_default(), "{}", golden.display());
        read += 1;
    }
    assert_eq!(read, 2);
}

/// What a table does not say is all that `check` asks for: with posts filled in, the file is one that runs.
#[test]
fn with_the_posts_filled_in_a_brought_in_table_is_sound() {
    let html = std::fs::read("tests/imports/tro-cap-hai-cap.html").unwrap();
    let draft = brought_in("bang.html", &html);
    let (head, rest) = draft.text.split_once("people:\n").unwrap();
    let (people, rest) = rest.split_once("\n\n").unwrap();
    let people: Vec<String> =
        people.lines().map(|line| line.replace(" }", ", post: can-bo, unit: so-mau, pick: claim }")).collect();
    let text = format!("{head}people:\n{}\n\n{rest}", people.join("\n"));
    let errors = match load(&Source::new("bang.yaml", text.clone())) {
        Ok(_) => Vec::new(),
        Err(found) => found,
    };
    // What a printed table leaves unsaid and a file must say: on what authority somebody approves.
    let codes: std::collections::BTreeSet<&str> =
        errors.iter().filter(|found| found.level == Level::Error).map(|error| error.code).collect();
    assert!(codes.iter().all(|code| *code == "R22"), "{codes:?}\n{text}");
}

fn cells() -> Cells {
    sheet::tables("a.html", &std::fs::read("tests/imports/tro-cap-hai-cap.html").unwrap()).unwrap().remove(0)
}

#[test]
fn the_same_table_is_the_same_from_word_excel_and_text() {
    let cells = cells();
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let from_page = brought_in("a.html", &std::fs::read("tests/imports/tro-cap-hai-cap.html").unwrap()).text;
    assert_eq!(brought_in("a.docx", &word(&cells, escaped)).text, from_page);
    assert_eq!(brought_in("a.xlsx", &excel(&cells, escaped)).text, from_page);
    let line = |row: &Vec<quytrinh::importing::cells::Cell>| -> String {
        row.iter().map(|cell| format!("\"{}\"", cell.text.replace('"', "\"\""))).collect::<Vec<_>>().join(";")
    };
    let csv = cells.iter().map(line).collect::<Vec<_>>().join("\r\n");
    assert_eq!(brought_in("a.csv", csv.as_bytes()).text, from_page);
}

fn packed(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn word(cells: &Cells, escaped: impl Fn(&str) -> String) -> Vec<u8> {
    let mut text = String::from("<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Quy trình</w:t></w:r></w:p><w:tbl>");
    for row in cells.iter() {
        text += "<w:tr>";
        for cell in row {
            text += "<w:tc>";
            for line in cell.text.split('\n') {
                text += &format!("<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", escaped(line));
            }
            text += "</w:tc>";
        }
        text += "</w:tr>";
    }
    packed(&[("word/document.xml", text + "</w:tbl></w:body></w:document>")])
}

/// A Word document with these rows.
fn word_of(rows: &[Vec<quytrinh::importing::cells::Cell>]) -> Vec<u8> {
    let cell = |cell: &quytrinh::importing::cells::Cell| {
        format!("<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>", cell.text)
    };
    let row = |row: &Vec<_>| format!("<w:tr>{}</w:tr>", row.iter().map(cell).collect::<String>());
    let rows: String = rows.iter().map(row).collect();
    packed(&[(
        "word/document.xml",
        format!("<w:document xmlns:w=\"w\"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>"),
    )])
}

fn excel(cells: &Cells, escaped: impl Fn(&str) -> String) -> Vec<u8> {
    let mut text =
        String::from("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
    for (y, row) in cells.iter().enumerate() {
        text += &format!("<row r=\"{}\">", y + 1);
        for (x, cell) in row.iter().enumerate() {
            let place = format!("{}{}", char::from(b'A' + x as u8), y + 1);
            text += &format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(&cell.text));
        }
        text += "</row>";
    }
    let rels = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    packed(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{rels}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Bảng\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{rels}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", text + "</sheetData></worksheet>"),
    ])
}

#[test]
fn times_are_read_as_tables_print_them() {
    let known = [
        ("0,5 ngày", Some("0.5 working day"), false),
        ("1/2 ngày làm việc", Some("0.5 working day"), true),
        ("½ ngày làm việc", Some("0.5 working day"), true),
        ("04 giờ làm việc", Some("4 working hours"), true),
        ("04  Giờ", Some("4 working hours"), false),
        ("01 NGÀY LÀM VIỆC", Some("1 working day"), true),
        ("30 phút", Some("30 working minutes"), true),
        ("15 ngày lịch", Some("15 calendar days"), true),
        ("96 giờ làm việc (12 ngày làm việc)", Some("96 working hours"), true),
        ("03 ngày làm việc, trường hợp phức tạp 05 ngày", Some("3 working days"), false),
        ("2", None, false),
        ("0 ngày", None, false),
        ("1/0 ngày", None, false),
        ("0,3 ngày", None, false),
        ("99999999999 ngày", None, false),
        ("theo lịch họp", None, false),
    ];
    for (text, length, sure) in known {
        let reading = read(text, None);
        let wanted = length.map(|text| Printed::Length(WorkingTime::parse(text).unwrap()));
        assert_eq!((reading.printed, reading.sure), (wanted.unwrap_or(Printed::Unread), sure), "{text}");
    }
    assert_eq!(read("Không tính thời gian", None).printed, Printed::Untimed);
    assert_eq!((read("Giờ hành chính", None).printed, read("Giờ hành chính", None).sure), (Printed::Untimed, false));
    assert_eq!(read(" - ", None).printed, Printed::Nothing);
    let heading = unit_in("Thời hạn\n(ngày làm việc)");
    let reading = read("2", heading);
    assert_eq!((reading.printed, reading.sure), (Printed::Length(WorkingTime::parse("2 working days").unwrap()), true));
}

#[test]
fn what_is_no_table_is_refused_and_nothing_panics() {
    assert_eq!(sheet::tables("a.exe", b"MZ"), Err(Unreadable::Kind));
    assert!(matches!(sheet::tables("a.xlsx", b"no zip"), Err(Unreadable::Damaged(_))));
    assert!(matches!(sheet::tables("a.docx", &packed(&[("other.xml", String::new())])), Err(Unreadable::Damaged(_))));
    assert_eq!(sheet::tables("a.html", b"<p>no table</p>"), Err(Unreadable::NoTable));
    assert_eq!(table::find(&sheet::tables("a.csv", b"a;b\n1;2").unwrap()), None);
    let bomb = packed(&[("word/document.xml", " ".repeat(8 * 1024 * 1024))]);
    assert!(bomb.len() < 100_000);
    assert_eq!(sheet::tables("a.docx", &bomb), Err(Unreadable::TooLarge));
    assert_eq!(sheet::tables("a.html", &vec![b'<'; 17 * 1024 * 1024]), Err(Unreadable::TooLarge));

    // Real files with bytes changed where chance puts them.
    let cells = cells();
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let files = [
        ("a.docx", word(&cells, escaped)),
        ("a.xlsx", excel(&cells, escaped)),
        ("a.html", std::fs::read("tests/imports/thay-doi-tru-so.html").unwrap()),
    ];
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut chance = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound
    };
    for (name, bytes) in files {
        for _ in 0..150 {
            let mut bytes = bytes.clone();
            for _ in 0..=chance(8) {
                let at = chance(bytes.len());
                match chance(3) {
                    0 => bytes[at] = chance(256) as u8,
                    1 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, b"<>&\"/"[chance(5)]),
                }
            }
            if let Ok(tables) = sheet::tables(name, &bytes)
                && let Some(steps) = table::find(&tables)
            {
                let drafted = draft(&steps, &About { id: "q".into(), title: "Q".into(), owner: None });
                // Whatever stood in the cells, the text is one that can be read.
                let _ = load(&Source::new("q.yaml", drafted.text));
            }
        }
    }
}

/// A Word document cuts what was typed into runs; its text has the words whole, and what is no document is refused.
#[test]
fn the_text_of_a_document_is_read_whatever_it_looks_like() {
    use quytrinh::importing::words::words;
    let xml = "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Số: {{so_</w:t></w:r><w:r><w:t>luong}} &amp;</w:t></w:r></w:p>\
               <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Ô</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>";
    assert_eq!(
        words("mau.docx", &packed(&[("word/document.xml", xml.to_owned())])).unwrap(),
        "Số: {{so_luong}} &\nÔ\n"
    );
    assert_eq!(words("mau.md", "Số: {{so}}".as_bytes()).unwrap(), "Số: {{so}}");
    assert!(words("mau.docx", b"khong phai tep Word").is_err());
    assert!(words("mau.docx", &packed(&[("other.xml", String::new())])).is_err());
    assert!(words("mau.exe", b"MZ").is_err());
}

/// A sheet with these cells, each with its place.
fn sheet_of(cells: &[(&str, &str)]) -> Vec<u8> {
    let marked: Cells = vec![vec![quytrinh::importing::cells::Cell { text: "@".into(), continues: false }]].into();
    let whole = excel(&marked, |text| text.to_owned());
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let cell = |(place, text): &(&str, &str)| {
        let row: String = place.chars().filter(char::is_ascii_digit).collect();
        format!("<row r=\"{row}\"><c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>")
    };
    let rows: String = cells.iter().map(cell).collect();
    let parts: Vec<(String, String)> = names
        .into_iter()
        .map(|name| {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut archive.by_name(&name).unwrap(), &mut text).unwrap();
            if let (Some(from), Some(to)) = (text.find("<sheetData>"), text.find("</sheetData>")) {
                text.replace_range(from + "<sheetData>".len()..to, &rows);
            }
            (name, text)
        })
        .collect();
    packed(&parts.iter().map(|(name, text)| (name.as_str(), text.clone())).collect::<Vec<_>>())
}

#[test]
fn cells_far_apart_take_no_more_room_than_a_table_can_have() {
    match sheet::tables("a.xlsx", &sheet_of(&[("A1", "Bước"), ("XFD1048576", "xa")])) {
        Ok(far) => assert_eq!((far[0].len(), far[0][0].len(), far[0][0][0].text.as_str()), (1, 1, "Bước")),
        Err(refused) => assert_eq!(refused, Unreadable::TooLarge),
    }
    let near = sheet::tables("a.xlsx", &sheet_of(&[("C3", "một"), ("D5", "hai")])).unwrap();
    let texts: Vec<Vec<&str>> = near[0].iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect();
    assert_eq!(texts, [["một", ""], ["", ""], ["", "hai"]]);
}

#[test]
fn the_total_of_the_whole_is_no_group_of_the_rows_after_the_last_subtotal() {
    let head = "Bước;Nội dung công việc;Người thực hiện;Thời gian\n\
                B1;Tiếp nhận hồ sơ;Một cửa;0,5 ngày làm việc\n\
                B2;Chuyển hồ sơ;Một cửa;0,5 ngày làm việc\n\
                ;Tổng tại Một cửa: 1 ngày làm việc;;\n\
                B3;Thẩm định hồ sơ;Chuyên viên;5 ngày làm việc\n\
                B4;Ký duyệt;Giám đốc;4 ngày làm việc\n";
    let groups = |table: &str| {
        let text = brought_in("a.csv", table.as_bytes()).text;
        let groups =
            text.split("\ngroups:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or("").to_owned();
        assert!(text.contains("\n  within: 10 working days\n"), "{text}");
        groups.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let whole = groups(&format!("{head};Tổng thời gian: 10 ngày làm việc;;\n"));
    assert_eq!(whole.len(), 1, "{whole:?}");
    assert!(whole[0].contains("within: 1 working day"), "{whole:?}");
    let both = groups(&format!("{head};Tổng tại Sở: 9 ngày làm việc;;\n;Tổng thời gian: 10 ngày làm việc;;\n"));
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both[1].contains("within: 9 working days"), "{both:?}");
}

const HEAD: &str = "TT\tNội dung công việc\tNgười thực hiện\tThời hạn\tKết quả\n";
const ROW: &str = "B1\tTiếp nhận hồ sơ\tMột cửa\t4 giờ làm việc\tGiấy hẹn\n";

/// What is inside tells what a file is, where its name does not.
#[test]
fn a_file_is_read_as_what_it_is_whatever_it_is_called() {
    let page = "<html><body><table><tr><td>Nội dung công việc</td><td>Thời hạn</td></tr>\
                <tr><td>Tiếp nhận</td><td>1 ngày</td></tr></table></body></html>";
    for name in ["a.html", "a.xls", "a.doc", "a.docx", "a.xlsx"] {
        assert!(brought_in(name, page.as_bytes()).text.contains("vi: Tiếp nhận"), "{name}");
    }
    let cells = cells();
    let (word, excel) =
        (word(&cells, |text| text.replace('&', "&amp;")), excel(&cells, |text| text.replace('&', "&amp;")));
    assert_eq!(sheet::tables("a.xlsx", &word), sheet::tables("a.docx", &word));
    assert_eq!(sheet::tables("a", &excel), sheet::tables("a.xlsx", &excel));
    for (name, bytes, why) in [
        ("a.doc", &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], Unreadable::Old),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Unreadable::Old),
        ("a.docx", b"{\\rtf1 x}", Unreadable::Old),
        ("a.doc", b"x", Unreadable::Old),
        ("a.docx", b"%PDF-1.7", Unreadable::Pdf),
        ("a.ods", &packed(&[("content.xml", String::new())]), Unreadable::OpenDocument),
        ("a.docx", &packed(&[("content.xml", String::new())]), Unreadable::OpenDocument),
    ] {
        assert_eq!(sheet::tables(name, bytes), Err(why), "{name}");
    }
}

#[test]
fn text_of_two_bytes_a_letter_is_read_with_its_mark_and_without() {
    let text = format!("{HEAD}{ROW}");
    let whole = brought_in("a.txt", text.as_bytes()).text;
    let small = text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for (mark, bytes) in [(&[0xff, 0xfe][..], &small), (&[], &small), (&[0xfe, 0xff], &big), (&[], &big)] {
        let bytes = [mark, bytes].concat();
        assert_eq!(brought_in("a.txt", &bytes).text, whole);
    }
}

#[test]
fn what_a_table_has_no_room_for_is_told() {
    let rows =
        |n: usize| (0..n).map(|n| format!("B{n}\tViệc {n}\tÔng {n}\t1 ngày làm việc\tGiấy {n}\n")).collect::<String>();
    let notes = |name: &str, bytes: &[u8]| {
        let draft = brought_in(name, bytes);
        draft.notes.iter().filter(|note| note.line == 0).map(|note| note.vi.clone()).collect::<Vec<_>>().join("; ")
    };
    let cells = |text: &str| {
        let cell = |text: &str| quytrinh::importing::cells::Cell { text: text.into(), continues: false };
        text.lines().map(|line| line.split('\t').map(cell).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let long = format!("{HEAD}{}", rows(2_300));
    let page = |text: &str| -> String {
        let row = |line: &str| format!("<tr><td>{}</td></tr>", line.replace('\t', "</td><td>"));
        format!("<table>{}</table>", text.lines().map(row).collect::<String>())
    };
    let written = Cells::from(cells(&long));
    assert_eq!((written.len(), written.beyond.rows), (2_000, 301));
    // A sheet with all of them, as Excel would write it.
    let all: Vec<(String, String)> = cells(&long)
        .iter()
        .enumerate()
        .flat_map(|(y, row)| {
            let cell = move |(x, cell): (usize, &quytrinh::importing::cells::Cell)| {
                (format!("{}{}", char::from(b'A' + x as u8), y + 1), cell.text.clone())
            };
            row.iter().enumerate().map(cell).collect::<Vec<_>>()
        })
        .collect();
    let all: Vec<(&str, &str)> = all.iter().map(|(place, text)| (place.as_str(), text.as_str())).collect();
    for (name, bytes) in [
        ("a.csv", long.clone().into_bytes()),
        ("a.html", page(&long).into_bytes()),
        ("a.xlsx", sheet_of(&all)),
        ("a.docx", word_of(&cells(&long))),
    ] {
        let said = notes(name, &bytes);
        assert!(said.contains("chỉ đọc 2000 dòng đầu, còn 301 dòng không mang sang"), "{name}: {said}");
    }
    let fits = format!("{HEAD}{}", rows(1_999));
    assert!(!notes("a.csv", fits.as_bytes()).contains("dòng đầu"));
    let wide = format!("{}{}", HEAD.replace('\n', &("\tx".repeat(70) + "\n")), ROW);
    assert!(notes("a.csv", wide.as_bytes()).contains("chỉ đọc 60 cột đầu"));
}

/// Ends of cells and rows may be left out, and pages are laid out in tables: the one of steps lies in another's cell.
#[test]
fn tables_of_pages_are_read_as_browsers_do() {
    let open = "<table><tr><td>Nội dung công việc<td>Thời hạn<tr><td>Tiếp nhận<td>1 ngày làm việc<tr><td>Ký<td>2 ngày làm việc";
    let text = brought_in("a.html", open.as_bytes()).text;
    assert!(text.contains("vi: Tiếp nhận") && text.contains("within: 2 working days"), "{text}");
    let closed = "<table><tr><td>Nội dung công việc</td><td>Thời hạn</td></tr><tr><td>Tiếp nhận</td><td>1 ngày làm việc</td></tr>\
                  <tr><td>Ký</td><td>2 ngày làm việc</td></tr></table>";
    assert_eq!(brought_in("a.html", closed.as_bytes()).text, text);
    let inside = format!("<table><tr><td>Ảnh</td><td>{closed}</td></tr></table>");
    assert_eq!(brought_in("a.html", inside.as_bytes()).text, text);
    // The inner one is part of the text of the cell it lies in, and its rows are none of the outer one's.
    let tables = sheet::tables("a.html", inside.as_bytes()).unwrap();
    assert_eq!((tables.len(), tables[0].len(), tables[1].len()), (2, 1, 3));
    assert!(tables[0][0][1].text.contains("Tiếp nhận"));
}

/// What the command says, from the terminal: refused names are a wrong call, refused files say what to save instead.
#[test]
fn the_command_refuses_names_and_old_files_in_plain_words() {
    let folder = crate::support::bed::folder();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let run = |arguments: &[&str]| {
        let done = crate::cli::quytrinh(arguments, "");
        (done.status.code(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let table = file("a.csv", format!("{HEAD}{ROW}").as_bytes());
    for (kind, flag, text) in [
        ("table", "--id", "Cấp phép"),
        ("table", "--owner", "Sở Mẫu/x"),
        ("bpmn", "--id", "a b"),
        ("bpmn", "--owner", "a//b"),
    ] {
        let (code, out, said) = run(&["import", kind, &table, flag, text]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{flag}: {said}");
        assert!(said.contains(&format!("`{flag} {text}`")), "{said}");
    }
    for (name, bytes, vi, en) in [
        (
            "a.doc",
            &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..],
            "lưu lại thành .docx hoặc .xlsx",
            "save it as .docx or .xlsx",
        ),
        ("a.xls", b"x", "lưu lại thành .docx hoặc .xlsx", "save it as .docx or .xlsx"),
        ("a.pdf", b"%PDF-1.7", "lấy tệp Word hoặc Excel gốc", "take the Word or Excel file it was made from"),
        ("a.odt", b"x", "OpenDocument", "OpenDocument"),
    ] {
        let path = file(name, bytes);
        for (lang, words) in [("vi", vi), ("en", en)] {
            let (code, out, said) = run(&["--lang", lang, "import", "table", &path]);
            assert!(code != Some(0) && out.is_empty() && said.contains(words), "{name} {code:?}: {said}");
        }
    }
    let marked: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(format!("{HEAD}{ROW}").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let two_bytes = file("b.txt", &marked);
    let (plain, wide) =
        (run(&["import", "table", &table, "--title", "A"]), run(&["import", "table", &two_bytes, "--title", "A"]));
    assert_eq!((plain.0, &plain.1), (Some(0), &wide.1));
}
