//! The profiles that have been applied, in the order in which they were first seen.
//!
//! Made to hold a million of them: a profile is one small record and one block of bytes, which is
//! rewritten whole when a row changes it. Knows nothing of requests.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::attributes::Names;
use super::decimal::Decimal;
use super::staged::{Entry, Identifier, Row, Staged};

/// All profiles.
#[derive(Default)]
pub(super) struct Store {
    profiles: Vec<Profile>,
    /// From the hash of a profile's name to the newest profile with that hash; older ones follow by
    /// [`Profile::older`]. So the name itself need not be kept twice.
    newest: HashMap<u64, u32>,
    hasher: RandomState,
}

struct Profile {
    application_id: u64,
    identifier: Identifier,
    id_len: u32,
    rows: u32,
    older: Option<u32>,
    /// The identifier; then for each attribute the number of its name, the length of its value (both
    /// as variable-length integers) and the value as JSON.
    data: Box<[u8]>,
}

impl Profile {
    fn id(&self) -> &[u8] {
        &self.data[..self.id_len as usize]
    }

    fn attributes(&self) -> Attributes<'_> {
        Attributes(&self.data[self.id_len as usize..])
    }
}

impl Store {
    /// How many profiles there are.
    pub(super) fn len(&self) -> u64 {
        self.profiles.len() as u64
    }

    /// Applies a request's rows in their order: counters are added to, everything else replaces.
    pub(super) fn apply(&mut self, staged: &Staged, names: &Names) {
        for row in &staged.rows {
            self.apply_row(row, staged, names);
        }
    }

    fn apply_row(&mut self, row: &Row, staged: &Staged, names: &Names) {
        let id = &staged.text[row.id.clone()];
        let hash = self
            .hasher
            .hash_one((row.application_id, staged.identifier, id));
        let newest = self.newest.get(&hash).copied();
        let entries = &staged.entries[row.entries.clone()];
        let known = self.find(newest, row.application_id, staged.identifier, id.as_bytes());
        if let Some(index) = known {
            let profile = &mut self.profiles[index as usize];
            profile.data = merged(id, profile.attributes(), entries, &staged.text, names);
            profile.rows = profile.rows.saturating_add(1);
            return;
        }
        // Four thousand million profiles would need more memory than there is.
        let (Ok(index), Ok(id_len)) = (u32::try_from(self.profiles.len()), u32::try_from(id.len()))
        else {
            return;
        };
        self.profiles.push(Profile {
            application_id: row.application_id,
            identifier: staged.identifier,
            id_len,
            rows: 1,
            older: newest,
            data: merged(id, Attributes(&[]), entries, &staged.text, names),
        });
        self.newest.insert(hash, index);
    }

    fn find(
        &self,
        newest: Option<u32>,
        application_id: u64,
        identifier: Identifier,
        id: &[u8],
    ) -> Option<u32> {
        let mut next = newest;
        while let Some(index) = next {
            let profile = &self.profiles[index as usize];
            if profile.application_id == application_id
                && profile.identifier == identifier
                && profile.id() == id
            {
                return Some(index);
            }
            next = profile.older;
        }
        None
    }

    /// The answer to `GET /profiles`: one JSON object, one profile a line.
    pub(super) fn to_json(&self, names: &Names) -> Vec<u8> {
        let mut json = b"{\"profiles\":[".to_vec();
        for (at, profile) in self.profiles.iter().enumerate() {
            json.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
            json.extend_from_slice(b"{\"application_id\":");
            json.extend_from_slice(profile.application_id.to_string().as_bytes());
            json.extend_from_slice(format!(",\"{}\":", profile.identifier.name()).as_bytes());
            push_string(&mut json, &String::from_utf8_lossy(profile.id()));
            json.extend_from_slice(b",\"attributes\":{");
            for (at, (name, value)) in profile.attributes().enumerate() {
                if at > 0 {
                    json.push(b',');
                }
                push_string(&mut json, names.text(name));
                json.push(b':');
                json.extend_from_slice(value);
            }
            json.extend_from_slice(format!("}},\"rows\":{}}}", profile.rows).as_bytes());
        }
        json.extend_from_slice(b"\n]}\n");
        json
    }
}

fn push_string(json: &mut Vec<u8>, text: &str) {
    // Writing a string to memory cannot fail.
    let _ = serde_json::to_writer(json, text);
}

/// A profile's block of bytes after `entries` have been applied to what it had.
fn merged(
    id: &str,
    before: Attributes<'_>,
    entries: &[Entry],
    text: &str,
    names: &Names,
) -> Box<[u8]> {
    let mut all: Vec<(u32, Cow<'_, [u8]>)> = before
        .map(|(name, value)| (name, Cow::Borrowed(value)))
        .collect();
    for entry in entries {
        let value = text[entry.value.clone()].as_bytes();
        let found = all.iter_mut().find(|(name, _)| *name == entry.name);
        let value = if names.is_counter(entry.name) {
            let sum = found.as_ref().map_or(&b"0"[..], |(_, sum)| sum);
            Cow::Owned(sum_of(sum, value))
        } else {
            Cow::Borrowed(value)
        };
        match found {
            Some(slot) => slot.1 = value,
            None => all.push((entry.name, value)),
        }
    }
    let size: usize = all.iter().map(|(_, value)| value.len() + 4).sum();
    let mut data = Vec::with_capacity(id.len() + size);
    data.extend_from_slice(id.as_bytes());
    for (name, value) in all {
        put(&mut data, name as usize);
        put(&mut data, value.len());
        data.extend_from_slice(&value);
    }
    data.into_boxed_slice()
}

/// The sum as text. Both are known to be numbers: the one was checked, the other written here.
fn sum_of(sum: &[u8], value: &[u8]) -> Vec<u8> {
    match (Decimal::parse(sum), Decimal::parse(value)) {
        (Some(sum), Some(value)) => sum.plus(&value).to_string().into_bytes(),
        _ => sum.to_vec(),
    }
}

/// Goes through the attributes in a profile's block: number of the name, value.
#[derive(Clone, Copy)]
struct Attributes<'a>(&'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let name = u32::try_from(get(&mut self.0)?).ok()?;
        let len = get(&mut self.0)?;
        let (value, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some((name, value))
    }
}

/// Appends a number, seven bits a byte, low ones first.
fn put(data: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        data.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    data.push(number.to_le_bytes()[0]);
}

/// Takes a number off the front; `None` at the end.
fn get(data: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..usize::BITS).step_by(7) {
        let (byte, rest) = data.split_first()?;
        *data = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
