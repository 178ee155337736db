/** The marker beside the data: Redis ran here without its append-only file, so that a remaining one may be outdated. */
export const offMark = '.aof-off';

/**
 * Shell functions of the start guard about the files that Redis left. The rule: Redis is started so that it loads the newest data on
 * this disk, whatever `appendonly` in redis.conf says. The reconciler then switches it while Redis runs, which loses nothing.
 * By itself Redis would start empty if `appendonly yes` finds only an RDB, and from an old RDB if `appendonly no` ignores an
 * append-only file. The append-only file is the newer one, unless Redis ran without it and the RDB was started
 * (ctime in its header: the time of its data) after the last write to the append-only file.
 */
export const dataRules = `# A complete data set is here, in a file that Redis can load. kind: aof, rdb or none.
has_data() {
  newest
  [ -e "$data/COMPLETE" ] && [ "$kind" != none ]
}

newest() {
  kind=none
  if [ -s "$data/dump.rdb" ]; then kind=rdb; fi
  if [ -s "$data/appendonlydir/appendonly.aof.manifest" ]; then
    if [ "$kind" = rdb ] && ran_without_aof && [ "$(rdb_started)" -gt "$(aof_changed)" ]; then return; fi
    kind=aof
  fi
}

ran_without_aof() {
  [ -e "$data/AOFOFF" ] || [ "$(declared_aof)" != yes ]
}

# The value in redis.conf.
declared_aof() {
  sed -n 's/^[[:space:]]*appendonly[[:space:]][[:space:]]*"\\{0,1\\}\\([[:alpha:]]*\\).*/\\1/Ip' "$conf/redis.conf" | tail -n 1 | tr '[:upper:]' '[:lower:]'
}

aof_changed() {
  stat -c %Y "$data"/appendonlydir/appendonly.aof.* | sort -n | tail -n 1
}

# Seconds since 1970; 0 if its header does not say.
rdb_started() {
  started=$(head -c 160 "$data/dump.rdb" | od -An -v -tx1 | tr -d ' \\n' |
    sed -n 's/.*056374696d65c2\\(..\\)\\(..\\)\\(..\\)\\(..\\).*/0x\\4\\3\\2\\1/p')
  echo "$((\${started:-0}))"
}

# For a Redis that is not in a full synchronization.
note_aof() {
  case $answer in
    # While Redis loads that file it reports it as off.
    *loading:1*) ;;
    *aof_enabled:0*) [ -e "$data/AOFOFF" ] || touch "$data/AOFOFF" ;;
    *) if [ -e "$data/AOFOFF" ] && on_disk; then rm -f "$data/AOFOFF"; fi ;;
  esac
}`;
