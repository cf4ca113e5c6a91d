//! Small words in both languages: lengths of working time, verdicts, outcomes.

use crate::calendar::band::Verdict;

/// Working minutes in words, a day being eight hours: `2 ngày 3 giờ làm việc`.
pub fn working(minutes: i64) -> (String, String) {
    let minutes = minutes.abs();
    let (days, hours, rest) = (minutes / 480, minutes % 480 / 60, minutes % 60);
    let mut vi = Vec::new();
    let mut en = Vec::new();
    for (count, word_vi, one, many) in
        [(days, "ngày", "day", "days"), (hours, "giờ", "hour", "hours"), (rest, "phút", "minute", "minutes")]
    {
        if count > 0 {
            vi.push(format!("{count} {word_vi}"));
            en.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    if vi.is_empty() {
        return ("0 phút làm việc".into(), "0 working minutes".into());
    }
    (format!("{} làm việc", vi.join(" ")), format!("{} of working time", en.join(" ")))
}

/// A verdict in words.
pub fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Early => ("trước hạn", "early"),
        Verdict::OnTime => ("đúng hạn", "on time"),
        Verdict::Late => ("quá hạn", "late"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn lengths_read_like_speech() {
        assert_eq!(super::working(480 * 2 + 185).0, "2 ngày 3 giờ 5 phút làm việc");
        assert_eq!(super::working(-60).1, "1 hour of working time");
        assert_eq!(super::working(0).0, "0 phút làm việc");
    }
}
