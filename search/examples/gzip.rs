//! Compresses a file with gzip as small as libdeflate can: `gzip FILE OUT`.
#![expect(clippy::disallowed_methods, reason = "a tool of the build, no part of the product")]

use std::{env, fs, io};

use libdeflater::{CompressionLvl, Compressor};

fn main() -> io::Result<()> {
    let paths: Vec<String> = env::args().skip(1).collect();
    let [from, to] = paths.as_slice() else {
        return Err(io::Error::other("usage: gzip FILE OUT"));
    };
    let plain = fs::read(from)?;
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut packed = vec![0; compressor.gzip_compress_bound(plain.len())];
    let len = compressor.gzip_compress(&plain, &mut packed).map_err(io::Error::other)?;
    fs::write(to, &packed[..len])
}
