//! What the terminal answers to slips of the pen: a mistyped unit, a database that is not there, a scope there is none of,
//! a person named before or after the verb. In one language, with what would be right.

use std::process::Command;

use crate::support::bed::folder;

fn run(database: &str, arguments: &[&str], typed: &str) -> (Option<i32>, String, String) {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args(arguments)
        .env("QUYTRINH_DATABASE", database)
        .env_remove("QUYTRINH_LANG")
        .env_remove("QUYTRINH_AS")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let run = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code(), text(run.stdout), text(run.stderr))
}

#[test]
fn slips_of_the_pen_are_told_with_what_would_be_right() {
    let folder = folder();
    let database = format!("sqlite:{}", folder.join("chu.db").display());
    assert_eq!(run(&database, &["demo", "--no-serve", "--cases", "12", "--database", &database], "").0, Some(0));
    let ask = |arguments: &[&str], typed: &str| run(&database, arguments, typed);

    // An export is looked at alone, whatever database the environment names.
    let (_, journal, _) = ask(&["journal", "export"], "");
    let export = folder.join("so.jsonl");
    std::fs::write(&export, journal).unwrap();
    let export = export.to_str().unwrap();
    assert_eq!(ask(&["journal", "verify", "--export", export], "").0, Some(0));
    assert_eq!(ask(&["journal", "verify", "--export", export, "--database", &database], "").0, Some(2));
    assert_eq!(ask(&["journal", "verify"], "").0, Some(0), "without an export the database of the environment");

    // A unit there is none of is no empty board.
    let (code, out, said) = ask(&["stuck", "--as", "kien-tt", "--unit", "so-xay-dungg"], "");
    assert!(code == Some(2) && out.is_empty() && said.contains("`so-xay-dungg`"), "{out}{said}");
    assert!(said.contains("`so-xay-dung`"), "the nearest is named: {said}");
    assert_eq!(ask(&["stuck", "--as", "kien-tt", "--unit", "so-xay-dung"], "").0, Some(0));
    for limit in ["0", "201", "1000000000"] {
        assert_eq!(ask(&["stuck", "--as", "kien-tt", "--limit", limit], "").0, Some(2), "{limit}");
    }

    // Whoever acts is named before or after the verb, and has to be.
    for arguments in [["--as", "nga-cp", "show", "2026-000001"], ["show", "2026-000001", "--as", "nga-cp"]] {
        let (code, _, said) = ask(&[&["case"], &arguments[..]].concat(), "");
        assert_ne!(code, Some(2), "{said}");
    }
    let (code, _, said) = ask(&["case", "show", "2026-000001"], "");
    assert!(code == Some(2) && said.contains("--as"), "{said}");
    let password = ["user", "--as", "lan-mc", "password"];
    let (code, _, said) = ask(&password, "ngắn\n");
    assert!(code == Some(1) && said.contains("Mật khẩu phải có ít nhất") && !said.contains("password"), "{said}");
    let (code, _, said) = ask(&["user", "password", "--as", "lan-mc", "--login", "a b"], "tre già măng mọc\n");
    assert!(code == Some(1) && said.contains("Tên đăng nhập"), "{said}");
    let (code, _, said) = ask(&["user", "token", "--as", "lan-mc", "--label", "x", "--scope", "xem"], "");
    assert!(code == Some(2) && said.contains("signal") && said.contains("không có phạm vi"), "{said}");
    assert!(ask(&["user", "token", "--help"], "").1.contains("signal"));

    // A database that is not there, none of ours, or no address at all.
    let nowhere = format!("sqlite:{}", folder.join("khong-co.db").display());
    let (code, _, said) = run(&nowhere, &["stuck", "--as", "kien-tt"], "");
    assert!(code == Some(2) && said.contains("không có tệp này") && said.contains("--database"), "{said}");
    assert!(!said.contains("unable to open"), "{said}");
    std::fs::write(folder.join("van-ban.db"), "đây là văn bản, không phải cơ sở dữ liệu").unwrap();
    let other = format!("sqlite:{}", folder.join("van-ban.db").display());
    let (code, _, said) = run(&other, &["plan", "workflows/so-xay-dung/cap-phep-xay-dung.yaml"], "");
    assert!(code == Some(2) && said.contains("không phải cơ sở dữ liệu của quytrinh"), "{said}");
    let (code, _, said) = run("mysql://u:bi-mat@may/qt", &["doctor"], "");
    assert!(code == Some(2) && said.contains("postgres://") && !said.contains("bi-mat"), "{said}");
}
