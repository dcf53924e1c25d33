//! "Did you mean": the nearest of the names that would have been right.

/// Likeness from which on a name is proposed (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.8;

/// Likeness of a name and a part of it: above a mere common beginning (`api_key` is rather
/// `post_api_key` than `api_url`), below a slip of one letter.
const CONTAINED: f64 = 0.9;

/// The name among `known` that `word` was probably meant to be.
///
/// Case does not count. A part of a name and its abbreviation are near, too (`api_key`, `app_id`).
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|name| (likeness(&word, &name.to_lowercase()), name))
        .filter(|&(likeness, _)| likeness >= ALIKE)
        // Of equals the first: `max_by` would take the last.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, name)| name)
}

fn likeness(word: &str, name: &str) -> f64 {
    let (short, long) = if word.chars().count() < name.chars().count() {
        (word, name)
    } else {
        (name, word)
    };
    let alike = strsim::jaro_winkler(word, name);
    if short.chars().count() < 3 {
        alike
    } else if long.contains(short) {
        alike.max(CONTAINED)
    } else if abbreviates(short, long) {
        alike.max(ALIKE)
    } else {
        alike
    }
}

/// Whether all letters of `short` occur in `long`, in order, beginning with the first (`app_id`).
fn abbreviates(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().next() == long.chars().next()
        && short.chars().all(|wanted| rest.any(|c| c == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_parts_find_their_name() {
        let known = [
            "application_id",
            "post_api_key",
            "post_api_key_file",
            "api_url",
        ];
        assert_eq!(nearest("aplication_id", known), Some("application_id"));
        assert_eq!(nearest("ApplicationID", known), Some("application_id"));
        assert_eq!(nearest("app_id", known), Some("application_id"));
        assert_eq!(nearest("api_key", known), Some("post_api_key"));
        assert_eq!(nearest("url", known), Some("api_url"));
        assert_eq!(nearest("Телефон", ["телефон", "имя"]), Some("телефон"));
    }

    #[test]
    fn what_is_like_nothing_finds_nothing() {
        assert_eq!(nearest("colour", ["application_id", "post_api_key"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest("x", []), None);
    }
}
