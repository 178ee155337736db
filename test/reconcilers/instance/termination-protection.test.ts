import { expect } from 'chai';
import type { Fleet } from '../../../crds/fleet.ts';
import { terminationProtection } from '../../../reconcilers/facts/ec2/termination-protection.ts';
import { markers } from '../../../renderers/lib/markers.ts';
import { checkCase, createdFleet, type Ec2, type Ec2Case, first } from '../../support/ec2-findings.ts';

/** The fleet, with a declared protection of redis-1. */
function declaring(protection: boolean): Fleet {
  const hosts = createdFleet.cluster.hosts.map((host) =>
    host.name === 'redis-1' && 'create' in host.origin
      ? {
          ...host,
          origin: {
            create: { ...host.origin.create, terminationProtection: protection, protectionDeclared: true },
          },
        }
      : host,
  );
  return { ...createdFleet, cluster: { ...createdFleet.cluster, hosts } };
}

const instanceOf = ({ instances }: Ec2) => first(instances.filter(({ tags }) => tags[markers.ec2Host] === 'redis-1'));
const lift = (ec2: Ec2) => {
  ec2.terminationProtected = [];
};
const found = (ec2: Ec2, have: string, Value: boolean) => [
  {
    subject: 'instance/redis-1@protection',
    field: 'termination protection',
    have,
    reason: 'TerminationProtectionDiffers',
    by: 'action',
    calls: [['ModifyInstanceAttribute', { InstanceId: instanceOf(ec2).instanceId, DisableApiTermination: { Value } }]],
  } as const,
];

const cases: readonly Ec2Case[] = [
  { name: 'is as declared', fleet: declaring(true), expected: () => [] },
  { name: 'lifted, and not declared: it is not looked at', change: lift, expected: () => [] },
  {
    name: 'that somebody lifted is restored where it is declared',
    change: lift,
    fleet: declaring(true),
    expected: (ec2) => found(ec2, 'disabled', true),
  },
  {
    name: 'that is declared as off is lifted',
    fleet: declaring(false),
    expected: (ec2) => found(ec2, 'enabled', false),
  },
];

describe('termination protection', () => {
  for (const one of cases) it(one.name, () => checkCase(one));

  it('is unknown if EC2 does not show it', () => {
    expect(terminationProtection.read([{ InstanceId: 'i-1' }], { instanceId: 'i-1' })).to.include({ state: 'unknown' });
    expect(terminationProtection.read([], { instanceId: 'i-1' })).to.include({ state: 'unknown' });
  });
});
