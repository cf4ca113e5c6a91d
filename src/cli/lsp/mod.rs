//! `quytrinh lsp`: a language server over stdin and stdout. It answers whatever comes, whatever state the file is in.

mod answers;
mod complete;
pub mod document;
mod frame;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Write};

use serde_json::{Value, json};

use crate::cli::Failure;
use crate::cli::output::pick;
use crate::definition::canonical::canonical;
use crate::definition::diagnostic::Lang;
use crate::definition::outline::Mention;
use crate::definition::reader::is_id;
use crate::definition::shape::Names;
use crate::definition::source::Span;
use crate::service::library::FileKind;
use document::Document;
use frame::Came;
use place::{Columns, beside, name_of, path_of};

/// Nothing to choose: the language comes from `--lang`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// As editors call it; stdin and stdout are used with or without it.
    #[arg(long)]
    stdio: bool,
}

/// Serves until the editor says `exit` or closes the stream; 1 where it left without `shutdown`.
pub fn run(_: &Args, lang: Lang) -> Result<u8, Failure> {
    let mut from = BufReader::new(std::io::stdin().lock());
    let mut server =
        Server { to: std::io::stdout().lock(), lang, columns: Columns::Utf16, open: BTreeMap::new(), ending: false };
    let broken = |e: std::io::Error| Failure::refused(e.to_string());
    loop {
        match frame::read(&mut from).map_err(broken)? {
            Came::End => return Ok(u8::from(!server.ending)),
            Came::Nonsense => {
                let error = json!({ "code": -32700, "message": "not JSON" });
                server.send(&json!({ "jsonrpc": "2.0", "id": null, "error": error })).map_err(broken)?;
            }
            Came::Message(message) if message["method"] == "exit" => return Ok(u8::from(!server.ending)),
            Came::Message(message) => server.take(&message).map_err(broken)?,
        }
    }
}

struct Server<W> {
    to: W,
    lang: Lang,
    columns: Columns,
    /// By address.
    open: BTreeMap<String, Document>,
    ending: bool,
}

/// Why a request has no answer: its code and words.
type Refused = (i32, String);

impl<W: Write> Server<W> {
    fn send(&mut self, message: &Value) -> std::io::Result<()> {
        frame::write(&mut self.to, message)
    }

    fn take(&mut self, message: &Value) -> std::io::Result<()> {
        let Some(method) = message["method"].as_str() else { return Ok(()) };
        let params = &message["params"];
        let Some(id) = message.get("id").filter(|id| id.is_string() || id.is_number()) else {
            return self.notified(method, params);
        };
        let answer = match self.asked(method, params) {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err((code, why)) => {
                json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": why } })
            }
        };
        self.send(&answer)
    }

    fn notified(&mut self, method: &str, params: &Value) -> std::io::Result<()> {
        let Some(uri) = params["textDocument"]["uri"].as_str().map(str::to_owned) else { return Ok(()) };
        let text = match method {
            "textDocument/didOpen" => params["textDocument"]["text"].as_str(),
            // Whole texts were agreed on: the last one holds.
            "textDocument/didChange" => {
                params["contentChanges"].as_array().and_then(|all| all.last()).and_then(|last| last["text"].as_str())
            }
            "textDocument/didClose" => {
                self.open.remove(&uri);
                return self.publish(&uri, &json!([]));
            }
            _ => None,
        };
        let Some(text) = text else { return Ok(()) };
        let names = self.known(&uri, text);
        let before = self.open.remove(&uri);
        let document = Document::read(&name_of(&uri), text, &names, before);
        let found = document.found.iter();
        let found: Vec<Value> =
            found.map(|one| answers::diagnostic(one, &document, &uri, self.columns, self.lang)).collect();
        self.open.insert(uri.clone(), document);
        self.publish(&uri, &json!(found))
    }

