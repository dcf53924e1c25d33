//! A request's rows, checked but not applied: all of them are kept apart until the last one is known
//! to be right, because nothing of a refused request may be applied.

use std::ops::Range;

use super::attributes::Names;

/// Which column or parameter named the profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Identifier {
    Profile,
    Device,
}

impl Identifier {
    /// The name of the column or parameter.
    pub(super) fn name(self) -> &'static str {
        match self {
            Identifier::Profile => "profile_id",
            Identifier::Device => "appmetrica_device_id",
        }
    }
}

/// The rows of one request. One arena holds all their text, so that a large request is a few allocations.
pub(super) struct Staged {
    pub(super) identifier: Identifier,
    pub(super) rows: Vec<Row>,
    pub(super) entries: Vec<Entry>,
    pub(super) text: String,
}

/// One row of a [`Staged`].
pub(super) struct Row {
    pub(super) application_id: u64,
    /// Its identifier, in [`Staged::text`].
    pub(super) id: Range<usize>,
    /// Its attributes, in [`Staged::entries`].
    pub(super) entries: Range<usize>,
}

/// One attribute of a row.
pub(super) struct Entry {
    /// Number of its name in [`Names`].
    pub(super) name: u32,
    /// Its value as JSON, in [`Staged::text`].
    pub(super) value: Range<usize>,
}

impl Staged {
    pub(super) fn new(identifier: Identifier) -> Staged {
        Staged {
            identifier,
            rows: Vec::new(),
            entries: Vec::new(),
            text: String::new(),
        }
    }

    /// Adds a row, or says what is wrong with it; no value stands in the reason.
    pub(super) fn push(
        &mut self,
        application_id: &str,
        id: &str,
        attributes: &str,
        names: &mut Names,
    ) -> Result<(), String> {
        // `parse` alone would let a plus sign through.
        let application_id = Some(application_id)
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .ok_or("application_id is not an unsigned integer")?;
        let kind = self.identifier.name();
        if id.is_empty() {
            return Err(format!("{kind} is empty"));
        }
        if id.chars().count() > 200 {
            return Err(format!("{kind} is longer than 200 characters"));
        }
        let id_start = self.text.len();
        self.text.push_str(id);
        let id = id_start..self.text.len();
        let first = self.entries.len();
        names.read_object(attributes, &mut self.entries, &mut self.text)?;
        self.rows.push(Row {
            application_id,
            id,
            entries: first..self.entries.len(),
        });
        Ok(())
    }

    /// Whether a row is of this profile.
    pub(super) fn has_profile(&self, id: &str) -> bool {
        self.rows.iter().any(|row| &self.text[row.id.clone()] == id)
    }

    /// Whether a row has this attribute.
    pub(super) fn has_attribute(&self, name: &str, names: &Names) -> bool {
        names
            .find(name)
            .is_some_and(|name| self.entries.iter().any(|entry| entry.name == name))
    }
}
