import type { Ec2State } from '../ec2/state.ts';
import { type LabHost, OPERATOR } from '../topology.ts';
import type { Outages } from '../vpc/nft.ts';
import type { ActiveFault } from './active-fault.ts';
import type { Fault } from './fault.ts';

/** Faults of the VPC network, which is rendered from the EC2 state and the faults in force. */
export const wireFaults: { readonly [name: string]: Fault } = {
  isolate: {
    summary: 'cut the host off from everything, the EC2 API included; it keeps running',
    takes: ['HOST'],
    revertedBy: 'rejoin',
    inject: (target) => target.wire(),
  },
  rejoin: {
    summary: 'end its isolation',
    takes: ['HOST'],
    inject: (target) => target.wire(),
  },
  cut: {
    summary: 'drop all packets between two hosts, both ways',
    takes: ['HOST', 'PEER'],
    revertedBy: 'uncut',
    inject: (target) => target.wire(),
  },
  'cut-to': {
    summary: 'drop all packets from HOST to PEER; the other direction still works',
    takes: ['HOST', 'PEER'],
    revertedBy: 'uncut',
    inject: (target) => target.wire(),
  },
  uncut: {
    summary: 'end every cut between the two hosts',
    takes: ['HOST', 'PEER'],
    inject: (target) => target.wire(),
  },
  'cut-operator': {
    summary: 'drop all packets between the host and `lab run`, both ways; other hosts and the EC2 API still reach it',
    takes: ['HOST'],
    revertedBy: 'join-operator',
    inject: (target) => target.wire(),
  },
  'join-operator': {
    summary: 'reconnect it to `lab run`',
    takes: ['HOST'],
    inject: (target) => target.wire(),
  },
};

/** What the faults in force block, for the addresses that the interfaces have now. */
export function outages(state: Ec2State, faults: readonly ActiveFault[]): Outages {
  const flow = (sender: LabHost, receiver: LabHost) =>
    (state.interfaces.find((one) => one.host === receiver)?.addresses ?? []).map((address) => ({
      port: sender.port,
      address,
    }));
  const operatorFlows = hostsOf(faults, 'cut-operator').map((host) => ({ port: host.port, address: OPERATOR.address }));
  return {
    isolated: hostsOf(faults, 'isolate').map((host) => host.port),
    cuts: [
      ...pairsOf(faults, 'cut-to').flatMap(([from, to]) => flow(from, to)),
      ...pairsOf(faults, 'cut').flatMap(([a, b]) => [...flow(a, b), ...flow(b, a)]),
      ...operatorFlows,
    ],
    unanswered: operatorFlows,
  };
}

function hostsOf(faults: readonly ActiveFault[], fault: string): readonly LabHost[] {
  return faults.flatMap((one) => (one.fault === fault && one.args.host ? [one.args.host] : []));
}

function pairsOf(faults: readonly ActiveFault[], fault: string): readonly (readonly [LabHost, LabHost])[] {
  return faults.flatMap(({ fault: name, args: { host, peer } }) =>
    name === fault && host && peer ? [[host, peer] as const] : [],
  );
}
