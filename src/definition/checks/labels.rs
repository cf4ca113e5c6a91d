//! L01: nothing to print; L02: a translation left half done; L05: a label too long for a table; L06: a step's name
//! without a verb; L08: one post under two names.

use std::collections::BTreeMap;

use crate::definition::checks::Look;
use crate::definition::checks::hidden::shows_nothing;
use crate::definition::checks::n17_numbers::numbered;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Step, StepKind, UnitRef, Who};
use crate::definition::source::{Node, Route};
use crate::definition::verbs::standard;
use crate::fold::fold;

const LONGEST: usize = 80;

/// The first words of tasks in administrative Vietnamese.
const VERBS: &[&str] = &[
    "ban", "bàn", "báo", "bổ", "cấp", "cập", "cho", "chấp", "chỉ", "chuyển", "chuẩn", "chờ", "chọn", "chứng", "chốt",
    "công", "cử", "duyệt", "dự", "dừng", "đánh", "đăng", "đề", "đo", "đón", "đóng", "đôn", "đối", "đưa", "ghi", "gia",
    "giao", "giải", "giám", "gọi", "góp", "gửi", "hẹn", "họp", "hoàn", "hỏi", "hủy", "hướng", "in", "kết", "khai",
    "khảo", "kiểm", "ký", "lập", "lấy", "lên", "lưu", "mời", "mở", "nghiên", "nghiệm", "nhận", "nhập", "niêm", "nộp",
    "phát", "phân", "phê", "phối", "quét", "quyết", "ra", "rà", "rẽ", "sao", "sắp", "scan", "soạn", "soát", "số",
    "sửa", "tạm", "tham", "thanh", "theo", "thi", "thẩm", "thống", "thông", "thu", "thụ", "thực", "tiếp", "tìm",
    "tính", "tổ", "tổng", "trao", "trả", "triển", "trích", "trình", "trực", "từ", "ủy", "vào", "vận", "viết", "xác",
    "xem", "xét", "xin", "xử", "xây", "yêu", "ý",
];

/// The first words of whoever does a task, where a name says that before the task.
const ACTORS: &[&str] = &[
    "ban",
    "bên",
    "bộ",
    "bưu",
    "các",
    "cán",
    "chi",
    "chủ",
    "chuyên",
    "cơ",
    "cục",
    "đơn",
    "đoàn",
    "giám",
    "hội",
    "kế",
    "kho",
    "lãnh",
    "một",
    "người",
    "nhân",
    "phó",
    "phòng",
    "sở",
    "tập",
    "thanh",
    "thủ",
    "thường",
    "tòa",
    "tổ",
    "trưởng",
    "trung",
    "ubnd",
    "ủy",
    "văn",
    "viên",
    "viện",
];

/// Every label.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        found.extend(of_step(look, step));
    }
    for (step, verb, way) in look.actions() {
        if way.title.is_none() && standard(verb).is_none() {
            found.push(
                Diagnostic::error(
                    "L01",
                    look.source.key_span(&look.action_route(&step.id, verb)),
                    format!("hành động riêng `{verb}` chưa có tên tiếng Việt để in lên nút"),
                    format!("the own verb `{verb}` has no Vietnamese label to print on its button"),
                )
                .help("thêm `vi:`", "add `vi:`"),
            );
        }
    }
    if let Some(root) = look.source.root() {
        empty(root, "procedure", &mut found);
    }
    found.extend(half_translated(look));
    found.extend(two_names(look));
    found
}

