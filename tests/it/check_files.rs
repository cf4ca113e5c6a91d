//! What `check` makes of files as they lie on disk: other tables of letters, marks in front, files that cannot be read,
//! what lies beside them; and output that cannot be written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use quytrinh::definition::checks::hidden::is_no_letter;
use quytrinh::definition::diagnostic::{Lang, Level, human};
use quytrinh::definition::diagram::{Walk, sheet};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

use crate::support::bed::folder;

const RIGHT: &str = "tests/definitions/ok/nho.yaml";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quytrinh"));
    for name in ["QUYTRINH_DATABASE", "QUYTRINH_AS", "QUYTRINH_LANG"] {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn written(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn text() -> String {
    std::fs::read_to_string(RIGHT).unwrap()
}

#[test]
fn a_file_in_another_table_of_letters_is_told_so_once_and_how_to_save_it() {
    let folder = folder();
    let wide = |order: fn(u16) -> [u8; 2]| text().encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let with_mark = [&[0xff, 0xfe][..], &wide(u16::to_le_bytes)].concat();
    let other_way = [&[0xfe, 0xff][..], &wide(u16::to_be_bytes)].concat();
    let ansi: Vec<u8> = text().chars().map(|c| u8::try_from(c as u32).unwrap_or(b'\xd0')).collect();
    for (name, bytes) in
        [("a.yaml", with_mark), ("b.yaml", other_way), ("c.yaml", wide(u16::to_le_bytes)), ("d.yaml", ansi)]
    {
        let path = written(&folder, name, bytes);
        let name = path.to_str().unwrap();
        let checked = run(&["check", name, "--format", "json"]);
        let found: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
        assert_eq!(checked.status.code(), Some(1));
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        assert_eq!(found[0]["code"], "Y01");
        assert!(found[0]["help"].as_str().unwrap().contains("UTF-8"), "{found}");
        for other in [&["draw", name][..], &["doc", name], &["diff", name, RIGHT], &["fmt", name]] {
            let told = run(other);
            assert_eq!(told.status.code(), Some(1), "{other:?}");
            assert!(said(&told).contains("lưu lại bằng UTF-8"), "{other:?}: {}", said(&told));
        }
        // Nothing is mended in what cannot be read: the bytes stay.
        let before = std::fs::read(&path).unwrap();
        run(&["check", name, "--fix"]);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_mark_of_the_encoding_in_front_is_fine() {
    let folder = folder();
    for (name, from) in [
        ("x.yaml", RIGHT),
        ("calendars/hanoi.yaml", "workflows/calendars/hanoi.yaml"),
        ("directory/city.yaml", "workflows/directory/thanh-pho-mau.yaml"),
    ] {
        written(&folder, name, format!("\u{feff}{}", std::fs::read_to_string(from).unwrap()));
    }
    let checked = run(&["check", folder.to_str().unwrap(), "--format", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    let of_letters = found.as_array().unwrap().iter().filter(|told| told["code"].as_str().unwrap().starts_with('Y'));
    assert_eq!(of_letters.collect::<Vec<_>>(), Vec::<&serde_json::Value>::new());
    assert_eq!(run(&["draw", folder.join("x.yaml").to_str().unwrap()]).status.code(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_cannot_be_read_is_told_of_and_the_others_are_checked() {
    let folder = folder();
    written(&folder, "a.yaml", text().replace("to: ky\n", "to: kyy\n"));
    // What no one can read, not even who may read everything.
    std::os::unix::fs::symlink("/proc/self/mem", folder.join("b.yaml")).unwrap();
    let checked = run(&["check", folder.to_str().unwrap(), "--format", "json"]);
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    let found: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    let codes: Vec<&str> = found.as_array().unwrap().iter().map(|told| told["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"Y01") && codes.contains(&"N04"), "{found}");
    let gone = run(&["check", "no/such/file.yaml"]);
    assert_eq!((gone.status.code(), said(&gone).contains("không có tệp này")), (Some(2), true), "{}", said(&gone));
}

#[test]
fn a_file_by_itself_is_held_against_what_lies_beside_and_above_it() {
    let folder = folder();
    let tree = Path::new("tests/definitions/tree/ok");
    for (name, from) in [("directory/to-chuc.yaml", "to-chuc.yaml"), ("calendars/lich.yaml", "lich.yaml")] {
        written(&folder, name, std::fs::read(tree.join(from)).unwrap());
    }
    let right = std::fs::read_to_string(tree.join("cap-the.yaml")).unwrap();
    let path = written(&folder, "so-a/cap-the.yaml", &right);
    let codes = |text: &str, more: &[&str]| {
        std::fs::write(&path, text).unwrap();
        let checked = run(&[&["check", path.to_str().unwrap(), "--format", "json"], more].concat());
        let found: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
        let told = found.as_array().unwrap().iter().map(|told| told["code"].as_str().unwrap().to_owned());
        told.collect::<Vec<_>>()
    };
    let all = codes(&right, &[]);
    assert!(!all.contains(&"N19".to_owned()), "{all:?}");
    assert!(codes(&right.replace("post: can-bo", "post: can-bo-1"), &[]).contains(&"N10".to_owned()));
    assert!(codes(&right.replace("calendar: hanoi", "calendar: nope"), &[]).contains(&"N21".to_owned()));
    let policy = "format: policy/v1\nid: luat\nvi: Quy định\nwords: [thẻ]\n";
    written(&folder, "policies/luat.yaml", policy);
    assert!(codes(&right, &[]).contains(&"X11".to_owned()));
    // What lies beside is not itself told of.
    written(&folder, "policies/hong.yaml", "format: policy/v1\nid: hong\nvi: Quy định\nwitihn: 3\n");
    assert!(!codes(&right, &[]).contains(&"N01".to_owned()));
}

#[test]
fn a_comparison_with_nothing_is_not_taken_for_one_without_difference() {
    let told = run(&["check", RIGHT, "--against", "tests/definitions/tree/ok/cap-the.yaml"]);
    assert!(said(&told).contains("không có bản trước để so: `xin-phep`"), "{}", said(&told));
    let same = run(&["check", RIGHT, "--against", RIGHT]);
    assert!(!said(&same).contains("bản trước để so"), "{}", said(&same));
}

#[test]
fn what_is_no_procedure_is_called_what_it_is() {
    for (file, word) in [
        ("workflows/calendars/hanoi.yaml", "tệp lịch"),
        ("workflows/directory/thanh-pho-mau.yaml", "sơ đồ tổ chức"),
        ("workflows/so-xay-dung/cap-phep-xay-dung.test.yaml", "tệp kịch bản"),
        ("workflows/policies/quy-dinh-mau.yaml", "quy định của thanh tra"),
    ] {
        for asked in [&["draw", file][..], &["doc", file], &["diff", file, RIGHT]] {
            let told = run(asked);
            assert_eq!(told.status.code(), Some(2), "{asked:?}");
            assert!(said(&told).contains(word), "{asked:?}: {}", said(&told));
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_ends_with_a_word_and_not_with_0() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("x.db").display());
    let made = run(&["doctor", "--database", &database]);
    let commands: &[&[&str]] = &[
        &["check", RIGHT],
        &["check", "--explain", "N04"],
        &["draw", RIGHT],
        &["doc", RIGHT],
        &["diff", RIGHT, "tests/definitions/err/S01.yaml"],
        &["schema", "procedure"],
        &["completions", "bash"],
        &["test", "workflows/so-xay-dung/cap-phep-xay-dung.test.yaml"],
        &["calendar", "show", "workflows/calendars/hanoi.yaml"],
        &["journal", "export", "--database", &database],
        &["--help"],
        &["--version"],
    ];
    for arguments in commands {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = command(arguments).stdout(full).output().unwrap();
        let told = said(&ended);
        if arguments[0] == "journal" && made.status.code() != Some(0) {
            continue;
        }
        assert!(ended.status.code().unwrap() > 0, "{arguments:?}: {told}");
        assert!(told.contains("không ghi được hết kết quả") && told.contains("đĩa đầy"), "{arguments:?}: {told}");
    }
    // Whoever reads the first line only is no fault.
    let mut piped = command(&["schema", "procedure"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(piped.stdout.take());
    let ended = piped.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{}", said(&ended));
}

/// What XML 1.0 calls a character.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[test]
fn whatever_passes_can_be_drawn_and_what_cannot_is_refused_with_its_place() {
    for c in '\0'..=char::MAX {
        assert!(is_no_letter(c) || is_xml(c), "U+{:04X} passes and is no character of XML", c as u32);
    }
    let refused =
        ['\0', '\u{1}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9f}', '\u{fffe}', '\u{ffff}', '\u{1ffff}', '\u{202e}'];
    let passes =
        ['&', '<', '\u{a1}', '\u{ad}', '\u{2028}', '\u{3000}', '\u{e000}', '\u{fffd}', '\u{1f600}', '\u{10fffd}'];
    for c in refused.into_iter().chain(passes) {
        let label = format!("vi: \"Ký \\U{:08x} giấy phép\"", c as u32);
        let source = Source::new("x.yaml", text().replace("vi: Ký giấy phép", &label));
        match load(&source) {
            Ok((procedure, _)) => {
                assert!(passes.contains(&c), "U+{:04X}", c as u32);
                let drawn = sheet(&procedure, &Walk::default());
                let mut reader = quick_xml::Reader::from_str(&drawn);
                while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
            }
            Err(found) => {
                assert!(refused.contains(&c), "U+{:04X}: {found:?}", c as u32);
                let errors: Vec<_> = found.iter().filter(|told| told.level == Level::Error).collect();
                assert_eq!(errors.iter().map(|told| told.code).collect::<Vec<_>>(), ["Y03"]);
                assert!(source.line(source.position(errors[0].span.start).0).contains("giấy phép"));
            }
        }
    }
}

#[test]
fn what_no_reader_sees_is_not_shown_to_a_terminal_either() {
    let text = text().replace("to: xong, legal", "to: \"x\\e[31m\", legal");
    let source = Source::new("x\u{1b}[2J.yaml", text);
    let (Ok((_, found)) | Err(found)) = load(&source);
    for told in found {
        let shown = human(&told, &source, Lang::Vi);
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
    }
}

#[test]
fn a_text_that_counts_by_a_calendar_that_is_not_there_is_not_put_in_force() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("lich.db").display());
    assert_eq!(run(&["demo", "--no-serve", "--cases", "1", "--database", &database]).status.code(), Some(0));
    let permit = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    let wrong = permit
        .replace("\nid: cap-phep-xay-dung", "\nid: quy-trinh-moi")
        .replace("\ncalendar: hanoi", "\ncalendar: khong-co");
    assert!(wrong.contains("khong-co") && wrong.contains("quy-trinh-moi"));
    let file = written(&folder, "x.yaml", &wrong);
    let file = file.to_str().unwrap();
    let asked = ["publish", file, "--propose", "--as", "nga-cp", "--reason", "QĐ 1", "--database", database.as_str()];
    let published = run(&asked);
    assert_eq!(published.status.code(), Some(1), "{}", said(&published));
    assert!(said(&published).contains("`khong-co`"), "{}", said(&published));
}
