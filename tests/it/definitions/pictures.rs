//! The pictures of every procedure of the library.

use quytrinh::definition::diagnostic::Lang;
use quytrinh::definition::diagram::{Drawing, Paper, Walk, dot, draw, mermaid, pages, paper, sheet, svg};
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
                mermaid(&procedure, Lang::Vi).contains(&format!("s_{}", step.id))
                    && dot(&procedure, Lang::Vi).contains(step.id.as_str())
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
        ..Walk::default()
    };
    let picture = svg(&permit(), &walk);
    assert_eq!(picture.matches("class=\"way passed\"").count(), 8, "a line and a head for each way");
    assert_eq!(picture.matches("class=\"step now\"").count(), 1);
    assert!(words(&picture).contains("đang ở đây"));
    assert!(!svg(&permit(), &Walk::default()).contains("passed"));
}

/// Every procedure that loads: the library, and the small files made for the checks.
fn all() -> Vec<(String, Procedure)> {
    let mut files = super::library();
    for entry in std::fs::read_dir("tests/definitions/ok").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    let loaded = |(name, text)| load(&Source::new(&name, text)).ok().map(|(procedure, _)| (name, procedure));
    files.into_iter().filter_map(loaded).collect()
}

type Area = (f64, f64, f64, f64);

fn overlap(a: Area, b: Area) -> bool {
    a.0 < b.0 + b.2 && b.0 < a.0 + a.2 && a.1 < b.1 + b.3 && b.1 < a.1 + a.3
}

/// The area a level or upright stretch takes.
fn stretch(a: (f64, f64), b: (f64, f64)) -> Area {
    assert!((a.0 - b.0).abs() < 0.6 || (a.1 - b.1).abs() < 0.6, "{a:?} to {b:?} slants");
    (a.0.min(b.0), a.1.min(b.1), (a.0 - b.0).abs().max(0.1), (a.1 - b.1).abs().max(0.1))
}

/// What lies on what it should not, in words.
fn faults(drawing: &Drawing) -> Vec<String> {
    let areas = &drawing.areas;
    let mut found = Vec::new();
    let words: Vec<Area> = areas.boxes.iter().chain(&areas.labels).copied().collect();
    for (n, a) in words.iter().enumerate() {
        let inside = a.0 >= -0.1 && a.1 >= -0.1 && a.0 + a.2 <= drawing.width + 0.1;
        if !inside || a.1 + a.3 > drawing.body_height + 0.1 {
            found.push(format!("{a:?} leaves the picture"));
        }
        found.extend(words[..n].iter().filter(|b| overlap(*a, **b)).map(|b| format!("{a:?} lies on {b:?}")));
    }
    for (points, from, to) in &areas.lines {
        for pair in points.windows(2) {
            let line = stretch(pair[0], pair[1]);
            let foreign = areas.boxes.iter().enumerate().filter(|(n, _)| n != from && n != to);
            found.extend(foreign.filter(|(_, b)| overlap(line, **b)).map(|(n, _)| format!("{line:?} cuts box {n}")));
        }
    }
    found
}

#[test]
fn no_words_lie_on_others_and_no_line_runs_through_a_box() {
    for (name, procedure) in all() {
        for lang in [Lang::Vi, Lang::En] {
            let drawing = draw(&procedure, &Walk { lang, ..Walk::default() });
            assert_eq!(faults(&drawing), Vec::<String>::new(), "{name}");
            // Every line with words has them: none was left out for want of room.
            let said = drawing.ways.iter().filter(|words| !words.is_empty()).count();
            assert_eq!(drawing.areas.labels.len(), said, "{name}");
            for (n, label) in drawing.areas.labels.iter().enumerate() {
                // Words on a line leave enough of both its ends to see where it comes from and goes.
                let line = &drawing.areas.lines[drawing.areas.owners[n]].0;
                for end in [line[0], line[line.len() - 1]] {
                    let near = (end.0 - 6.0, end.1 - 6.0, 12.0, 12.0);
                    assert!(!overlap(near, *label), "{name}: words {label:?} hide the end {end:?} of their line");
                }
                let over = drawing.areas.lines.iter().enumerate().filter(|(m, (points, ..))| {
                    *m != drawing.areas.owners[n] && points.windows(2).any(|p| overlap(stretch(p[0], p[1]), *label))
                });
                assert_eq!(over.count(), 0, "{name}: words over a foreign line at {label:?}");
            }
        }
    }
}

#[test]
fn paper_holds_every_word_in_a_size_one_can_read() {
    for (name, procedure) in all() {
        let walk = Walk::default();
        let drawing = draw(&procedure, &walk);
        for size in [Paper::A4, Paper::A3] {
            let sheets = pages(&drawing, size, true, Lang::Vi);
            for sheet in &sheets {
                for piece in &sheet.pieces {
                    let (x, y) = piece.at;
                    let (right, bottom) = (x + piece.view.2 * piece.scale, y + piece.view.3 * piece.scale);
                    let fits = x >= 5.0 && y >= 5.0 && right <= sheet.width - 5.0 && bottom <= sheet.height - 5.0;
                    assert!(fits, "{name}: a piece of {size:?} leaves the sheet");
                    assert!(piece.scale >= 0.155, "{name}: {} on {size:?}", piece.scale);
                }
            }
            let text = paper(&procedure, &walk, size);
            assert_eq!(text, paper(&procedure, &walk, size));
            assert!(!text.contains("style=") && !text.contains(" id="));
            let shown = words(&text);
            for step in procedure.steps.values() {
                assert!(shown.contains(&step.title.vi), "{name}: `{}` is not whole on paper", step.title.vi);
            }
        }
    }
}