    fn publish(&mut self, uri: &str, diagnostics: &Value) -> std::io::Result<()> {
        let params = json!({ "uri": uri, "diagnostics": diagnostics });
        self.send(&json!({ "jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params }))
    }

    /// Names that a test file takes from the procedure beside it.
    fn known(&self, uri: &str, text: &str) -> BTreeSet<(Names, String)> {
        match self.other(uri, text) {
            Some((other, _)) if name_of(uri).contains(".test.") => {
                self.with(&other, |document| document.outline.known()).unwrap_or_default()
            }
            _ => BTreeSet::new(),
        }
    }

    /// The test beside a procedure, the procedure beside a test: address and name.
    fn other(&self, uri: &str, text: &str) -> Option<(String, String)> {
        let name = name_of(uri);
        let other = if name.contains(".test.") {
            let line = text.lines().find_map(|line| line.strip_prefix("procedure:"))?;
            line.trim().trim_matches(['"', '\'']).to_owned()
        } else {
            format!("{}.test.yaml", name.strip_suffix(".yaml").or(name.strip_suffix(".yml"))?)
        };
        // A name and no path: nothing outside the folder is read. And no test beside a test: those may name each other.
        let beside = beside(uri, &other);
        let both = name.contains(".test.") && name_of(&beside).contains(".test.");
        (!other.is_empty() && !other.contains(['/', '\\']) && !both).then_some((beside, other))
    }

    /// A document, open or on the disk.
    fn with<T>(&self, uri: &str, look: impl FnOnce(&Document) -> T) -> Option<T> {
        if let Some(document) = self.open.get(uri) {
            return Some(look(document));
        }
        let text = std::fs::read_to_string(path_of(uri)?).ok()?;
        Some(look(&Document::read(&name_of(uri), &text, &self.known(uri, &text), None)))
    }

    fn asked(&mut self, method: &str, params: &Value) -> Result<Value, Refused> {
        match method {
            "initialize" => return Ok(self.initialize(params)),
            "shutdown" => {
                self.ending = true;
                return Ok(Value::Null);
            }
            _ => {}
        }
        let uri = params["textDocument"]["uri"].as_str().unwrap_or_default();
        let known = [
            "completion",
            "hover",
            "definition",
            "references",
            "rename",
            "prepareRename",
            "documentSymbol",
            "formatting",
            "codeAction",
        ];
        let Some(what) = method.strip_prefix("textDocument/").filter(|what| known.contains(what)) else {
            return Err((-32601, format!("no method `{method}`")));
        };
        let Some(document) = self.open.get(uri) else {
            return Err((-32602, format!("`{uri}` is not open")));
        };
        let text = document.text();
        let at = self.columns.byte(text, &params["position"]);
        Ok(match what {
            "completion" => self.completion(uri, document, at),
            "hover" => self.hover(uri, document, at),
            "definition" => self.places(uri, document, at, true, true),
            "references" => {
                let also = params["context"]["includeDeclaration"].as_bool().unwrap_or(true);
                self.places(uri, document, at, false, also)
            }
            "prepareRename" => match renamable(document, at) {
                Some(mention) => self.columns.range(text, mention.span),
                None => Value::Null,
            },
            "rename" => self.rename(uri, document, at, params["newName"].as_str().unwrap_or_default())?,
            "documentSymbol" => json!(answers::symbols(document, self.columns, self.lang)),
            "formatting" => self.formatting(document),
            _ => {
                let from = self.columns.byte(text, &params["range"]["start"]);
                let to = self.columns.byte(text, &params["range"]["end"]);
                json!(answers::fixes(document, uri, from, to.max(from), self.columns, self.lang))
            }
        })
    }

    fn initialize(&mut self, params: &Value) -> Value {
        let first = &params["capabilities"]["general"]["positionEncodings"][0];
        self.columns = if first == "utf-8" { Columns::Bytes } else { Columns::Utf16 };
        json!({
            "capabilities": {
                "positionEncoding": if self.columns == Columns::Bytes { "utf-8" } else { "utf-16" },
                "textDocumentSync": { "openClose": true, "change": 1 },
                "completionProvider": { "triggerCharacters": [" ", "{", "[", ",", ":"] },
                "hoverProvider": true,
                "definitionProvider": true,
                "referencesProvider": true,
                "renameProvider": { "prepareProvider": true },
                "documentSymbolProvider": true,
                "documentFormattingProvider": true,
                "codeActionProvider": { "codeActionKinds": ["quickfix"] },
            },
            "serverInfo": { "name": "quytrinh", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    /// Where the names of a file are declared: in itself, or in the procedure beside a test.
    fn with_names<T>(&self, uri: &str, document: &Document, look: impl FnOnce(&Document) -> T) -> T {
        if document.kind == FileKind::Test
            && let Some((other, _)) = self.other(uri, document.text())
        {
            if let Some(open) = self.open.get(&other) {
                return look(open);
            }
            if let Some(text) = path_of(&other).and_then(|path| std::fs::read_to_string(path).ok()) {
                return look(&Document::read(&name_of(&other), &text, &BTreeSet::new(), None));
            }
        }
        look(document)
    }

    fn completion(&self, uri: &str, document: &Document, at: usize) -> Value {
        let (span, found) = self.with_names(uri, document, |names| complete::offers(document, names, at, self.lang));
        let range = self.columns.range(document.text(), span);
        let items: Vec<Value> = found.iter().map(|offer| complete::item(offer, &range)).collect();
        json!({ "isIncomplete": false, "items": items })
    }

    fn hover(&self, uri: &str, document: &Document, at: usize) -> Value {
        match self.with_names(uri, document, |names| answers::hover(document, names, at, self.lang)) {
            Some(text) => json!({ "contents": { "kind": "markdown", "value": text } }),
            None => Value::Null,
        }
    }

    /// Where the name at a byte stands, in the file and in the one beside it.
    fn places(&self, uri: &str, document: &Document, at: usize, declared: bool, also_declared: bool) -> Value {
        let Some(mention) = document.outline.mention_at(at) else { return Value::Null };
        let mut places = Vec::new();
        self.everywhere(uri, document, mention, &mut |uri, text, one| {
            if one.declares.is_some() && also_declared || one.declares.is_none() && !declared {
                places.push(json!({ "uri": uri, "range": self.columns.range(text, one.span) }));
            }
        });
        json!(places)
    }

    fn everywhere(
        &self,
        uri: &str,
        document: &Document,
        mention: &Mention,
        each: &mut impl FnMut(&str, &str, &Mention),
    ) {
        for one in document.outline.all(mention.names, &mention.name) {
            each(uri, document.text(), one);
        }
        if let Some((other, _)) = self.other(uri, document.text()) {
            self.with(&other, |document| {
                for one in document.outline.all(mention.names, &mention.name) {
                    each(&other, document.text(), one);
                }
            });
        }
    }

    fn rename(&self, uri: &str, document: &Document, at: usize, new: &str) -> Result<Value, Refused> {
        let lang = self.lang;
        let wrong = |vi: String, en: String| (-32602, pick(lang, &vi, &en).to_owned());
        let Some(mention) = renamable(document, at) else {
            return Err(wrong("ở đây không có tên nào đổi được".into(), "no name here can be changed".into()));
        };
        if !is_id(new) || ["applicant", "origin", "join", "each", "case", "else"].contains(&new) {
            return Err(wrong(
                format!("`{new}` không làm tên được: chữ cái không dấu, số, `_`, `-`, tối đa 60 ký tự"),
                format!("`{new}` can be no name: letters without accents, digits, `_`, `-`, at most 60 characters"),
            ));
        }
        let clash = |names: &Document| {
            // Fields and papers are asked for in the same lists.
            let same = |kind: Names| match kind {
                Names::Document => Names::Field,
                other => other,
            };
            let mut declared = names.outline.mentions.iter().filter(|one| one.declares.is_some());
            declared.any(|one| one.name == new && same(one.names) == same(mention.names))
        };
        if self.with_names(uri, document, clash) {
            return Err(wrong(format!("đã có `{new}`"), format!("there is a `{new}` already")));
        }
        let mut changes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        self.everywhere(uri, document, mention, &mut |uri, text, one| {
            let edit = json!({ "range": self.columns.range(text, one.span), "newText": new });
            changes.entry(uri.to_owned()).or_default().push(edit);
        });
        Ok(json!({ "changes": changes }))
    }

    fn formatting(&self, document: &Document) -> Value {
        let text = document.text();
        match canonical(&document.source) {
            Ok(form) if form != text => {
                let whole = Span { start: 0, end: text.len() };
                json!([{ "range": self.columns.range(text, whole), "newText": form }])
            }
            _ => json!([]),
        }
    }
}

/// Verbs have their meaning from their word; every other name is the author's own.
fn renamable(document: &Document, at: usize) -> Option<&Mention> {
    document.outline.mention_at(at).filter(|mention| mention.names != Names::Verb)
}
