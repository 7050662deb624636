#!/usr/bin/env bash
# Builds the search engine for the browser: search/build-wasm.sh
#
# Needs the target, `rustup target add wasm32-unknown-unknown`, and a C compiler. A plain `cargo build` does not need the target,
# because the result is committed.
set -euo pipefail
cd "$(dirname "$0")/.."
out=search/browser
target=${CARGO_TARGET_DIR:-target}/wasm-search
# A reader needs no randomness: only the names of new segments are random.
flags='--cfg getrandom_backend="unsupported" -C panic=abort -C link-arg=--strip-all'
# Messages of panics name files of dependencies: by the same path wherever it is built, so that `.ci/wasm` can compare.
flags="$flags --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=registry"
# With debug assertions the crate that unpacks postings has one loop instead of code for each of 32 widths: 71 kB less to load.
loops=(--config profile.release.package.bitpacking.opt-level=3
  --config profile.release.package.bitpacking.debug-assertions=true
  --config profile.release.package.bitpacking.overflow-checks=false)
CARGO_TARGET_DIR="$target" RUSTFLAGS="$flags" \
  CARGO_PROFILE_RELEASE_OPT_LEVEL=z CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_PANIC=abort \
  CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_STRIP=symbols \
  cargo rustc --release --locked --target wasm32-unknown-unknown -p casebook-search --lib \
  --crate-type cdylib "${loops[@]}"
built="$target/wasm32-unknown-unknown/release/casebook_search.wasm"
mkdir -p "$out"
# 4 to 5 % less than `gzip -9`.
cargo run --quiet --locked -p casebook-search --features native --example gzip "$built" "$out/search.wasm.gz"
# Checksums of the sources; a test compares them.
search/source-hash.sh > "$out/search.source"
echo "$out/search.wasm.gz: $(stat -c %s "$out/search.wasm.gz") bytes (brotli: $(brotli -q 11 -c "$built" 2> /dev/null | wc -c))"
