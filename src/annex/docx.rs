//! The annex as a text document (OOXML): what an office opens, changes and signs. The flow chart stands in it as shapes
//! that can be changed too.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::annex::content::{Annex, Line, Part, Row, RowLook, Table};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::mark::{Anchor, Mark, Paint, Seg, Words};
use crate::definition::diagram::{Page, escape, fitted, width};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// Twentieths of a point in a millimetre, and English metric units.
const TWIPS: f64 = 56.693;
const EMU: f64 = 36_000.0;
/// The width of the text on the upright page, in twips: A4 less its margins.
const TEXT: u32 = 9_638;

/// The whole file.
pub fn docx(annex: &Annex) -> Result<Vec<u8>, zip::result::ZipError> {
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("docProps/core.xml", core(annex)),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS.to_owned()),
        ("word/styles.xml", STYLES.to_owned()),
        ("word/footer1.xml", FOOTER.to_owned()),
        ("word/document.xml", document(annex)),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // One fixed time, so that the same annex gives the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(format!("{HEAD}{text}").as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/><Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/><Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>";
const DOCUMENT_RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/></Relationships>";
const STYLES: &str = "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\" w:eastAsia=\"Times New Roman\"/><w:sz w:val=\"26\"/><w:szCs w:val=\"26\"/><w:lang w:val=\"vi-VN\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before=\"40\" w:after=\"40\"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style><w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"28\"/></w:rPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:keepNext/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:b/></w:rPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"Cell\"><w:name w:val=\"Cell\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/></w:pPr><w:rPr><w:sz w:val=\"22\"/></w:rPr></w:style></w:styles>";
const FOOTER: &str = "<w:ftr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:ftr>";

fn core(annex: &Annex) -> String {
    let lang = if annex.lang == Lang::Vi { "vi-VN" } else { "en" };
    format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>{lang}</dc:language></cp:coreProperties>",
        escape(&annex.title),
        escape(&annex.agency.join(", "))
    )
}

fn document(annex: &Annex) -> String {
    let mut out = String::from(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" xmlns:wpg=\"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup\"><w:body>",
    );
    for (n, line) in annex.agency.iter().enumerate() {
        let look = if n + 1 == annex.agency.len() { "<w:b/><w:caps/>" } else { "<w:caps/>" };
        out += &paragraph("Normal", "<w:ind w:right=\"4800\"/><w:jc w:val=\"center\"/>", &run(line, look));
    }
    out += &paragraph("Title", "<w:spacing w:before=\"360\"/>", &run(&annex.kind, ""));
    out += &paragraph("Title", "", &run(&annex.title, ""));
    out +=
        &paragraph("Normal", "<w:spacing w:after=\"240\"/><w:jc w:val=\"center\"/>", &run(&annex.decision, "<w:i/>"));
    for part in &annex.parts {
        match part {
            Part::Heading(text) => {
                // The chart's page ends its section; the heading before it stands on that page.
                let of_picture = annex
                    .parts
                    .iter()
                    .zip(annex.parts.iter().skip(1))
                    .any(|(a, b)| matches!((a, b), (Part::Heading(own), Part::Picture) if own == text));
                if of_picture {
                    out += &section(&upright());
                }
                out += &paragraph("Heading1", "", &run(text, ""));
            }
            Part::Facts(facts) => facts_table(facts, &mut out),
            Part::List(lines) => {
                for line in lines {
                    let place = "<w:ind w:left=\"340\" w:hanging=\"227\"/><w:jc w:val=\"both\"/>";
                    out += &paragraph("Normal", place, &run(&format!("- {line}"), ""));
                }
            }
            Part::Table(table) => write_table(table, &mut out),
            Part::Picture => {
                let page = fitted(&annex.picture, 16.0, annex.lang);
                out += &paragraph("Normal", "", &picture(annex, &page));
                out += &section(&sheet(&page));
            }
        }
    }
    signatures(annex, &mut out);
    out + &upright() + "</w:body></w:document>"
}

