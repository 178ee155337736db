import type { Link } from '../reconcilers/facts/host/links.ts';
import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { dropLink } from './links.ts';
import { addBridge, noOvs, ovsRuns, stepOvs } from './ovs.ts';
import { type HostWorld, OperationFailed, type Part, type Writable } from './world.ts';

/**
 * A bridge under another name, or with another datapath. In one transaction; then vswitchd has created the devices of internal ports again;
 * then they have what they had.
 */
export function changeBridge(
  host: HostWorld,
  { from, bridge: to, datapath, marks }: ActionOf<'ovs-bridge'>,
): readonly Part[] {
  const kept: Link[] = [];
  return [
    () => {
      const { bridges } = host.ovs ?? { bridges: [] };
      const former = bridges.find(({ name }) => name === from);
      if (!ovsRuns(host)) throw new OperationFailed(noOvs);
      if (!former) throw new OperationFailed(`ovs-vsctl: no bridge named ${from}`);
      if (datapath === 'system' && !host.system.modules.includes('openvswitch'))
        throw new OperationFailed('Open vSwitch cannot open this datapath');
      const target = bridges.find(({ name }) => name === to) ?? addBridge(bridges, to);
      Object.assign(target, { datapathType: datapath, datapathId: '', marks: { ...target.marks, ...marks } });
      const moved = former.ports.filter(({ name }) => name !== from);
      for (const port of moved) {
        const link = port.type === 'internal' && host.links.find(({ name }) => name === port.name);
        if (link) kept.push({ ...link });
        if (link) dropLink(host, port.name);
        port.ofport = undefined;
      }
      if (from === to) return;
      target.ports = [...target.ports, ...moved].sort((a, b) => (a.name < b.name ? -1 : 1));
      host.ovs.bridges = bridges.filter((one) => one !== former);
      dropLink(host, from);
    },
    () => stepOvs(host),
    () => kept.forEach((link) => void restore(host, link)),
  ];
}

function restore(host: HostWorld, { name, mac, mtu, addresses }: Link): void {
  const link: Writable<Link> | undefined = host.links.find((one) => one.name === name);
  if (link) Object.assign(link, { mac, mtu, up: true, addresses: [...addresses] });
}
