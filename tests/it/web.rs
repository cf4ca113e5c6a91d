//! Every page with every sample, in both languages: the same twice, no inline style or script, a label for each input,
//! every word known.

use std::collections::BTreeSet;

use quytrinh::web::lang::Lang;
use quytrinh::web::samples;
use quytrinh::web::words::{source, words};

const BOTH: [Lang; 2] = [Lang::Vi, Lang::En];

fn pages(lang: Lang) -> Vec<(String, String)> {
    samples::all(lang).expect("every template renders")
}

/// The texts of that attribute on tags of that name.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!(" {name}=\"");
    html.match_indices(&mark).filter_map(|(at, _)| html[at + mark.len()..].split('"').next()).collect()
}

/// Every opening tag, without its brackets.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter(|rest| !rest.starts_with('/')).filter_map(|rest| rest.split('>').next()).collect()
}

#[test]
fn every_page_renders_the_same_twice() {
    for lang in BOTH {
        assert_eq!(pages(lang), pages(lang));
    }
}

#[test]
fn no_page_breaks_its_content_security_policy() {
    for lang in BOTH {
        for (name, html) in pages(lang) {
            assert!(!html.contains(" style="), "{name}: a style attribute");
            assert!(!html.contains("<style"), "{name}: an inline style sheet");
            assert!(!html.contains("javascript:"), "{name}: a script address");
            for tag in tags(&html) {
                if tag.starts_with("script") {
                    assert!(tag.contains(" src=\"/tep/"), "{name}: an inline script: {tag}");
                }
                let handler = tag.split_whitespace().find(|word| word.starts_with("on") && word.contains('='));
                assert_eq!(handler, None, "{name}: an inline handler in <{tag}>");
            }
            for address in attributes(&html, "src").into_iter().chain(attributes(&html, "href")) {
                assert!(
                    address.starts_with('/') && !address.starts_with("//") || address.starts_with('#'),
                    "{name}: {address} leaves the house"
                );
            }
        }
    }
}

#[test]
fn every_page_says_its_language_and_has_one_heading() {
    for lang in BOTH {
        for (name, html) in pages(lang) {
            assert!(html.contains(&format!("<html lang=\"{}\">", lang.code())), "{name}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}: headings of the first level");
            assert_eq!(html.matches("<main").count(), 1, "{name}");
        }
    }
}

#[test]
fn every_input_has_a_label_and_no_id_stands_twice() {
    for lang in BOTH {
        for (name, html) in pages(lang) {
            let ids = attributes(&html, "id");
            let unique: BTreeSet<&str> = ids.iter().copied().collect();
            assert_eq!(ids.len(), unique.len(), "{name}: an id twice in {ids:?}");
            let labelled: BTreeSet<&str> = attributes(&html, "for").into_iter().collect();
            for tag in tags(&html) {
                let asks = ["input ", "select ", "textarea "].iter().any(|kind| tag.starts_with(kind));
                if !asks || tag.contains("type=\"hidden\"") {
                    continue;
                }
                let id = attributes(&format!(" {tag}"), "id").first().copied().unwrap_or_default().to_owned();
                assert!(labelled.contains(id.as_str()), "{name}: <{tag}> has no label");
            }
            for described in attributes(&html, "aria-describedby").into_iter().flat_map(str::split_whitespace) {
                assert!(unique.contains(described), "{name}: nothing is called {described}");
            }
        }
    }
}

#[test]
fn every_form_that_writes_carries_the_token_and_every_act_its_key_and_revision() {
    for (name, html) in pages(Lang::Vi) {
        for form in html.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or_default()) {
            if !form.contains("method=\"post\"") {
                continue;
            }
            assert!(form.contains("name=\"csrf\""), "{name}: {form}");
            if form.contains("/lam\"") {
                for wanted in ["key", "revision", "branch", "act", "kind"] {
                    assert!(form.contains(&format!("name=\"{wanted}\" value=\"")), "{name}: {wanted} in {form}");
                }
            }
        }
    }
}

#[test]
fn late_is_said_in_words_and_search_does_not_mind_accents() {
    let page = |name: &str, lang| pages(lang).into_iter().find(|(found, _)| found == name).unwrap().1;
    assert!(page("viec-day", Lang::Vi).contains("quá hạn 3 giờ làm việc"));
    assert!(page("viec-day", Lang::En).contains("late by 3 working hours"));
    let found = page("viec-tim", Lang::Vi);
    assert!(found.contains("12 Hàng Bài") && !found.contains("Láng Hạ"), "“hang bai” finds “Hàng Bài” alone");
    assert!(page("viec-trong", Lang::Vi).contains("Không có việc nào chờ bạn"));
    let refused = page("ho-so-tu-choi", Lang::Vi);
    assert!(refused.contains("rất rộng"), "what was typed is kept");
    assert!(refused.contains("id=\"consult-0\" open") && refused.contains("Hãy nhập một số"));
}

#[test]
fn names_from_outside_are_text() {
    use askama::Template;
    let mut view = samples::case(samples::Size::Full);
    view.row.title = "<script>alert(1)</script>\"'&".to_owned();
    view.holdings[0].holder_name = "<b>x</b>".to_owned();
    let asked =
        quytrinh::web::case_page::Asked { now: samples::NOW, page_key: "k", picture: None, notice: None, again: None };
    let shell = quytrinh::web::shell::Shell::sample(Lang::Vi, quytrinh::web::shell::Section::Other);
    let html = quytrinh::web::case_page::CasePage::new(shell, &view, asked).render().unwrap();
    assert!(!html.contains("<script>alert") && !html.contains("<b>x</b>"));
}

#[test]
fn both_languages_have_the_same_words_and_no_page_shows_a_key() {
    let keys = |lang| -> BTreeSet<String> {
        source(lang)
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split(" =").next())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(keys(Lang::Vi), keys(Lang::En));
    for lang in BOTH {
        for key in keys(lang) {
            assert!(words(lang).has(&key), "{key} cannot be read");
        }
        for (name, html) in pages(lang) {
            for key in keys(lang).iter().filter(|key| key.contains('-')) {
                for shown in [format!(">{key}<"), format!("> {key} <"), format!("\"{key}\" ")] {
                    let hidden = html.contains(&format!("id={shown}")) || html.contains(&format!("class={shown}"));
                    assert!(hidden || !html.contains(&shown), "{name} shows the key {key}");
                }
            }
        }
    }
}

/// Writes the samples where a browser can open them: `target/pages/vi/*.html`, with the style sheet beside them.
#[test]
fn the_samples_can_be_looked_at() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = root.join("target/pages");
    for lang in BOTH {
        let folder = out.join(lang.code());
        std::fs::create_dir_all(&folder).unwrap();
        for (name, html) in pages(lang) {
            std::fs::write(folder.join(format!("{name}.html")), html.replace("\"/tep/", "\"../tep/")).unwrap();
        }
    }
    std::fs::create_dir_all(out.join("tep")).unwrap();
    for file in std::fs::read_dir(root.join("assets")).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), out.join("tep").join(file.file_name())).unwrap();
    }
}
