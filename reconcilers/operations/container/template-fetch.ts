import type { Secret } from '../../../crds/secret.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { tarballPart, tarballScript } from './template-tarball.ts';

/**
 * Downloads a template by curl(1), with the proxy and CAs of the host. What an interrupted download left is continued (`-C -`). The URL
 * comes on standard input: one that is signed for S3 is a secret.
 */
export const templateFetch: HostOperation<ActionOf<'template-fetch'>> = {
  via: 'host',
  seconds: 1800,
  host: ({ host }) => host,
  signs: ({ source }) => ('s3' in source ? source.s3 : undefined),
  script: (action, signed) => {
    const { tarball, recipe, digest } = action;
    return lines([
      tarballScript(tarball, recipe),
      sh`digest=${digest} part=${tarballPart(tarball, digest)} name=${sourceName(action)} url=${urlOf(action, signed)}`,
      fixed(fetch),
    ]);
  },
  describe: (action) => `download ${sourceName(action)} as ${action.tarball}`,
  settleMs: 5_000,
};

function sourceName({ source }: ActionOf<'template-fetch'>): string {
  return 'url' in source ? source.url : `s3://${source.s3.bucket}/${source.s3.key}`;
}

function urlOf({ source }: ActionOf<'template-fetch'>, signed: Secret | undefined): string | Secret {
  if ('url' in source) return source.url;
  if (signed === undefined) throw new Error('the URL of an S3 object was not signed');
  return signed;
}

// HTTP 416: the server has nothing behind what is there already, which is no error to newer ones; 33, 36: it cannot continue a download (curl(1), EXIT CODES).
const fetch = `room 524288
for old in "$folder/.$base".*.part; do
  [ "$old" = "$part" ] || rm -f -- "$old"
done
whole() { [ -f "$part" ] && sum=$(sha256sum <"$part") && [ "\${sum%% *}" = "$digest" ]; }
get() {
  code=0
  status=$(printf 'url = "%s"\\n' "$url" | curl -q -fsSL -w '%{http_code}' \\
    --retry 3 --connect-timeout 20 --speed-limit 1000 --speed-time 60 -C - -o "$part" -K - 2>"$part.said") || code=$?
}
if ! whole; then
  get
  case $code/$status in */416 | 33/* | 36/*)
    if ! whole; then
      rm -f -- "$part"
      get
    fi ;;
  esac
  said=$(tail -n 1 "$part.said")
  rm -f -- "$part.said"
  if ! whole; then
    [ "$code" = 0 ] || { echo "$name was not downloaded: \${said:-curl ended with $code}" >&2; exit 1; }
    rm -f -- "$part"
    echo "$name is not the declared template: its SHA-256 is \${sum%% *}; correct spec.runtime.template.sha256, or what is there" >&2
    exit 1
  fi
fi
install_tarball "$part" "$digest"`;
