import type { Ssh } from '../../../crds/fleet.ts';
import type { HostTarget } from '../../transport/io.ts';
import { dialled, loginOf } from '../ssh/target.ts';

/** The command that adds the keys of a host to known_hosts, by the same way that the operator takes. */
export function scanCommand(target: HostTarget, settings: Ssh, path: string): string {
  const { port } = loginOf(settings, target);
  const { via, address, publicAddress } = target;
  const scan = `ssh-keyscan -p ${port} ${dialled(target)}`;
  if (publicAddress) return `${scan} | sed 's/${publicAddress}/${address}/' >> ${path}`;
  if (!via) return `${scan} >> ${path}`;
  const way = loginOf(settings, via);
  return `ssh -p ${way.port} ${way.user}@${dialled(via)} ${scan} >> ${path}`;
}
