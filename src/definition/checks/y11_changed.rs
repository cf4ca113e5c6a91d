//! Y11: unquoted values that other programs read as something else: 3.10 as 3.1, 08:30 as a number, `no` as false.

use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::{Node, NodeKind, Source};

/// Codes, numbers of decisions, hours of the day, and words to choose from.
pub fn check(source: &Source) -> Vec<Diagnostic> {
    let Some(root) = source.root() else { return Vec::new() };
    let mut values: Vec<&Node> = Vec::new();
    values.extend(root.get("id"));
    values.extend(root.get("codes").into_iter().flat_map(each));
    values.extend(root.get("decision").and_then(|node| node.get("number")));
    values.extend(root.get("case").and_then(|node| node.get("cut_off")));
    for (_, field) in root.get("fields").map(Node::entries).unwrap_or_default() {
        values.extend(field.get("of").into_iter().flat_map(each));
    }
    values.into_iter().filter_map(changed).chain(root.get("version").and_then(version)).collect()
}

/// A version written with a dot, as software has them; quotes would not help.
fn version(node: &Node) -> Option<Diagnostic> {
    let text = node.text()?;
    let (whole, _) = text.split_once('.')?;
    let as_what = read_as(text)?;
    let next = whole.parse::<u32>().ok()?;
    Some(
        Diagnostic::error(
            "Y11",
            node.span,
            format!("phiên bản `{text}`: chương trình khác đọc thành {}", as_what.0),
            format!("version `{text}` is read by other programs as {}", as_what.1),
        )
        .help(
            format!("phiên bản là số nguyên, mỗi lần ban hành thêm một: viết `{next}`"),
            format!("a version is a whole number, one more for each published text: write `{next}`"),
        ),
    )
}

fn each(node: &Node) -> impl Iterator<Item = &Node> {
    let own = matches!(node.kind, NodeKind::Scalar { .. }).then_some(node);
    node.items().iter().chain(own)
}

fn changed(node: &Node) -> Option<Diagnostic> {
    let NodeKind::Scalar { text, quoted: false } = &node.kind else { return None };
    let as_what = read_as(text)?;
    Some(
        Diagnostic::error(
            "Y11",
            node.span,
            format!("`{text}` không có ngoặc kép thì chương trình khác đọc thành {}", as_what.0),
            format!("`{text}` without quotes is read by other programs as {}", as_what.1),
        )
        .help(format!("viết `\"{text}\"`"), format!("write `\"{text}\"`"))
        .fix(node.span, format!("\"{text}\"")),
    )
}

/// What a YAML reader makes of an unquoted value, where that is not the text.
fn read_as(text: &str) -> Option<(String, String)> {
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if matches!(text.to_lowercase().as_str(), "yes" | "no" | "on" | "off" | "true" | "false" | "y" | "n") {
        return Some(("đúng/sai".into(), "yes or no".into()));
    }
    if matches!(text, "null" | "Null" | "NULL" | "~") {
        return Some(("trống".into(), "nothing".into()));
    }
    if let Some((hours, minutes)) = text.split_once(':')
        && digits(hours)
        && digits(minutes)
    {
        return Some(("một con số".into(), "a number".into()));
    }
    if let Some((whole, rest)) = text.split_once('.')
        && digits(whole)
        && digits(rest)
    {
        let shorter = text.trim_end_matches('0').trim_end_matches('.');
        let said = if shorter == text { "một con số".to_owned() } else { format!("số {shorter}") };
        let said_en = if shorter == text { "a number".to_owned() } else { format!("the number {shorter}") };
        return Some((said, said_en));
    }
    if let Some((mantissa, exponent)) = text.split_once(['e', 'E'])
        && digits(mantissa)
        && digits(exponent)
    {
        return Some(("một số rất lớn".into(), "a very large number".into()));
    }
    (text.len() > 1 && text.starts_with('0') && digits(text)).then(|| ("số hệ 8".into(), "an octal number".into()))
}
