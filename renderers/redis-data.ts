/** The mark beside the data: Redis ran here without its append-only file, so what is left of that one may be old. */
export const offMark = '.aof-off';

/**
 * Shell functions of the fence about the files that Redis left. The rule: Redis is started so that it loads the newest data on
 * this disk, whatever `appendonly` in redis.conf says; the reconciler then switches it while it runs, which loses nothing.
 * By itself Redis would start empty where `appendonly yes` finds only an RDB, and from an old RDB where `appendonly no` finds
 * what an append-only file has. The append-only file is the newer one, unless Redis ran without it, and the RDB was begun
 * (ctime in its header: what it holds is as of then) after the last write to it.
 */
export const dataRules = `# A whole data set is here, in a file that Redis can load. kind: aof, rdb or none.
has_data() {
  newest
  [ -e "$data/COMPLETE" ] && [ "$kind" != none ]
}

newest() {
  kind=none
  if [ -s "$data/dump.rdb" ]; then kind=rdb; fi
  if [ -s "$data/appendonlydir/appendonly.aof.manifest" ]; then
    if [ "$kind" = rdb ] && ran_without_aof && [ "$(rdb_begun)" -gt "$(aof_changed)" ]; then return; fi
    kind=aof
  fi
}

ran_without_aof() {
  [ -e "$data/AOFOFF" ] || [ "$(declared_aof)" != yes ]
}

# What redis.conf says.
declared_aof() {
  sed -n 's/^[[:space:]]*appendonly[[:space:]][[:space:]]*"\\{0,1\\}\\([[:alpha:]]*\\).*/\\1/Ip' "$conf/redis.conf" | tail -n 1 | tr '[:upper:]' '[:lower:]'
}

aof_changed() {
  stat -c %Y "$data"/appendonlydir/appendonly.aof.* | sort -n | tail -n 1
}

# Seconds since 1970; 0 when its header does not say.
rdb_begun() {
  begun=$(head -c 160 "$data/dump.rdb" | od -An -v -tx1 | tr -d ' \\n' |
    sed -n 's/.*056374696d65c2\\(..\\)\\(..\\)\\(..\\)\\(..\\).*/0x\\4\\3\\2\\1/p')
  echo "$((\${begun:-0}))"
}

# Asked of a Redis that is not in a full synchronisation.
note_aof() {
  case $answer in
    # While it loads that file it calls it off.
    *loading:1*) ;;
    *aof_enabled:0*) [ -e "$data/AOFOFF" ] || touch "$data/AOFOFF" ;;
    *) if [ -e "$data/AOFOFF" ] && on_disk; then rm -f "$data/AOFOFF"; fi ;;
  esac
}`;
