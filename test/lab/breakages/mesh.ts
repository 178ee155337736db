import { must } from '../support/lab.ts';
import type { Row } from './row.ts';

/** Tunnels and the tenants' ports on the proxies. */
export const meshRows: readonly Row[] = [
  {
    name: 'a GRE port deleted',
    breakIt: (lab) => must(lab.host('redis-2', 'ovs-vsctl del-port br-mesh gre-redis-3')),
    says: [/mesh\/redis-2>redis-3\n.*Port gre-redis-3: not there/],
    touches: /^mesh\/redis-2/,
  },
  {
    name: 'protected cleared on a GRE port',
    breakIt: (lab) => must(lab.host('redis-1', 'ovs-vsctl set Port gre-proxy-1 protected=false')),
    says: [/mesh\/redis-1>proxy-1\n.*Port gre-proxy-1 protected: false, should be true/],
    touches: /^mesh\/redis-1/,
  },
  {
    name: "a tunnel's key changed",
    breakIt: (lab) => must(lab.host('redis-3', 'ovs-vsctl set Interface gre-redis-1 options:key=4712')),
    says: [/mesh\/redis-3>redis-1\n.*gre-redis-1.*key: 4712, should be 4711/],
    touches: /^mesh\/redis-3/,
  },
  {
    name: "an address removed from a proxy's tenant port",
    breakIt: (lab) => must(lab.host('proxy-1', 'ip address del 10.102.0.1/24 dev tn102')),
    says: [/mesh\/proxy-1:globex\n.*tn102 address: none, should be 10\.102\.0\.1\/24/],
    touches: /^mesh\/proxy-1:globex$/,
    spares: 'acme',
  },
];
