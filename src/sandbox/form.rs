//! Query strings: parameters and percent-encoding, read strictly. Knows nothing of what they mean.

/// The query of a request, still encoded.
#[derive(Clone, Copy)]
pub(super) struct Form<'a>(pub(super) &'a str);

impl Form<'_> {
    /// The decoded value of a parameter; `None` if it is not there.
    ///
    /// # Errors
    /// A plain text reason: given twice, or not percent-encoded UTF-8. The value is not in it.
    pub(super) fn get(self, name: &str) -> Result<Option<String>, String> {
        let mut found = None;
        for pair in self.0.split('&') {
            let (raw_name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if decode(raw_name, true).as_deref() != Some(name) {
                continue;
            }
            if found.is_some() {
                return Err(format!("parameter {name} is given twice"));
            }
            let value = decode(value, true);
            found = Some(
                value.ok_or_else(|| format!("parameter {name} is not percent-encoded UTF-8"))?,
            );
        }
        Ok(found)
    }
}

/// Undoes percent-encoding; `None` for a `%` without two hex digits, bytes that should have been
/// encoded, or a result that is not UTF-8. In a query, unlike elsewhere, `+` is a space.
pub(super) fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' if plus_is_space => b' ',
            _ if plus_is_space && !byte.is_ascii_graphic() => return None,
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn values_are_decoded_and_a_bare_plus_is_a_space() {
        let form = Form("a=%2B7+1&b=%D0%B4%d0%b0&c&d==&e=");
        assert_eq!(form.get("a").unwrap().unwrap(), "+7 1");
        assert_eq!(form.get("b").unwrap().unwrap(), "да");
        assert_eq!(form.get("c").unwrap().unwrap(), "");
        assert_eq!(form.get("d").unwrap().unwrap(), "=");
        assert_eq!(form.get("e").unwrap().unwrap(), "");
        assert_eq!(form.get("f").unwrap(), None);
    }

    #[test]
    fn what_is_not_percent_encoded_utf_8_is_refused() {
        for bad in ["x=%", "x=%4", "x=%zz", "x=%ff", "x=да", "x=a b", "x=1&x=1"] {
            Form(bad).get("x").unwrap_err();
        }
        assert_eq!(Form("x=%zz&y=1").get("y").unwrap().unwrap(), "1");
    }
}
