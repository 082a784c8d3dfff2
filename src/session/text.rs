/// Text from outside, short enough for a message and on one line.
#[must_use]
pub fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if breaks(c) { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
