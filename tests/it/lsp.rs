//! The language server as an editor calls it: the real binary, real messages, also broken ones.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::canonical::files;
use crate::support::bed::folder;

struct Editor {
    server: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    next: u64,
    /// What was told of each file last.
    told: std::collections::BTreeMap<String, Value>,
}

impl Editor {
    fn start(encodings: &[&str]) -> Editor {
        let mut server = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
            .args(["--lang", "vi", "lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        let mut editor = Editor { server, to, from, next: 0, told: Default::default() };
        let able = json!({ "general": { "positionEncodings": encodings } });
        let answer = editor.ask("initialize", json!({ "capabilities": able }));
        assert!(answer["capabilities"]["completionProvider"].is_object());
        editor.tell("initialized", json!({}));
        editor
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.to.write_all(bytes).unwrap();
        self.to.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the server has gone");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn answer(&mut self, id: &Value) -> Value {
        loop {
            let message = self.receive();
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().unwrap().to_owned();
                self.told.insert(uri, message["params"]["diagnostics"].clone());
            } else if message["id"] == *id {
                return message;
            }
        }
    }

    fn whole(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = json!(self.next);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        self.answer(&id)
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.whole(method, params)["result"].clone()
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "version": 2 });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
    }

    /// What is told of a file; waits by asking something else.
    fn diagnostics(&mut self, uri: &str) -> Value {
        self.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
        self.told[uri].clone()
    }

    fn labels(&mut self, uri: &str, text: &str) -> Vec<String> {
        let (before, after) = text.split_once('▌').unwrap();
        self.change(uri, &format!("{before}{after}"));
        let found = self.at("completion", uri, before, json!({}));
        let mut labels: Vec<String> =
            found["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect();
        labels.sort();
        labels
    }

    /// Asks about the end of a text.
    fn at(&mut self, what: &str, uri: &str, before: &str, more: Value) -> Value {
        let mut params = json!({ "textDocument": { "uri": uri }, "position": place(before) });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ask(&format!("textDocument/{what}"), params)
    }

    fn end(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        assert_eq!(self.server.wait().unwrap().code(), Some(0));
    }
}

/// The place after a text, in UTF-16.
fn place(before: &str) -> Value {
    let line = before.rsplit('\n').next().unwrap();
    json!({ "line": before.matches('\n').count(), "character": line.encode_utf16().count() })
}

/// The text after changes are made to it.
fn changed(text: &str, edits: &Value) -> String {
    let byte = |place: &Value| -> usize {
        let line = place["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = place["character"].as_u64().unwrap() as usize;
        let mut at = start;
        for c in text[start..].chars() {
            if units == 0 {
                break;
            }
            units -= c.len_utf16();
            at += c.len_utf8();
        }
        at
    };
    let mut edits: Vec<_> = edits.as_array().unwrap().iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(byte(&edit["range"]["start"])));
    let mut out = text.to_owned();
    for edit in edits {
        let range = byte(&edit["range"]["start"])..byte(&edit["range"]["end"]);
        out.replace_range(range, edit["newText"].as_str().unwrap());
    }
    out
}

const URI: &str = "file:///kh%C3%B4ng-c%C3%B3/thu.yaml";

fn small() -> String {
    std::fs::read_to_string("tests/definitions/ok/nho.yaml").unwrap()
}

