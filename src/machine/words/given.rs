//! Refusals in words: what is given along with an act, and what is missing or does not fit.

use crate::calendar::working_time::WorkingTime;
use crate::definition::guard::Guard;
use crate::definition::value::Number;
use crate::ids::{DocumentId, FieldId, Verb};
use crate::machine::case::Branch;
use crate::machine::draft::Draft;
use crate::machine::inputs::Fault;
use crate::machine::refusal::{Code, Refusal};
use crate::machine::words::{field_title, field_titles, kind_vi, quoted};

pub(in crate::machine) fn missing(
    draft: &Draft<'_>,
    fields: Vec<FieldId>,
    documents: Vec<DocumentId>,
    reason: bool,
) -> Refusal {
    let code = match (&fields[..], &documents[..]) {
        ([_, ..], _) => Code::MissingField,
        ([], [_, ..]) => Code::MissingDocument,
        ([], []) => Code::ReasonRequired,
    };
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    if !fields.is_empty() {
        let titles = field_titles(draft, &fields);
        vi.push(format!("thông tin {titles}"));
        en.push(format!("the fields {titles}"));
    }
    if !documents.is_empty() {
        let title = |id: &DocumentId| {
            draft.procedure().documents.get(id).map_or(id.as_str(), |document| document.title.vi.as_str()).to_owned()
        };
        let titles = quoted(documents.iter().map(title));
        vi.push(format!("giấy tờ {titles}"));
        en.push(format!("the papers {titles}"));
    }
    if reason {
        vi.push("lý do".to_owned());
        en.push("a reason".to_owned());
    }
    Refusal::new(code, format!("Còn thiếu {}.", vi.join("; ")), format!("Still missing: {}.", en.join("; ")))
        .wanting_fields(fields)
        .wanting_documents(documents)
}

pub(in crate::machine) fn guard_false(draft: &Draft<'_>, branch: &Branch, verb: &Verb, guard: &Guard) -> Refusal {
    let step = draft.procedure().step_title(&branch.step);
    Refusal::new(
        Code::GuardFalse,
        format!("Ở «{step}», `{verb}` chỉ được khi `{}`; hiện điều kiện này không đúng.", guard.text()),
        format!("At “{step}”, `{verb}` is open only when `{}`, which does not hold now.", guard.text()),
    )
    .on(branch.id)
}

pub(in crate::machine) fn guard_unknown(draft: &Draft<'_>, guard: &Guard) -> Refusal {
    let empty: Vec<FieldId> =
        guard.fields().into_iter().filter(|field| !draft.case().fields.contains_key(field)).collect();
    let titles = field_titles(draft, &empty);
    Refusal::new(
        Code::GuardUnknown,
        format!("Chưa biết điều kiện `{}` đúng hay sai: còn trống {titles}.", guard.text()),
        format!("Whether `{}` holds cannot be told: {titles} is empty.", guard.text()),
    )
    .wanting_fields(empty)
}

pub(in crate::machine) fn unknown_fields(draft: &Draft<'_>, fields: Vec<FieldId>) -> Refusal {
    let names = quoted(fields.iter().map(ToString::to_string));
    let known: Vec<String> = draft.procedure().fields.keys().map(ToString::to_string).collect();
    let list = known.join(", ");
    Refusal::new(
        Code::UnknownField,
        format!("Quy trình không có thông tin {names}. Có: {list}."),
        format!("The procedure has no field {names}. It has: {list}."),
    )
    .wanting_fields(fields)
}

pub(in crate::machine) fn unknown_documents(documents: Vec<DocumentId>) -> Refusal {
    let names = quoted(documents.iter().map(ToString::to_string));
    Refusal::new(
        Code::UnknownDocument,
        format!("Quy trình không có giấy tờ {names}."),
        format!("The procedure has no paper {names}."),
    )
    .wanting_documents(documents)
}

