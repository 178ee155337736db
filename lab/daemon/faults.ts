import type { LabHost } from '../topology.ts';
import type { Fleet } from './fleet.ts';

export interface Fault {
  readonly summary: string;
  /** Whether it is done to a pair of hosts. */
  readonly pair: boolean;
  readonly inflict: (fleet: Fleet, host: LabHost, peer: LabHost) => Promise<void>;
}

/** Everything that can be done to a host from outside. One entry a fault; each that breaks has one that mends. */
export const FAULTS: { readonly [name: string]: Fault } = {
  'power-off': {
    summary: 'pull the plug: every process of the host is killed at once; EC2 shows it stopped',
    pair: false,
    inflict: (fleet, host) => fleet.stop(host, true, 'Server.InternalError: The host lost power'),
  },
  'power-on': {
    summary: 'switch the host back on',
    pair: false,
    inflict: (fleet, host) => fleet.start(host),
  },
  isolate: {
    summary: 'cut the host off from everything, the EC2 API included; it runs on',
    pair: false,
    inflict: (fleet, host) =>
      fleet.breakWires({ ...fleet.broken, isolated: [...new Set([...fleet.broken.isolated, host])] }),
  },
  rejoin: {
    summary: 'end its isolation',
    pair: false,
    inflict: (fleet, host) =>
      fleet.breakWires({ ...fleet.broken, isolated: fleet.broken.isolated.filter((one) => one !== host) }),
  },
  cut: {
    summary: 'cut the host off from one other (HOST PEER), both ways',
    pair: true,
    inflict: (fleet, host, peer) =>
      fleet.breakWires({ ...fleet.broken, cut: [...without(fleet, host, peer), [host, peer]] }),
  },
  mend: {
    summary: 'end the cut between the two (HOST PEER)',
    pair: true,
    inflict: (fleet, host, peer) => fleet.breakWires({ ...fleet.broken, cut: without(fleet, host, peer) }),
  },
  freeze: {
    summary: 'hang the host: every process stops where it is, connections stay open; EC2 shows it running',
    pair: false,
    inflict: (fleet, host) => fleet.freeze(host, true),
  },
  thaw: {
    summary: 'let a hung host go on',
    pair: false,
    inflict: (fleet, host) => fleet.freeze(host, false),
  },
};

/** What is broken now, in the words that broke it. */
export function faultsShown(fleet: Fleet): readonly string[] {
  const { isolated, cut, frozen } = fleet.broken;
  return [
    ...isolated.map((host) => `isolate ${host.name}`),
    ...cut.map(([host, peer]) => `cut ${host.name} ${peer.name}`),
    ...frozen.map((host) => `freeze ${host.name}`),
  ];
}

function without(fleet: Fleet, host: LabHost, peer: LabHost): readonly (readonly [LabHost, LabHost])[] {
  return fleet.broken.cut.filter((pair) => !(pair.includes(host) && pair.includes(peer)));
}
