import { must } from '../support/lab.ts';
import type { Row } from './row.ts';

/** Tunnels and the tenants' ports on the proxies. */
export const meshRows: readonly Row[] = [
  {
    name: 'a GRE port deleted',
    breakIt: (lab) => must(lab.host('redis-2', 'ovs-vsctl del-port br-mesh gre-redis-3')),
    expected: [
      {
        subject: 'mesh/redis-2>redis-3',
        reason: 'PortMissing',
        by: 'action',
        field: 'Port gre-redis-3',
        have: 'absent',
      },
    ],
    changes: /^mesh\/redis-2/,
  },
  {
    name: 'protected cleared on a GRE port',
    breakIt: (lab) => must(lab.host('redis-1', 'ovs-vsctl set Port gre-proxy-1 protected=false')),
    expected: [
      {
        subject: 'mesh/redis-1>proxy-1',
        reason: 'PortDiffers',
        by: 'action',
        field: 'Port gre-proxy-1 protected',
        have: 'false',
        want: 'true',
      },
    ],
    changes: /^mesh\/redis-1/,
  },
  {
    name: "a tunnel's key changed",
    breakIt: (lab) => must(lab.host('redis-3', 'ovs-vsctl set Interface gre-redis-1 options:key=4712')),
    expected: [
      {
        subject: 'mesh/redis-3>redis-1',
        reason: 'PortDiffers',
        by: 'action',
        field: 'Port gre-redis-1 options:key',
        have: '4712',
        want: '4711',
      },
    ],
    changes: /^mesh\/redis-3/,
  },
  {
    name: "an address removed from a proxy's tenant port",
    breakIt: (lab) => must(lab.host('proxy-1', 'ip address del 10.102.0.1/24 dev tn102')),
    expected: [
      {
        subject: 'mesh/proxy-1:globex',
        reason: 'LinkAddressDiffers',
        by: 'action',
        field: 'tn102 address',
        have: 'none',
        want: '10.102.0.1/24',
      },
    ],
    changes: /^mesh\/proxy-1:globex$/,
    unaffected: 'acme',
  },
];
