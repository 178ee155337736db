import { markers } from '../../../renderers/lib/markers.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { checkCase, createdFleet, type Ec2, type Ec2Case, first } from '../../support/ec2-findings.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create', dataVolume: true });
const subject = 'instance/redis-1@data-volume' as const;
const volumeOf = ({ volumes }: Ec2) =>
  first(volumes.filter(({ tags }) => tags[markers.ec2Part] === 'data' && tags[markers.ec2Host] === 'redis-1'));
const instanceOf = ({ instances }: Ec2) => first(instances.filter(({ tags }) => tags[markers.ec2Host] === 'redis-1'));
const free = { instanceId: undefined, attachment: undefined, device: undefined, state: 'available' };

const cases: readonly Ec2Case[] = [
  { name: 'all is well', expected: () => [] },
  {
    name: 'a detached one is attached',
    change: (ec2) => Object.assign(volumeOf(ec2), free),
    expected: (ec2) => [
      {
        subject,
        field: `data volume ${volumeOf(ec2).id}`,
        have: 'available',
        reason: 'DataVolumeNotAttached',
        by: 'action',
        calls: [
          ['AttachVolume', { VolumeId: volumeOf(ec2).id, InstanceId: instanceOf(ec2).instanceId, Device: '/dev/sdf' }],
        ],
      },
    ],
  },
  {
    name: 'the first attachment is noted on the instance before it is made',
    change: (ec2) => {
      Object.assign(volumeOf(ec2), free);
      delete instanceOf(ec2).tags[markers.ec2DataVolume];
    },
    expected: (ec2) => [
      {
        subject,
        field: `data volume ${volumeOf(ec2).id}`,
        have: 'available',
        reason: 'DataVolumeNotAttached',
        by: 'action',
        calls: [
          [
            'CreateTags',
            {
              Resources: [instanceOf(ec2).instanceId],
              Tags: [{ Key: markers.ec2DataVolume, Value: volumeOf(ec2).id }],
            },
          ],
          ['AttachVolume', { VolumeId: volumeOf(ec2).id }],
        ],
      },
    ],
  },
  {
    name: 'a second one is never chosen from',
    change: (ec2) => ec2.volumes.push({ ...volumeOf(ec2), ...free, id: 'vol-77' }),
    expected: (ec2) => [
      {
        subject,
        field: 'data volume',
        have: `${volumeOf(ec2).id}, vol-77`,
        reason: 'Duplicate',
        by: 'manual',
        message: /remove the tag ec2-redis-operator\/host/,
      },
    ],
  },
  {
    name: 'in another zone it cannot be attached',
    change: (ec2) => Object.assign(volumeOf(ec2), free, { zone: 'lab-1c' }),
    expected: (ec2) => [
      {
        subject,
        field: `zone of ${volumeOf(ec2).id}`,
        have: 'lab-1c',
        reason: 'DataVolumeInOtherZone',
        by: 'manual',
        message: /snapshot/,
      },
    ],
  },
  {
    name: 'attached to another instance, it is left there',
    change: (ec2) => Object.assign(volumeOf(ec2), { instanceId: 'i-77' }),
    expected: (ec2) => [
      {
        subject,
        field: `data volume ${volumeOf(ec2).id}`,
        have: 'attached (i-77)',
        reason: 'DataVolumeAttachedElsewhere',
        by: 'manual',
        message: /detach-volume/,
      },
    ],
  },
  {
    name: 'deleted by hand, it is not replaced',
    change: (ec2) => {
      ec2.volumes = ec2.volumes.filter((one) => one !== volumeOf(ec2));
    },
    expected: (ec2) => [
      {
        subject,
        field: 'data volume',
        have: `${instanceOf(ec2).tags[markers.ec2DataVolume]} is gone`,
        reason: 'DataVolumeGone',
        by: 'manual',
        message: /Key=ec2-redis-operator\/part,Value=data.*Value=without-vol-/s,
      },
    ],
  },
  {
    name: 'retired by delete, it is not used',
    change: (ec2) => {
      volumeOf(ec2).tags[markers.ec2Retired] = '2026-01-01T00:00:00.000Z';
    },
    expected: (ec2) => [
      {
        subject,
        field: `data volume ${volumeOf(ec2).id}`,
        have: 'retired 2026-01-01T00:00:00.000Z',
        reason: 'DataVolumeRetired',
        by: 'manual',
        message: /delete-tags/,
      },
    ],
  },
  {
    name: 'it stays when its instance goes',
    change: (ec2) => Object.assign(volumeOf(ec2), { deleteOnTermination: true }),
    expected: (ec2) => [
      {
        subject,
        field: `data volume ${volumeOf(ec2).id}`,
        have: 'deleted with its instance',
        reason: 'DeletedWithInstance',
        by: 'action',
        calls: [
          [
            'ModifyInstanceAttribute',
            { BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: false } }] },
          ],
        ],
      },
    ],
  },
  {
    name: 'what EC2 can change is changed in one call; encryption is shown',
    change: (ec2) => Object.assign(volumeOf(ec2), { gibibytes: 5, type: 'gp2', encrypted: false }),
    expected: (ec2) => {
      const { id } = volumeOf(ec2);
      const common = { subject: `${subject}-settings`, reason: 'VolumeDiffers' } as const;
      const calls = [['ModifyVolume', { VolumeId: id, Size: 10, VolumeType: 'gp3' }]] as const;
      return [
        { ...common, field: `size of ${id}`, have: '5 GiB', by: 'action', calls },
        { ...common, field: `type of ${id}`, have: 'gp2', by: 'action', calls },
        { ...common, field: `encryption of ${id}`, have: 'not encrypted', by: 'info' },
      ];
    },
  },
  {
    name: 'no longer declared, it is left attached, and shown',
    start: fleet,
    fleet: createdFleet,
    expected: (ec2) =>
      ['redis-1', 'redis-2', 'redis-3'].map((host) => ({
        subject: `instance/${host}@data-volume`,
        field: 'data volume',
        have: first(
          ec2.volumes.filter(({ tags }) => tags[markers.ec2Part] === 'data' && tags[markers.ec2Host] === host),
        ).id,
        reason: 'DataVolumeNotDeclared',
        by: 'manual',
      })),
  },
];

describe('data volumes in EC2', () => {
  for (const one of cases) it(one.name, () => checkCase({ start: fleet, fleet, ...one }));
});