/// The page of the text.
fn upright() -> String {
    page_of(210.0, 297.0, (20.0, 15.0, 20.0, 25.0))
}

/// The page of the chart.
fn sheet(page: &Page) -> String {
    page_of(page.width, page.height, (8.0, 8.0, 6.0, 8.0))
}

fn page_of(wide: f64, high: f64, (top, right, bottom, left): (f64, f64, f64, f64)) -> String {
    let twips = |millimetres: f64| (millimetres * TWIPS).round() as i64;
    let turned = if wide > high { " w:orient=\"landscape\"" } else { "" };
    format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"{}\" w:h=\"{}\"{turned}/><w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"400\" w:footer=\"300\" w:gutter=\"0\"/></w:sectPr>",
        twips(wide),
        twips(high),
        twips(top),
        twips(right),
        twips(bottom),
        twips(left)
    )
}

/// Ends a section: its last paragraph carries its page.
fn section(page: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"Cell\"/>{page}</w:pPr></w:p>")
}

fn paragraph(style: &str, place: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{place}</w:pPr>{runs}</w:p>")
}

fn run(text: &str, look: &str) -> String {
    let look = if look.is_empty() { String::new() } else { format!("<w:rPr>{look}</w:rPr>") };
    format!("<w:r>{look}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
}

const BORDERS: &str = "<w:tblBorders><w:top w:val=\"single\" w:sz=\"4\"/><w:left w:val=\"single\" w:sz=\"4\"/><w:bottom w:val=\"single\" w:sz=\"4\"/><w:right w:val=\"single\" w:sz=\"4\"/><w:insideH w:val=\"single\" w:sz=\"4\"/><w:insideV w:val=\"single\" w:sz=\"4\"/></w:tblBorders>";

fn open_table(widths: &[u32], out: &mut String) {
    let grid: String = widths.iter().map(|wide| format!("<w:gridCol w:w=\"{wide}\"/>")).collect();
    let _ = write!(
        out,
        "<w:tbl><w:tblPr><w:tblW w:w=\"{TEXT}\" w:type=\"dxa\"/>{BORDERS}<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:top w:w=\"40\" w:type=\"dxa\"/><w:left w:w=\"70\" w:type=\"dxa\"/><w:bottom w:w=\"40\" w:type=\"dxa\"/><w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    );
}

const CELL_STYLE: &str = "<w:pStyle w:val=\"Cell\"/>";
const KEPT: &str = "<w:pStyle w:val=\"Cell\"/><w:keepNext/>";

/// A cell of so many columns.
fn cell(wide: u32, span: usize, shade: bool, middle: bool, lines: &[Line]) -> String {
    let shade = if shade { "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"ECECEC\"/>" } else { "" };
    let place = if middle { "<w:jc w:val=\"center\"/>" } else { "" };
    let line = |line: &Line| paragraph("Cell", place, &run(&line.text, if line.bold { "<w:b/>" } else { "" }));
    let text: String = lines.iter().map(line).collect();
    // A cell must hold a paragraph.
    let text = if text.is_empty() { paragraph("Cell", "", "") } else { text };
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{wide}\" w:type=\"dxa\"/><w:gridSpan w:val=\"{span}\"/>{shade}</w:tcPr>{text}</w:tc>"
    )
}

fn facts_table(facts: &[(String, String)], out: &mut String) {
    let widths = [TEXT * 36 / 100, TEXT - TEXT * 36 / 100];
    open_table(&widths, out);
    for (name, text) in facts {
        let cells = cell(widths[0], 1, false, false, &[Line::plain(name)])
            + &cell(widths[1], 1, false, false, &[Line::plain(text)]);
        let _ = write!(out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>");
    }
    out.push_str("</w:tbl>");
}

fn write_table(table: &Table, out: &mut String) {
    let widths: Vec<u32> = table.columns.iter().map(|column| TEXT * column.share / 100).collect();
    open_table(&widths, out);
    let head: String = table
        .columns
        .iter()
        .zip(&widths)
        .map(|(column, wide)| cell(*wide, 1, true, true, &[Line::bold(&column.title)]))
        .collect();
    let _ = write!(out, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>");
    for (n, row) in table.rows.iter().enumerate() {
        // A group's title is not alone at the foot of a page, and no sum at the head of the next.
        let cells = row_cells(table, row, &widths);
        let cells = if table.kept_from(n) > 0 { cells.replace(CELL_STYLE, KEPT) } else { cells };
        let _ = write!(out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>");
    }
    out.push_str("</w:tbl>");
    out.push_str(&paragraph("Cell", "", ""));
}

fn row_cells(table: &Table, row: &Row, widths: &[u32]) -> String {
    let all: u32 = widths.iter().sum();
    match row.look {
        RowLook::Plain => row
            .cells
            .iter()
            .zip(widths)
            .zip(&table.columns)
            .map(|((lines, wide), column)| cell(*wide, 1, false, column.middle, lines))
            .collect(),
        RowLook::Group => row.cells.iter().map(|lines| cell(all, widths.len(), true, false, lines)).collect(),
        RowLook::Sum | RowLook::Total => {
            let first: u32 = widths.iter().take(3).sum();
            let spans = [(first, 3.min(widths.len())), (all - first, widths.len().saturating_sub(3).max(1))];
            let shade = row.look == RowLook::Total;
            row.cells.iter().zip(spans).map(|(lines, (wide, span))| cell(wide, span, shade, false, lines)).collect()
        }
    }
}

fn signatures(annex: &Annex, out: &mut String) {
    let half = TEXT / 2;
    let _ = write!(
        out,
        "{}<w:tbl><w:tblPr><w:tblW w:w=\"{TEXT}\" w:type=\"dxa\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"{half}\"/><w:gridCol w:w=\"{half}\"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"2200\"/></w:trPr>",
        paragraph("Normal", "", "")
    );
    for (who, how) in &annex.signatures {
        let text = paragraph("Normal", "<w:jc w:val=\"center\"/>", &run(who, "<w:b/>"))
            + &paragraph("Normal", "<w:jc w:val=\"center\"/>", &run(how, "<w:i/>"));
        let _ = write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{half}\" w:type=\"dxa\"/></w:tcPr>{text}</w:tc>");
    }
    out.push_str("</w:tr></w:tbl>");
    out.push_str(&paragraph("Cell", "", ""));
}

/// How far down the chart's page its picture begins, in millimetres: under the heading.
const CHART_TOP: f64 = 20.0;

/// The chart as a group of shapes at a fixed place of its page. Words that run up stand beside the group as shapes of
/// their own: not every office turns a text inside a group.
fn picture(annex: &Annex, page: &Page) -> String {
    let (mut left, mut top, mut right, mut bottom) = (f64::MAX, f64::MAX, 0.0f64, 0.0f64);
    for piece in &page.pieces {
        left = left.min(piece.at.0);
        top = top.min(piece.at.1);
        right = right.max(piece.at.0 + piece.view.2 * piece.scale);
        bottom = bottom.max(piece.at.1 + piece.view.3 * piece.scale);
    }
    let corner = ((page.width - (right - left)) / 2.0, CHART_TOP);
    let (mut shapes, mut upright) = (String::new(), String::new());
    let mut count = 1;
    for piece in &page.pieces {
        let at = (piece.at.0 - left - piece.view.0 * piece.scale, piece.at.1 - top - piece.view.1 * piece.scale);
        for mark in &piece.marks {
            match mark {
                Mark::Text(words) if words.upright => {
                    count += 1;
                    upright += &upright_words(words, (at.0 + corner.0, at.1 + corner.1), piece.scale, count);
                }
                _ => shape(mark, at, piece.scale, &mut shapes),
            }
        }
    }
    let (wide, high) = (emu(right - left), emu(bottom - top));
    let group = format!(
        "<a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup\"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{wide}\" cy=\"{high}\"/><a:chOff x=\"0\" y=\"0\"/><a:chExt cx=\"{wide}\" cy=\"{high}\"/></a:xfrm></wpg:grpSpPr>{shapes}</wpg:wgp></a:graphicData>"
    );
    anchored(corner, (right - left, bottom - top), 1, &annex.title, &group) + &upright
}

/// Words that run up, at a place of the page.
fn upright_words(words: &Words, at: (f64, f64), scale: f64, number: usize) -> String {
    let (x, y, wide, high) = text_area(words);
    let size = (wide * scale, high * scale);
    let inside = format!(
        "<a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"/><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{}\" cy=\"{}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>{}</a:graphicData>",
        emu(size.0),
        emu(size.1),
        text_body(words, scale)
    );
    anchored((at.0 + x * scale, at.1 + y * scale), size, number, &words.text, &inside)
}

/// A drawing at a place of the page, in millimetres, before the text.
fn anchored(at: (f64, f64), size: (f64, f64), number: usize, told: &str, inside: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:anchor distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" simplePos=\"0\" relativeHeight=\"{number}\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"page\"><wp:posOffset>{}</wp:posOffset></wp:positionH><wp:positionV relativeFrom=\"page\"><wp:posOffset>{}</wp:posOffset></wp:positionV><wp:extent cx=\"{}\" cy=\"{}\"/><wp:wrapNone/><wp:docPr id=\"{number}\" name=\"chart {number}\" descr=\"{}\"/><a:graphic>{inside}</a:graphic></wp:anchor></w:drawing></w:r>",
        emu(at.0),
        emu(at.1),
        emu(size.0),
        emu(size.1),
        escape(told)
    )
}

fn emu(millimetres: f64) -> i64 {
    (millimetres * EMU).round() as i64
}

fn shape(mark: &Mark, at: (f64, f64), scale: f64, out: &mut String) {
    let place = |x: f64, y: f64, wide: f64, high: f64| {
        format!(
            "<a:xfrm><a:off x=\"{}\" y=\"{}\"/><a:ext cx=\"{}\" cy=\"{}\"/></a:xfrm>",
            emu(at.0 + x * scale),
            emu(at.1 + y * scale),
            emu(wide * scale),
            emu(high * scale)
        )
    };
    let body = "<wps:bodyPr/></wps:wsp>";
    let _ = match mark {
        Mark::Rect(x, y, wide, high, round, paint) => {
            let share = (round / wide.min(*high).max(0.1) * 100_000.0).round().min(50_000.0);
            let form = format!(
                "<a:prstGeom prst=\"roundRect\"><a:avLst><a:gd name=\"adj\" fmla=\"val {share}\"/></a:avLst></a:prstGeom>"
            );
            write!(
                out,
                "<wps:wsp><wps:cNvSpPr/><wps:spPr>{}{form}{}</wps:spPr>{body}",
                place(*x, *y, *wide, *high),
                look(paint, scale)
            )
        }
        Mark::Circle(x, y, r, paint) => {
            let form = "<a:prstGeom prst=\"ellipse\"><a:avLst/></a:prstGeom>";
            write!(
                out,
                "<wps:wsp><wps:cNvSpPr/><wps:spPr>{}{form}{}</wps:spPr>{body}",
                place(x - r, y - r, r * 2.0, r * 2.0),
                look(paint, scale)
            )
        }
        Mark::Path(_, segs, paint) => {
            let (corner, size, form) = outline(segs, scale);
            write!(
                out,
                "<wps:wsp><wps:cNvSpPr/><wps:spPr>{}{form}{}</wps:spPr>{body}",
                place(corner.0, corner.1, size.0, size.1),
                look(paint, scale)
            )
        }
        Mark::Text(words) => {
            let (x, y, wide, high) = text_area(words);
            write!(
                out,
                "<wps:wsp><wps:cNvSpPr txBox=\"1\"/><wps:spPr>{}<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>{}",
                place(x, y, wide, high),
                text_body(words, scale)
            )
        }
        Mark::Open(..) | Mark::Close => Ok(()),
    };
}

/// A little more room than the words need: another font must not break them.
fn text_area(words: &Words) -> (f64, f64, f64, f64) {
    let (long, high) = (width(&words.text, words.size) * 1.25 + 10.0, words.size * 1.3);
    let up = words.size * 1.02;
    match (words.upright, words.anchor) {
        (true, _) => (words.x - up, words.y - long / 2.0, high, long),
        (false, Anchor::Middle) => (words.x - long / 2.0, words.y - up, long, high),
        (false, Anchor::Start) => (words.x, words.y - up, long, high),
    }
}

fn text_body(words: &Words, scale: f64) -> String {
    // Half points, rounded down: rather small than over the border.
    let size = (words.size * scale * 72.0 / 25.4 * 2.0).floor().max(2.0);
    let turn = if words.upright { " vert=\"vert270\"" } else { "" };
    let place = if words.anchor == Anchor::Middle { "center" } else { "left" };
    let bold = if words.bold { "<w:b/>" } else { "" };
    let look = format!(
        "<w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:cs=\"Arial\"/>{bold}<w:color w:val=\"{}\"/><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>",
        words.fill.trim_start_matches('#')
    );
    format!(
        "<wps:txbx><w:txbxContent><w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/><w:jc w:val=\"{place}\"/></w:pPr>{}</w:p></w:txbxContent></wps:txbx><wps:bodyPr wrap=\"none\" lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\" anchor=\"t\"{turn}><a:noAutofit/></wps:bodyPr></wps:wsp>",
        run(&words.text, &look)
    )
}

fn look(paint: &Paint, scale: f64) -> String {
    let colour =
        |colour: &str| format!("<a:solidFill><a:srgbClr val=\"{}\"/></a:solidFill>", colour.trim_start_matches('#'));
    let fill = paint.fill.map_or("<a:noFill/>".to_owned(), colour);
    let line = match paint.stroke {
        None => "<a:ln><a:noFill/></a:ln>".to_owned(),
        Some(stroke) => {
            let dash = match paint.dash {
                Some((on, _)) if on < 2.0 => "<a:prstDash val=\"sysDot\"/>",
                Some(_) => "<a:prstDash val=\"dash\"/>",
                None => "",
            };
            format!("<a:ln w=\"{}\">{}{dash}</a:ln>", emu(paint.width * scale), colour(stroke))
        }
    };
    fill + &line
}

/// An outline in its own frame: upper left corner, size, form.
fn outline(segs: &[Seg], scale: f64) -> ((f64, f64), (f64, f64), String) {
    let points: Vec<(f64, f64)> = segs
        .iter()
        .filter_map(|seg| match seg {
            Seg::Move(x, y) | Seg::Line(x, y) | Seg::Curve(_, _, x, y) => Some((*x, *y)),
            Seg::Close => None,
        })
        .collect();
    let least = |values: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(values).fold(f64::MAX, f64::min);
    let most = |values: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(values).fold(f64::MIN, f64::max);
    let corner = (least(&|p| p.0), least(&|p| p.1));
    let size = ((most(&|p| p.0) - corner.0).max(0.0), (most(&|p| p.1) - corner.1).max(0.0));
    let point =
        |x: f64, y: f64| format!("<a:pt x=\"{}\" y=\"{}\"/>", emu((x - corner.0) * scale), emu((y - corner.1) * scale));
    let mut path = String::new();
    for seg in segs {
        path += &match seg {
            Seg::Move(x, y) => format!("<a:moveTo>{}</a:moveTo>", point(*x, *y)),
            Seg::Line(x, y) => format!("<a:lnTo>{}</a:lnTo>", point(*x, *y)),
            Seg::Curve(cx, cy, x, y) => {
                format!("<a:quadBezTo>{}{}</a:quadBezTo>", point(*cx, *cy), point(*x, *y))
            }
            Seg::Close => "<a:close/>".to_owned(),
        };
    }
    let form = format!(
        "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l=\"0\" t=\"0\" r=\"r\" b=\"b\"/><a:pathLst><a:path w=\"{}\" h=\"{}\">{path}</a:path></a:pathLst></a:custGeom>",
        emu(size.0 * scale),
        emu(size.1 * scale)
    );
    (corner, size, form)
}
