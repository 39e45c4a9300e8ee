#!/usr/bin/env bash
# What the action does, by the variables that it sets.
set -euo pipefail
status=0
# Arguments are words: a shell splits them.
# shellcheck disable=SC2086
cargo bench-compare git "$OLD" ${NEW:+"$NEW"} --fail-on slower \
  --format markdown ${ARGUMENTS:-} | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" \
  || status=$?
if [[ $status == 3 && ${UNDECIDED:-fail} == warn ]]; then
  echo "::warning title=bench-compare::The runs do not decide it: see the summary"
  status=0
fi
exit "$status"
