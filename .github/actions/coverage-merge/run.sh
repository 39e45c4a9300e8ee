#!/usr/bin/env bash
# What the action does, by the variables that it sets; with the bash and the
# commands of Linux, macOS and Windows alike.
set -euo pipefail
files=()
while read -r line; do
  [[ -z $line ]] || files+=("${line%$'\r'}")
done <<< "$INPUTS"
if ((${#files[@]} == 0)); then
  echo "::error title=coverage-merge::inputs is empty: name profiles, one a line"
  exit 2
fi
coverage-merge merge ${FORMAT:+--format "$FORMAT"} -o "$OUTPUT" -- "${files[@]}"
coverage-merge report "$OUTPUT" --format markdown >> "${GITHUB_STEP_SUMMARY:-/dev/stdout}"
if [[ -n ${PATCH:-} ]]; then
  coverage-merge diff --patch "$PATCH" "$OUTPUT" --format github
fi
if [[ -n ${LIMIT:-} ]]; then
  coverage-merge check "$OUTPUT" --fail-under "$LIMIT"
fi