#[test]
fn what_is_wrong_is_told_while_typing_and_a_fix_mends_it() {
    let mut editor = Editor::start(&["utf-16"]);
    let wrong = small()
        .replace("vi: Xin phép đơn giản", "vi: 𝄞 Xin phép đơn giản")
        .replace("{ to: cho_bo_sung,", "{ to: cho_bo_sun,");
    editor.open(URI, &wrong);
    let found = editor.diagnostics(URI);
    let one = found.as_array().unwrap().iter().find(|one| one["code"] == "N04").unwrap().clone();
    assert!(one["message"].as_str().unwrap().contains("cho_bo_sun"), "{one}");
    let actions = editor.ask(
        "textDocument/codeAction",
        json!({ "textDocument": { "uri": URI }, "range": one["range"], "context": { "diagnostics": [one] } }),
    );
    let edit = &actions[0]["edit"]["changes"][URI];
    let right = changed(&wrong, edit);
    assert_eq!(right, small().replace("vi: Xin phép", "vi: 𝄞 Xin phép"));
    editor.change(URI, &right);
    let left = editor.diagnostics(URI);
    assert!(left.as_array().unwrap().iter().all(|one| one["severity"].as_u64().unwrap() > 1), "{left}");
    let form = editor.ask("textDocument/formatting", json!({ "textDocument": { "uri": URI } }));
    editor.change(URI, &changed(&right, &form));
    let left = editor.diagnostics(URI);
    // A note that even the right example has; of its form nothing is left to say.
    assert!(left.as_array().unwrap().iter().all(|one| one["code"] == "T02"), "{left}");
    editor.end();
}

#[test]
fn positions_count_as_agreed() {
    let text = "format: procedure/v1\nvi: Đơn 𝄞 \"\u{a0}\n";
    for (encodings, column) in [(vec!["utf-16"], 12), (vec![], 12), (vec!["utf-8", "utf-16"], 16)] {
        let mut editor = Editor::start(&encodings);
        editor.open(URI, text);
        let found = editor.diagnostics(URI);
        let word = found.as_array().unwrap().iter().find(|one| one["code"] == "Y03").unwrap().clone();
        assert_eq!(word["range"]["start"], json!({ "line": 1, "character": column }), "{encodings:?}");
        editor.end();
    }
}

#[test]
fn what_may_be_written_is_known_in_a_file_that_cannot_be_read() {
    let mut editor = Editor::start(&["utf-16"]);
    let text = small();
    editor.open(URI, &text);
    let at = |from: &str, to: &str| text.replacen(from, to, 1);
    let has = |labels: &[String], wanted: &[&str]| {
        for one in wanted {
            assert!(labels.iter().any(|label| label == one), "no {one} in {labels:?}");
        }
    };
    let steps = editor.labels(URI, &at("{ to: cho_bo_sung, at_most: 1, reason: required }", "{ to: ▌"));
    has(&steps, &["xu_ly", "cho_bo_sung", "ky", "xong", "origin", "join", "xem_luat"]);
    let people = editor.labels(URI, &at("    by: can_bo\n", "    by: ▌\n"));
    assert_eq!(people, ["can_bo", "giam_doc", "phap_che"]);
    let keys = editor.labels(URI, &at("    needs: [dat]\n", "    ▌\n"));
    has(&keys, &["needs", "makes", "escalate"]);
    assert!(!keys.contains(&"by".to_owned()) && !keys.contains(&"outcome".to_owned()), "{keys:?}");
    let keys = editor.labels(URI, &at("    clock: pause\n", "    clo▌\n"));
    has(&keys, &["clock"]);
    assert!(!keys.contains(&"makes".to_owned()), "a wait makes nothing: {keys:?}");
    let words = editor.labels(URI, &at("clock: pause", "clock: ▌"));
    assert_eq!(words, ["exclude", "pause", "restart"]);
    let needs = editor.labels(URI, &at("needs: [dat]", "needs: [dat, ▌"));
    has(&needs, &["dien_tich", "don", "giay", "cap"]);
    let legal = editor.labels(URI, &at("legal: L1, makes", "legal: ▌, makes"));
    assert_eq!(legal, ["L1"]);
    let verbs = editor.labels(URI, &at("      sign: {", "      ▌\n      sign: {"));
    has(&verbs, &["sign", "return", "request_supplement"]);
    let units = editor.labels(URI, &at("within: 30 calendar days", "within: 30 ▌"));
    has(&units, &["working days", "ngày làm việc", "dien_tich"]);
    let kinds = editor.labels(URI, &at("dat: { is: yes_no", "dat: { is: ▌"));
    has(&kinds, &["yes_no", "list of unit"]);
    let fields = editor.labels(URI, &at("when: \"dat &&", "when: \"d▌ &&"));
    has(&fields, &["dat", "dien_tich"]);
    let post = editor.labels(URI, &at("head_of: so-a", "head_of: ▌"));
    assert_eq!(post, ["so-a"]);
    // A bracket left open swallows the lines below it; the names declared there are still known.
    let steps =
        editor.labels(URI, &at("    needs: [dat]\n", "    needs: [dat\n").replacen("{ to: xong,", "{ to: ▌,", 1));
    has(&steps, &["xu_ly", "ky", "het_han"]);
    let outcome = editor.labels(URI, &at("outcome: lapsed", "outcome: ▌"));
    has(&outcome, &["done", "withdrawn"]);
    editor.end();
}

