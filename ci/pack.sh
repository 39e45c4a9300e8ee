#!/usr/bin/env bash
# Packs the two commands of a release: ci/pack.sh v0.1.0 x86_64-unknown-linux-gnu
# Run after `cargo build --release -p bench-compare -p coverage-merge`.
# What comes out is named as `cargo binstall` looks for it.
set -euo pipefail
version=${1:?which version?} target=${2:?which target?}
cd "$(dirname "$0")/.."
grep -qxF "version = \"${version#v}\"" Cargo.toml || {
  echo "$version is not the version that Cargo.toml has: correct it or the tag" >&2
  exit 1
}
end=
case $target in *windows*) end=.exe ;; esac

pack() { # FOLDER CRATE [COMMAND...]
  local source=$1 crate=$2 folder
  shift
  folder=target/packed/$crate-$version-$target
  mkdir -p "$folder"
  for command; do
    cp "target/release/$command$end" "$folder/"
  done
  # A foreign machine's command can't be asked for its completions.
  "target/release/$crate$end" completions bash > "$folder/$crate.bash"
  "target/release/$crate$end" completions zsh > "$folder/_$crate"
  "target/release/$crate$end" completions fish > "$folder/$crate.fish"
  "target/release/$crate$end" man > "$folder/$crate.1"
  cp LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$source/README.md" "$folder/"
  tar -czf "$folder.tar.gz" -C target/packed "$(basename "$folder")"
  rm -r "$folder"
}

rm -rf target/packed
pack benches/compare bench-compare cargo-bench-compare
pack coverage-merge coverage-merge
ls target/packed
