//! S01, further: which ways led to a lost step in the text before.

use crate::definition::diagnostic::Diagnostic;
use crate::definition::filled::ways;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;

/// Adds to every lost step what led to it before: the way that was taken out or turned elsewhere is the fault.
pub fn tell(old: &Procedure, source: &Source, found: &mut [Diagnostic]) {
    for told in found.iter_mut().filter(|told| told.code == "S01") {
        let name = source.text().get(told.span.start..told.span.end).unwrap_or("");
        let mut led: Vec<String> = ways(old)
            .iter()
            .filter(|way| way.to.as_str() == name)
            .map(|way| match way.verb {
                Some(verb) => format!("`{}.{verb}`", way.from),
                None => format!("`{}`", way.from),
            })
            .collect();
        led.dedup();
        if old.start.iter().any(|choice| choice.then.as_str() == name) {
            led.insert(0, "`start`".to_owned());
        }
        if led.is_empty() {
            continue;
        }
        let (led, version) = (led.join(", "), old.version);
        *told = told.clone().note(
            format!("ở bản {version} dẫn tới đây có {led}"),
            format!("in version {version} it was led to by {led}"),
        );
    }
}
