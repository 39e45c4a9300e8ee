#!/usr/bin/env bash
# Packs the two commands of a release: ci/pack.sh v0.1.0 x86_64-unknown-linux-gnu
# Run after `cargo build --release -p bench-compare -p coverage-merge`.
# What comes out is named as `cargo binstall` looks for it.
set -euo pipefail
version=${1:?which version?} target=${2:?which target?}
cd "$(dirname "$0")/.."
end=
case $target in *windows*) end=.exe ;; esac

pack() { # CRATE COMMAND...
  local crate=$1 folder
  shift
  folder=target/packed/$crate-$version-$target
  mkdir -p "$folder"
  for command; do
    cp "target/release/$command$end" "$folder/"
  done
  # A foreign machine's command can't be asked for its completions.
  "target/release/$1$end" completions bash > "$folder/$1.bash"
  "target/release/$1$end" completions zsh > "$folder/_$1"
  "target/release/$1$end" completions fish > "$folder/$1.fish"
  "target/release/$1$end" man > "$folder/$1.1"
  cp LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$folder/"
  tar -czf "$folder.tar.gz" -C target/packed "$(basename "$folder")"
  rm -r "$folder"
}

rm -rf target/packed
pack bench-compare bench-compare cargo-bench-compare
pack coverage-merge coverage-merge
ls target/packed
