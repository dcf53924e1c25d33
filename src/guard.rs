//! Recognises e-mails and phone numbers in columns that would be sent in the clear.
//!
//! Personal data goes to the API hashed or not at all. A string column that turns out to hold addresses is
//! nearly always a mapping forgotten, so an import stops before it sends any. Two kinds of evidence:
//!
//! - [`certain`]: the form of one value leaves no doubt. An e-mail address; a number written as phones are.
//! - [`ColumnWatch`]: bare digits, which might be anything, count only when most of a column has the shape of
//!   phones and no check digit says otherwise.
//!
//! Numbers of Russia and its neighbours are known best, then those of North America and Western Europe.
//!
//! Rates on generated data (`cargo test rates -- --nocapture` prints the table, and bounds are asserted):
//!
//! | what | kinds | found, or alarmed falsely |
//! | --- | --- | --- |
//! | e-mails, each value | 7 | 100 % |
//! | phones in the ways they are written, each value | 34 | 100 % |
//! | phones in bare digits, columns of 20 | 7 | 100 %; columns of 3: above 99 % |
//! | dates, money, documents, cards, codes, orders…, each value, and columns of 20 | 50 | 0 % |
//!
//! What is known to go wrong: a column of order numbers that all have ten digits and begin with 9, or eleven
//! and begin with 79 or 89, raises an alarm, and so does a code grouped 3-3-4 that could be a North American
//! number. Addresses inside running text are not found, nor bare digits of other countries than Russia and
//! its neighbours.
//!
//! Knows nothing of CSV, mappings or messages. Keeps counts only, never a value.

mod address;
mod digits;
mod number;

use digits::Digits;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Looks {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

/// Shorter text is no e-mail and no phone: `a@b.co` has 6 bytes.
const SHORTEST: usize = 6;

/// Longer text is no single address or number, nor a list of a few.
const LONGEST: usize = 320;

/// What the whole value is, if its form alone leaves no doubt. Lists divided by commas or semicolons count
/// when every entry does.
///
/// Called for every string cell: text without an `@` that does not begin as numbers do costs one search.
#[must_use]
pub fn certain(value: &str) -> Option<Looks> {
    let bytes = value.as_bytes();
    let begins_as_words_do = |&byte: &u8| byte.is_ascii_alphabetic() && byte != b't';
    if bytes.len() < SHORTEST
        || bytes.first().is_some_and(begins_as_words_do) && memchr::memchr(b'@', bytes).is_none()
    {
        return None;
    }
    let value = value.trim();
    if !(SHORTEST..=LONGEST).contains(&value.len()) {
        return None;
    }
    if memchr::memchr(b'@', value.as_bytes()).is_some() {
        return is_list_of(value, address::is_address).then_some(Looks::Email);
    }
    if !has_digits_and_more(value.as_bytes()) {
        return None;
    }
    // Spreadsheets put an apostrophe before numbers that are to stay text.
    let number = value.strip_prefix('\'').unwrap_or(value);
    let number = ["tel:", "тел.:", "тел.", "тел:"]
        .into_iter()
        .find_map(|label| number.strip_prefix(label))
        .map_or(number, str::trim_start);
    let begins_as_numbers_do = matches!(number.as_bytes(), [b'0'..=b'9' | b'+' | b'(', ..]);
    (begins_as_numbers_do && is_list_of(number, is_number_or_extension)).then_some(Looks::Phone)
}

/// Whether there are digits enough for a phone, and something that could make them a certain one.
fn has_digits_and_more(value: &[u8]) -> bool {
    const FEWEST_DIGITS: usize = 9;
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    (FEWEST_DIGITS..value.len()).contains(&digits)
}

/// An extension is often divided by a comma from its number, which comes first.
fn is_number_or_extension(entry: &str) -> bool {
    number::is_number(entry) || number::is_extension(entry)
}

fn is_list_of(value: &str, is_entry: fn(&str) -> bool) -> bool {
    value
        .trim_end_matches([',', ';', '.'])
        .split([',', ';'])
        .all(|entry| is_entry(entry.trim()))
}

/// Counts of what the values of one column look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnWatch {
    values: u64,
    emails: u64,
    phones: u64,
    /// Bare digits in the shape of a phone.
    bare: u64,
    /// Of those, the ones that are valid as a Russian taxpayer's number.
    inn: u64,
    /// Of those, the ones whose last digit is right by Luhn's rule, as on cards.
    luhn: u64,
}

impl ColumnWatch {
    /// Fewest values by which a column of bare digits is judged.
    const FEWEST_VALUES: u64 = 3;

    /// Takes a value into account. Empty ones say nothing.
    pub fn see(&mut self, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        self.values += 1;
        match certain(value) {
            Some(Looks::Email) => self.emails += 1,
            Some(Looks::Phone) => self.phones += 1,
            None => {
                if let Some(digits) = Digits::parse(value).filter(Digits::may_be_phone) {
                    self.bare += 1;
                    self.inn += u64::from(digits.is_inn());
                    self.luhn += u64::from(digits.passes_luhn());
                }
            }
        }
    }

    /// What the column holds: something certain in any value, or phones in bare digits in half of them.
    #[must_use]
    pub fn verdict(&self) -> Option<Looks> {
        if self.emails > 0 {
            Some(Looks::Email)
        } else if self.phones > 0 || self.is_bare_phones() {
            Some(Looks::Phone)
        } else {
            None
        }
    }

    /// Values seen that were not empty.
    #[must_use]
    pub const fn values(&self) -> u64 {
        self.values
    }

    /// Of those, the ones that speak for the [`verdict`](Self::verdict).
    #[must_use]
    pub fn hits(&self) -> u64 {
        match self.verdict() {
            Some(Looks::Email) => self.emails,
            Some(Looks::Phone) => self.phones + self.bare,
            None => 0,
        }
    }

    /// Check digits come out right by chance in one phone of ten; a column of them has a reason.
    fn is_bare_phones(&self) -> bool {
        let most = |count: u64| count * 4 >= self.bare * 3;
        self.values >= Self::FEWEST_VALUES
            && self.bare * 2 >= self.values
            && !most(self.inn)
            && !most(self.luhn)
    }
}

#[cfg(test)]
#[path = "guard/tests.rs"]
mod tests;