#[test]
fn a_step_is_renamed_everywhere_also_in_the_test_beside_it() {
    let folder = folder();
    let library = "workflows/so-xay-dung/cap-phep-xay-dung";
    let procedure = std::fs::read_to_string(format!("{library}.yaml")).unwrap();
    let test = std::fs::read_to_string(format!("{library}.test.yaml")).unwrap();
    for (name, text) in [("cap-phep-xay-dung.yaml", &procedure), ("cap-phep-xay-dung.test.yaml", &test)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let uri = |name: &str| format!("file://{}", folder.join(name).display());
    let (own, beside) = (uri("cap-phep-xay-dung.yaml"), uri("cap-phep-xay-dung.test.yaml"));
    let mut editor = Editor::start(&["utf-16"]);
    editor.open(&own, &procedure);
    for (old, new) in [("lay_y_kien", "hoi_y_kien"), ("dat_yeu_cau", "du_dieu_kien"), ("chuyen_vien", "nguoi_thu_ly")] {
        let before = &procedure[..procedure.find(&format!("  {old}:")).unwrap() + 4];
        let edits = editor.at("rename", &own, before, json!({ "newName": new }));
        let renamed = changed(&procedure, &edits["changes"][&own]);
        let renamed_test = changed(&test, &edits["changes"][&beside]);
        assert!(!renamed_test.contains(&format!("{old}:")) && !renamed_test.contains(&format!("step: {old}")));
        let left: Vec<&str> = renamed.lines().filter(|line| !line.contains("migrate") && line.contains(old)).collect();
        assert!(left.is_empty(), "{left:?}");
        let source = quytrinh::definition::source::Source::new("t", renamed.as_str());
        let (procedure, _) = quytrinh::definition::load(&source).unwrap();
        let test: quytrinh::rehearsal::scenario::TestFile = serde_saphyr::from_str(&renamed_test).unwrap();
        let mut calendars = quytrinh::calendar::shelf::Calendars::default();
        let hanoi = std::fs::read_to_string("workflows/calendars/hanoi.yaml").unwrap();
        calendars.put(std::sync::Arc::new(quytrinh::service::library::read_calendar(&hanoi).unwrap()));
        for played in quytrinh::rehearsal::play::rehearse(&test, &procedure, &calendars) {
            assert!(played.faults.is_empty(), "{old} renamed: {:?}", played.faults);
        }
    }
    let before = &procedure[..procedure.find("  lay_y_kien:").unwrap() + 4];
    let mut refused = json!({ "textDocument": { "uri": own }, "position": place(before) });
    for name in ["ký", "du_thao", "origin", ""] {
        refused["newName"] = json!(name);
        let answer = editor.whole("textDocument/rename", refused.clone());
        assert!(answer["error"]["message"].is_string(), "{name}: {answer}");
    }
    let before = &procedure[..procedure.find("to: lay_y_kien").unwrap() + 6];
    let there = editor.at("definition", &own, before, json!({}));
    let line = procedure[..procedure.find("  lay_y_kien:").unwrap()].matches('\n').count();
    assert_eq!((there.as_array().unwrap().len(), &there[0]["range"]["start"]["line"]), (1, &json!(line)));
    let all = editor.at("references", &own, before, json!({ "context": { "includeDeclaration": true } }));
    assert!(all.as_array().unwrap().iter().any(|one| one["uri"] == beside), "{all}");
    let told = editor.at("hover", &own, before, json!({}))["contents"]["value"].as_str().unwrap().to_owned();
    assert!(told.contains("Lấy ý kiến các cơ quan liên quan") && told.contains("5 working days"), "{told}");
    assert!(told.contains("Đường dài nhất") && told.contains("tham_dinh"), "{told}");
    let symbols = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": own } }));
    assert!(symbols.as_array().unwrap().iter().any(|one| one["name"] == "ky" && one["detail"] == "Ký kết quả"));
    // In the test file, names are the procedure's.
    editor.open(&beside, &test);
    let labels = editor.labels(&beside, &test.replacen("step: lay_y_kien", "step: ▌", 1));
    assert!(labels.contains(&"tham_dinh".to_owned()), "{labels:?}");
    editor.end();
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn nonsense_is_answered_and_ends_nothing() {
    let mut editor = Editor::start(&["utf-16"]);
    editor.raw(b"Content-Length: 7\r\n\r\n{\"a\": x");
    editor.raw("Content-Length: 4\r\n\r\n\u{1F600}".as_bytes());
    for message in [json!([]), json!(null), json!({ "method": 7 }), json!({ "id": 1 }), json!("x")] {
        editor.send(&message);
    }
    for params in [json!(null), json!([1]), json!({ "textDocument": 3 }), json!({ "position": { "line": -1 } })] {
        for what in ["completion", "hover", "rename", "definition", "formatting", "codeAction", "no/such"] {
            let answer = editor.whole(&format!("textDocument/{what}"), params.clone());
            assert!(answer["error"]["code"].is_i64(), "{answer}");
        }
    }
    let library = files("tests/definitions");
    let mut seed = 5u64;
    let mut next = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    };
    editor.open(URI, "");
    for _ in 0..150 {
        let text: Vec<char> = library[next(library.len())].1.chars().collect();
        let (a, b) = (next(text.len()), next(60));
        let cut: String = text[..a].iter().chain(&text[(a + b).min(text.len())..]).collect();
        editor.change(URI, &cut);
        let place = json!({ "line": next(90), "character": next(50) });
        for what in ["completion", "hover", "definition", "references", "prepareRename", "documentSymbol", "formatting"]
        {
            let params = json!({ "textDocument": { "uri": URI }, "position": place });
            let answer = editor.whole(&format!("textDocument/{what}"), params);
            assert!(answer.get("error").is_none(), "{answer}");
        }
    }
    for text in ["\u{feff}\0\u{1F600}".to_owned(), "a: [".repeat(50_000), "- ".repeat(400_000), "x".repeat(2 << 20)] {
        editor.change(URI, &text);
        assert!(!editor.diagnostics(URI).as_array().unwrap().is_empty());
    }
    editor.end();
}

#[test]
fn tests_that_name_themselves_or_each_other_end_nothing() {
    let folder = folder();
    let uri = |name: &str| format!("file://{}", folder.join(name).display());
    let texts = [("a.test.yaml", "a.test.yaml"), ("b.test.yaml", "c.test.yaml"), ("c.test.yaml", "b.test.yaml")];
    let mut editor = Editor::start(&["utf-16"]);
    for (name, other) in texts {
        let text = format!("procedure: {other}\nscenarios: []\n");
        std::fs::write(folder.join(name), &text).unwrap();
        editor.open(&uri(name), &text);
        assert!(editor.diagnostics(&uri(name)).is_array());
        editor.at("completion", &uri(name), "procedure: ", json!({}));
    }
    editor.end();
}
