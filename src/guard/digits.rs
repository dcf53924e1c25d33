//! Bare digits: whether they have the shape of a phone, and whether a check digit says what else they are.

/// Digits of a value that holds nothing else, in the lengths that phones have.
pub(super) struct Digits {
    digits: [u8; 12],
    count: usize,
}

impl Digits {
    /// `None` unless the text is 10 to 12 digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if !(10..=12).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut digits = [0; 12];
        for (digit, byte) in digits.iter_mut().zip(bytes) {
            *digit = byte - b'0';
        }
        Some(Self {
            digits,
            count: bytes.len(),
        })
    }

    fn as_slice(&self) -> &[u8] {
        &self.digits[..self.count]
    }

    /// The shapes of Russia, Kazakhstan and their neighbours. Others have none that order numbers do not have.
    pub(super) fn may_be_phone(&self) -> bool {
        match *self.as_slice() {
            // A Russian mobile without its country code.
            [9, _, _, _, _, _, _, _, _, _] => true,
            // Russia and Kazakhstan. Area codes begin with 3, 4 and 8, mobiles with 9; Kazakhstan's with 7.
            [7 | 8, second, _, _, _, _, _, _, _, _, _] => matches!(second, 3 | 4 | 7..=9),
            // Armenia and Moldova have eight digits behind the code.
            [3, 7, 3 | 4, 2..=9, _, _, _, _, _, _, _] => true,
            // Belarus: 15 to 17 and 21 to 23 are areas, 25, 29, 33 and 44 mobiles.
            [3, 7, 5, 1..=4, _, _, _, _, _, _, _, _] => true,
            // Ukraine.
            [3, 8, 0, 3..=9, _, _, _, _, _, _, _, _] => true,
            // Tajikistan, Azerbaijan, Georgia, Kyrgyzstan, Uzbekistan.
            [9, 9, 2 | 4 | 5 | 6 | 8, 1..=9, _, _, _, _, _, _, _, _] => true,
            _ => false,
        }
    }

    /// Whether the check digits of a Russian taxpayer's number (INN) are right: one of 10, two of 12 digits.
    pub(super) fn is_inn(&self) -> bool {
        const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
        // The last weights belong to the digits right before the check digit.
        let is_right = |place: usize| {
            let weights = &WEIGHTS[WEIGHTS.len() - place..];
            let sum: u32 = (weights.iter().zip(self.as_slice()))
                .map(|(weight, &digit)| weight * u32::from(digit))
                .sum();
            sum % 11 % 10 == u32::from(self.digits[place])
        };
        match self.count {
            10 => is_right(9),
            12 => is_right(10) && is_right(11),
            _ => false,
        }
    }

    /// Whether the last digit is right by Luhn's rule.
    pub(super) fn passes_luhn(&self) -> bool {
        let sum: u32 = (self.as_slice().iter().rev().enumerate())
            .map(|(place, &digit)| match (place % 2, u32::from(digit)) {
                (0, digit) => digit,
                (_, digit @ 0..=4) => 2 * digit,
                (_, digit) => 2 * digit - 9,
            })
            .sum();
        sum.is_multiple_of(10)
    }
}
