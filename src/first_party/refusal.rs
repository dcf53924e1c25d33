//! Why a phone, an e-mail or a Telegram login is refused, in words that help and never quote the value.

use std::fmt;

/// The rule that a value breaks. Holds counts at the most: the value is personal and its characters stay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A character that no phone number holds.
    PhoneCharacter,
    /// This many digits, which is not 10 to 13.
    PhoneDigits(usize),
    /// The first digit is 0.
    PhoneLeadingZero,
    /// A plus before eleven digits that begin with 8.
    PhonePlusEight,
    /// A plus before this many digits, 12 or 13, that begin with 7.
    PhonePlusSeven(usize),
    /// No `@`.
    EmailNoAt,
    /// Nothing before the last `@`.
    EmailNoLocalPart,
    /// This many units before the last `@`, which is more than 64.
    EmailLocalPartLength(usize),
    /// A dot at an end of the local part, or two in a row.
    EmailLocalPartDots,
    /// A character that the local part may not hold.
    EmailLocalPartCharacter,
    /// A character that quotes in the local part may not hold.
    EmailQuotedCharacter,
    /// This many units after the last `@`, which is more than 255.
    EmailDomainLength(usize),
    /// A domain without a dot.
    EmailDomainNoDot,
    /// A dot at an end of the domain, or two in a row.
    EmailDomainDots,
    /// A label of this many units, which is more than 63.
    EmailLabelLength(usize),
    /// A label that begins or ends with a hyphen.
    EmailLabelHyphen,
    /// A character that a domain may not hold.
    EmailDomainCharacter,
    /// A top-level domain of one unit.
    EmailTopLevelLength,
    /// A top-level domain of digits only.
    EmailTopLevelDigits,
    /// The normalised address has this many units, which is not 5 to 100.
    EmailLength(usize),
    /// This many characters, which is not 4 to 32.
    TelegramLength(usize),
    /// The login begins with something else than a letter.
    TelegramFirst,
    /// A character that no login holds.
    TelegramCharacter,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::PhoneCharacter => out.write_str(
                "not a phone number: only the digits 0-9, spaces, ( ) - and + may stand in it; \
                 leave out extensions and words",
            ),
            Self::PhoneDigits(count) => write!(
                out,
                "not a phone number: it has {count} digit{}, and 10 to 13 are needed; \
                 one number a value, with its country code",
                plural(count)
            ),
            Self::PhoneLeadingZero => out.write_str(
                "not a phone number: its first digit is 0; put the country code before it, without the 0",
            ),
            Self::PhonePlusEight => out.write_str(
                "not a phone number: +8 and ten digits; write +7 or leave out the +",
            ),
            Self::PhonePlusSeven(count) => write!(
                out,
                "not a phone number: after +7 come 10 digits, and it has {}",
                count.saturating_sub(1)
            ),
            Self::EmailNoAt => out.write_str("not an e-mail address: there is no @"),
            Self::EmailNoLocalPart => {
                out.write_str("not an e-mail address: nothing stands before the @")
            }
            Self::EmailLocalPartLength(units) => write!(
                out,
                "not an e-mail address: {units} characters before the @, and at most 64 may be"
            ),
            Self::EmailLocalPartDots => out.write_str(
                "not an e-mail address: before the @, a dot stands at an end or beside another dot",
            ),
            Self::EmailLocalPartCharacter => out.write_str(
                "not an e-mail address: a character before the @ that may not stand there \
                 (a-z, 0-9 and ' ! # $ % & * + , - . / = ? ^ _ ` { | } ~ may)",
            ),
            Self::EmailQuotedCharacter => out.write_str(
                "not an e-mail address: a character inside the quotes that may not stand there",
            ),
            Self::EmailDomainLength(units) => write!(
                out,
                "not an e-mail address: {units} characters after the @, and at most 255 may be"
            ),
            Self::EmailDomainNoDot => {
                out.write_str("not an e-mail address: the domain after the @ has no dot")
            }
            Self::EmailDomainDots => out.write_str(
                "not an e-mail address: in the domain, a dot stands at an end or beside another dot",
            ),
            Self::EmailLabelLength(units) => write!(
                out,
                "not an e-mail address: a part of the domain has {units} characters, and at most 63 may be"
            ),
            Self::EmailLabelHyphen => out.write_str(
                "not an e-mail address: a part of the domain begins or ends with a hyphen",
            ),
            Self::EmailDomainCharacter => out.write_str(
                "not an e-mail address: a character in the domain that is no letter, digit, hyphen or dot",
            ),
            Self::EmailTopLevelLength => out.write_str(
                "not an e-mail address: the domain's last part has fewer than 2 characters",
            ),
            Self::EmailTopLevelDigits => {
                out.write_str("not an e-mail address: the domain's last part is all digits")
            }
            Self::EmailLength(units) => write!(
                out,
                "not an e-mail address that the SDK takes: {units} characters once normalised, and 5 to 100 may be"
            ),
            Self::TelegramLength(count) => write!(
                out,
                "not a Telegram login: it has {count} character{}, and 4 to 32 may be",
                plural(count)
            ),
            Self::TelegramFirst => {
                out.write_str("not a Telegram login: it does not begin with a letter a-z")
            }
            Self::TelegramCharacter => out.write_str(
                "not a Telegram login: only a-z, 0-9 and _ may stand in it, after an @ or https://t.me/",
            ),
        }
    }
}

impl std::error::Error for Refusal {}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
