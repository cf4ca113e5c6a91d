//! A text file as it lies on disk: its text, or in words why it has none. Whoever reads a file that a person wrote reads
//! it here; what the text means is decided above.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::definition::diagnostic::{Diagnostic, Lang, Text};
use crate::definition::source::Span;

/// Why a file has no text that can be worked with.
#[derive(Clone, Debug)]
pub struct Unread {
    pub path: PathBuf,
    why: Why,
    /// As much of it as can be shown to its author.
    pub shown: String,
}

#[derive(Clone, Debug)]
enum Why {
    /// Two bytes a letter, as Notepad's "Unicode" and Excel's "Unicode Text" are.
    TwoBytes,
    /// Another table of letters, or no text at all.
    OtherLetters,
    Disk(ErrorKind, String),
}

/// The text of a file.
pub fn text(path: &Path) -> Result<String, Unread> {
    let unread = |why, shown| Unread { path: path.to_owned(), why, shown };
    match std::fs::read(path) {
        Ok(bytes) => of_bytes(bytes).map_err(|(why, shown)| unread(why, shown)),
        Err(error) => Err(unread(Why::Disk(error.kind(), error.to_string()), String::new())),
    }
}

fn of_bytes(bytes: Vec<u8>) -> Result<String, (Why, String)> {
    let two = |read: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let letters = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        (Why::TwoBytes, char::decode_utf16(letters).map(|c| c.unwrap_or('\u{fffd}')).collect::<String>())
    };
    match bytes[..] {
        [0xff, 0xfe, ..] => return Err(two(u16::from_le_bytes, &bytes[2..])),
        [0xfe, 0xff, ..] => return Err(two(u16::from_be_bytes, &bytes[2..])),
        // Without a mark in front: every other byte of plain letters is nothing.
        [a, 0, b, 0, ..] if a.is_ascii() && b.is_ascii() && a > 0 => return Err(two(u16::from_le_bytes, &bytes)),
        [0, a, 0, b, ..] if a.is_ascii() && b.is_ascii() && a > 0 => return Err(two(u16::from_be_bytes, &bytes)),
        _ => {}
    }
    String::from_utf8(bytes).map_err(|fault| {
        let shown = String::from_utf8_lossy(fault.as_bytes()).into_owned();
        (Why::OtherLetters, shown)
    })
}

impl Unread {
    /// A folder or file that the system does not let anybody read.
    pub fn of(path: &Path, error: &std::io::Error) -> Unread {
        Unread { path: path.to_owned(), why: Why::Disk(error.kind(), error.to_string()), shown: String::new() }
    }

    /// Whether there is no such file.
    pub fn is_gone(&self) -> bool {
        matches!(self.why, Why::Disk(ErrorKind::NotFound, _))
    }

    /// Whether the file is there and can be read, but holds no UTF-8.
    pub fn is_encoding(&self) -> bool {
        !matches!(self.why, Why::Disk(..))
    }

    /// Why, in words.
    pub fn words(&self) -> Text {
        match &self.why {
            Why::TwoBytes => Text::new(
                "tệp ghi bằng UTF-16 (Notepad gọi là «Unicode»), không phải UTF-8",
                "the file is written in UTF-16 (Notepad calls it “Unicode”), not in UTF-8",
            ),
            Why::OtherLetters => Text::new(
                "tệp không ghi bằng UTF-8 (có thể là ANSI, TCVN3, VNI, hoặc không phải tệp chữ)",
                "the file is not written in UTF-8 (ANSI, TCVN3, VNI, or no text at all)",
            ),
            Why::Disk(ErrorKind::NotFound, _) => Text::new("không có tệp này", "there is no such file"),
            Why::Disk(ErrorKind::PermissionDenied, _) => {
                Text::new("không có quyền đọc tệp này", "this file may not be read by you")
            }
            Why::Disk(ErrorKind::IsADirectory, _) => {
                Text::new("đây là thư mục, không phải tệp", "this is a folder, not a file")
            }
            Why::Disk(_, said) => {
                Text::new(format!("không đọc được tệp: {said}"), format!("the file cannot be read: {said}"))
            }
        }
    }

    /// What to do about it.
    fn help(&self) -> Option<Text> {
        match &self.why {
            Why::TwoBytes | Why::OtherLetters => Some(Text::new(
                "lưu lại bằng UTF-8: Notepad, File > Save As (Lưu thành), ô Encoding (Mã hóa) chọn UTF-8",
                "save it as UTF-8: Notepad, File > Save As, choose UTF-8 at Encoding",
            )),
            Why::Disk(ErrorKind::PermissionDenied, _) => Some(Text::new(
                "nhờ người quản trị máy cho quyền đọc",
                "ask whoever looks after this computer for leave to read it",
            )),
            Why::Disk(..) => None,
        }
    }

    /// In one line, behind the file's name.
    pub fn told(&self, lang: Lang) -> String {
        let why = self.words();
        let help = self.help().map(|help| format!("; {}", help.in_lang(lang))).unwrap_or_default();
        format!("{}: {}{help}", self.path.display(), why.in_lang(lang))
    }

    /// Y01: the file as it is met by the checks.
    pub fn diagnostic(&self) -> Diagnostic {
        let Text { vi, en } = self.words();
        let at = self.shown.find('\u{fffd}').unwrap_or(0);
        let length = self.shown.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let found = Diagnostic::error("Y01", Span { start: at, end: at + length }, vi, en);
        match self.help() {
            Some(help) => found.help(help.vi, help.en),
            None => found,
        }
    }
}
