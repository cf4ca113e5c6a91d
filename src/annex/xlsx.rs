//! The annex as a workbook: the table of steps as people know it, and beside it all that a table cannot show.
//!
//! Each step's row bears its id in a hidden column, and a hidden sheet holds the procedure file and all that was written
//! (`xlsx_source.rs`), so that reading the workbook gives back the very same file, or what somebody has changed in it.

use std::borrow::Cow;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::annex::content::{Annex, Line, Part, Row, RowLook, Table};
use crate::annex::xlsx_source::{CASE, Seen, write_source};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::width;

pub use crate::annex::xlsx_source::SOURCE_SHEET;

/// The looks of cells.
struct Looks {
    title: Format,
    decision: Format,
    heading: Format,
    head: Format,
    cell: Format,
    middle: Format,
    shade: Format,
    bold: Format,
    plain: Format,
}

/// The whole file; `source` is the text the procedure was read from.
pub fn xlsx(annex: &Annex, source: &str, digest: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // One fixed time, so that the same annex gives the same bytes.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(&annex.title)
        .set_author(annex.agency.join(", "))
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    let box_of = || {
        Format::new()
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_font_name("Times New Roman")
            .set_font_size(11)
    };
    let looks = Looks {
        title: Format::new()
            .set_bold()
            .set_font_name("Times New Roman")
            .set_font_size(14)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap(),
        decision: Format::new()
            .set_italic()
            .set_font_name("Times New Roman")
            .set_font_size(12)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter),
        heading: Format::new()
            .set_bold()
            .set_font_name("Times New Roman")
            .set_font_size(12)
            .set_align(FormatAlign::VerticalCenter),
        head: box_of()
            .set_bold()
            .set_background_color("#ECECEC")
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter),
        cell: box_of(),
        middle: box_of().set_align(FormatAlign::Center),
        shade: box_of().set_bold().set_background_color("#ECECEC"),
        bold: box_of().set_bold(),
        plain: Format::new()
            .set_font_name("Times New Roman")
            .set_font_size(11)
            .set_text_wrap()
            .set_align(FormatAlign::Top),
    };
    let pick = |vi: &'static str, en: &'static str| if annex.lang == Lang::Vi { vi } else { en };
    let mut seen = Seen::default();
    let mut tables =
        annex.parts.iter().filter_map(|part| if let Part::Table(table) = part { Some(table) } else { None });
    if let Some(table) = tables.next() {
        let sheet = book.add_worksheet().set_name(seen.sheet(pick("Quy trình", "Steps")))?;
        steps(sheet, annex, table, &looks, &mut seen)?;
    }
    for table in tables {
        // The two other tables differ in their first column.
        let papers = table.columns.len() == 5;
        let name = if papers { pick("Giấy tờ", "Papers") } else { pick("Trường hợp", "Case types") };
        let sheet = book.add_worksheet().set_name(seen.sheet(name))?;
        set_up(sheet, table)?;
        write_table(sheet, table, 0, &looks, false, &mut seen)?;
    }
    let sheet = book.add_worksheet().set_name(seen.sheet(pick("Thông tin", "General")))?;
    general(sheet, annex, &looks, &mut seen)?;
    let sheet = book.add_worksheet().set_name(SOURCE_SHEET)?;
    sheet.set_hidden(true);
    write_source(sheet, source, digest, &seen)?;
    book.save_to_buffer()
}

