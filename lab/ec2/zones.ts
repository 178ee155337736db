import { ZONES } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { filtered } from './filters.ts';
import type { Answer } from './listing.ts';
import { filters, list, type Parameters } from './query.ts';
import type { Ec2State } from './state.ts';

/** DescribeAvailabilityZones, without paging. */
export function describeAvailabilityZones(_: Ec2State, parameters: Parameters): Answer {
  const names = list(parameters, 'ZoneName');
  const missing = names.find((name) => ZONES.every((zone) => zone.name !== name));
  if (missing !== undefined) throw new Ec2Error('InvalidParameterValue', `Invalid availability zone: [${missing}]`);
  const region = (zone: string) => zone.slice(0, -1);
  const shown = filtered(
    ZONES.filter((zone) => names.length === 0 || names.includes(zone.name)),
    filters(parameters),
    {
      tags: () => [],
      fields: {
        'zone-name': (row) => [row.name],
        'zone-id': (row) => [row.id],
        'region-name': (row) => [region(row.name)],
        state: () => ['available'],
        'zone-type': () => ['availability-zone'],
        'opt-in-status': () => ['opt-in-not-required'],
      },
    },
  );
  return {
    availabilityZoneInfo: shown.map(({ name, id }) => ({
      zoneName: name,
      zoneId: id,
      zoneState: 'available',
      regionName: region(name),
      groupName: region(name),
      networkBorderGroup: region(name),
      zoneType: 'availability-zone',
      optInStatus: 'opt-in-not-required',
      messageSet: [],
    })),
  };
}
