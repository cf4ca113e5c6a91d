//! What kinds of case can walk which path: judged by what conditions mean, not by how they are written.

use quytrinh::definition::checks::sums::sums;
use quytrinh::definition::graph::Graph;
use quytrinh::definition::load;
use quytrinh::definition::source::Source;

/// A case whose limit is 5 days where `short`, else 20; a decision leads past 15 days of study by its rules.
fn file(short: &str, rules: &str) -> String {
    format!(
        "format: procedure/v1
id: kieu-ho-so
version: 1
vi: Kiểu hồ sơ
owner: so-a
case:
  vi: Hồ sơ
  within: [{{ when: \"{short}\", within: 5 working days }}, {{ else: 20 working days }}]
  warn: [50%]
  on_breach: [tell holder, tell head]
fields:
  a: {{ is: yes_no, vi: Điều A, required: true }}
  b: {{ is: yes_no, vi: Điều B, required: true }}
  cap: {{ is: choice, vi: Cấp, of: [II, III, IV], required: true }}
  rong: {{ is: number, vi: Diện tích, unit: m2, min: 0, required: true }}
documents:
  giay: {{ vi: Giấy phép, result: true }}
people:
  can_bo: {{ vi: Cán bộ, post: can-bo, unit: so-a, pick: claim }}
start: nhan
steps:
  nhan:
    vi: Tiếp nhận hồ sơ
    by: can_bo
    within: 1 working day
    actions:
      accept: {{ to: re }}
  re:
    kind: decision
    vi: Rẽ
    rules: [{rules}]
  dai:
    vi: Thẩm định hồ sơ
    by: can_bo
    within: 15 working days
    actions:
      submit: {{ to: ky }}
  ky:
    vi: Ký giấy phép
    by: can_bo
    within: 2 working days
    actions:
      sign: {{ to: xong, makes: [giay] }}
  xong: {{ kind: end, vi: Đã cấp, outcome: done }}
"
    )
}

fn is_too_long(short: &str, rules: &str) -> bool {
    let text = file(short, rules);
    let found = match load(&Source::new("kieu-ho-so.yaml", text.as_str())) {
        Ok((_, found)) | Err(found) => found,
    };
    let times: Vec<&str> = found.iter().map(|told| told.code).filter(|code| code.starts_with('T')).collect();
    assert!(times.iter().all(|code| *code == "T01"), "{times:?}");
    !times.is_empty()
}

#[test]
fn a_rule_is_for_the_cases_that_fit_it_and_none_above_it() {
    let short_past = |rules| is_too_long("cap == 'III'", rules);
    assert!(!short_past("{ when: \"cap == 'III'\", to: ky }, { else: dai }"));
    assert!(!short_past("{ when: \"cap == 'IV'\", to: dai }, { else: ky }"));
    assert!(!short_past("{ when: \"cap in ['II', 'IV']\", to: dai }, { else: ky }"));
    assert!(!short_past("{ when: \"cap == 'III' || a\", to: ky }, { when: \"b\", to: dai }, { else: dai }"));
    assert!(short_past("{ when: \"cap == 'IV'\", to: ky }, { else: dai }"));
    assert!(short_past("{ when: \"cap == 'III' && a\", to: ky }, { else: dai }"), "a case of III without a");
}

#[test]
fn a_condition_is_contradicted_by_its_meaning() {
    assert!(is_too_long("a || b", "{ when: \"!a || b\", to: dai }, { else: ky }"), "both hold");
    assert!(!is_too_long("a || b", "{ when: \"!(b || a)\", to: dai }, { else: ky }"));
    assert!(!is_too_long("a || b", "{ when: \"!a && !b\", to: dai }, { else: ky }"));
    assert!(!is_too_long("rong > 500", "{ when: \"rong <= 500\", to: dai }, { else: ky }"));
    assert!(is_too_long("rong > 500", "{ when: \"rong <= 501\", to: dai }, { else: ky }"));
    assert!(!is_too_long("rong > 500", "{ when: \"500 >= rong\", to: dai }, { else: ky }"));
}

/// Twelve layers of two steps, each leading to both of the next; six limits depend on six fields.
fn layered() -> String {
    let fields: String = (0..6).map(|n| format!("  f{n}: {{ is: yes_no, vi: Điều {n}, required: true }}\n")).collect();
    let mut steps = String::new();
    for layer in 0..12 {
        let next = |letter| if layer == 11 { "ky".to_owned() } else { format!("{letter}{}", layer + 1) };
        for letter in ["a", "b"] {
            let within = match (letter, layer) {
                ("a", 0..6) => format!("[{{ when: \"f{layer}\", within: 1 working day }}, {{ else: 2 working days }}]"),
                _ => "1 working day".to_owned(),
            };
            steps += &format!(
                "  {letter}{layer}:\n    vi: Bước {letter}{layer}\n    by: can_bo\n    within: {within}\n    actions:\n      submit: {{ to: {} }}\n      complete: {{ to: {} }}\n",
                next("a"),
                next("b")
            );
        }
    }
    let text = file("f0", "{ when: \"a\", to: a0 }, { else: b0 }");
    let text = text.replace("  a: {", &format!("{fields}  a: {{"));
    let (before, after) = text.split_once("  dai:\n").unwrap();
    let (_, end) = after.split_once("  ky:\n").unwrap();
    format!("{before}{steps}  ky:\n{end}")
}

#[test]
fn of_many_paths_only_the_longest_of_each_kind_of_case_is_kept() {
    let text = layered().replace("within: 5 w", "within: 30 w").replace("else: 20 w", "else: 30 w");
    let (procedure, _) = load(&Source::new("nhieu-duong.yaml", text.as_str())).unwrap();
    let sums = sums(&procedure, &Graph::of(&procedure)).unwrap();
    assert_eq!(sums.len(), 64, "2^6 kinds of case");
    for sum in &sums {
        // Reception, twelve layers, signing; a day more for each of the six that is not so.
        let days = 1 + 12 + 2 + (6 - sum.case_type.len());
        assert_eq!(sum.total.as_ref().map(|total| total.en()), Some(format!("{days} working days")));
    }
}
