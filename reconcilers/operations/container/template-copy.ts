import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { TransferOperation } from '../operation.ts';
import { tarballPart, tarballScript } from './template-tarball.ts';

type Copy = ActionOf<'template-copy'>;

/**
 * Copies a template's tarball in pieces. The part that is there is named after its digest, so any run, and several at once, go on where it
 * ends.
 */
export const templateCopy: TransferOperation<Copy> = {
  via: 'transfer',
  host: ({ host }) => host,
  from: ({ from, tarball }) => ('file' in from ? from : { host: from.host, path: tarball }),
  digest: ({ digest }) => digest,
  begin: (action, bytes) => lines([start(action), sh`bytes=${bytes}`, fixed(begin)]),
  append: (action, offset, base64) =>
    lines([start(action), sh`offset=${offset}`, fixed(append), fixed(`${base64}\nEND`), fixed(size)]),
  finish: (action) => lines([start(action), fixed(finish)]),
  describe: ({ from, tarball }) =>
    'file' in from ? `copy ${from.file} of this machine to ${tarball}` : `copy ${tarball} from ${from.host}`,
  settleMs: 5_000,
};

function start({ tarball, recipe, digest }: Copy) {
  return lines([
    tarballScript(tarball, recipe),
    sh`digest=${digest} part=${tarballPart(tarball, digest)}`,
    fixed(`is_digest() { sum=$(sha256sum <"$1") && [ "\${sum%% *}" = "$digest" ]; }`),
  ]);
}

const size = `stat -c %s -- "$part"`;

const begin = `if [ -f "$tarball" ] && [ -f "$origin" ] && is_digest "$tarball"; then
  rm -f -- "$part"
  echo 'done'
  exit 0
fi
for old in "$folder/.$base".*.part; do
  [ "$old" = "$part" ] || rm -f -- "$old"
done
: >>"$part"
have=$(${size})
if [ "$have" -gt "$bytes" ]; then
  : >"$part"
  have=0
fi
room $(((bytes - have) / 1024 + 65536))
echo "$have"`;

// Another run may have appended the same piece, or finished.
const append = `[ -f "$part" ] || { echo 'done'; exit 0; }
have=$(${size})
[ "$have" = "$offset" ] || { echo "$have"; exit 0; }
base64 -d >>"$part" <<'END'`;

const finish = `if [ -f "$part" ]; then
  if ! is_digest "$part"; then
    rm -f -- "$part"
    echo "what was copied has the SHA-256 \${sum%% *}, and not $digest: it changed meanwhile, and is copied again" >&2
    exit 1
  fi
  install_tarball "$part" "$digest"
fi`;
