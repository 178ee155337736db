import { fixed } from '../../../../renderers/lib/shell.ts';

/** SELinux now, and at the next boot by its configuration file. Undefined: the host does not have it. */
export interface Selinux {
  /** Enforcing, Permissive or Disabled. */
  readonly now: string;
  readonly atBoot: string;
}

export const securityScript = fixed(`if command -v getenforce >/dev/null; then
  echo "selinux-now $(getenforce)"
  sed -n 's/^SELINUX=/selinux-boot /p' /etc/selinux/config
fi`);

export function selinuxOf(after: (word: string) => readonly string[]): Selinux | undefined {
  const [now] = after('selinux-now');
  return now === undefined ? undefined : { now, atBoot: after('selinux-boot')[0] ?? '' };
}
