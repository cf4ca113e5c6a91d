//! Samples of the library: procedures with their versions, and one text on its way into force.

use crate::web::lang::Lang;
use crate::web::procedures::{Group, Line, ProceduresPage};
use crate::web::samples::Size;
use crate::web::shell::{Section, Shell};
use crate::web::text_page::{Found, PlanWords, TextPage};

const LONG: &str = "Thẩm định thiết kế xây dựng triển khai sau thiết kế cơ sở công trình hạ tầng kỹ thuật khu dân cư thôn \
     Thượng, xã Nguyễn-Thị-Minh-Khai-Đường-Dài-Không-Khoảng-Trắng-Để-Thử-Xuống-Dòng, giai đoạn 2 (điều chỉnh)";
const DIGEST: &str = "3f5a9c0d7be14a6f8c2d5e7f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b";

fn title(size: Size) -> String {
    if size == Size::Long { LONG.to_owned() } else { "Cấp giấy phép xây dựng".to_owned() }
}

fn line(shell: &Shell, size: Size, version: &str, state: &str, tone: &'static str) -> Line {
    Line {
        href: format!("/quy-trinh/{DIGEST}"),
        title: title(size),
        version: shell.with("text-version", &[("version", version)]),
        state: shell.t(&format!("text-{state}")),
        tone,
        dates: shell.with("text-from", &[("from", "01/12/2026")]),
        done: shell.with("text-done", &[("who", "Nguyễn Thị Hoa"), ("at", "24/11/2026 09:12")]),
        reason: if size == Size::Long { LONG.to_owned() } else { "Theo QĐ 15/QĐ-SXD".to_owned() },
    }
}

impl ProceduresPage {
    /// The library to look at.
    pub fn sample(lang: Lang, size: Size) -> ProceduresPage {
        let shell = Shell::sample(lang, Section::Procedures);
        if size == Size::Empty {
            return ProceduresPage { shell, waiting: Vec::new(), procedures: Vec::new() };
        }
        let group = |title: String, now: Vec<Line>, past: Vec<Line>| Group {
            title,
            id: "cap-phep-xay-dung".to_owned(),
            owner: "Sở Xây dựng".to_owned(),
            now,
            past,
        };
        let now = vec![line(&shell, size, "4", "coming", "new"), line(&shell, size, "3", "in_force", "end")];
        let past =
            vec![line(&shell, size, "2", "replaced", "stopped"), line(&shell, size, "1", "withdrawn", "stopped")];
        let ended = vec![line(&shell, size, "1", "ended", "stopped")];
        let procedures =
            vec![group(title(size), now, past), group("Nhập khẩu thuốc hạn dùng ngắn".to_owned(), Vec::new(), ended)];
        ProceduresPage { waiting: vec![line(&shell, size, "5", "waiting", "soon")], procedures, shell }
    }
}

impl TextPage {
    /// A text to look at: one that waits, one that comes, and one that waits with much against it.
    pub fn sample(lang: Lang, size: Size) -> TextPage {
        let shell = Shell::sample(lang, Section::Procedures);
        let (waits, long) = (size != Size::Empty, size == Size::Long);
        let version = |n: &str| shell.with("text-version", &[("version", n)]);
        let by = |who: &str| shell.with("text-done", &[("who", who), ("at", "24/11/2026 09:12")]);
        let reason = if long { LONG } else { "Theo QĐ 15/QĐ-SXD" };
        let mut done = vec![(shell.t("text-proposed"), by("Nguyễn Thị Hoa"), reason.to_owned())];
        if !waits {
            done.push((shell.t("text-published"), by("Trần Quang Dũng"), String::new()));
        }
        let told = Found {
            tone: if long { "late" } else { "soon" },
            level: shell.t(if long { "text-level-error" } else { "text-level-warning" }),
            place: shell.with("text-place", &[("code", "V06"), ("line", "120")]),
            message: if long {
                LONG.to_owned()
            } else {
                "bước `tham_dinh` rút từ 4 ngày xuống 3 ngày".to_owned()
            },
            help: Some("hồ sơ đang ở đó giữ hạn đã giao".to_owned()),
        };
        let plan = PlanWords {
            lines: vec![
                shell.with("text-plan-open", &[("n", "1.204")]),
                shell.with("text-plan-go-on", &[("n", "1.190")]),
                shell.with("text-plan-blocked", &[("n", "14")]),
            ],
            steps: vec![(title(size), "1.200".to_owned()), ("Trả kết quả".to_owned(), "4".to_owned())],
            obstacles: vec![(
                "đã đi qua bước `lay_y_kien`, bản mới không có".to_owned(),
                "14".to_owned(),
                "2026-000123, 2026-000140, …".to_owned(),
            )],
            unreadable: long.then(|| shell.with("text-plan-unreadable", &[("cases", "2026-000007")])),
        };
        TextPage {
            problem: long.then(|| shell.t("text-stale")),
            title: title(size),
            version: version("4"),
            state: shell.t(if waits { "text-waiting" } else { "text-coming" }),
            tone: if waits { "soon" } else { "new" },
            owner: "Sở Xây dựng".to_owned(),
            procedure: "cap-phep-xay-dung".to_owned(),
            dates: shell.with("text-from", &[("from", "01/12/2026")]),
            digest: DIGEST.to_owned(),
            done,
            looking: false,
            found: if waits { vec![told] } else { Vec::new() },
            faulty: long,
            follows: waits.then(|| version("3")),
            differences: match waits {
                true => vec![
                    ('~', "Hạn của «Thẩm định»: 4 ngày làm việc → 3 ngày làm việc".to_owned()),
                    ('+', if long { LONG.to_owned() } else { "Thêm bước «Kiểm tra thực địa»".to_owned() }),
                ],
                false => Vec::new(),
            },
            plan: waits.then_some(plan),
            pictures: [("3", waits), ("4", true)]
                .into_iter()
                .filter(|(_, there)| *there)
                .map(|(n, _)| (format!("/quy-trinh/{n}{DIGEST}/so-do.svg"), version(n)))
                .collect(),
            confirm: waits,
            withdraw: true,
            waits,
            revision: 12,
            key: "khoa-mau".to_owned(),
            reason: String::new(),
            shell,
        }
    }
}
