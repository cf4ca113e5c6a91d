//! The reference: every code with its page. A code without a page does not compile.

use crate::definition::diagnostic::Code;

/// One code of the reference.
pub struct Page {
    pub code: Code,
    /// The page in Markdown: what it catches, why, a wrong and a right example.
    pub text: &'static str,
}

macro_rules! pages {
    ($($code:literal)*) => {
        /// Every code there is, in the order of the reference.
        pub const PAGES: &[Page] = &[
            $(Page { code: $code, text: include_str!(concat!("../../../docs/reference/checks/", $code, ".md")) },)*
        ];
    };
}

pages! {
    "Y01" "Y02" "Y03" "Y04" "Y05" "Y06" "Y09" "Y10" "Y12"
    "N01" "N02" "N03" "N04" "N05" "N06" "N07" "N08" "N10" "N13" "N14" "N16" "N90"
    "S01" "S02" "S03" "S04" "S06" "S16"
    "P01" "P02" "P03"
    "G00" "G01" "G02" "G03" "G11"
    "T01" "T05" "T06" "T10" "T11" "T12" "T23" "T26"
    "R01" "R02" "R05" "R13"
}

/// The page of a code.
pub fn page(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code.eq_ignore_ascii_case(code))
}
