//! R20: a unit that no inspector sees.

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::Route;

/// The owner of the file, where no inspector's area holds it.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let owner = &look.procedure.owner;
    if !look.directory.inspectors_of(owner).is_empty() {
        return Vec::new();
    }
    let name = look.directory.unit_name(owner);
    vec![
        Diagnostic::error(
            "R20",
            look.source.span(&Route::of(["owner"])),
            format!("không thanh tra nào phụ trách {name}"),
            format!("no inspector sees {name}"),
        )
        .label("trễ hạn ở đây không ai ngoài đơn vị biết", "what is late here nobody outside will know")
        .help(
            "thêm người vào `rights.inspectors` của sơ đồ tổ chức, với `area` là đơn vị này hoặc cấp trên của nó",
            "add somebody to `rights.inspectors` of the directory, with this unit or one above as his `area`",
        ),
    ]
}
