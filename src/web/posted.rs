//! What a form sent: names and texts in order. Reading them into values happens in `forms`.

/// The pairs of a posted form.
#[derive(Clone, Debug, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// The pairs as they came.
    pub fn new(pairs: Vec<(String, String)>) -> Posted {
        Posted(pairs)
    }

    /// The first text of that name, trimmed; nothing where it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }

    /// The first text of that name as it was typed.
    pub fn typed(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// Every text of that name that is not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, text)| key == name && !text.is_empty()).map(|(_, text)| text.as_str())
    }

    /// A number of that name.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    /// The pairs that say what is asked, without the token and the key: what a fingerprint is taken of.
    pub fn asked(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| name != "csrf" && name != "key")
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }
}
