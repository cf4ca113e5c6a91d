//! How many of a council are enough: a number, or a part of the whole. It may not know who they are.

use std::fmt;

/// So many of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    AtLeast(u32),
    /// At least that part of the whole; `over` wants more than it.
    Part {
        of: u32,
        in_all: u32,
        over: bool,
    },
}

impl Share {
    /// Reads `5`, `60%`, `2/3`, `over 1/2`; in Vietnamese `trên 1/2`, `quá nửa`.
    pub fn read(text: &str) -> Option<Share> {
        let text = text.trim();
        if matches!(text, "quá nửa" | "over half") {
            return Some(Share::Part { of: 1, in_all: 2, over: true });
        }
        let (over, rest) = match text.strip_prefix("over ").or(text.strip_prefix("trên ")) {
            Some(rest) => (true, rest.trim()),
            None => (false, text),
        };
        let (of, in_all) = match (rest.strip_suffix('%'), rest.split_once('/')) {
            (Some(percent), _) => (percent.trim().parse().ok()?, 100),
            (None, Some((of, in_all))) => (of.trim().parse().ok()?, in_all.trim().parse().ok()?),
            (None, None) => return rest.parse().ok().filter(|n| *n > 0 && !over).map(Share::AtLeast),
        };
        // More than all is nobody.
        let fits = of > 0 && in_all <= 1_000 && if over { of < in_all } else { of <= in_all };
        fits.then_some(Share::Part { of, in_all, over })
    }

    /// How many of `all` it takes; at least one.
    pub fn of(self, all: u32) -> u32 {
        match self {
            Share::AtLeast(n) => n,
            Share::Part { of, in_all, over } => {
                let product = u64::from(all) * u64::from(of);
                let least = if over { product / u64::from(in_all) + 1 } else { product.div_ceil(u64::from(in_all)) };
                u32::try_from(least.max(1)).unwrap_or(u32::MAX)
            }
        }
    }
}

impl fmt::Display for Share {
    /// The canonical form: `5`, `60%`, `over 1/2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Share::AtLeast(n) => write!(f, "{n}"),
            Share::Part { of, in_all, over } => {
                f.write_str(if *over { "over " } else { "" })?;
                if *in_all == 100 { write!(f, "{of}%") } else { write!(f, "{of}/{in_all}") }
            }
        }
    }
}
