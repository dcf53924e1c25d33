//! Phone numbers by form: digits with a plus, an area code in brackets, or a grouping that phones have and
//! dates, sums of money, document numbers and the like do not.

/// Most digits of an international number.
const MOST_DIGITS: usize = 15;

/// Groups of digits, and what stands between them.
#[derive(Default)]
struct Layout {
    plus: bool,
    digits: [u8; MOST_DIGITS],
    count: usize,
    groups: [usize; MOST_DIGITS],
    /// `gaps[i]` is between groups `i` and `i + 1`.
    gaps: [Gap; MOST_DIGITS],
    group_count: usize,
    /// The group that stands in brackets.
    bracketed: Option<usize>,
}

/// What divides two groups. Spaces beside another sign do not matter.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Gap {
    /// Nothing but spaces or a bracket.
    #[default]
    Space,
    Hyphen,
    Dot,
    Slash,
}

/// Whether the text is a phone number.
pub(super) fn is_number(text: &str) -> bool {
    // The time of day: what most often begins as a number does and is none.
    if memchr::memchr(b':', text.as_bytes()).is_some() {
        return false;
    }
    let Some(layout) = Layout::read(text) else {
        return false;
    };
    if layout.plus {
        layout.is_international()
    } else if layout.bracketed.is_some() {
        layout.has_area_code_in_brackets()
    } else {
        layout.group_count > 1
            && layout.gaps_are_as_in_phones()
            && (layout.is_russian()
                || layout.is_north_american()
                || layout.has_code_of_a_neighbour()
                || layout.has_trunk_zero())
    }
}

impl Layout {
    /// `None` if there is something else than digits and phones' punctuation.
    fn read(text: &str) -> Option<Self> {
        let mut layout = Self::default();
        let (mut in_group, mut in_brackets) = (false, false);
        let mut gap = None;
        for (place, character) in text.char_indices() {
            match character {
                '0'..='9' => {
                    layout.push(character as u8 - b'0', !in_group, gap.take())?;
                    in_group = true;
                    continue;
                }
                '+' if layout.count == 0 && !layout.plus => layout.plus = true,
                '(' if layout.bracketed.is_none() => {
                    layout.bracketed = Some(layout.group_count);
                    in_brackets = true;
                }
                ')' if in_brackets
                    && in_group
                    && layout.bracketed == layout.group_count.checked_sub(1) =>
                {
                    in_brackets = false;
                }
                ' ' | '\t' | '\u{a0}' | '\u{2009}' | '\u{202f}' => {}
                '-' | '\u{2010}'..='\u{2014}' | '\u{2212}' if gap.is_none() => {
                    gap = Some(Gap::Hyphen)
                }
                '.' if gap.is_none() && in_group => gap = Some(Gap::Dot),
                '/' if gap.is_none() => gap = Some(Gap::Slash),
                _ if is_extension(&text[place..]) => break,
                _ => return None,
            }
            in_group = false;
        }
        (!in_brackets && gap.is_none()).then_some(layout)
    }

    fn push(&mut self, digit: u8, begins_group: bool, gap: Option<Gap>) -> Option<()> {
        if begins_group {
            if self.group_count > 0 {
                self.gaps[self.group_count - 1] = gap.unwrap_or_default();
            } else if gap.is_some() {
                return None;
            }
            self.group_count += 1;
        }
        *self.digits.get_mut(self.count)? = digit;
        self.groups[self.group_count - 1] += 1;
        self.count += 1;
        Some(())
    }

    fn groups(&self) -> &[usize] {
        &self.groups[..self.group_count]
    }

    fn gaps(&self) -> &[Gap] {
        &self.gaps[..self.group_count.saturating_sub(1)]
    }

    /// Digits of the first group.
    fn first_group(&self) -> &[u8] {
        &self.digits[..self.groups[0]]
    }

    /// A plus and 10 to 15 digits, but no signed decimal fraction and no sum of money.
    fn is_international(&self) -> bool {
        let dots = self.gaps().iter().filter(|&&gap| gap == Gap::Dot).count();
        let is_decimal = dots == 1 || (dots > 0 && dots < self.gaps().len());
        let is_sum = self.bracketed.is_none() && self.groups() == [1, 3, 3, 3];
        self.count >= 10 && self.digits[0] != 0 && !is_decimal && !is_sum
    }

