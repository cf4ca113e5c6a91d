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
    "Y01" "Y02" "Y03" "Y04" "Y05" "Y06" "Y07" "Y08" "Y09" "Y10" "Y11" "Y12"
    "N01" "N02" "N03" "N04" "N05" "N06" "N07" "N08" "N09" "N10" "N11" "N12" "N13"
    "N14" "N15" "N16" "N17" "N19" "N20" "N21"
    "S01" "S02" "S03" "S04" "S05" "S06" "S07" "S08" "S09" "S10" "S11" "S12" "S13"
    "S14" "S15" "S16" "S17" "S18"
    "P01" "P02" "P03" "P04" "P05" "P06" "P07" "P08" "P09" "P10" "P11" "P12" "P13"
    "G00" "G01" "G02" "G03" "G04" "G05" "G06" "G07" "G08" "G09" "G10" "G11"
    "G12" "G13" "G14"
    "T01" "T02" "T03" "T04" "T05" "T06" "T07" "T08" "T09" "T10" "T11" "T12"
    "T13" "T14" "T15" "T16" "T17" "T18" "T19" "T20" "T21" "T22" "T23" "T24" "T25" "T26" "T27" "T28"
    "R01" "R02" "R03" "R04" "R05" "R06" "R07" "R08" "R09" "R10" "R11" "R12" "R13"
    "R14" "R15" "R16" "R17" "R18" "R19" "R20" "R21" "R22" "R23" "R24"
    "D01" "D02" "D03" "D04" "D05" "D06" "D07" "D08" "D09" "D10" "D11"
    "L01" "L02" "L03" "L04" "L05" "L06" "L07" "L08"
    "X01" "X02" "X03" "X04" "X05" "X06" "X07" "X08" "X09" "X10" "X11"
    "V01" "V02" "V03" "V04" "V05" "V06" "V07" "V08" "V09" "V10" "V11" "V12"
    "Q01" "Q02" "Q03" "Q04" "Q05" "Q06" "Q07"
}

/// A page in one language: the English one has the same examples.
pub fn in_english(page: &Page) -> String {
    let (vietnamese, english) = page.text.split_once("\n---\n").unwrap_or((page.text, ""));
    let mut blocks = vietnamese.split("```").skip(1).step_by(2);
    let mut text = format!("# {}\n\n{}\n", page.code, english.trim().replace('*', ""));
    for title in ["Wrong", "Right"] {
        if let Some(block) = blocks.next() {
            text.push_str(&format!("\n**{title}**\n\n```{block}```\n"));
        }
    }
    text
}

/// The Vietnamese half of a page.
pub fn in_vietnamese(page: &Page) -> String {
    let (vietnamese, _) = page.text.split_once("\n---\n").unwrap_or((page.text, ""));
    format!("{}\n", vietnamese.trim_end())
}

/// Codes like a word that is none: the nearest one, then those of the same family.
pub fn near(code: &str) -> Vec<Code> {
    let code = code.trim().to_uppercase();
    let letter: String = code.chars().take_while(|c| c.is_alphabetic()).collect();
    let number: Option<u32> = code.get(letter.len()..).and_then(|digits| digits.parse().ok());
    let padded = number.map(|number| format!("{letter}{number:02}"));
    let same = |page: &&Page| padded.as_deref() == Some(page.code);
    let family =
        |page: &&Page| !letter.is_empty() && page.code.trim_end_matches(|c: char| c.is_ascii_digit()) == letter;
    if let Some(page) = PAGES.iter().find(same) {
        return vec![page.code];
    }
    PAGES.iter().filter(family).map(|page| page.code).collect()
}

/// The page of a code.
pub fn page(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code.eq_ignore_ascii_case(code))
}
