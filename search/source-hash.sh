#!/usr/bin/env bash
# Prints a checksum of every file the browser's engine is built from: `crc32 path`, one a line. A test computes the same.
set -euo pipefail
cd "$(dirname "$0")"
find Cargo.toml src -type f \( -name '*.rs' -o -name Cargo.toml \) | LC_ALL=C sort | while read -r file; do
  # The last eight bytes of a gzip stream are the checksum and the length of its content.
  printf '%s %s\n' "$(gzip -c "$file" | tail -c 8 | od -An -tx4 -N4 | tr -d ' ')" "$file"
done
