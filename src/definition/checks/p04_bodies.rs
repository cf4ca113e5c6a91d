//! P04: a block that may ask nobody, or asks one body twice; P07, P08: silence without a law, or after another time than
//! the law's; P09: an early join that does not say what becomes of the rest; P13: a branch longer than its block.

use std::cmp::Ordering;

use crate::definition::checks::Look;
use crate::definition::checks::case_types::CaseType;
use crate::definition::checks::paths::{compare, length, longest_in_branch};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Bodies, Join, Limit, Parallel, Silence, Step, StepKind, Units};
use crate::definition::source::Route;
use crate::ids::UnitId;

/// Every block.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in look.sound_steps() {
        let StepKind::Parallel(block) = &step.kind else { continue };
        let route = look.route(&step.id);
        found.extend(rest(look, step, block, &route));
        match &block.bodies {
            Bodies::ForEach { units, within, silence, .. } => {
                found.extend(asked(look, step, units, &route));
                found.extend(silence.as_ref().and_then(|silence| of_silence(look, silence, within, &route)));
            }
            Bodies::Branches(branches) if look.whole() => {
                found.extend(branches.iter().filter_map(|(key, branch)| {
                    let limit = length(block.within.as_ref()?, &CaseType::new())?;
                    let longest = longest_in_branch(look.procedure, &look.graph, &branch.start)?;
                    (compare(&longest, limit) == Some(Ordering::Greater)).then(|| {
                        Diagnostic::error(
                            "P13",
                            look.source.key_span(&route.clone().key("branches").key(key.as_str())),
                            format!("nhánh `{key}` cần {}, cả khối chỉ có {}", longest.vi(), limit.vi()),
                            format!("branch `{key}` takes {}, the whole block has {}", longest.en(), limit.en()),
                        )
                        .warning()
                        .related(look.source.span(&route.clone().key("within")), "hạn của khối", "the block's limit")
                        .help(
                            "rút hạn các bước của nhánh, hoặc tăng hạn của khối",
                            "shorten the branch's steps, or lengthen the block",
                        )
                    })
                }));
            }
            Bodies::Branches(_) => {}
        }
    }
    found
}

fn rest(look: &Look<'_>, step: &Step, block: &Parallel, route: &Route) -> Option<Diagnostic> {
    let early = block.join != Join::All && block.join != Join::AtLeastPercent(100);
    (early && look.source.node(&route.clone().key("rest")).is_none()).then(|| {
        Diagnostic::error(
            "P09",
            look.source.key_span(&route.clone().key("join")),
            format!("khối `{}` không chờ đủ các nơi nhưng không nói các nơi chưa trả lời thì sao", step.id),
            format!("block `{}` does not wait for all, and does not say what becomes of the rest", step.id),
        )
        .help(
            "thêm `rest: cancel` (thôi hỏi) hoặc `rest: continue` (vẫn nhận trả lời)",
            "add `rest: cancel` (ask no longer) or `rest: continue` (still take answers)",
        )
    })
}

fn asked(look: &Look<'_>, step: &Step, units: &Units, route: &Route) -> Option<Diagnostic> {
    let span = look.source.key_span(&route.clone().key("for_each"));
    match units {
        Units::Named(units) => {
            let twice: &UnitId = units.iter().enumerate().find(|(at, unit)| units[..*at].contains(unit))?.1;
            Some(
                Diagnostic::error(
                    "P04",
                    span,
                    format!("khối `{}` hỏi `{twice}` hai lần", step.id),
                    format!("block `{}` asks `{twice}` twice", step.id),
                )
                .warning()
                .help("xóa một lần", "remove one of the two"),
            )
        }
        Units::Field(field) if look.whole() => {
            let sure = look.filled().get(&step.id).is_none_or(|fields| fields.contains(field));
            (!sure).then(|| {
                Diagnostic::error(
                    "P04",
                    span,
                    format!("`{field}` có thể còn trống khi tới đây: khối sẽ bị bỏ qua, không hỏi ai"),
                    format!("`{field}` may be empty here: the block is then skipped and nobody asked"),
                )
                .warning()
                .help(
                    format!("thêm `{field}` vào `needs` của bước trước"),
                    format!("add `{field}` to the `needs` of a step before"),
                )
            })
        }
        Units::Field(_) => None,
    }
}

fn of_silence(look: &Look<'_>, silence: &Silence, within: &Limit, route: &Route) -> Option<Diagnostic> {
    let Some(legal) = &silence.legal else {
        return Some(
            Diagnostic::error(
                "P07",
                look.source.key_span(&route.clone().key("silence")),
                "im lặng chỉ là đồng ý khi luật nói vậy; ở đây chưa ghi căn cứ",
                "silence means consent only where a law says so; here none is named",
            )
            .help("thêm `legal:` vào `silence`", "add `legal:` to `silence`"),
        );
    };
    let says = look.procedure.legal.get(legal)?.limit.as_ref()?;
    let given = length(within, &CaseType::new())?;
    (compare(given, says) != Some(Ordering::Equal)).then(|| {
        Diagnostic::error(
            "P08",
            look.source.span(&route.clone().key("within")),
            format!("im lặng thành đồng ý sau {}, căn cứ `{legal}` nói {}", given.vi(), says.vi()),
            format!("silence becomes consent after {}, `{legal}` says {}", given.en(), says.en()),
        )
        .related(
            look.source.span(&Route::of(["legal", legal.as_str(), "limit"])),
            "thời hạn trong căn cứ",
            "the law's time",
        )
        .help(format!("viết `within: {}`", says.vi()), format!("write `within: {}`", says.en()))
    })
}