#[test]
fn a_small_change_moves_little_of_the_picture() {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let before = draw(&permit(), &Walk::default());
    let longer = text.replace("    within: 4 working days\n", "    within: 3 working days\n");
    let renamed = text.replace("vi: Rà soát, ký nháy", "vi: Soát xét, ký nháy");
    for changed in [longer, renamed] {
        assert_ne!(changed, text);
        let after = draw(&load(&Source::new("cap-phep-xay-dung.yaml", changed)).unwrap().0, &Walk::default());
        assert_eq!(after.areas.boxes, before.areas.boxes);
    }
    let cut = text.find("  ky:\n").unwrap();
    let more = format!(
        "{}  trinh_ky:\n    vi: Trình ký\n    by: chuyen_vien\n    within: untimed\n    because: trình ngay\n    actions:\n      submit: {{ to: ky }}\n\n{}",
        text[..cut].replace("to: ky,", "to: trinh_ky,").replace("to: ky }", "to: trinh_ky }"),
        &text[cut..]
    );
    let (longer, _) = load(&Source::new("cap-phep-xay-dung.yaml", more)).unwrap();
    let after = draw(&longer, &Walk::default());
    // A step more: all before it stays where it was, all after it moves down together.
    let ids: Vec<StepId> = permit().steps.keys().cloned().collect();
    for (n, id) in ids.iter().enumerate() {
        let at = longer.steps.get_index_of(id).unwrap();
        let (old, new) = (before.areas.boxes[n], after.areas.boxes[at]);
        assert!((old.0 - new.0).abs() < 40.0, "{id} left its lane");
        assert!(new.1 >= old.1 - 40.0, "{id} moved up");
    }
}

fn library_file(name: &str) -> Procedure {
    let (file, text) = super::library().into_iter().find(|(file, _)| file.contains(name)).unwrap();
    load(&Source::new(&file, text)).unwrap().0
}

/// A wait that follows a wait stands under it: the picture is read downwards.
#[test]
fn waits_that_follow_one_another_go_down() {
    let prize = library_file("giai-thuong");
    let drawing = draw(&prize, &Walk::default());
    let top = |id: &str| drawing.areas.boxes[prize.steps.get_index_of(&StepId::from(id)).unwrap()].1;
    let ids: Vec<&str> = prize.steps.keys().take(3).map(|id| id.as_str()).collect();
    assert!(top(ids[2]) > top(ids[1]) && top(ids[1]) >= top(ids[0]) - 20.0, "{ids:?}");
}

/// A group whose steps stand apart has one limit, and it is written once.
#[test]
fn a_groups_limit_is_written_once_and_a_sum_names_its_variant() {
    let shown = words(&sheet(&permit(), &Walk::default()));
    assert_eq!(shown.matches("Tại Sở: 12 ngày làm việc").count(), 1, "{shown}");
    assert!(shown.contains("Tại Sở (tiếp theo)"), "{shown}");
    let centre = words(&sheet(&library_file("cong-nhan-trung-tam-doi-moi"), &Walk::default()));
    assert!(centre.contains("96 giờ đồng hồ + 23 ngày lịch (Có Hội đồng tư vấn)"), "{centre}");
    let land = words(&sheet(&library_file("nghia-vu-tai-chinh"), &Walk::default()));
    assert!(land.contains("đường đi") && !land.contains("đường khác"), "no way is longest: {land}");
}

#[test]
fn the_sheet_says_what_it_shows() {
    let shown = words(&sheet(&permit(), &Walk::default()));
    for text in [
        "Cấp giấy phép xây dựng mới",
        "Đường dài nhất (nét đậm): 15,5 ngày làm việc",
        "trả lại, quay lại",
        "Người nộp hồ sơ",
        "thời hạn tạm dừng",
    ] {
        assert!(shown.contains(text), "no `{text}` in {shown}");
    }
    let english = words(&sheet(&permit(), &Walk { lang: Lang::En, ..Walk::default() }));
    assert!(english.contains("New construction permit") && english.contains("the clock stands"), "{english}");
}

#[test]
fn mermaid_says_the_permit() {
    let text = mermaid(&permit(), Lang::Vi);
    for line in [
        "  s_lay_y_kien[[\"Lấy ý kiến các cơ quan liên quan\"]]",
        "  s_ra_soat -.->|\"Trả lại (tối\u{a0}đa\u{a0}2\u{a0}lần)\"| s_du_thao",
        "  anytime -.->|\"Rút hồ sơ\"| s_rut_ho_so",
    ] {
        assert!(text.lines().any(|l| l == line), "no `{line}` in\n{text}");
    }
}
