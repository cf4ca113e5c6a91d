//! R17: a person's name where the post belongs: people move, the procedure stays.

use crate::definition::checks::Look;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::{Node, NodeKind};

/// Every text of the file that people read.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(root) = look.source.root() {
        read(root, "", &mut found);
    }
    found
}

/// Keys whose text names who does something; laws, papers and the history of versions name other things.
const READ: &[&str] = &["vi", "note", "because", "accepted_by", "post", "owner"];

fn read(node: &Node, key: &str, found: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Map(entries) => {
            for (key, value) in entries.iter().filter(|(key, _)| !matches!(key.text.as_str(), "legal" | "changes")) {
                read(value, &key.text, found);
            }
        }
        NodeKind::List(items) => items.iter().for_each(|item| read(item, key, found)),
        NodeKind::Scalar { text, .. } if READ.contains(&key) => found.extend(name_in(text).map(|name| {
            Diagnostic::error(
                "R17",
                node.span,
                format!("có tên người trong tệp: {name}"),
                format!("a person's name in the file: {name}"),
            )
            .help(
                "ghi chức danh, ai giữ chức danh thì ghi ở sơ đồ tổ chức",
                "write the post; who fills it stands in the directory",
            )
        })),
        NodeKind::Scalar { .. } => {}
    }
}

const TITLES: &[&str] = &["Ông", "Bà", "ông", "bà", "đ/c", "Đ/c", "Đồng chí", "đồng chí"];
const FAMILIES: &[&str] = &[
    "Nguyễn", "Trần", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Đinh", "Lê",
    "Trịnh", "Đoàn", "Lương", "Phùng", "Tạ", "Lưu", "Mai", "Quách", "Tống", "Vương", "Đào", "Nghiêm", "Doãn", "Triệu",
];
/// Places bear names too.
const PLACES: &[&str] = &[
    "đường",
    "phố",
    "phường",
    "xã",
    "quận",
    "huyện",
    "tỉnh",
    "cầu",
    "trường",
    "chợ",
    "thpt",
    "công viên",
    "bệnh viện",
    "hội trường",
    "giải thưởng",
    "học bổng",
    "quỹ",
];

/// A title with a name, or a family name with two more after it.
fn name_in(text: &str) -> Option<String> {
    // A name is two words in capitals at least, and most labels have one.
    text.chars().filter(|c| c.is_uppercase()).nth(1)?;
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches([',', '.', ';', '(', ')', ':'])).collect();
    let capital = |word: &&str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().skip(1).all(char::is_lowercase)
            && word.chars().count() > 1
    };
    for (at, word) in words.iter().enumerate() {
        let family = FAMILIES.contains(word);
        let title = TITLES.iter().find_map(|title| length_of(title, &words[at..]));
        if !family && title.is_none() {
            continue;
        }
        let after = |from: usize| words[from..].iter().take_while(|word| capital(word)).count();
        let titled = title.is_some_and(|length| after(at + length) >= 2);
        if titled || (family && after(at + 1) >= 2 && !of_place(&words[..at])) {
            let end = (at + 4).min(words.len());
            return Some(words[at..end].join(" "));
        }
    }
    None
}

/// Of how many words a title is that the text begins with.
fn length_of(title: &str, words: &[&str]) -> Option<usize> {
    let parts = title.split(' ');
    let length = parts.clone().count();
    (length <= words.len() && parts.zip(words).all(|(part, word)| part == *word)).then_some(length)
}

/// Whether the words before a name say that it is a place's.
fn of_place(before: &[&str]) -> bool {
    let last: Vec<String> = before.iter().rev().take(2).rev().map(|word| word.to_lowercase()).collect();
    PLACES.iter().any(|place| last.last().is_some_and(|word| word == place) || last.join(" ") == *place)
}
