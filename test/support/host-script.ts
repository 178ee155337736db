import type { HostAction } from '../../reconcilers/operations/actions.ts';
import { byMedium } from '../../reconcilers/operations/index.ts';
import type { Script } from '../../renderers/lib/shell.ts';

/** The script of an operation on a host. */
export function hostScript(action: HostAction): Script {
  return byMedium(action, {
    host: (operation, one) => operation.script(one),
    transfer: notOnHost,
    ec2: notOnHost,
    resp: notOnHost,
    switch: notOnHost,
  });
}

function notOnHost(): never {
  throw new Error('not an operation on a host');
}
