//! From a condition's text to its tree with places. It may not know which fields exist.

use crate::definition::guard::{Comparison, Expr, Fact, GuardFault, Operation};
use crate::definition::source::Span;
use crate::definition::value::{Number, Value};

/// The longest condition, in bytes.
const LONGEST: usize = 2_000;
/// The deepest nesting; with the length it bounds the cost of reading and of evaluating.
const DEEPEST: usize = 32;

/// A tree with places.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    Literal(Value, Span),
    Name(String, Span),
    Fact(Fact, Span),
    Has(String, Span),
    Not(Box<Parsed>, Span),
    And(Box<Parsed>, Box<Parsed>),
    Or(Box<Parsed>, Box<Parsed>),
    Compare(Comparison, Box<Parsed>, Box<Parsed>),
    In(Box<Parsed>, Box<Parsed>),
    Arith(Operation, Box<Parsed>, Box<Parsed>),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Number),
    Text(String),
    Name(String),
    Sign(&'static str),
    End,
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: [&str; 18] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", "+", "-", "*", "."];

/// Reads a condition.
pub fn parse(text: &str) -> Result<Parsed, GuardFault> {
    if text.len() > LONGEST {
        return Err(syntax(
            Span { start: 0, end: text.len() },
            "điều kiện dài quá 2.000 ký tự",
            "longer than 2,000 characters",
        ));
    }
    let mut reader = Reader { tokens: tokens(text)?, at: 0, depth: 0 };
    let parsed = reader.or()?;
    match reader.peek() {
        Token::End => Ok(parsed),
        _ => Err(reader.unexpected("thừa từ đây", "this is left over")),
    }
}

impl Parsed {
    /// The part of the text it was read from.
    pub fn span(&self) -> Span {
        match self {
            Parsed::Literal(_, span)
            | Parsed::Name(_, span)
            | Parsed::Fact(_, span)
            | Parsed::Has(_, span)
            | Parsed::Not(_, span) => *span,
            Parsed::And(a, b)
            | Parsed::Or(a, b)
            | Parsed::Compare(_, a, b)
            | Parsed::In(a, b)
            | Parsed::Arith(_, a, b) => Span { start: a.span().start, end: b.span().end },
        }
    }

    /// The tree without places.
    pub fn expr(self) -> Expr {
        let boxed = |parsed: Box<Parsed>| Box::new(parsed.expr());
        match self {
            Parsed::Literal(value, _) => Expr::Literal(value),
            Parsed::Name(name, _) => Expr::Field(name.into()),
            Parsed::Fact(fact, _) => Expr::Fact(fact),
            Parsed::Has(name, _) => Expr::Has(name.into()),
            Parsed::Not(inner, _) => Expr::Not(boxed(inner)),
            Parsed::And(a, b) => Expr::And(boxed(a), boxed(b)),
            Parsed::Or(a, b) => Expr::Or(boxed(a), boxed(b)),
            Parsed::Compare(how, a, b) => Expr::Compare(how, boxed(a), boxed(b)),
            Parsed::In(a, b) => Expr::In(boxed(a), boxed(b)),
            Parsed::Arith(how, a, b) => Expr::Arith(how, boxed(a), boxed(b)),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<(Token, Span)>, GuardFault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let end_of = |length: usize| Span { start: at, end: at + length };
        let (token, length) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c == '\'' || c == '"' {
            let inner = &rest[1..];
            let close = inner.find(c).ok_or_else(|| {
                syntax(end_of(rest.len()), format!("thiếu dấu {c} đóng"), format!("the closing {c} is missing"))
            })?;
            (Token::Text(inner[..close].to_owned()), close + 2)
        } else if c.is_ascii_digit() {
            let length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            let number = Number::parse(&rest[..length]).ok_or_else(|| {
                let text = &rest[..length];
                if let Some(whole) = in_thousands(text) {
                    return GuardFault { instead: Some(whole), ..thousands(end_of(length), text) };
                }
                syntax(end_of(length), format!("`{text}` không phải là số đọc được"), format!("`{text}` is no number"))
            })?;
            (Token::Number(number), length)
        } else if c.is_alphabetic() || c == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            (Token::Name(rest[..length].to_owned()), length)
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            return Err(match slip(rest) {
                Some((written, meant)) => instead(end_of(written.len()), written, meant),
                None => syntax(
                    end_of(c.len_utf8()),
                    format!("ký hiệu `{c}` không dùng được trong điều kiện"),
                    format!("`{c}` has no meaning in a condition"),
                ),
            });
        };
        tokens.push((token, Span { start: at, end: at + length }));
        at += length;
    }
    tokens.push((Token::End, Span { start: text.len(), end: text.len() }));
    Ok(tokens)
}

struct Reader {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1
    }

    /// The last token is `End` and is never passed, so `at` stays inside.
    fn next(&mut self) -> (Token, Span) {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(s) if *s == sign);
        if found {
            self.next();
        }
        found
    }

    fn unexpected(&self, vi: &str, en: &str) -> GuardFault {
        if let Some(slip) = self.slip() {
            return slip;
        }
        let before = match self.at.checked_sub(1).map(|i| &self.tokens[i].0) {
            Some(Token::Sign(sign)) => format!("`{sign}`"),
            Some(Token::Name(name)) => format!("`{name}`"),
            _ => String::new(),
        };
        match self.peek() {
            Token::End if before.is_empty() => syntax(self.span(), "điều kiện trống", "the condition is empty"),
            Token::End => syntax(
                self.span(),
                format!("sau {before} còn thiếu một vế"),
                format!("after {before} something is missing"),
            ),
            _ => syntax(self.span(), vi, en),
        }
    }

    /// What people write by habit where an operator stands otherwise.
    fn slip(&self) -> Option<GuardFault> {
        let (token, span) = &self.tokens[self.at];
        let (before, at) = self.at.checked_sub(1).map(|i| &self.tokens[i])?;
        let touching = at.end == span.start;
        let both = Span { start: at.start, end: span.end };
        Some(match (before, token) {
            (Token::Name(word), Token::Name(_)) if is_not(word) => instead(*at, word, "!"),
            (_, Token::Name(word)) if word_for(word).is_some() => instead(*span, word, word_for(word)?),
            (Token::Number(_), Token::Sign(","))
                if matches!(self.tokens.get(self.at + 1), Some((Token::Number(_), _))) =>
            {
                GuardFault {
                    vi: "số lẻ viết bằng dấu chấm, không phải dấu phẩy".into(),
                    en: "a decimal is written with a dot, not with a comma".into(),
                    ..instead(*span, ",", ".")
                }
            }
            (Token::Number(_), Token::Name(name)) if touching => syntax(
                both,
                format!("tên không bắt đầu bằng chữ số; giữa số và `{name}` thiếu dấu"),
                format!("no name begins with a digit; a sign is missing between the number and `{name}`"),
            ),
            (Token::Number(_), Token::Name(name)) => syntax(
                *span,
                format!("sau một số không ghi đơn vị `{name}`: số tính theo `unit` của trường"),
                format!("no unit `{name}` behind a number: it is in the `unit` of its field"),
            ),
            (Token::Sign("<"), Token::Sign(">")) if touching => instead(both, "<>", "!="),
            _ => return None,
        })
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, GuardFault>) -> Result<T, GuardFault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(syntax(self.span(), "điều kiện lồng quá 32 lớp", "nested deeper than 32"));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn or(&mut self) -> Result<Parsed, GuardFault> {
        self.deeper(|reader| {
            let mut left = reader.and()?;
            while reader.sign("||") {
                left = Parsed::Or(Box::new(left), Box::new(reader.and()?));
            }
            Ok(left)
        })
    }

    fn and(&mut self) -> Result<Parsed, GuardFault> {
        let mut left = self.comparison()?;
        while self.sign("&&") {
            left = Parsed::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Parsed, GuardFault> {
        let left = self.sum()?;
        let how = match self.peek() {
            Token::Sign("==") => Comparison::Equal,
            Token::Sign("!=") => Comparison::Unequal,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::AtMost,
            Token::Sign(">") => Comparison::More,
            Token::Sign(">=") => Comparison::AtLeast,
            Token::Name(word) if word == "in" => {
                self.next();
                return Ok(Parsed::In(Box::new(left), Box::new(self.sum()?)));
            }
            _ => return Ok(left),
        };
        self.next();
        Ok(Parsed::Compare(how, Box::new(left), Box::new(self.sum()?)))
    }

    fn sum(&mut self) -> Result<Parsed, GuardFault> {
        let mut left = self.product()?;
        loop {
            let how = match self.peek() {
                Token::Sign("+") => Operation::Plus,
                Token::Sign("-") => Operation::Minus,
                _ => return Ok(left),
            };
            self.next();
            left = Parsed::Arith(how, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Parsed, GuardFault> {
        let mut left = self.unary()?;
        while self.sign("*") {
            left = Parsed::Arith(Operation::Times, Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Parsed, GuardFault> {
        let start = self.span().start;
        if self.sign("!") {
            let inner = self.deeper(Self::unary)?;
            let span = Span { start, end: inner.span().end };
            return Ok(Parsed::Not(Box::new(inner), span));
        }
        if self.sign("-") {
            let (token, span) = self.next();
            return match token {
                Token::Number(n) => match Number::of_millionths(-n.millionths()) {
                    Some(n) => Ok(Parsed::Literal(Value::Number(n), Span { start, end: span.end })),
                    None => Err(syntax(span, "số quá lớn", "the number is too large")),
                },
                _ => Err(syntax(span, "sau dấu trừ phải là số", "a number must follow the minus")),
            };
        }
        self.atom()
    }

    fn atom(&mut self) -> Result<Parsed, GuardFault> {
        let fault =
            self.unexpected("chỗ này cần một trường, một số hoặc một chữ", "a field, number or text is wanted here");
        let (token, span) = self.next();
        match token {
            Token::Number(n) => Ok(Parsed::Literal(Value::Number(n), span)),
            Token::Text(text) => Ok(Parsed::Literal(Value::Text(text), span)),
            Token::Name(name) => self.name(name, span),
            Token::Sign("(") => {
                let inner = self.or()?;
                if self.sign(")") { Ok(inner) } else { Err(self.unexpected("thiếu dấu `)`", "`)` is missing")) }
            }
            Token::Sign("[") => self.list(span.start),
            Token::Sign(_) | Token::End => Err(fault),
        }
    }

    fn name(&mut self, name: String, span: Span) -> Result<Parsed, GuardFault> {
        match name.as_str() {
            "true" => return Ok(Parsed::Literal(Value::YesNo(true), span)),
            "false" => return Ok(Parsed::Literal(Value::YesNo(false), span)),
            _ => {}
        }
        if self.sign("(") {
            let (argument, at) = self.next();
            return match (name.as_str(), argument) {
                ("has", Token::Name(field)) if self.sign(")") => Ok(Parsed::Has(field, at)),
                ("has", _) => Err(syntax(at, "viết `has(tên_trường)`", "write `has(field)`")),
                _ => Err(GuardFault {
                    code: "G03",
                    span,
                    vi: format!("không có hàm `{name}`; chỉ dùng được `has(tên_trường)`"),
                    en: format!("no function `{name}`; only `has(field)` may be used"),
                    instead: None,
                }),
            };
        }
        if self.sign(".") {
            let (member, at) = self.next();
            let whole = Span { start: span.start, end: at.end };
            return match (name.as_str(), member) {
                ("case", Token::Name(m)) if m == "channel" => Ok(Parsed::Fact(Fact::Channel, whole)),
                ("case", Token::Name(m)) if m == "code" => Ok(Parsed::Fact(Fact::Code, whole)),
                ("each", Token::Name(m)) if m == "unit" => Ok(Parsed::Fact(Fact::EachUnit, whole)),
                ("fields", Token::Name(m)) => Ok(Parsed::Name(m, at)),
                _ => Err(GuardFault {
                    code: "G11",
                    span: whole,
                    vi: "điều kiện chỉ thấy các trường, `case.channel`, `case.code`, `each.unit`".into(),
                    en: "a condition sees only fields, `case.channel`, `case.code`, `each.unit`".into(),
                    instead: None,
                }),
            };
        }
        Ok(Parsed::Name(name, span))
    }

    fn list(&mut self, start: usize) -> Result<Parsed, GuardFault> {
        let mut items = Vec::new();
        loop {
            let (token, span) = self.next();
            match token {
                Token::Text(text) => items.push(text),
                Token::Sign("]") if items.is_empty() => return Ok(Parsed::Literal(Value::List(items), span)),
                _ => {
                    return Err(syntax(
                        span,
                        "danh sách chỉ chứa chữ, như ['a', 'b']",
                        "a list holds texts, as ['a', 'b']",
                    ));
                }
            }
            let end = self.span().end;
            if self.sign("]") {
                return Ok(Parsed::Literal(Value::List(items), Span { start, end }));
            }
            if !self.sign(",") {
                return Err(self.unexpected("thiếu dấu `]`", "`]` is missing"));
            }
        }
    }
}

/// Signs of other languages, of mathematics and of Word, with what they are here.
fn slip(rest: &str) -> Option<(&'static str, &'static str)> {
    const SLIPS: [(&str, &str); 16] = [
        ("≥", ">="),
        ("≤", "<="),
        ("≠", "!="),
        ("=>", ">="),
        ("=<", "<="),
        ("=", "=="),
        ("&", "&&"),
        ("|", "||"),
        ("×", "*"),
        ("–", "-"),
        ("—", "-"),
        ("−", "-"),
        ("∧", "&&"),
        ("∨", "||"),
        ("¬", "!"),
        ("＝", "=="),
    ];
    SLIPS.into_iter().find(|(written, _)| rest.starts_with(written))
}

/// The sign that a word stands for.
fn word_for(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "và" | "and" => Some("&&"),
        "hoặc" | "hay" | "or" => Some("||"),
        "bằng" | "là" | "is" => Some("=="),
        "khác" => Some("!="),
        "thuộc" => Some("in"),
        _ => None,
    }
}

fn is_not(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "không" | "not" | "chưa")
}

/// `1.000.000`: the dots stand for nothing but reading.
fn in_thousands(text: &str) -> Option<String> {
    let mut groups = text.split('.');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let right = (1..=3).contains(&first.len()) && rest.len() > 1 && rest.iter().all(|group| group.len() == 3);
    right.then(|| text.replace('.', ""))
}

fn thousands(span: Span, text: &str) -> GuardFault {
    syntax(
        span,
        format!("`{text}`: số viết liền, không có dấu chấm ngăn hàng nghìn"),
        format!("`{text}`: a number is written without dots between thousands"),
    )
}

/// One way of writing where another is right.
fn instead(span: Span, written: &str, meant: &str) -> GuardFault {
    GuardFault {
        instead: Some(meant.to_owned()),
        ..syntax(
            span,
            format!("trong điều kiện không viết `{written}` mà viết `{meant}`"),
            format!("a condition has no `{written}`: it is written `{meant}`"),
        )
    }
}

fn syntax(span: Span, vi: impl Into<String>, en: impl Into<String>) -> GuardFault {
    GuardFault { code: "G00", span, vi: vi.into(), en: en.into(), instead: None }
}
