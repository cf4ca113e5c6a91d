//! The annex of every procedure of the library, in each of its forms.

use std::io::{Cursor, Read as _};

use quytrinh::annex::content::{Annex, Part, RowLook, Table, annex};
use quytrinh::annex::docx::docx;
use quytrinh::annex::html::html;
use quytrinh::annex::xlsx::xlsx;
use quytrinh::definition::diagnostic::Lang;
use quytrinh::definition::diagram::{Names, escape, width};
use quytrinh::definition::load;
use quytrinh::definition::procedure::{Procedure, StepKind};
use quytrinh::definition::source::Source;
use quytrinh::importing::edits::Kept;
use quytrinh::importing::workbook::kept;

/// Every procedure of the library, with its text.
fn library() -> Vec<(String, String, Procedure)> {
    let load = |(name, text): (String, String)| {
        let (procedure, _) = load(&Source::new(&name, text.clone())).unwrap();
        (name, text, procedure)
    };
    crate::definitions::library().into_iter().map(load).collect()
}

fn of(name: &str) -> Annex {
    let (.., procedure) = library().into_iter().find(|(file, ..)| file.contains(name)).unwrap();
    annex(&procedure, &Names::new(), None, Lang::Vi)
}

fn steps(annex: &Annex) -> &Table {
    let tables = annex.parts.iter().filter_map(|part| if let Part::Table(table) = part { Some(table) } else { None });
    tables.into_iter().next().unwrap()
}

/// The rows of that look, cells joined.
fn rows(table: &Table, look: RowLook) -> Vec<String> {
    let text = |lines: &Vec<quytrinh::annex::content::Line>| {
        lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("; ")
    };
    let row = |row: &quytrinh::annex::content::Row| row.cells.iter().map(text).collect::<Vec<_>>().join(" | ");
    table.rows.iter().filter(|row| row.look == look).map(row).collect()
}

fn unzip(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|n| {
            let mut file = archive.by_index(n).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// Every tag that is opened is shut in its turn, and text holds no loose sign.
fn well_formed(name: &str, xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("{name}: `<{piece}`"));
        assert!(!text.contains('>'), "{name}: {text}");
        for entity in text.split('&').skip(1) {
            assert!(
                ["amp;", "lt;", "gt;", "quot;", "apos;", "#"].iter().any(|e| entity.starts_with(e)),
                "{name}: &{entity}"
            );
        }
        if tag.starts_with('?') || tag.ends_with('/') || tag.starts_with('!') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(shut) => assert_eq!(open.pop(), Some(shut), "{name}"),
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} stay open");
}

#[test]
fn every_form_holds_every_step_and_is_the_same_twice() {
    for (name, text, procedure) in library() {
        for lang in [Lang::Vi, Lang::En] {
            let annex = annex(&procedure, &Names::new(), None, lang);
            let page = html(&annex);
            assert_eq!(page, html(&annex), "{name}");
            assert!(!page.contains("style=") && !page.contains("<script") && !page.contains("href"), "{name}");
            let document = docx(&annex).unwrap();
            assert_eq!(document, docx(&annex).unwrap(), "{name}");
            let parts = unzip(&document);
            for (part, xml) in &parts {
                well_formed(&format!("{name}: {part}"), xml);
            }
            let body = &parts.iter().find(|(part, _)| part == "word/document.xml").unwrap().1;
            let book = xlsx(&annex, &text, "digest").unwrap();
            assert_eq!(book, xlsx(&annex, &text, "digest").unwrap(), "{name}");
            let strings = unzip(&book).into_iter().find(|(part, _)| part == "xl/sharedStrings.xml").unwrap().1;
            let table = steps(&annex);
            let plain: Vec<_> = table.rows.iter().filter(|row| row.look == RowLook::Plain).collect();
            let shown = procedure.steps.values().filter(|step| !matches!(step.kind, StepKind::End(_)));
            assert_eq!(plain.len(), shown.count(), "{name}: a row for each step");
            for row in plain {
                assert!(row.cells.iter().zip(&table.columns).count() == 7, "{name}");
                let work = escape(&row.cells[1][0].text);
                for (form, whole) in [("html", &page), ("docx", body), ("xlsx", &strings)] {
                    let whole = whole.replace("&quot;", "\"");
                    assert!(whole.contains(&work.replace("&quot;", "\"")), "{name}: no `{work}` in {form}");
                }
            }
        }
    }
}

