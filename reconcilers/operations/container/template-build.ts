import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { tarballScript } from './template-tarball.ts';

/**
 * Builds a template by mmdebstrap(1), in mount and PID namespaces of its own, so that an interrupted build leaves neither mounts nor
 * processes behind, only a draft, which the next one removes first. Nothing of Debian's configuration of Redis or Valkey stays: members bring theirs.
 */
export const templateBuild: HostOperation<ActionOf<'template-build'>> = {
  via: 'host',
  seconds: 1800,
  host: ({ host }) => host,
  script: ({ tarball, recipe, build: { suite, mirror, components, packages } }) =>
    lines([
      tarballScript(tarball, recipe),
      sh`suite=${suite} packages=${packages.join(',')} components=${components.join(',')}`,
      sh`set -- ${mirror === undefined ? [] : [`deb ${mirror} ${suite} ${components.join(' ')}`]}`,
      fixed(build),
    ]),
  describe: ({ build: { suite }, tarball }) => `build a template of ${suite} as ${tarball} (takes minutes)`,
  settleMs: 5_000,
};

const build = `room 1572864
draft=$folder/.$base.draft
rm -rf --one-file-system -- "$draft"
mkdir -- "$draft"
umask 022
unshare --mount --pid --fork --kill-child -- mmdebstrap --mode=root --variant=essential --quiet --components="$components" \\
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \\
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \\
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/info/*' \\
  --include="$packages" "$suite" "$draft/root" "$@" </dev/null >"$draft/log" 2>&1 || {
  echo "mmdebstrap failed:" >&2
  grep -v '^[IW]: ' "$draft/log" | tail -n 2 >&2
  exit 1
}
cd "$draft/root"
rm -rf var/lib/apt/lists/* var/cache/apt/* var/log/*.log var/log/apt etc/rc?.d/*redis* etc/rc?.d/*valkey*
find etc/systemd \\( -name '*redis*' -o -name '*valkey*' \\) -delete
rm -f etc/redis/redis.conf etc/redis/sentinel.conf etc/valkey/valkey.conf etc/valkey/sentinel.conf etc/hostname
# Present and empty: every member would have the builder's otherwise.
: >etc/machine-id
: >etc/resolv.conf
cd "$folder"
umask 077
tar -C "$draft/root" --numeric-owner --sort=name --xattrs --xattrs-include='*' -I 'gzip -6n' -cf "$draft/tarball" .
sum=$(sha256sum <"$draft/tarball")
install_tarball "$draft/tarball" "\${sum%% *}"
rm -rf --one-file-system -- "$draft"`;
