//! The pictures of every procedure of the library.

use quytrinh::definition::diagnostic::Lang;
use quytrinh::definition::diagram::{Walk, dot, mermaid, svg};
use quytrinh::definition::load;
use quytrinh::definition::procedure::Procedure;
use quytrinh::definition::source::Source;
use quytrinh::ids::StepId;

fn permit() -> Procedure {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    load(&Source::new("cap-phep-xay-dung.yaml", text)).unwrap().0
}

/// The words of the texts, in order; a label is broken over several.
fn words(svg: &str) -> String {
    let texts = svg.split("<text").skip(1).filter_map(|text| text.split_once('>')?.1.split_once("</text>"));
    let words = texts.map(|(text, _)| text.replace("&amp;", "&").replace("&gt;", ">").replace("&quot;", "\""));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_picture_of_the_library_is_whole_still_and_fit_for_a_strict_page() {
    for (name, text) in super::library() {
        let (procedure, _) = load(&Source::new(&name, text)).unwrap();
        for lang in [Lang::Vi, Lang::En] {
            let walk = Walk { lang, ..Walk::default() };
            let picture = svg(&procedure, &walk);
            assert_eq!(picture, svg(&procedure, &walk), "{name}");
            for banned in ["style=", " id=", "<script", "href", "NaN", "inf"] {
                assert!(!picture.contains(banned), "{name} holds `{banned}`");
            }
            for tag in ["g", "text", "svg", "title"] {
                let (open, shut) = (format!("<{tag}"), format!("</{tag}>"));
                let opened =
                    picture.matches(&format!("{open}>")).count() + picture.matches(&format!("{open} ")).count();
                assert_eq!(opened, picture.matches(&shut).count(), "{name}: {tag}");
            }
        }
        let shown = words(&svg(&procedure, &Walk::default()));
        for step in procedure.steps.values() {
            assert!(shown.contains(&step.title.vi), "{name}: `{}` is not whole", step.title.vi);
            assert!(
                mermaid(&procedure).contains(&format!("s_{}", step.id)) && dot(&procedure).contains(step.id.as_str())
            );
        }
    }
}

#[test]
fn the_path_walked_and_the_present_step_are_marked() {
    let went = |from: &str, verb: &str, to: &str| (StepId::from(from), Some(verb.into()), StepId::from(to));
    let walk = Walk {
        passed: vec![
            went("tiep_nhan", "accept", "kiem_tra"),
            went("kiem_tra", "request_supplement", "cho_bo_sung"),
            went("cho_bo_sung", "supplement", "kiem_tra"),
            went("kiem_tra", "complete", "tham_dinh"),
        ],
        now: vec!["tham_dinh".into()],
        lang: Lang::Vi,
    };
    let picture = svg(&permit(), &walk);
    assert_eq!(picture.matches("class=\"way passed\"").count(), 8, "a line and a head for each way");
    assert_eq!(picture.matches("class=\"step now\"").count(), 1);
    assert!(words(&picture).contains("đang ở đây"));
    assert!(!svg(&permit(), &Walk::default()).contains("passed"));
}

#[test]
fn mermaid_says_the_permit() {
    let text = mermaid(&permit());
    for line in [
        "  s_lay_y_kien[[\"Lấy ý kiến các cơ quan liên quan\"]]",
        "  s_ra_soat -.->|\"Trả lại (≤\u{a0}2\u{a0}lần)\"| s_du_thao",
        "  anytime -.->|\"Rút hồ sơ\"| s_rut_ho_so",
    ] {
        assert!(text.lines().any(|l| l == line), "no `{line}` in\n{text}");
    }
}
