//! Procedure files: what loads, and what each fault is told as.

use quytrinh::definition::diagnostic::{Lang, human};
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

fn rendered(name: &str, text: &str) -> String {
    let source = Source::new(name, text);
    let found = match load(&source) {
        Ok((_, found)) | Err(found) => found,
    };
    found.iter().map(|d| human(d, &source, Lang::Vi)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_permit_loads_without_a_word() {
    let text = std::fs::read_to_string("workflows/so-xay-dung/cap-phep-xay-dung.yaml").unwrap();
    assert_eq!(rendered("cap-phep-xay-dung.yaml", &text), "");
}
