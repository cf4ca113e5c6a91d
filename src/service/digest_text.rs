//! A digest as one plain message, in either language: what a mail or a terminal shows. Pure.

use crate::definition::diagnostic::Lang;
use crate::ids::Ts;
use crate::service::digest::{Digest, DigestLine, Told};

/// The message. `base` is put before the address of each case, and may be empty; `local` writes an instant.
pub fn text(digest: &Digest, lang: Lang, base: &str, local: &dyn Fn(Ts) -> String) -> String {
    let say = |vi: &str, en: &str| match lang {
        Lang::Vi => vi.to_owned(),
        Lang::En => en.to_owned(),
    };
    let date = digest.date.strftime("%d/%m/%Y");
    let mut text = match lang {
        Lang::Vi => format!("Sáng {date}, {}\n", digest.person.name),
        Lang::En => format!("The morning of {date}, {}\n", digest.person.name),
    };
    if digest.is_empty() {
        return text + &say("Không có gì mới, không việc nào đến hạn.\n", "Nothing new, and nothing falls due.\n");
    }
    let sections = [
        (say("Quá hạn", "Late"), &digest.late),
        (say("Đến hạn hôm nay", "Due today"), &digest.today),
        (say("Đến hạn ngày làm việc tới", "Due on the next working day"), &digest.tomorrow),
    ];
    for (title, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
        text += &format!("\n{title} ({})\n", lines.len());
        for line in *lines {
            text += &due(line, base, local);
        }
    }
    if !digest.told.is_empty() {
        text += &format!(
            "\n{} ({})\n",
            say("Đã báo từ sáng hôm trước", "Told since the morning before"),
            digest.told.len()
        );
    }
    for case in &digest.told {
        let notices: Vec<String> =
            case.notices.iter().map(|told| format!("{} {}", local(told.at), notice(told, lang))).collect();
        let deadline =
            case.deadline.map_or_else(String::new, |at| format!(", {} {}", say("hạn hồ sơ", "case due"), local(at)));
        text += &format!("- {}: {}{deadline}\n  {}\n", case.case, case.title, notices.join("; "));
        text += &format!("  {base}/ho-so/{}\n", case.case);
    }
    text
}

fn due(line: &DigestLine, base: &str, local: &dyn Fn(Ts) -> String) -> String {
    let DigestLine { case, title, step_title, deadline } = line;
    format!("- {} {case}: {title} ({step_title})\n  {base}/ho-so/{case}\n", local(*deadline))
}

/// What a notice said.
fn notice(told: &Told, lang: Lang) -> &'static str {
    let (vi, en) = match told.kind.as_str() {
        "reminded" => ("sắp đến hạn", "soon due"),
        "breached" => ("hết hạn", "deadline passed"),
        "escalated" => ("báo lên cấp trên", "made known above"),
        "apology_due" => ("đến lúc phải xin lỗi công dân", "time to apologise to the citizen"),
        "acknowledged" => ("cấp trên đã biết", "acknowledged above"),
        _ => ("có thông báo", "a notice"),
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::digest::DigestCase;
    use crate::service::views::PersonName;

    fn at(text: &str) -> Ts {
        text.parse().unwrap()
    }

    fn digest() -> Digest {
        let line = |case: &str, deadline: &str| DigestLine {
            case: case.into(),
            title: "Nhà ở, 12 Hàng Bài".into(),
            step_title: "Thẩm định".into(),
            deadline: at(deadline),
        };
        Digest {
            person: PersonName { id: "lan".into(), name: "Nguyễn Thị Lan".into() },
            date: "2026-08-10".parse().unwrap(),
            since: at("2026-08-07T01:00:00Z"),
            until: at("2026-08-10T01:00:00Z"),
            told: vec![DigestCase {
                case: "2026-000007".into(),
                title: "Trụ sở".into(),
                deadline: Some(at("2026-08-20T10:30:00Z")),
                notices: vec![
                    Told { kind: "reminded".into(), at: at("2026-08-07T02:00:00Z") },
                    Told { kind: "breached".into(), at: at("2026-08-07T10:30:00Z") },
                ],
            }],
            late: vec![line("2026-000001", "2026-08-07T10:30:00Z")],
            today: vec![line("2026-000002", "2026-08-10T10:30:00Z")],
            tomorrow: vec![],
        }
    }

    #[test]
    fn one_message_gathers_everything_by_case() {
        let local = |at: Ts| at.to_string();
        let vi = text(&digest(), Lang::Vi, "https://mot-cua.example", &local);
        let expected = "Sáng 10/08/2026, Nguyễn Thị Lan\n\n\
            Quá hạn (1)\n- 2026-08-07T10:30:00Z 2026-000001: Nhà ở, 12 Hàng Bài (Thẩm định)\n  \
            https://mot-cua.example/ho-so/2026-000001\n\n\
            Đến hạn hôm nay (1)\n- 2026-08-10T10:30:00Z 2026-000002: Nhà ở, 12 Hàng Bài (Thẩm định)\n  \
            https://mot-cua.example/ho-so/2026-000002\n\n\
            Đã báo từ sáng hôm trước (1)\n- 2026-000007: Trụ sở, hạn hồ sơ 2026-08-20T10:30:00Z\n  \
            2026-08-07T02:00:00Z sắp đến hạn; 2026-08-07T10:30:00Z hết hạn\n  \
            https://mot-cua.example/ho-so/2026-000007\n";
        assert_eq!(vi, expected);
        let en = text(&digest(), Lang::En, "", &local);
        assert!(en.contains("soon due; 2026-08-07T10:30:00Z deadline passed"), "{en}");
        assert_eq!(en.matches("2026-000007:").count(), 1, "one case is told once");
    }

    #[test]
    fn a_quiet_morning_says_so() {
        let empty = Digest { told: vec![], late: vec![], today: vec![], tomorrow: vec![], ..digest() };
        assert!(text(&empty, Lang::Vi, "", &|at| at.to_string()).contains("Không có gì mới"));
    }
}
