//! "Did you mean": the known word nearest to a mistyped one.

/// The candidate nearest to `word`, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|&(distance, candidate)| {
            let shorter = word.chars().count().min(candidate.chars().count());
            distance <= shorter.div_ceil(3).min(3)
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_another_word_is_not() {
        let words = ["application_id", "api_url", "post_api_key"];
        assert_eq!(nearest("aplication_id", words), Some("application_id"));
        assert_eq!(nearest("API_URL", words), Some("api_url"));
        assert_eq!(nearest("colour", words), None);
        assert_eq!(nearest("x", ["id"]), None);
    }
}
