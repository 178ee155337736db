#!/usr/bin/env bash
# npm test: own set-up, build, then everything; what is long is sampled (npm run test:long runs all of it).
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/setup.sh
npm run --silent build
if [ $# -eq 0 ]; then
  set -- 'test/**/*.test.ts'
  # What takes a lab for many minutes.
  [ -z "${LONG:-}" ] || set -- "$@" 'test/**/*.long.ts'
fi
# Two files at a time: the lab waits most of its time, the laws compute.
exec npx mocha --parallel --jobs 2 "$@"