#[test]
fn groups_and_the_whole_are_summed_as_published() {
    let religious = of("thay-doi-tru-so");
    let table = steps(&religious);
    assert_eq!(rows(table, RowLook::Total), ["Tổng thời gian giải quyết | 30 ngày làm việc"]);
    assert_eq!(
        rows(table, RowLook::Sum),
        [
            "Cộng: Tại UBND Thành phố | 7 ngày làm việc",
            "Cộng: Tại Sở Dân tộc và Tôn giáo | 23 ngày làm việc",
            "Cộng thời hạn các bước theo đường dài nhất | 30 ngày làm việc",
        ]
    );
    let numbers: Vec<String> =
        rows(table, RowLook::Plain).iter().map(|row| row.split(" | ").next().unwrap().to_owned()).collect();
    assert_eq!(numbers[..5], ["1", "2.1", "2.2", "2.3", "3"], "the published numbers of the steps");
    let one = rows(table, RowLook::Plain).remove(0);
    for text in [
        "Kiểm tra, hướng dẫn, tiếp nhận hồ sơ",
        "0,5 ngày làm việc",
        "Mẫu số\u{a0}01; Mẫu số\u{a0}02; Mẫu số\u{a0}03",
        "Cán bộ Bộ phận TN&TKQ của Sở",
    ] {
        assert!(one.contains(text), "no `{text}` in {one}");
    }
    let allowance = of("tro-cap-mot-lan");
    let sums = rows(steps(&allowance), RowLook::Sum);
    assert!(
        sums.iter().any(|sum| sum.ends_with("| 40 giờ làm việc"))
            && sums.iter().any(|sum| sum.ends_with("| 56 giờ làm việc")),
        "{sums:?}"
    );
}

/// A group's limit is not the sum of its steps, and a sum is called one only where it is.
#[test]
fn what_is_called_a_sum_adds_up() {
    let sums = rows(steps(&of("cap-phep-xay-dung")), RowLook::Sum);
    assert_eq!(sums[..2], ["Cộng: Tại Sở | 10 ngày làm việc", "Thời hạn chung: Tại Sở | 12 ngày làm việc"]);
    // 1 day and 8 hours are the 16 hours of the text.
    let exports = rows(steps(&of("giay-chung-nhan-luu-hanh-tu-do")), RowLook::Sum);
    assert_eq!(exports[0], "Cộng: Bước 2: Phòng, Lãnh đạo Sở, Văn phòng UBND | 16 giờ làm việc", "{exports:?}");
    assert_eq!(exports.len(), 2, "{exports:?}");
    let prize = rows(steps(&of("giai-thuong")), RowLook::Sum);
    let last =
        "Cộng thời hạn các bước theo đường dài nhất, không kể các bước có hạn là một ngày định trước | 85 ngày lịch";
    assert_eq!(prize.last().unwrap(), last);
}

/// Cases of no variant are summed along the ways that are theirs, and a variant's limits stand at the steps they are of.
#[test]
fn each_variant_is_summed_along_its_own_ways() {
    let annex = of("cong-nhan-trung-tam-doi-moi-sang-tao");
    let tables: Vec<&Table> =
        annex.parts.iter().filter_map(|part| if let Part::Table(table) = part { Some(table) } else { None }).collect();
    let sums: Vec<String> = rows(tables[1], RowLook::Plain)
        .iter()
        .map(|row| {
            row.split(" | ").enumerate().filter(|(n, _)| *n != 1).map(|(_, cell)| cell).collect::<Vec<_>>().join(" | ")
        })
        .collect();
    assert_eq!(
        sums,
        [
            "Trường hợp chung | 48 giờ đồng hồ + 13 ngày lịch | 15 ngày lịch",
            "Có Hội đồng tư vấn | 96 giờ đồng hồ + 23 ngày lịch | 27 ngày lịch",
        ]
    );
    let total = rows(tables[0], RowLook::Total);
    assert_eq!(total, ["Tổng thời gian giải quyết | 15 ngày lịch; Có Hội đồng tư vấn: 27 ngày lịch"]);
    let draft = rows(tables[0], RowLook::Plain).into_iter().find(|row| row.starts_with("B3/B14 | ")).unwrap();
    assert!(
        draft.contains("4 ngày lịch + 12 giờ đồng hồ; Có Hội đồng tư vấn: 1 ngày lịch + 12 giờ đồng hồ"),
        "{draft}"
    );
}

