//! Procedure files: what loads, and what each fault is told as.

use quytrinh::definition::diagnostic::{Lang, human};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

fn rendered(name: &str, text: &str) -> String {
    let source = Source::new(name, text);
    let found = match load(&source) {
        Ok((_, found)) | Err(found) => found,
    };
    found.iter().map(|d| human(d, &source, Lang::Vi)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_permit_loads_without_a_word() {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    assert_eq!(rendered("cap-phep-xay-dung.yaml", &text), "");
}

/// Every procedure file under `workflows/`, with its name from there on.
fn library() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for agency in std::fs::read_dir("workflows").unwrap().map(|entry| entry.unwrap().path()) {
        for file in std::fs::read_dir(&agency).unwrap().map(|entry| entry.unwrap().path()) {
            let text = std::fs::read_to_string(&file).unwrap();
            if text.lines().any(|line| line == "format: procedure/v1") {
                files.push((file.to_string_lossy().into_owned(), text));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_procedure_of_the_library_loads_and_finds_its_people_in_the_city() {
    let city = std::fs::read_to_string("workflows/directory/thanh-pho-mau.yaml").unwrap();
    let city = quytrinh::service::library::read_directory(&city).unwrap();
    let at = "2026-11-24T01:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
    let library = library();
    assert!(library.len() >= 12, "{}", library.len());
    for (name, text) in library {
        let source = Source::new(&name, text);
        match load(&source) {
            Ok((procedure, _)) => {
                let found = quytrinh::definition::checks::directory::check(&procedure, &city, at, &source);
                let told: Vec<String> = found.iter().map(|d| human(d, &source, Lang::En)).collect();
                assert!(found.is_empty(), "{name}: {}", told.join("\n"));
            }
            Err(found) => panic!("{}", found.iter().map(|d| human(d, &source, Lang::En)).collect::<String>()),
        }
    }
}

#[test]
fn approved_tables_that_do_not_add_up_are_refused_with_both_sums_unless_waived() {
    for (code, waived, printed, added) in [
        ("1.014431", "cong-nhan-trung-tam-khoi-nghiep-sang-tao", "27 ngày lịch", "15 ngày lịch"),
        ("1.014451", "dang-ky-nhiem-vu-doi-moi-sang-tao", "53 ngày lịch", "51 ngày lịch"),
    ] {
        let text = std::fs::read_to_string(format!("tests/definitions/faulty/{code}.yaml")).unwrap();
        let found = load(&Source::new(code, text.as_str())).unwrap_err();
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["T23"]);
        assert!(
            found[0].message.vi.contains(printed) && found[0].message.vi.contains(added),
            "{}",
            found[0].message.vi
        );
        let text = std::fs::read_to_string(format!("workflows/so-khoa-hoc-cong-nghe/{waived}.yaml")).unwrap();
        assert!(load(&Source::new(waived, text.as_str())).is_ok());
    }
}
