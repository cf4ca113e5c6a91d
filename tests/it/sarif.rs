//! What `check --format sarif` writes, held against SARIF 2.1.0 (OASIS Standard): of each object that is used, the
//! properties it may have, those it must have, and what they are, as sections 3.3 to 3.57 have them. The standard lets
//! no object have a property that it does not name.

use std::process::Command;

use serde_json::Value as Json;

/// What a value must be.
#[derive(Clone, Copy)]
enum Is {
    /// Text, not empty but where it is to be inserted.
    Text,
    AnyText,
    /// A whole number from here on.
    From(i64),
    /// One of these words.
    One(&'static [&'static str]),
    /// A reference as RFC 3986 has it.
    Uri,
    Object(&'static str),
    /// A list of objects of that kind.
    List(&'static str),
}

/// A property: its name, whether it must be there, what it is.
type Property = (&'static str, bool, Is);

const LEVELS: &[&str] = &["none", "note", "warning", "error"];
const COLUMNS: &[&str] = &["utf16CodeUnits", "unicodeCodePoints"];

/// Objects by their name in the standard: as much of each as is used here.
const OBJECTS: &[(&str, &[Property])] = &[
    // 3.13, 3.14
    (
        "sarifLog",
        &[("version", true, Is::One(&["2.1.0"])), ("$schema", false, Is::Uri), ("runs", true, Is::List("run"))],
    ),
    (
        "run",
        &[
            ("tool", true, Is::Object("tool")),
            ("columnKind", false, Is::One(COLUMNS)),
            ("results", false, Is::List("result")),
        ],
    ),
    // 3.18, 3.19
    ("tool", &[("driver", true, Is::Object("toolComponent"))]),
    (
        "toolComponent",
        &[("name", true, Is::Text), ("version", false, Is::Text), ("rules", false, Is::List("reportingDescriptor"))],
    ),
    // 3.49, 3.12
    (
        "reportingDescriptor",
        &[
            ("id", true, Is::Text),
            ("shortDescription", false, Is::Object("multiformatMessageString")),
            ("help", false, Is::Object("multiformatMessageString")),
        ],
    ),
    ("multiformatMessageString", &[("text", true, Is::Text), ("markdown", false, Is::Text)]),
    // 3.27
    (
        "result",
        &[
            ("ruleId", false, Is::Text),
            ("ruleIndex", false, Is::From(0)),
            ("level", false, Is::One(LEVELS)),
            ("message", true, Is::Object("message")),
            ("locations", false, Is::List("location")),
            ("relatedLocations", false, Is::List("location")),
            ("fixes", false, Is::List("fix")),
        ],
    ),
    // 3.11, 3.28, 3.29, 3.4, 3.30
    ("message", &[("text", true, Is::Text)]),
    (
        "location",
        &[("physicalLocation", false, Is::Object("physicalLocation")), ("message", false, Is::Object("message"))],
    ),
    (
        "physicalLocation",
        &[("artifactLocation", true, Is::Object("artifactLocation")), ("region", false, Is::Object("region"))],
    ),
    ("artifactLocation", &[("uri", true, Is::Uri)]),
    (
        "region",
        &[
            ("startLine", true, Is::From(1)),
            ("startColumn", false, Is::From(1)),
            ("endLine", false, Is::From(1)),
            ("endColumn", false, Is::From(1)),
        ],
    ),
    // 3.55, 3.56, 3.57, 3.3
    ("fix", &[("artifactChanges", true, Is::List("artifactChange"))]),
    (
        "artifactChange",
        &[("artifactLocation", true, Is::Object("artifactLocation")), ("replacements", true, Is::List("replacement"))],
    ),
    (
        "replacement",
        &[("deletedRegion", true, Is::Object("region")), ("insertedContent", false, Is::Object("artifactContent"))],
    ),
    ("artifactContent", &[("text", true, Is::AnyText)]),
];

fn held(value: &Json, kind: &str, at: &str, wrong: &mut Vec<String>) {
    let Some(object) = value.as_object() else { return wrong.push(format!("{at}: no object")) };
    let (_, properties) = OBJECTS.iter().find(|(name, _)| *name == kind).unwrap();
    for name in object.keys().filter(|name| properties.iter().all(|(known, ..)| known != name)) {
        wrong.push(format!("{at}.{name}: not of a {kind}"));
    }
    for (name, must, is) in *properties {
        let at = format!("{at}.{name}");
        match (object.get(*name), must) {
            (Some(value), _) => fits(value, *is, &at, wrong),
            (None, true) => wrong.push(format!("{at}: missing")),
            (None, false) => {}
        }
    }
}

fn fits(value: &Json, is: Is, at: &str, wrong: &mut Vec<String>) {
    let right = match is {
        Is::Text => value.as_str().is_some_and(|text| !text.is_empty()),
        Is::AnyText => value.is_string(),
        Is::From(least) => value.as_i64().is_some_and(|number| number >= least),
        Is::One(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Is::Uri => value.as_str().is_some_and(is_reference),
        Is::Object(kind) => return held(value, kind, at, wrong),
        Is::List(kind) => {
            let Some(items) = value.as_array() else { return wrong.push(format!("{at}: no list")) };
            return items.iter().enumerate().for_each(|(n, item)| held(item, kind, &format!("{at}[{n}]"), wrong));
        }
    };
    if !right {
        wrong.push(format!("{at}: {value}"));
    }
}

fn is_reference(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte);
        let hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        if !(plain || (byte == b'%' && hex(bytes.next()) && hex(bytes.next()))) {
            return false;
        }
    }
    !text.is_empty()
}

#[test]
fn every_finding_of_every_example_is_told_in_the_form_of_the_standard() {
    for folder in ["tests/definitions/err", "tests/definitions/tree", "tests/definitions/typical", "workflows"] {
        let run = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
            .args(["check", folder, "--format", "sarif"])
            .env_remove("QUYTRINH_LANG")
            .output()
            .unwrap();
        let log: Json = serde_json::from_slice(&run.stdout).unwrap();
        let mut wrong = Vec::new();
        held(&log, "sarifLog", "$", &mut wrong);
        assert!(wrong.is_empty(), "{folder}: {}", wrong.join("\n"));
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        assert!(folder == "workflows" || results.len() > 20, "{folder}: {}", results.len());
        // An id is told once, and the index of a result leads to its rule.
        let ids: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), rules.len());
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            // A region does not end before it begins.
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let number = |key: &str| region[key].as_u64().unwrap();
            let (from, to) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
            assert!(from <= to, "{result}");
        }
    }
}

#[test]
fn what_breaks_the_form_is_seen() {
    let told = |log: &Json| {
        let mut wrong = Vec::new();
        held(log, "sarifLog", "$", &mut wrong);
        wrong.len()
    };
    let right = serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "x" } } }] });
    assert_eq!(told(&right), 0);
    let mut without = right.clone();
    without["runs"][0]["tool"]["driver"] = serde_json::json!({});
    let mut more = right.clone();
    more["runs"][0]["title"] = "x".into();
    let mut place = right;
    place["runs"][0]["results"] = serde_json::json!([{ "message": { "text": "x" }, "locations": [{
        "physicalLocation": { "artifactLocation": { "uri": "a b.yaml" }, "region": { "startLine": 0 } } }] }]);
    assert_eq!((told(&without), told(&more), told(&place)), (1, 1, 2));
}