fn of_step(look: &Look<'_>, step: &Step) -> Option<Diagnostic> {
    let label = &step.title.vi;
    let span = look.source.span(&look.route(&step.id).key("vi"));
    if shows_nothing(label) {
        return None;
    }
    let length = label.chars().count();
    if length > LONGEST {
        return Some(
            Diagnostic::error(
                "L05",
                span,
                format!("tên bước dài {length} chữ, quá {LONGEST}: bảng in sẽ vỡ"),
                format!("the step's name has {length} characters, more than {LONGEST}: it breaks the printed table"),
            )
            .warning()
            .help("rút gọn, phần còn lại ghi ở `note`", "shorten it, the rest goes to `note`"),
        );
    }
    if !matches!(step.kind, StepKind::Staff(_) | StepKind::Wait(_) | StepKind::Call(_)) {
        return None;
    }
    let (_, name) = numbered(label);
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let is_verb = |word: &String| VERBS.contains(&word.as_str());
    let says_what = match words.next() {
        Some(first) if is_verb(&first) => true,
        // `Cơ quan Thuế xác minh` names who and then what; a name without any verb says only who.
        Some(first) if ACTORS.contains(&first.as_str()) => words.any(|word| is_verb(&word)),
        first => first.is_none(),
    };
    (!says_what && !name.is_empty()).then(|| {
        Diagnostic::error(
            "L06",
            span,
            format!("tên bước không nói làm việc gì: `{name}`"),
            format!("the step's name does not say what is done: `{name}`"),
        )
        .warning()
        .help(
            "gọi tên việc phải làm: `Thẩm định hồ sơ`, `Ký giấy phép`",
            "name what is to be done: `Thẩm định hồ sơ`, `Ký giấy phép`",
        )
    })
}

/// Labels in which there is nothing to read, wherever they stand.
fn empty(node: &Node, of: &str, found: &mut Vec<Diagnostic>) {
    for (key, value) in node.entries() {
        if key.text == "vi" && value.text().is_some_and(shows_nothing) {
            let span = if value.span.start < value.span.end { value.span } else { key.span };
            found.push(
                Diagnostic::error("L01", span, format!("`{of}` có `vi` trống"), format!("`{of}` has an empty `vi`"))
                    .help("viết tên bằng tiếng Việt có dấu", "write the name in Vietnamese"),
            );
        }
        empty(value, &key.text, found);
    }
    node.items().iter().for_each(|item| empty(item, of, found));
}

/// A file without English is whole; one that has begun and not ended is not.
fn half_translated(look: &Look<'_>) -> Option<Diagnostic> {
    let steps: Vec<&Step> = look.sound_steps().collect();
    let missing: Vec<&&Step> = steps.iter().filter(|step| step.title.en.is_none()).collect();
    let first = missing.first().filter(|_| missing.len() < steps.len())?;
    let (count, id) = (missing.len(), &first.id);
    Some(
        Diagnostic::error(
            "L02",
            look.source.key_span(&look.route(id)),
            format!("{count} bước chưa có tên tiếng Anh, trong khi các bước khác đã có"),
            format!("{count} steps have no English name, others have one"),
        )
        .warning()
        .help("thêm `en:`, hoặc bỏ `en:` ở mọi bước", "add `en:`, or remove it from all steps"),
    )
}

fn two_names(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for (id, people) in &look.procedure.people {
        let post = match &people.who {
            Who::Post { post, unit: UnitRef::Unit(unit) } => format!("{post}@{unit}"),
            Who::HeadOf(UnitRef::Unit(unit)) => format!("head@{unit}"),
            Who::DeputyOf(UnitRef::Unit(unit)) => format!("deputy@{unit}"),
            _ => continue,
        };
        let (first, name) = *seen.entry(post).or_insert((id.as_str(), people.title.vi.as_str()));
        if fold(name) != fold(&people.title.vi) {
            found.push(
                Diagnostic::error(
                    "L08",
                    look.source.span(&Route::of(["people", id.as_str(), "vi"])),
                    format!("một chức danh hai tên gọi: `{}` và `{name}`", people.title.vi),
                    format!("one post has two names: `{}` and `{name}`", people.title.vi),
                )
                .warning()
                .related(look.source.span(&Route::of(["people", first, "vi"])), "tên thứ nhất", "the first name")
                .help("gọi một tên ở cả hai chỗ", "use one name in both places"),
            );
        }
    }
    found
}