#[test]
fn published_numbers_of_any_kind_are_kept_and_spoken_of() {
    let prize = of("giai-thuong");
    let numbers: Vec<String> =
        rows(steps(&prize), RowLook::Plain).iter().map(|row| row.split(" | ").next().unwrap().to_owned()).collect();
    assert_eq!(numbers[..5], ["A1", "A2", "A3", "B1", "B2"]);
    let page = html(&prize).replace('\u{a0}', " ");
    assert!(page.contains("Đề nghị xét tặng → bước B6"), "{page}");
    // Two steps are published as C7: the number names neither.
    assert!(page.contains("→ «C7. Họp Hội đồng cấp Bộ lần 2»") && !page.contains("→ bước C7"), "{page}");
}

#[test]
fn columns_are_as_wide_as_their_words_ask_for() {
    for (name, _, procedure) in library() {
        for lang in [Lang::Vi, Lang::En] {
            let annex = annex(&procedure, &Names::new(), None, lang);
            let table = steps(&annex);
            assert_eq!(table.columns.iter().map(|column| column.share).sum::<u32>(), 100, "{name}");
            for (n, column) in table.columns.iter().enumerate() {
                let room = f64::from(column.share) * 0.46 - 0.7;
                let lines = table.rows.iter().filter(|row| row.look == RowLook::Plain).flat_map(|row| &row.cells[n]);
                let words = lines.flat_map(|line| line.text.split(' ')).chain(column.title.split(' '));
                for word in words.filter(|word| width(word, 0.92) < 24.0 * 0.46 - 0.7) {
                    assert!(width(word, 0.92) <= room, "{name}: `{word}` is broken in `{}`", column.title);
                }
            }
        }
    }
}

/// A sum alone at the head of a page belongs to nothing one sees.
#[test]
fn a_sum_stays_with_what_it_sums() {
    let permit = of("cap-phep-xay-dung");
    let table = steps(&permit);
    let last = table.rows.iter().rposition(|row| row.look == RowLook::Plain).unwrap();
    assert_eq!(table.kept_from(last), 2, "the total and the sum under it");
    let document = unzip(&docx(&permit).unwrap()).into_iter().find(|(part, _)| part == "word/document.xml").unwrap().1;
    let row = document.split("<w:tr>").find(|row| row.contains(">Trả kết quả<")).unwrap();
    assert!(row.contains("<w:keepNext/>"), "{row}");
}

#[test]
fn conditions_and_rules_are_said_in_words() {
    let page = html(&of("cap-phep-xay-dung"));
    for text in [
        "Đề xuất từ chối (khi không «Đủ điều kiện cấp phép») → bước 6",
        "Bước 7: Trả lại → bước 6, tối đa 2 lần, phải nêu lý do",
        "Gia hạn: tối đa 1 lần, mỗi lần không quá 5 ngày làm việc, do Giám đốc quyết định, phải nêu lý do.",
        "Bốn mắt: bước 6, bước 7, bước 8 do những người khác nhau thực hiện.",
        "30 ngày lịch, thời hạn tạm dừng; quá hạn thì chuyển «Trả hồ sơ vì quá hạn bổ sung».",
        "nhận từ 15:00 tính sang ngày làm việc sau",
        "(Ban hành kèm theo Quyết định số 12/QĐ-SXD ngày 20/06/2026)",
    ] {
        assert!(page.replace('\u{a0}', " ").contains(text), "no `{text}`");
    }
    let minerals = html(&of("tham-do-khoang-san"));
    assert!(
        minerals.contains("42 ngày làm việc") && minerals.contains("32 ngày làm việc"),
        "both case types are summed"
    );
}

