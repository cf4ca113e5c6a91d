//! L01: nothing to print; L02: a translation left half done; L05: a label too long for a table; L06: a step's name
//! without a verb; L08: one post under two names.

use std::collections::BTreeMap;

use crate::definition::checks::Look;
use crate::definition::checks::n17_numbers::numbered;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Step, StepKind, UnitRef, Who};
use crate::definition::source::Route;
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
    found.extend(half_translated(look));
    found.extend(two_names(look));
    found
}

fn of_step(look: &Look<'_>, step: &Step) -> Option<Diagnostic> {
    let label = &step.title.vi;
    let span = look.source.span(&look.route(&step.id).key("vi"));
    if label.trim().is_empty() {
        return Some(
            Diagnostic::error(
                "L01",
                span,
                format!("bước `{}` có `vi` trống", step.id),
                format!("step `{}` has an empty `vi`", step.id),
            )
            .help("viết tên bước bằng tiếng Việt có dấu", "write the step's name in Vietnamese"),
        );
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
    // `Cơ quan Thuế xác minh` names who and then what; a name without any verb says only who.
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let says_what = words.any(|word| VERBS.contains(&word.as_str()) || word.chars().all(|c| c.is_ascii_digit()));
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
