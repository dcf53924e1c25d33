//! The bytes of a request's body: the documented CSV, one profile a row.
//!
//! RFC 4180 quoting, `\n` line ends, attribute order as it comes, JSON without spaces, non-ASCII as it is,
//! numbers digit for digit.

use crate::attribute::{self, Key, Value};
use crate::batch::IdentifierKind;
use crate::profile::{Identifier, ProfileSink};

use super::resource::identifier_name;

/// Media type of the CSV body. The API documents none.
pub const CSV_MEDIA_TYPE: &str = "text/csv; charset=utf-8";

/// Which identifier columns a CSV has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One kind of identifier, as the API takes it: each row is written for its own kind.
    OneKind,
    /// Both columns, one of them empty in each row: for showing a mixed file as one CSV. The API is not
    /// known to take it; `ampost import` does.
    BothKinds,
}

/// The header line of a body whose profiles are named by `kind`.
#[must_use]
pub fn header(kind: IdentifierKind) -> String {
    format!("application_id,{},attributes\n", identifier_name(kind))
}

/// The header line of a CSV with both kinds.
#[must_use]
pub fn header_of_both() -> &'static str {
    "application_id,profile_id,appmetrica_device_id,attributes\n"
}

/// Writes rows of the body.
#[derive(Debug)]
pub struct RowWriter<'o> {
    out: &'o mut Vec<u8>,
    application: &'o str,
    layout: Layout,
    start: usize,
    first: bool,
}

impl<'o> RowWriter<'o> {
    /// A writer of one row at the end of `out`; `application` is the application ID in digits.
    pub fn new(out: &'o mut Vec<u8>, application: &'o str, layout: Layout) -> RowWriter<'o> {
        let start = out.len();
        RowWriter {
            out,
            application,
            layout,
            start,
            first: true,
        }
    }

    /// Ends the row; without an attribute there is none.
    pub fn finish(self) {
        if self.first {
            self.take_back();
        } else {
            self.out.extend_from_slice(b"}\"\n");
        }
    }

    /// Takes back what was written of the row.
    pub fn take_back(self) {
        self.out.truncate(self.start);
    }

    fn comma(&mut self) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
    }
}

impl ProfileSink for RowWriter<'_> {
    fn identifier(&mut self, identifier: Identifier<'_>) {
        self.out.extend_from_slice(self.application.as_bytes());
        self.out.push(b',');
        if self.layout == Layout::BothKinds && identifier.kind == IdentifierKind::DeviceId {
            self.out.push(b',');
        }
        write_field(self.out, identifier.value);
        if self.layout == Layout::BothKinds && identifier.kind == IdentifierKind::ProfileId {
            self.out.push(b',');
        }
        self.out.extend_from_slice(b",\"{");
    }

    #[inline]
    fn attribute(&mut self, key: &Key, value: Value<'_>) {
        self.out.extend_from_slice(key.in_csv(self.first));
        self.first = false;
        attribute::write_value::<true>(self.out, value);
    }

    fn named_attribute(&mut self, name: &str, value: Value<'_>) {
        self.comma();
        attribute::write_string::<true>(self.out, name);
        self.out.push(b':');
        attribute::write_value::<true>(self.out, value);
    }
}

/// A CSV field, quoted where it must be.
pub fn write_field(out: &mut Vec<u8>, field: &str) {
    let bytes = field.as_bytes();
    if !bytes
        .iter()
        .any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'))
    {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    for &byte in bytes {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Attributes as the plain JSON object of the single-profile request.
#[derive(Debug, Default)]
pub struct JsonObject {
    out: Vec<u8>,
}

impl JsonObject {
    /// Appends an attribute.
    pub fn push(&mut self, name: &str, value: Value<'_>) {
        self.out.push(if self.out.is_empty() { b'{' } else { b',' });
        attribute::write_string::<false>(&mut self.out, name);
        self.out.push(b':');
        attribute::write_value::<false>(&mut self.out, value);
    }

    /// The object as text.
    #[must_use]
    pub fn finish(mut self) -> String {
        if self.out.is_empty() {
            self.out.push(b'{');
        }
        self.out.push(b'}');
        // Only whole strings and ASCII were appended, so nothing is ever replaced here.
        String::from_utf8_lossy(&self.out).into_owned()
    }
}
