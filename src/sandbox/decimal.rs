//! Exact decimal sums, for counters: no float comes near them, and no width is too wide.
//!
//! Knows only how JSON writes numbers.

use std::fmt;

/// The largest exponent that is read: beyond it there can only be a mistake, and `1e999999999` must
/// not fill the memory with zeros.
const LARGEST_EXPONENT: usize = 400;

/// A decimal number of any size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Values 0 to 9, most significant first, without leading zeros; empty for 0.
    digits: Vec<u8>,
    /// How many of the digits stand after the point; may be more than there are.
    scale: usize,
}

impl Decimal {
    /// Reads a number in JSON's grammar (which the caller has checked); `None` if its exponent is
    /// beyond ±400.
    pub(super) fn parse(text: &[u8]) -> Option<Decimal> {
        let (negative, text) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (&text[..at], std::str::from_utf8(&text[at + 1..]).ok()?),
            None => (text, "0"),
        };
        let exponent: i32 = exponent.parse().ok()?;
        let (whole, fraction) = match mantissa.iter().position(|b| *b == b'.') {
            Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
            None => (mantissa, &[][..]),
        };
        let shift = usize::try_from(exponent.unsigned_abs()).ok()?;
        if shift > LARGEST_EXPONENT {
            return None;
        }
        let mut digits: Vec<u8> = whole.iter().chain(fraction).map(|b| b - b'0').collect();
        let mut scale = fraction.len();
        if exponent < 0 {
            scale += shift;
        } else if shift <= scale {
            scale -= shift;
        } else {
            digits.resize(digits.len() + shift - scale, 0);
            scale = 0;
        }
        Some(Decimal::normal(negative, digits, scale))
    }

    /// The exact sum.
    pub(super) fn plus(&self, other: &Decimal) -> Decimal {
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.aligned(scale), other.aligned(scale));
        let width = a.len().max(b.len()) + 1;
        let (a, b) = (padded(&a, width), padded(&b, width));
        if self.negative == other.negative {
            Decimal::normal(self.negative, added(&a, &b), scale)
        } else if a >= b {
            Decimal::normal(self.negative, taken_off(&a, &b), scale)
        } else {
            Decimal::normal(other.negative, taken_off(&b, &a), scale)
        }
    }

    /// The digits as they would be with `scale` (not less than its own) of them after the point.
    fn aligned(&self, scale: usize) -> Vec<u8> {
        let mut digits = self.digits.clone();
        digits.resize(digits.len() + scale - self.scale, 0);
        digits
    }

    /// One spelling a value: no zeros that mean nothing, and no minus zero.
    fn normal(negative: bool, mut digits: Vec<u8>, mut scale: usize) -> Decimal {
        while scale > 0 && digits.last() == Some(&0) {
            digits.pop();
            scale -= 1;
        }
        let leading = digits.iter().take_while(|d| **d == 0).count();
        digits.drain(..leading);
        if digits.is_empty() {
            scale = 0;
        }
        Decimal {
            negative: negative && !digits.is_empty(),
            digits,
            scale,
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = padded(&self.digits, self.digits.len().max(self.scale + 1));
        let mut text = String::with_capacity(digits.len() + 2);
        if self.negative {
            text.push('-');
        }
        for (at, digit) in digits.iter().enumerate() {
            if self.scale > 0 && at == digits.len() - self.scale {
                text.push('.');
            }
            text.push(char::from(b'0' + digit));
        }
        f.write_str(&text)
    }
}

/// `digits` with zeros in front, up to `width` of them.
fn padded(digits: &[u8], width: usize) -> Vec<u8> {
    let mut all = vec![0; width - digits.len()];
    all.extend_from_slice(digits);
    all
}

/// a + b, of the same width and with a zero in front.
fn added(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut sum = vec![0; a.len()];
    let mut carry = 0;
    for at in (0..a.len()).rev() {
        let digit = a[at] + b[at] + carry;
        sum[at] = digit % 10;
        carry = digit / 10;
    }
    sum
}

/// a − b, of the same width, b not the greater.
fn taken_off(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut difference = vec![0; a.len()];
    let mut borrow = 0;
    for at in (0..a.len()).rev() {
        let digit = 10 + a[at] - b[at] - borrow;
        difference[at] = digit % 10;
        borrow = 1 - digit / 10;
    }
    difference
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn sum(values: &[&str]) -> String {
        let zero = Decimal::parse(b"0").unwrap();
        values
            .iter()
            .fold(zero, |sum, value| {
                sum.plus(&Decimal::parse(value.as_bytes()).unwrap())
            })
            .to_string()
    }

    #[test]
    fn sums_are_exact_beyond_64_bits_and_in_decimals() {
        assert_eq!(sum(&["18446744073709551615", "1"]), "18446744073709551616");
        assert_eq!(
            sum(&["-170141183460469231731687303715884105728", "-1"]),
            "-170141183460469231731687303715884105729"
        );
        assert_eq!(sum(&["0.1", "0.2"]), "0.3");
        assert_eq!(sum(&["1.50", "1.50"]), "3");
        assert_eq!(sum(&["1", "-0.001"]), "0.999");
        assert_eq!(sum(&["0.001", "-1"]), "-0.999");
        assert_eq!(sum(&["99.99", "0.01"]), "100");
        assert_eq!(sum(&["5", "-5"]), "0");
        assert_eq!(sum(&["-0", "-0.0"]), "0");
        assert_eq!(sum(&[]), "0");
    }

    #[test]
    fn exponents_are_written_out() {
        assert_eq!(sum(&["1e3"]), "1000");
        assert_eq!(sum(&["1.25E+1"]), "12.5");
        assert_eq!(sum(&["1.25e2", "1e-3"]), "125.001");
        assert_eq!(sum(&["0e400"]), "0");
    }

    #[test]
    fn an_exponent_too_large_to_be_meant_is_refused() {
        assert_eq!(Decimal::parse(b"1e401"), None);
        assert_eq!(Decimal::parse(b"1e-401"), None);
        assert_eq!(Decimal::parse(b"1e99999999999999999999"), None);
        assert!(Decimal::parse(b"1e400").is_some());
    }

    #[test]
    fn sums_agree_with_128_bit_integers() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..2_000 {
            let (a, b) = (
                i128::from(random.i64(..)),
                i128::from(random.i64(-999..999)),
            );
            assert_eq!(sum(&[&a.to_string(), &b.to_string()]), (a + b).to_string());
        }
    }
}