pub fn row_number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub fn column_number(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn set_up(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    for (n, column) in table.columns.iter().enumerate() {
        sheet.set_column_width(column_number(n), f64::from(column.share) * 1.25)?;
    }
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_footer("&C&P");
    Ok(())
}

fn steps(sheet: &mut Worksheet, annex: &Annex, table: &Table, looks: &Looks, seen: &mut Seen) -> Result<(), XlsxError> {
    set_up(sheet, table)?;
    let last = column_number(table.columns.len().saturating_sub(1));
    let head = [(&annex.kind, &looks.title), (&annex.title, &looks.title), (&annex.decision, &looks.decision)];
    for (row, (text, look)) in head.into_iter().enumerate() {
        let text = fitting(text);
        sheet.merge_range(row_number(row), 0, row_number(row), last, &text, look)?;
        seen.cell(row_number(row), 0, &text);
        sheet.set_row_height(row_number(row), high(broken(text.as_ref(), 44.0), 20.0))?;
    }
    write_table(sheet, table, 3, looks, true, seen)?;
    sheet.set_repeat_rows(3, 3)?;
    sheet.set_freeze_panes(4, 0)?;
    sheet.set_column_hidden(last + 1)?;
    Ok(())
}

/// A table from a row on; with ids in the column after the last.
fn write_table(
    sheet: &mut Worksheet,
    table: &Table,
    from: u32,
    looks: &Looks,
    ids: bool,
    seen: &mut Seen,
) -> Result<(), XlsxError> {
    for (n, column) in table.columns.iter().enumerate() {
        sheet.write_string_with_format(from, column_number(n), &column.title, &looks.head)?;
        seen.cell(from, column_number(n), &column.title);
    }
    for (n, row) in table.rows.iter().enumerate() {
        let at = from + 1 + row_number(n);
        seen.row = row.step.clone().filter(|_| ids).or((row.look == RowLook::Total && ids).then(|| CASE.to_owned()));
        write_row(sheet, table, row, at, looks, seen)?;
        seen.row = None;
        if let Some(step) = row.step.as_ref().filter(|_| ids) {
            sheet.write_string(at, column_number(table.columns.len()), step)?;
        }
    }
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    table: &Table,
    row: &Row,
    at: u32,
    looks: &Looks,
    seen: &mut Seen,
) -> Result<(), XlsxError> {
    let last = column_number(table.columns.len().saturating_sub(1));
    match row.look {
        RowLook::Plain => {
            let mut most = 1;
            for (n, (lines, column)) in row.cells.iter().zip(&table.columns).enumerate() {
                let look = if column.middle { &looks.middle } else { &looks.cell };
                let text = text(lines);
                most = most.max(lines_of(lines, column.share));
                sheet.write_string_with_format(at, column_number(n), &text, look)?;
                seen.cell(at, column_number(n), &text);
            }
            sheet.set_row_height(at, high(most, 15.0))?;
        }
        RowLook::Group => {
            let cell = row.cells.first().map(|lines| text(lines)).unwrap_or_default();
            sheet.merge_range(at, 0, at, last, &cell, &looks.shade)?;
            seen.cell(at, 0, &cell);
        }
        RowLook::Sum | RowLook::Total => {
            let look = if row.look == RowLook::Total { &looks.shade } else { &looks.bold };
            let cell = |n: usize| row.cells.get(n).map(|lines| text(lines)).unwrap_or_default();
            sheet.merge_range(at, 0, at, 2.min(last), &cell(0), look)?;
            sheet.merge_range(at, 3.min(last), at, last, &cell(1), look)?;
            seen.cell(at, 0, &cell(0));
            seen.cell(at, 3.min(last), &cell(1));
            let share =
                |from: usize, to: usize| table.columns.iter().skip(from).take(to).map(|column| column.share).sum();
            let lines = |n: usize, share: u32| row.cells.get(n).map_or(1, |lines| lines_of(lines, share));
            let most = lines(0, share(0, 3)).max(lines(1, share(3, usize::MAX)));
            sheet.set_row_height(at, high(most, 15.0))?;
        }
    }
    Ok(())
}

/// How many lines the words of a cell take in so wide a column.
fn lines_of(lines: &[Line], share: u32) -> usize {
    lines.iter().map(|line| broken(&line.text, f64::from(share) * 0.58)).sum()
}

/// How many lines a text takes where so many sizes of a letter stand on one.
fn broken(text: &str, room: f64) -> usize {
    // The letters measured are those of the pictures, a little wider; lines are not filled to their end.
    let lines = width(text, 0.97) / (room - 0.4).max(1.0);
    // Far below what it can hold.
    (lines.ceil() as usize).max(1)
}

/// The height of a row of so many lines; a sheet knows no row higher than some 400 points.
fn high(lines: usize, line: f64) -> f64 {
    (lines.max(1) as f64 * line + 3.0).min(400.0)
}

fn text(lines: &[Line]) -> String {
    fitting(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")).into_owned()
}

/// The most letters of a cell that is seen, a little under what Excel takes (32,767).
const MOST: usize = 32_000;

/// A text cut to what a cell holds; the whole stands in the hidden sheet.
fn fitting(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// Everything that is no table, a line each.
fn general(sheet: &mut Worksheet, annex: &Annex, looks: &Looks, seen: &mut Seen) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 40)?.set_column_width(1, 80)?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_footer("&C&P");
    let mut at = 0;
    for (n, part) in annex.parts.iter().enumerate() {
        let told = |part: Option<&Part>| matches!(part, Some(Part::Facts(_) | Part::List(_)));
        match part {
            Part::Heading(text) if told(annex.parts.get(n + 1)) => {
                let text = fitting(text);
                sheet.merge_range(at, 0, at, 1, &text, &looks.heading)?;
                seen.cell(at, 0, &text);
                sheet.set_row_height(at, 24)?;
                at += 1;
            }
            Part::Facts(facts) => {
                for (name, text) in facts {
                    sheet.set_row_height(at, high(broken(text, 38.0), 15.0))?;
                    for (column, text) in [(0, fitting(name)), (1, fitting(text))] {
                        sheet.write_string_with_format(at, column, &*text, &looks.cell)?;
                        seen.cell(at, column, &text);
                    }
                    at += 1;
                }
            }
            Part::List(lines) => {
                for line in lines {
                    let line = fitting(line);
                    sheet.merge_range(at, 0, at, 1, &line, &looks.plain)?;
                    seen.cell(at, 0, &line);
                    sheet.set_row_height(at, high(broken(&line, 56.0), 15.0))?;
                    at += 1;
                }
            }
            Part::Heading(_) | Part::Table(_) | Part::Picture => {}
        }
    }
    Ok(())
}