pub(in crate::machine) fn wrong_values(draft: &Draft<'_>, wrong: Vec<(FieldId, Fault)>) -> Refusal {
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    for (field, fault) in &wrong {
        let title = field_title(draft, field);
        let (found_vi, found_en) = match fault {
            Fault::Kind(wanted, choices) if choices.is_empty() => {
                (format!("phải là {}", kind_vi(wanted)), format!("must be of the kind {wanted}"))
            }
            Fault::Kind(_, choices) => {
                let list = choices.join(", ");
                (format!("phải là một trong: {list}"), format!("must be one of: {list}"))
            }
            Fault::Below(min) => (format!("ít nhất là {min}"), format!("must be at least {min}")),
            Fault::Above(max) => (format!("nhiều nhất là {max}"), format!("must be at most {max}")),
            Fault::Form(form) => (
                format!("chưa đúng mẫu mà quy trình đặt ra (`{form}`)"),
                format!("is not of the form that the procedure wants (`{form}`)"),
            ),
            Fault::NoSuchPerson(id) => {
                (format!("danh bạ không có người `{id}`"), format!("names `{id}`, whom the directory does not know"))
            }
            Fault::NoSuchUnit(id) => {
                (format!("danh bạ không có đơn vị `{id}`"), format!("names `{id}`, a unit the directory does not know"))
            }
        };
        vi.push(format!("«{title}» {found_vi}"));
        en.push(format!("“{title}” {found_en}"));
    }
    Refusal::new(Code::WrongValue, format!("{}.", vi.join("; ")), format!("{}.", en.join("; ")))
        .wanting_fields(wrong.into_iter().map(|(field, _)| field).collect())
}

pub(in crate::machine) fn window_backwards(draft: &Draft<'_>, from: &FieldId, until: &FieldId) -> Refusal {
    let (from_title, until_title) = (field_title(draft, from), field_title(draft, until));
    Refusal::new(
        Code::WrongValue,
        format!("Ngày đầu «{from_title}» không được sau ngày cuối «{until_title}»."),
        format!("The first day “{from_title}” must not be after the last one, “{until_title}”."),
    )
    .wanting_fields(vec![from.clone(), until.clone()])
}

pub(in crate::machine) fn wrong_length(
    draft: &Draft<'_>,
    field: &FieldId,
    found: &Number,
    at_most: &WorkingTime,
) -> Refusal {
    let (title, most, most_en) = (field_title(draft, field), at_most.vi(), at_most.en());
    let found_vi = found.to_string().replace('.', ",");
    Refusal::new(
        Code::WrongValue,
        format!(
            "«{title}» là {found_vi}, không làm thời hạn được: phải lớn hơn 0, nhiều nhất là {most}; ngày làm việc chia \
             đến 1/4, giờ chia đến phút, ngày lịch và tháng là số nguyên."
        ),
        format!(
            "“{title}” is {found}, which makes no limit: it must be more than 0, at most {most_en}; in quarters of a \
             working day, minutes of an hour, whole calendar days and months."
        ),
    )
    .wanting_fields(vec![field.clone()])
}

pub(in crate::machine) fn unknown_code(draft: &Draft<'_>, code: &str) -> Refusal {
    let list = draft.procedure().codes.join(", ");
    Refusal::new(
        Code::UnknownCode,
        format!("Mã thủ tục `{code}` không thuộc quy trình này. Có: {list}."),
        format!("The code `{code}` is not one of this procedure's. It has: {list}."),
    )
}

pub(in crate::machine) fn no_letter(vi: &str, en: &str, letter: char) -> Refusal {
    let code = u32::from(letter);
    Refusal::new(
        Code::BadText,
        format!("Phần {vi} có ký tự điều khiển U+{code:04X}; chỉ dùng chữ, số, dấu và xuống dòng."),
        format!("{en} has the control character U+{code:04X}; only letters, digits, signs and line ends are allowed."),
    )
}

pub(in crate::machine) fn bad_text(vi: &str, en: &str, length: usize, longest: usize) -> Refusal {
    if length > longest {
        return Refusal::new(
            Code::BadText,
            format!("Phần {vi} dài {length} ký tự, nhiều nhất là {longest}."),
            format!("{en} has {length} characters, at most {longest} are allowed."),
        );
    }
    Refusal::new(Code::BadText, format!("Phần {vi} còn trống."), format!("{en} is empty."))
}
