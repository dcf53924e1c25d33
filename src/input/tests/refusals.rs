//! What is no CSV file at all, and what cannot be opened: the message says so, and the way out.

use std::path::PathBuf;

use super::*;

#[test]
fn an_empty_file_says_that_a_header_is_missing() {
    for text in ["", "\u{feff}", "\n\r\n\n", "\u{feff}\n", "sep=;\n"] {
        let error = read(text).unwrap_err();
        assert!(
            matches!(error.kind(), InputErrorKind::Empty),
            "{text:?}: {error}"
        );
        assert!(error.to_string().contains("header"), "{error}");
    }
    let error = read([0xff, 0xfe]).unwrap_err();
    assert!(matches!(error.kind(), InputErrorKind::Empty));
    for packed in [gzip(b""), zstd(b"")] {
        assert!(matches!(
            read(packed).unwrap_err().kind(),
            InputErrorKind::Empty
        ));
    }
}

#[test]
fn files_of_other_kinds_are_named_with_the_way_out() {
    for (bytes, words) in [
        (&b"PK\x03\x04\x14\0\x06\0"[..], "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", ".xls"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!DOCTYPE html>\n<html>", "HTML"),
        (b"\xef\xbb\xbf\r\n <TABLE border=1>", "HTML"),
        (b"<?xml version=\"1.0\"?>", "XML"),
        (b"{\"id\": 1}\n", "JSON"),
        (b"[\n  {\"id\": 1}]", "JSON"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"SQLite format 3\0", "SQLite"),
        (b"BZh91AY&SY\x01\x02", "bzip2"),
        (b"\xfd7zXZ\0\0\x04", "xz"),
        (
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
            "not text",
        ),
    ] {
        let text = message(bytes);
        assert!(
            text.starts_with("crm.csv: this is ") && text.contains(words),
            "{text}"
        );
    }
    assert!(message(gzip(&gzip(b"id\n1\n"))).contains("Unpack it first"));
    assert!(message(gzip(b"PK\x03\x04rest")).contains(".xlsx"));
}

#[test]
fn headers_that_begin_with_brackets_are_headers() {
    assert_eq!(
        read("[id],[phone]\n1,2\n").unwrap().header,
        ["[id]", "[phone]"]
    );
    assert_eq!(read("{id},x\n1,2\n").unwrap().header, ["{id}", "x"]);
    assert_eq!(read("<id>,x\n1,2\n").unwrap().header, ["<id>", "x"]);
    assert_eq!(read("BZh9,x\n").unwrap().header, ["BZh9", "x"]);
}

#[test]
fn paths_that_cannot_be_read_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: PathBuf| Reader::open(&Origin::Path(path), &Options::default()).unwrap_err();
    let error = open(folder.path().join("no such.csv"));
    assert!(matches!(error.kind(), InputErrorKind::NotFound));
    assert!(
        error.to_string().contains("no such.csv: no such file"),
        "{error}"
    );
    let error = open(folder.path().to_owned());
    assert!(
        matches!(error.kind(), InputErrorKind::IsDirectory),
        "{error}"
    );
    assert!(error.line().is_none() && error.column().is_none());
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.csv");
    std::fs::write(&path, "id\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read anything.
    if std::fs::File::open(&path).is_ok() {
        return;
    }
    let error = Reader::open(&Origin::Path(path), &Options::default()).unwrap_err();
    assert!(
        matches!(error.kind(), InputErrorKind::PermissionDenied),
        "{error}"
    );
}

#[test]
fn a_dash_is_standard_input() {
    assert_eq!(Origin::from_argument("-".as_ref()), Origin::Stdin);
    assert_eq!(Origin::Stdin.to_string(), "standard input");
    let path = Origin::from_argument("./-".as_ref());
    assert_eq!(path, Origin::Path("./-".into()));
    assert_eq!(path.to_string(), "./-");
}

#[test]
fn a_disk_that_fails_halfway_is_told_apart_from_the_end() {
    struct Failing(io::Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk is gone")),
                read => Ok(read),
            }
        }
    }
    let text = format!("id\n{}", "1\n".repeat(100_000));
    let source = Failing(io::Cursor::new(text.into_bytes()));
    let mut reader = Reader::from_reader(source, "crm.csv", &Options::default()).unwrap();
    let error = read_all(&mut reader).unwrap_err();
    assert!(matches!(error.kind(), InputErrorKind::Io(_)), "{error}");
    assert_eq!(error.line(), Some(100_002));
    assert!(error.to_string().contains("the disk is gone"), "{error}");
}

#[test]
fn names_cannot_play_tricks_on_the_terminal() {
    let error = Reader::from_reader(io::empty(), "a\x1b[31m\u{202e}.csv", &Options::default());
    let text = error.unwrap_err().to_string();
    assert!(text.starts_with("a\\u{1b}[31m\\u{202e}.csv: "), "{text}");
}
