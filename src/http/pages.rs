//! Pages that explain problem codes, from the reference of the documentation: what `type` of a problem points to.

use axum::extract::{Path, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::http::lang::Lang;
use crate::http::problem::{Fault, Kind, Problem};
use crate::machine::refusal::Code;

#[derive(RustEmbed)]
#[folder = "docs/reference/"]
struct Reference;

/// Every code with its status and title.
pub async fn index(request: Request) -> Response {
    let lang = Lang::of(request.uri(), request.headers());
    let kinds = Code::ALL.iter().copied().map(Kind::Refusal).chain(Fault::ALL.iter().copied().map(Kind::Fault));
    let rows = kinds.map(|kind| {
        let word = kind.word();
        format!(
            "<tr><td><a href=\"/problems/{word}\">{word}</a></td><td>{}</td><td>{}</td></tr>\n",
            kind.status().as_u16(),
            escape(kind.title(lang))
        )
    });
    let title = lang.pick("Mã lỗi", "Problem codes");
    html(lang, title, &format!("<h1>{title}</h1>\n<table>\n{}</table>\n", rows.collect::<String>()))
}

/// One code's page.
pub async fn page(Path(code): Path<String>, request: Request) -> Response {
    let lang = Lang::of(request.uri(), request.headers());
    let Some(kind) = Kind::parse(&code) else { return Problem::plain(Fault::UnknownProblem).into_response() };
    let folder = match kind {
        Kind::Refusal(_) => "refusals",
        Kind::Fault(_) => "problems",
    };
    let body = match Reference::get(&format!("{folder}/{}.md", kind.word())) {
        Some(file) => from_markdown(&String::from_utf8_lossy(&file.data)),
        None => format!("<h1>{}</h1>\n<p>{}</p>\n", kind.word(), escape(kind.title(lang))),
    };
    let status = format!("<p>HTTP {}. <a href=\"/problems\">/problems</a></p>\n", kind.status().as_u16());
    html(lang, kind.word(), &(body + &status))
}

pub(super) fn html(lang: Lang, title: &str, body: &str) -> Response {
    let text = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\n<body>\n{body}</body></html>\n",
        lang.word(),
        escape(title)
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, text).into_response()
}

/// The little Markdown of our reference pages: headings, lists, paragraphs, code. Everything is escaped first; tags of
/// a file stay text.
fn from_markdown(text: &str) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    let (mut in_list, mut in_code) = (false, false);
    for line in text.lines().chain([""]) {
        if line.trim_start().starts_with("```") {
            close(&mut out, &mut paragraph, &mut in_list);
            out.push_str(if in_code { "</pre>\n" } else { "<pre>" });
            in_code = !in_code;
        } else if in_code {
            out.push_str(&escape(line));
            out.push('\n');
        } else if let Some((level, heading)) = heading(line) {
            close(&mut out, &mut paragraph, &mut in_list);
            out.push_str(&format!("<h{level}>{}</h{level}>\n", inline(heading)));
        } else if let Some(item) = line.strip_prefix("- ") {
            if !in_list {
                close(&mut out, &mut paragraph, &mut in_list);
                out.push_str("<ul>\n");
                in_list = true;
            }
            out.push_str(&format!("<li>{}</li>\n", inline(item)));
        } else if line.trim().is_empty() {
            close(&mut out, &mut paragraph, &mut in_list);
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    if in_code {
        out.push_str("</pre>\n");
    }
    out
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    line[level..].strip_prefix(' ').filter(|_| (1..=4).contains(&level)).map(|heading| (level, heading))
}

fn close(out: &mut String, paragraph: &mut String, in_list: &mut bool) {
    if *in_list {
        out.push_str("</ul>\n");
        *in_list = false;
    }
    if !paragraph.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", inline(paragraph)));
        paragraph.clear();
    }
}

/// Code between backticks; bold marks are dropped.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in escape(&text.replace("**", "")).split('`').enumerate() {
        if n % 2 == 1 {
            out.push_str(&format!("<code>{part}</code>"));
        } else {
            out.push_str(part);
        }
    }
    out
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_written_and_no_tag_of_a_file_lives() {
        let html = from_markdown("# A `b`\n\none\ntwo <script>\n\n- x\n- y\n\n```\n<a>\n```\n");
        assert_eq!(
            html,
            "<h1>A <code>b</code></h1>\n<p>one two &lt;script&gt;</p>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>\n<pre>&lt;a&gt;\n</pre>\n"
        );
    }

    #[test]
    fn every_fault_has_a_page_in_the_reference() {
        for fault in Fault::ALL {
            let name = format!("problems/{}.md", fault.word());
            assert!(Reference::get(&name).is_some(), "docs/reference/{name} is missing");
        }
    }
}
