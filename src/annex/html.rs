//! The annex as one HTML file, for reading and for printing on A4: no scripts, nothing fetched.

use std::fmt::Write as _;

use crate::annex::content::{Annex, Line, Part, Row, RowLook, Table};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::{Paper, escape, page_svg, pages};

const STYLE: &str = "\
@page { size: A4; margin: 20mm 15mm 20mm 25mm; }
@page chart { size: A4 portrait; margin: 0; }
@page turned { size: A4 landscape; margin: 0; }
body { font: 13pt/1.35 'Times New Roman', 'Liberation Serif', serif; color: #000; background: #fff; max-width: 190mm; margin: 10mm auto; }
.agency { text-align: center; width: 45%; text-transform: uppercase; } .agency span { display: block; } .agency span:last-child { font-weight: bold; }
h1 { font-size: 15pt; text-align: center; margin: 8mm 0 1mm; }
.title { font-size: 14pt; font-weight: bold; text-align: center; margin: 0; }
.decision { text-align: center; font-style: italic; margin: 1mm 0 6mm; }
h2 { font-size: 13pt; margin: 6mm 0 2mm; break-after: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 11pt; line-height: 1.25; margin: 2mm 0 4mm; }
th, td { border: .6pt solid #000; padding: 1.2mm 1.6mm; vertical-align: top; overflow-wrap: break-word; text-align: left; }
thead { display: table-header-group; }
th { text-align: center; vertical-align: middle; }
tr { break-inside: avoid; }
.middle { text-align: center; }
tr.group td { background: #ececec; }
tr.total td { background: #ececec; }
thead th { background: #ececec; }
.facts { table-layout: auto; } .facts th { text-align: left; font-weight: normal; width: 36%; }
ul { margin: 1mm 0; padding-left: 6mm; } li { margin: .8mm 0; }
p { margin: 0; }
.chart { margin: 2mm 0; } .chart svg { display: block; }
.signatures { display: flex; margin-top: 10mm; break-inside: avoid; } .signatures div { flex: 1; text-align: center; height: 40mm; }
.signatures p:first-child { font-weight: bold; } .signatures p + p { font-style: italic; }
@media screen { body { padding: 0 4mm; }
  .chart { overflow-x: auto; width: min(96vw, 210mm); margin-left: calc(50% - min(48vw, 105mm)); } .chart.turned { width: min(96vw, 297mm); margin-left: calc(50% - min(48vw, 148.5mm)); } .chart svg { max-width: none; }
  .chart h2 { margin-left: max(0mm, calc(50% - 91mm)); } }
@media screen and (max-width: 44em) { body { font-size: 12pt; margin: 4mm auto; } .agency { width: auto; }
  .rows, .rows tbody, .rows tr, .rows td { display: block; } .rows thead { position: absolute; left: -200vw; } .rows colgroup { display: none; }
  .rows tr { border: .6pt solid #000; margin: 0 0 3mm; } .rows td { border: 0; text-align: left; } .rows td:empty { display: none; } .rows td[data-of]::before { content: attr(data-of) ': '; color: #444; } }
@media print { body { margin: 0; max-width: none; } .chart { page: chart; margin: 0; break-before: page; position: relative; } .chart h2 { position: absolute; margin: 4mm 0 0 11mm; font-size: 11pt; } .chart.turned { page: turned; } }
";

/// The whole file.
pub fn html(annex: &Annex) -> String {
    let lang = if annex.lang == Lang::Vi { "vi" } else { "en" };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<p class=\"agency\">{1}</p>\n<h1>{2}</h1>\n<p class=\"title\">{0}</p>\n<p class=\"decision\">{3}</p>\n",
        escape(&annex.title),
        annex.agency.iter().map(|line| format!("<span>{}</span>", escape(line))).collect::<String>(),
        escape(&annex.kind),
        escape(&annex.decision)
    );
    let mut heading: Option<&String> = None;
    for (n, part) in annex.parts.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = match part {
            // The chart's heading stands on the chart's page.
            Part::Heading(text) if matches!(annex.parts.get(n + 1), Some(Part::Picture)) => {
                heading = Some(text);
                Ok(())
            }
            Part::Heading(text) => writeln!(out, "<h2>{}</h2>", escape(text)),
            Part::Facts(facts) => {
                let row = |(name, text): &(String, String)| {
                    format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape(name), escape(text))
                };
                writeln!(out, "<table class=\"facts\">\n{}</table>", facts.iter().map(row).collect::<String>())
            }
            Part::List(lines) => {
                let items: String = lines.iter().map(|line| format!("<li>{}</li>\n", escape(line))).collect();
                writeln!(out, "<ul>\n{items}</ul>")
            }
            Part::Table(table) => {
                write_table(table, &mut out);
                Ok(())
            }
            Part::Picture => {
                for page in pages(&annex.picture, Paper::A4, false, annex.lang) {
                    let turned = if page.width > page.height { " turned" } else { "" };
                    let svg = page_svg(&annex.title, &page);
                    let title = heading.take().map(|text| format!("<h2>{}</h2>\n", escape(text))).unwrap_or_default();
                    let _ = writeln!(out, "<div class=\"chart{turned}\" tabindex=\"0\">\n{title}{svg}</div>");
                }
                Ok(())
            }
        };
    }
    out.push_str("<div class=\"signatures\">\n");
    for (who, how) in &annex.signatures {
        let _ = writeln!(out, "<div><p>{}</p><p>{}</p></div>", escape(who), escape(how));
    }
    out.push_str("</div>\n</body>\n</html>\n");
    out
}

fn write_table(table: &Table, out: &mut String) {
    out.push_str("<table class=\"rows\">\n<colgroup>");
    for column in &table.columns {
        let _ = write!(out, "<col width=\"{}%\">", column.share);
    }
    out.push_str("</colgroup>\n<thead><tr>");
    for column in &table.columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(&column.title));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        write_row(table, row, out);
    }
    out.push_str("</tbody>\n</table>\n");
}

fn write_row(table: &Table, row: &Row, out: &mut String) {
    let wide = table.columns.len();
    let cells: Vec<(usize, &str)> = match row.look {
        RowLook::Plain => {
            table.columns.iter().map(|column| (1, if column.middle { " class=\"middle\"" } else { "" })).collect()
        }
        RowLook::Group => vec![(wide, "")],
        RowLook::Sum | RowLook::Total => vec![(3.min(wide), ""), (wide.saturating_sub(3).max(1), "")],
    };
    let class = match row.look {
        RowLook::Plain => "",
        RowLook::Group => " class=\"group\"",
        RowLook::Sum => " class=\"sum\"",
        RowLook::Total => " class=\"total\"",
    };
    let _ = write!(out, "<tr{class}>");
    for (n, (cell, (span, middle))) in row.cells.iter().zip(cells).enumerate() {
        // On a narrow screen a row is a card: each cell says of what column it is, but for the work itself.
        let of = table.columns.get(n).filter(|_| row.look == RowLook::Plain && n != 1);
        let of = of.map(|column| format!(" data-of=\"{}\"", escape(&column.title))).unwrap_or_default();
        let span = if span > 1 { format!(" colspan=\"{span}\"") } else { String::new() };
        let lines: Vec<String> = cell.iter().map(line).collect();
        let _ = write!(out, "<td{span}{middle}{of}>{}</td>", lines.join("<br>"));
    }
    out.push_str("</tr>\n");
}

fn line(line: &Line) -> String {
    if line.bold { format!("<b>{}</b>", escape(&line.text)) } else { escape(&line.text) }
}