/// Cells by their place, `A1` and so on.
fn cells(book: &[(String, String)], sheet: &str) -> Vec<(String, String)> {
    let part = |name: &str| book.iter().find(|(part, _)| part == name).map(|(_, xml)| xml.as_str()).unwrap();
    let plain =
        |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let strings: Vec<String> = part("xl/sharedStrings.xml")
        .split("<si>")
        .skip(1)
        .map(|item| plain(item.split_once("<t").unwrap().1.split_once('>').unwrap().1.split_once("</t>").unwrap().0))
        .collect();
    let number =
        part("xl/workbook.xml").split("<sheet ").skip(1).position(|item| item.contains(&format!("name=\"{sheet}\"")));
    part(&format!("xl/worksheets/sheet{}.xml", number.unwrap() + 1))
        .split("<c r=\"")
        .skip(1)
        .filter_map(|cell| {
            let place = cell.split('"').next()?.to_owned();
            let index: usize = cell.split_once("<v>")?.1.split_once("</v>")?.0.parse().ok()?;
            Some((place, strings.get(index)?.clone()))
        })
        .collect()
}

#[test]
fn the_workbook_gives_back_the_very_same_file() {
    for (name, text, procedure) in library() {
        let annex = annex(&procedure, &Names::new(), None, Lang::Vi);
        let made = xlsx(&annex, &text, procedure.digest.as_str()).unwrap();
        assert_eq!(kept(&made).unwrap(), Some(Kept::Same(text.clone())), "{name}");
        let book = unzip(&made);
        let ids: Vec<String> =
            cells(&book, "Quy trình").into_iter().filter(|(at, _)| at.starts_with('H')).map(|(_, id)| id).collect();
        let steps: Vec<String> = procedure
            .steps
            .values()
            .filter(|step| !matches!(step.kind, StepKind::End(_)))
            .map(|step| step.id.to_string())
            .collect();
        assert_eq!(ids, steps, "{name}");
    }
}

/// The workbook with a text of its cells replaced, as somebody would who types over it.
fn typed_over(book: &[u8], was: &str, now: &str) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut part = from.by_index(n).unwrap();
        let (name, mut bytes) = (part.name().unwrap().into_owned(), Vec::new());
        part.read_to_end(&mut bytes).unwrap();
        if name.ends_with("sharedStrings.xml") {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(was), "{was}");
            bytes = text.replacen(was, now, 1).into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut to, &bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn what_was_typed_over_in_a_workbook_is_carried_over_or_told() {
    let (_, text, procedure) = library().into_iter().find(|(name, ..)| name.contains("cap-phep-xay-dung")).unwrap();
    let book = xlsx(&annex(&procedure, &Names::new(), None, Lang::Vi), &text, procedure.digest.as_str()).unwrap();
    let edited = |was: &str, now: &str| match kept(&typed_over(&book, was, now)) {
        Ok(Some(Kept::Edited { text, applied, refused })) => (text, applied.len(), refused.len()),
        other => panic!("{other:?}"),
    };
    let label = edited(">Thẩm định hồ sơ\n", ">Thẩm định nội dung\n");
    assert_eq!(label, (text.replacen("vi: Thẩm định hồ sơ", "vi: Thẩm định nội dung", 1), 1, 0));
    // The first cell that says so; every step with that limit shares the text, so each of them is carried over.
    let (now, applied, refused) = edited(">4 ngày làm việc<", ">5 ngày làm việc<");
    assert!(applied >= 1 && now.contains("within: 5 working days"), "{applied} {refused}");
    let (now, applied, refused) = edited(">4 ngày làm việc<", ">khoảng một tuần<");
    assert_eq!((now, applied), (text.clone(), 0));
    assert!(refused >= 1);
    let (now, applied, refused) = edited(">QUY TRÌNH NỘI BỘ<", ">QUY TRÌNH<");
    assert_eq!((now, applied, refused), (text.clone(), 0, 1));
    assert_eq!(kept(&typed_over(&book, "|format: procedure/v1|", "|format: procedure/v2|")), Ok(Some(Kept::Broken)));
    let odd = format!("a\r\n\n\t b \\ c \n{}\n", "ữ".repeat(70_000));
    let digest = quytrinh::definition::resolve::digest_of(&odd).to_string();
    let book = xlsx(&annex(&procedure, &Names::new(), None, Lang::Vi), &odd, &digest).unwrap();
    assert_eq!(kept(&book), Ok(Some(Kept::Same(odd))));
}

