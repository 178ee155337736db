import { knownWords } from './last-words.ts';

/** Statements of awk that give code[N] and part[N] of each. The parts contain nothing that awk or sh would quote. */
const knownWordsInAwk = Object.entries(knownWords)
  .flatMap(([code, parts]) => parts.map((part) => [code, part] as const))
  .map(([code, part], index) => `code[${index}] = "${code}"; part[${index}] = "${part}"`)
  .join('\n      ');

/** A function of sh: `said FOLDER` prints what the servers of a member logged last, if it is known: lines for lastWordsOf, after its name. */
export const saidFunction = String.raw`# Known causes among the last twenty messages of Redis, and of Sentinel, in the order of the last of each (last-words.ts).
said() {
  [ -f "$1/console.log" ] || return 0
  tail -c 16384 "$1/console.log" | tr -d '\r' | awk -v name="$1" '
    BEGIN {
      ${knownWordsInAwk}
    }
    /^[0-9]+:[CMSX] / { by = $1 ~ /X$/ ? "sentinel" : "redis"; lines[by, ++count[by]] = $0 }
    END { tell("redis"); tell("sentinel") }
    function tell(by,   from, i, n, line, client, key) {
      from = count[by] > 20 ? count[by] - 19 : 1
      for (i = from; i <= count[by]; i++) {
        line = lines[by, i]
        for (n = 0; n in code; n++) if (index(line, part[n])) {
          client = "-"
          if (code[n] == "buffer-limit" && match(line, / addr=[0-9.]+/)) client = substr(line, RSTART + 6, RLENGTH - 6)
          key = by "\t" code[n] "\t" client
          times[key]++; last[key] = i; text[key] = line
          break
        }
      }
      for (i = from; i <= count[by]; i++) for (key in last) if (last[key] == i && index(key, by) == 1) {
        line = text[key]
        sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ /, "", line)
        if (tolower(line) ~ /pass|auth|user|acl/) line = ""
        gsub(/[^ -~]/, "?", line)
        split(key, field, "\t")
        printf "said\t%s\t%s\t%s\t%s\t%s\t%s\n", name, by, field[2], times[key], field[3], substr(line, 1, 200)
      }
    }'
}
`;
