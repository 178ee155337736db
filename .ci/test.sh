#!/usr/bin/env bash
# npm test: sets up the machine, builds, and runs all tests; the laws run on a sample (npm run test:long runs more cases, and the long suites).
# npm run test:unit: everything that needs no lab, the laws on a smaller sample. The loop of a contributor.
# Arguments are passed to mocha: files, --grep.
set -euo pipefail
cd "$(dirname "$0")/.."

# The slowest files start first, so that none runs alone at the end; labs, which mostly wait, beside what computes. All other files run
# after these. Each run ends with a list of the slowest files.
slowest_first=(
  test/e2e/fleet.test.ts
  test/laws/laws.test.ts
  test/e2e/seed.test.ts
  test/laws/crash-points.test.ts
  test/e2e/repairs.test.ts
  test/e2e/kills.test.ts
  test/renderers/redis/start-guard.test.ts
  test/laws/history.test.ts
  test/e2e/drift.test.ts
  test/renderers/redis/start-guard-disk.test.ts
  test/e2e/openvz.test.ts
  test/e2e/aws-command.test.ts
  test/e2e/from-nothing.test.ts
  test/e2e/lab-faults.test.ts
  test/e2e/lifecycle.test.ts
  test/laws/prune.test.ts
  test/laws/architecture.test.ts
)
for file in "${slowest_first[@]}"; do
  [ -e "$file" ] || { echo ".ci/test.sh: $file does not exist" >&2; exit 2; }
done

test_files() { # arguments for find
  local file all
  all=$(find test "$@" | sort)
  for file in "${slowest_first[@]}"; do ! grep -qxF "$file" <<<"$all" || echo "$file"; done
  grep -vxF "$(printf '%s\n' "${slowest_first[@]}")" <<<"$all"
}

# A lab waits for half of its time, but not when it starts: two at once do not keep each other's hosts from answering in time. Without labs,
# where real daemons wait for each other, four.
jobs=2
bash .ci/setup.sh
if [ $# -gt 0 ]; then
  npm run --silent build
  files=()
elif [ -n "${SHORT:-}" ]; then
  jobs=4
  mapfile -t files < <(test_files -name '*.test.ts' -not -path 'test/e2e/*')
else
  npm run --silent build
  mapfile -t files < <(
    test_files -name '*.test.ts'
    [ -z "${LONG:-}" ] || find test -name '*.long.ts' | sort
  )
fi
exec npx mocha --parallel --jobs "$jobs" --require ./.ci/slowest.ts "${files[@]}" "$@"
