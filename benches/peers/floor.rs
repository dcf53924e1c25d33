//! The floor: what the job costs when nothing is done but what cannot be left out, in one thread.
//!
//! Records are parsed by the `csv` crate, the phone and the e-mail column are each hashed as one SHA-256
//! block, and as many bytes are written as the real result has. No rules, no types, no checks of UTF-8, no
//! line numbers: a bound to measure against, not a program to use. `floor IN OUT BYTES_A_ROW`

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::Write;

use sha2::block_api::compress256;

const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// One block of SHA-256 over the value (cut to what one block holds), as hex digits.
fn one_block(value: &[u8]) -> [u8; 64] {
    let length = value.len().min(55);
    let mut block = [0; 64];
    block[..length].copy_from_slice(&value[..length]);
    block[length] = 0x80;
    block[56..].copy_from_slice(&(8 * length as u64).to_be_bytes());
    let mut state = INITIAL;
    compress256(&mut state, &[block]);
    let mut digits = [0; 64];
    let words = state.map(u32::to_be_bytes);
    for (pair, byte) in digits.chunks_exact_mut(2).zip(words.as_flattened()) {
        let digit = |nibble: u8| nibble + if nibble > 9 { b'a' - 10 } else { b'0' };
        pair[0] = digit(byte >> 4);
        pair[1] = digit(byte & 15);
    }
    digits
}

fn main() -> Result<(), Box<dyn Error>> {
    let [source, target, row_bytes] = env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| "floor IN OUT BYTES_A_ROW")?;
    let row_bytes: usize = row_bytes.parse()?;
    let rest = vec![b'.'; row_bytes.saturating_sub(2 * 64 + 1)];
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(64 * 1024)
        .from_path(source)?;
    let mut out = File::create(target)?;
    let mut buffer = Vec::with_capacity(64 * 1024 + row_bytes);
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        buffer.extend_from_slice(&one_block(&record[1]));
        buffer.extend_from_slice(&one_block(&record[2]));
        buffer.extend_from_slice(&rest);
        buffer.push(b'\n');
        if buffer.len() >= 64 * 1024 {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    Ok(out.write_all(&buffer)?)
}
