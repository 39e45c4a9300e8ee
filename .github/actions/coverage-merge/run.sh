#!/usr/bin/env bash
# What the action does, by the variables that it sets.
set -euo pipefail
list=$(mktemp)
trap 'rm -f "$list"' EXIT
printf '%s\n' "$INPUTS" | sed '/^[[:space:]]*$/d' > "$list"
# Paths in a list are relative to it.
sed -i "s|^[^/]|$PWD/&|" "$list"
coverage-merge "@$list" ${FORMAT:+--format "$FORMAT"} -o "$OUTPUT"
coverage-merge report "$OUTPUT" --format markdown >> "${GITHUB_STEP_SUMMARY:-/dev/stdout}"
if [[ -n ${PATCH:-} ]]; then
  coverage-merge diff --patch "$PATCH" "$OUTPUT" --format github
fi
if [[ -n ${LIMIT:-} ]]; then
  coverage-merge check "$OUTPUT" --fail-under "$LIMIT"
fi