    /// `(495) 123-45-67`, `8(916)1234567`, `380 (67) 123 45 67`.
    fn has_area_code_in_brackets(&self) -> bool {
        let Some(place @ 0..=1) = self.bracketed else {
            return false;
        };
        let before: usize = self.groups[..place].iter().sum();
        let area = self.groups[place];
        let after = self.count - before - area;
        let fewest = if self.digits[0] == 0 { 9 } else { 10 };
        before <= 3
            && (2..=5).contains(&area)
            && (5..=8).contains(&after)
            && (fewest..=13).contains(&self.count)
            && self.groups()[place + 1..].iter().all(|&group| group >= 2)
    }

    /// One kind of sign all along, or spaces and then hyphens, or a slash behind the area code. Dates with
    /// times and sums of money have other mixtures.
    fn gaps_are_as_in_phones(&self) -> bool {
        let gaps = match self.gaps() {
            [Gap::Slash, rest @ ..] => rest,
            all => all,
        };
        let hyphens = gaps.iter().skip_while(|&&gap| gap == Gap::Space);
        let spaces_then_hyphens = hyphens.clone().all(|&gap| gap == Gap::Hyphen);
        let hyphen_then_spaces = matches!(gaps, [Gap::Hyphen, rest @ ..]
            if self.groups[0] == 1 && rest.iter().all(|&gap| gap == Gap::Space));
        let dots = gaps.iter().all(|&gap| gap == Gap::Dot);
        spaces_then_hyphens || hyphen_then_spaces || dots
    }

    /// `8 916 123-45-67`, `8916 123 45 67`, `916-123-45-67`: Russia and Kazakhstan.
    fn is_russian(&self) -> bool {
        let digits = &self.digits[..self.count];
        match *self.groups() {
            [1, 3..=5 | 10, ..] => {
                self.count == 11
                    && matches!(digits, [7 | 8, ..])
                    // A last group of one digit is a check digit, of a barcode say.
                    && self.groups().last().is_some_and(|&last| last >= 2)
            }
            [4, 3, 2, 2] | [4, 3, 4] | [4, 2, 2, 3] => matches!(digits, [7 | 8, 3 | 4 | 6..=9, ..]),
            [4, 7] => matches!(digits, [7 | 8, 9, ..]),
            [3, 3, 2, 2] => matches!(digits, [3 | 4 | 7..=9, ..]),
            _ => false,
        }
    }

    /// `415-555-2671`, `1 415 555 2671`. Neither area nor exchange begins with 0 or 1.
    fn is_north_american(&self) -> bool {
        let digits = &self.digits[..self.count];
        match self.groups() {
            [3, 3, 4] => matches!(digits, [2..=9, _, _, 2..=9, ..]),
            [1, 3, 3, 4] => matches!(digits, [1, 2..=9, _, _, 2..=9, ..]),
            _ => false,
        }
    }

    /// `375 29 123-45-67` and the like, of countries whose customers are often in Russian CRMs.
    fn has_code_of_a_neighbour(&self) -> bool {
        let known = matches!(
            self.first_group(),
            [3, 7, 3..=5] | [3, 8, 0] | [9, 9, 2..=6 | 8]
        );
        known
            && matches!(
                self.groups()[1..],
                [2, 3, 2, 2]
                    | [2, 3, 4]
                    | [2, 7]
                    | [3, 3, 3]
                    | [9]
                    | [2, 2, 2, 3]
                    | [2, 6]
                    | [2, 3, 3]
            )
    }

    /// `020 7946 0958`, `0171/1234567`, `06 12 34 56 78`, `067 123-45-67`, `0049 171 1234567`.
    fn has_trunk_zero(&self) -> bool {
        let lengths = match self.digits {
            [0, 1..=9, ..] => 10..=12,
            [0, 0, 1..=9, ..] => 12..=15,
            _ => return false,
        };
        let groups = self.groups();
        // Codes of four-digit groups; an insurance number (SNILS); a passport; a date and a time.
        let is_other = groups.iter().all(|&group| group == 4)
            || matches!(groups, [3, 3, 3, 2] | [2, 2, 6] | [2, 2, 4, ..]);
        lengths.contains(&self.count)
            && !is_other
            && (2..=5).contains(&groups[0])
            && groups[1..].iter().all(|group| (2..=8).contains(group))
    }
}

/// An extension behind the number: `ext. 12`, `доб. 12`, `x12`, `#12`.
pub(super) fn is_extension(text: &str) -> bool {
    let rest = ["ext", "доб", "вн", "x", "#"]
        .into_iter()
        .find_map(|word| text.strip_prefix(word));
    rest.map(|rest| rest.trim_start_matches(['.', ' ']))
        .is_some_and(|rest| {
            (1..=6).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit())
        })
}
