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
    "N01" "N02" "N03" "N04" "N05" "N06" "N07" "N08" "N10" "N13" "N14" "N16" "N19" "N90"
    "S01" "S02" "S03" "S04" "S06" "S15" "S16"
    "P01" "P02" "P03" "P12"
    "G00" "G01" "G02" "G03" "G11"
    "T01" "T05" "T06" "T10" "T11" "T12" "T18" "T22" "T23" "T26"
    "R01" "R02" "R03" "R04" "R05" "R06" "R07" "R08" "R09" "R13" "R14" "R16" "R18" "R19" "R20" "R21"
    "D06"
    "X01" "X02" "X03" "X06" "X08" "X11"
    "V01" "V02" "V03" "V09" "V10" "V12"
}

/// The page of a code.
pub fn page(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code.eq_ignore_ascii_case(code))
}
