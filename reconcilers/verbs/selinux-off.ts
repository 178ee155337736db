import { fixed } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Disabled from the next boot on, and not enforced until then. */
export const selinuxOff: HostVerb<ActionOf<'selinux-off'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: () =>
    fixed(`file=/etc/selinux/config
{ sed '/^SELINUX=/d' "$file"; echo 'SELINUX=disabled'; } >"$file.new"
chmod 0644 "$file.new"
mv -f "$file.new" "$file"
if [ "$(getenforce)" = Enforcing ]; then setenforce 0; fi`),
  says: () => 'turn SELinux off',
  settlesMs: 0,
};
