import type { PathMtuArgs } from '../reconcilers/facts/host/path-mtu.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { succeeded } from './answer.ts';
import type { HostWorld, World } from './world.ts';

/** The largest packets that come back from each peer. */
export function renderPathMtu(world: World, host: HostWorld, { mtu, peers }: PathMtuArgs): ScriptResult {
  const rows = peers.flatMap((address) => {
    const running = world.ec2.instances.some((one) => one.privateAddress === address && one.state === 'running');
    const peer = Object.values(world.hosts).find(({ links }) =>
      links.some((link) => link.addresses.some((one) => one.split('/')[0] === address)),
    );
    if (!running || !peer?.system.nic) return [];
    return [`${address} ${Math.min(mtu, ...[host, peer].map((one) => one.carriesBytes ?? mtu))}\n`];
  });
  return succeeded(rows.join(''));
}