/// What the fonts of a PDF say each number of a glyph reads as.
#[cfg(feature = "pdf")]
fn letters(pdf: &[u8]) -> (bool, String) {
    let text = String::from_utf8_lossy(pdf);
    let blocks = text.split("beginbfchar").skip(1).filter_map(|block| block.split_once("endbfchar"));
    let mut missing = false;
    let mut read = String::new();
    for line in blocks.flat_map(|(block, _)| block.lines()) {
        let Some((number, letter)) = line.trim().split_once("> <") else { continue };
        missing |= number.trim_start_matches('<').chars().all(|digit| digit == '0');
        let code = u32::from_str_radix(letter.trim_end_matches('>'), 16).ok();
        read.extend(code.and_then(char::from_u32));
    }
    (missing, read)
}

#[cfg(feature = "pdf")]
#[test]
fn the_pdf_embeds_its_letters_numbers_its_pages_and_is_the_same_twice() {
    use quytrinh::annex::pdf::pdf;
    for (name, _, procedure) in library() {
        let annex = annex(&procedure, &Names::new(), None, Lang::Vi);
        let bytes = pdf(&annex).unwrap();
        assert_eq!(bytes, pdf(&annex).unwrap(), "{name}");
        assert!(bytes.starts_with(b"%PDF-"), "{name}");
        let text = String::from_utf8_lossy(&bytes);
        // Each of the five fonts is cut, embedded, and says what its glyphs read as.
        assert_eq!(text.matches("/FontFile2").count(), 5, "{name}");
        assert_eq!(text.matches("/ToUnicode").count(), 5, "{name}");
        assert!(text.matches("/MediaBox").count() >= 3, "{name}");
        assert!(bytes.len() < 400_000, "{name}: {} bytes", bytes.len());
        let (missing, read) = letters(&bytes);
        assert!(!missing, "{name}: a letter has no glyph");
        for letter in annex.title.chars().filter(|letter| letter.is_alphabetic()) {
            assert!(read.contains(letter), "{name}: `{letter}` cannot be found again");
        }
    }
}

#[test]
fn the_words_of_a_choice_and_the_bases_are_told_by_name_and_number() {
    let annex = of("thay-doi-tru-so-to-chuc-ton-giao");
    let html = html(&annex);
    assert!(html.contains("(khi Kết quả giải quyết khác «Không đủ điều kiện»)"), "{html}");
    assert!(!html.contains("khong_du_dieu_kien"));
    assert!(html.contains("<li>[2] NĐ 118/2025/NĐ-CP, Điều 11"), "the list of bases bears numbers");
    assert!(html.contains("data-of=\"Căn cứ\">[1], [2]</td>"), "the table speaks of them by number, in their order");
    assert!(html.contains("phải nêu lý do [2].") && !html.contains("([2])"), "{html}");
}

#[test]
fn rules_tell_returns_and_waits_not_the_straight_way() {
    let annex = of("giai-thuong-hai-thuong-lan-ong");
    let lists = annex.parts.iter().filter_map(|part| if let Part::List(lines) = part { Some(lines) } else { None });
    let lines: Vec<&String> = lists.flatten().collect();
    assert!(lines.iter().any(|line| line.contains("quá hạn thì chuyển")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("Bước 1: Hoàn thành")), "{lines:?}");
}

/// A cell of Excel holds 32,767 letters: a longer text is cut where it is seen, and the file comes back whole.
#[test]
fn a_text_longer_than_a_cell_is_cut_where_it_is_seen_and_whole_in_the_file() {
    let (_, text, _) = library().into_iter().find(|(file, ..)| file.contains("cap-phep-xay-dung")).unwrap();
    let note = format!("    vi: Tiếp nhận hồ sơ\n    note: {}\n", "ữ ".repeat(20_000));
    let text = text.replacen("    vi: Tiếp nhận hồ sơ\n", &note, 1) + "\r\n\n\n";
    let (procedure, _) = load(&Source::new("t.yaml", text.clone())).unwrap();
    let book = xlsx(&annex(&procedure, &Names::new(), None, Lang::Vi), &text, procedure.digest.as_str()).unwrap();
    assert_eq!(kept(&book), Ok(Some(Kept::Same(text))));
}
