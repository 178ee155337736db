import { fixed } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** SELinux is disabled from the next boot on, and permissive until then. */
export const selinuxOff: HostOperation<ActionOf<'selinux-off'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: () =>
    fixed(`file=/etc/selinux/config
{ sed '/^SELINUX=/d' "$file"; echo 'SELINUX=disabled'; } >"$file.new"
chmod 0644 "$file.new"
mv -f "$file.new" "$file"
if [ "$(getenforce)" = Enforcing ]; then setenforce 0; fi`),
  describe: () => 'turn SELinux off',
  settleMs: 0,
};
