#!/usr/bin/env bash
# What the action does, by the variables that it sets; with the bash of Linux,
# macOS and Windows alike.
set -euo pipefail
# Words are split at blanks and lines, and patterns in them are not for files.
words=()
read -r -d '' -a words <<< "${ARGUMENTS:-}" || true
status=0
cargo bench-compare git "$OLD" ${NEW:+"$NEW"} --fail-on slower \
  --format markdown ${words[@]+"${words[@]}"} \
  | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" || status=$?
if [[ $status == 3 && ${UNDECIDED:-fail} == warn ]]; then
  echo "::warning title=bench-compare::The runs do not decide it: see the summary"
  status=0
fi
exit "$status"
