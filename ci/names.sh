#!/usr/bin/env bash
# Gives the two crates whose names are taken on crates.io the names under which
# they are published. For a clone that is thrown away: RELEASING.md.
set -euo pipefail
cd "$(dirname "$0")/.."
for crate in support timer-heap; do
  sed -i.old "2s/\"$crate\"/\"runtime-$crate\"/" "$crate/Cargo.toml"
  # Who depends on it, its own tests included, calls it as before.
  sed -i.old "s/^$crate = {/$crate = { package = \"runtime-$crate\",/" \
    Cargo.toml "$crate/Cargo.toml"
  rm Cargo.toml.old "$crate/Cargo.toml.old"
done
