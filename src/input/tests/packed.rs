//! gzip and zstd: recognised by content, several members, damage, progress.

use std::sync::atomic::Ordering;

use super::*;

const TEXT: &str = "id,name\n1,Анна\n2,Борис\n";

fn long_text() -> String {
    let mut text = "id,name\n".to_owned();
    for row in 0..60_000_u32 {
        // Hard to pack, so that the archive is much longer than what is read ahead.
        text.push_str(&format!("{row},{:x}\n", row.wrapping_mul(2_654_435_761)));
    }
    text
}

#[test]
fn several_members_are_one_file() {
    let (first, second) = TEXT.split_at(12);
    for pack in [gzip, zstd] {
        let bytes = [pack(first.as_bytes()), pack(b""), pack(second.as_bytes())].concat();
        assert_eq!(read(bytes).unwrap(), read(TEXT).unwrap());
    }
}

#[test]
fn skippable_zstd_frames_are_skipped() {
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let bytes = [&skippable[..], &zstd(TEXT.as_bytes()), &skippable].concat();
    assert_eq!(read(&bytes).unwrap(), read(TEXT).unwrap());
    assert!(message(&bytes[..bytes.len() - 2]).contains("zstd archive ends early"));
}

#[test]
fn what_is_found_and_progress_speak_of_the_file_as_it_is() {
    for (pack, compression) in [
        (gzip as fn(&[u8]) -> Vec<u8>, Compression::Gzip),
        (zstd, Compression::Zstd),
    ] {
        let bytes = pack(TEXT.as_bytes());
        let mut reader = open(&bytes, &Options::default()).unwrap();
        assert_eq!(reader.found().compression, compression);
        assert_eq!(reader.found().size, None);
        read_all(&mut reader).unwrap();
        assert_eq!(
            reader.progress().load(Ordering::Relaxed),
            bytes.len() as u64
        );
    }
}

#[test]
fn an_archive_cut_off_anywhere_is_an_error() {
    for pack in [gzip, zstd] {
        let bytes = pack(TEXT.as_bytes());
        for length in 4..bytes.len() {
            let error = read(&bytes[..length]).unwrap_err();
            assert!(
                matches!(error.kind(), InputErrorKind::ArchiveEndsEarly(_)),
                "{length} of {}: {error}",
                bytes.len()
            );
        }
    }
}

#[test]
fn a_long_archive_gives_its_rows_before_it_ends_early() {
    let text = long_text();
    for pack in [gzip, zstd] {
        let bytes = pack(text.as_bytes());
        let mut reader = open(&bytes[..bytes.len() - 20], &Options::default()).unwrap();
        let mut rows = Rows::new();
        let mut count = 0;
        let error = loop {
            match reader.fill(&mut rows) {
                Ok(true) => count += rows.len(),
                Ok(false) => panic!("the end was taken for the end"),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(error.kind(), InputErrorKind::ArchiveEndsEarly(_)),
            "{error}"
        );
        assert!(
            count > 1000 && error.line().unwrap() > 1000,
            "{count}: {error}"
        );
        assert!(error.to_string().contains("archive ends early"));
    }
}

#[test]
fn damage_is_noticed() {
    let text = long_text();
    for pack in [gzip, zstd] {
        let bytes = pack(text.as_bytes());
        for place in [bytes.len() / 2, bytes.len() - 2] {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x55;
            let error = read(&damaged).unwrap_err();
            assert!(
                matches!(
                    error.kind(),
                    InputErrorKind::ArchiveDamaged(..)
                        | InputErrorKind::ArchiveEndsEarly(_)
                        | InputErrorKind::Undecodable { .. }
                ),
                "{error}"
            );
        }
    }
}
