import type { Ec2State } from '../ec2/state.ts';
import { type LabHost, OPERATOR } from '../topology.ts';
import type { Outages } from '../vpc/nft.ts';
import type { Broken, Fault } from './fault.ts';

/** Faults of the VPC's wires: which are in force is what the wires are made from. */
export const wireFaults: { readonly [name: string]: Fault } = {
  isolate: {
    summary: 'cut the host off from everything, the EC2 API included; it runs on',
    takes: ['HOST'],
    mendedBy: 'rejoin',
    inflict: (fleet) => fleet.wire(),
  },
  rejoin: {
    summary: 'end its isolation',
    takes: ['HOST'],
    inflict: (fleet) => fleet.wire(),
  },
  cut: {
    summary: 'cut the host off from one other, both ways',
    takes: ['HOST', 'PEER'],
    mendedBy: 'mend',
    inflict: (fleet) => fleet.wire(),
  },
  'cut-to': {
    summary: 'lose what the host sends to one other; what that sends still arrives',
    takes: ['HOST', 'PEER'],
    mendedBy: 'mend',
    inflict: (fleet) => fleet.wire(),
  },
  mend: {
    summary: 'end every cut between the two',
    takes: ['HOST', 'PEER'],
    inflict: (fleet) => fleet.wire(),
  },
  'cut-operator': {
    summary: 'cut the host off from where `lab run` lives, both ways; hosts and the EC2 API still hear it',
    takes: ['HOST'],
    mendedBy: 'join-operator',
    inflict: (fleet) => fleet.wire(),
  },
  'join-operator': {
    summary: 'end its cut from the operator',
    takes: ['HOST'],
    inflict: (fleet) => fleet.wire(),
  },
};

/** What the faults in force take away from the wires, whatever addresses the interfaces own by now. */
export function outages(state: Ec2State, broken: readonly Broken[]): Outages {
  const flow = (sender: LabHost, receiver: LabHost) =>
    (state.interfaces.find((one) => one.host === receiver)?.addresses ?? []).map((address) => ({
      port: sender.port,
      address,
    }));
  const strangers = hostsOf(broken, 'cut-operator').map((host) => ({ port: host.port, address: OPERATOR.address }));
  return {
    isolated: hostsOf(broken, 'isolate').map((host) => host.port),
    cuts: [
      ...pairsOf(broken, 'cut-to').flatMap(([from, to]) => flow(from, to)),
      ...pairsOf(broken, 'cut').flatMap(([a, b]) => [...flow(a, b), ...flow(b, a)]),
      ...strangers,
    ],
    unheard: strangers,
  };
}

function hostsOf(broken: readonly Broken[], fault: string): readonly LabHost[] {
  return broken.flatMap((one) => (one.fault === fault && one.given.host ? [one.given.host] : []));
}

function pairsOf(broken: readonly Broken[], fault: string): readonly (readonly [LabHost, LabHost])[] {
  return broken.flatMap(({ fault: name, given: { host, peer } }) =>
    name === fault && host && peer ? [[host, peer] as const] : [],
  );
}
