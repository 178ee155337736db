import { expect } from 'chai';
import type { Containers } from '../../../reconcilers/facts/container/container-facts.ts';
import type { Link } from '../../../reconcilers/facts/host/links.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { OvsBridge } from '../../../reconcilers/facts/ovs/ovs.ts';
import type { DesiredMesh, TenantPort } from '../../../reconcilers/mesh/desired.ts';
import { portsForNow } from '../../../reconcilers/mesh/lower-mtu.ts';

const declared = (mtu: number) =>
  ({ ports: [{ tenant: 'acme', port: 'tn101', mtu } as TenantPort] }) as unknown as DesiredMesh;
const links = (mtu: number) => present([{ name: 'tn101', mtu }]) as unknown as Observation<readonly Link[]>;
const running = (mtu: number | undefined, { tenant = 'acme', state = 'RUNNING' } = {}) =>
  present({ containers: [{ mark: { tenant }, state, mtu }] }) as unknown as Observation<Containers>;

describe('mesh: a smaller MTU at the port of a proxy', () => {
  const rows: readonly [string, number, Observation<Containers>[], number][] = [
    ['waits for a member that runs with a larger one', 1454, [running(1454), running(8955)], 8955],
    ['waits for a member whose MTU is not known', 1454, [running(undefined)], 8955],
    ['waits while a Redis host is not observed', 1454, [running(1454), unknown('cut off')], 8955],
    ['comes once all members have it', 1454, [running(1454), running(1454), absent], 1454],
    [
      'does not wait for a stopped one, nor for another tenant',
      1454,
      [running(8955, { state: 'STOPPED' }), running(8955, { tenant: 'globex' })],
      1454,
    ],
    ['is not a larger one, which comes at once', 9000, [running(8955)], 9000],
  ];
  for (const [name, mtu, containers, now] of rows)
    it(name, () => {
      expect(portsForNow(declared(mtu), undefined, links(8955), containers).map((one) => one.mtu)).to.deep.equal([now]);
    });

  it('is set at once at a port that has none yet', () => {
    const ports = portsForNow(declared(1454), undefined, present([]), [running(8955)]);
    expect(ports.map((one) => one.mtu)).to.deep.equal([1454]);
  });

  it('waits as well while the devices of the proxy are not known', () => {
    const bridge = { ports: [{ name: 'tn101', mtuRequest: 8955 }] } as unknown as OvsBridge;
    const ports = portsForNow(declared(1454), bridge, unknown('cut off'), [running(8955)]);
    expect(ports.map((one) => one.mtu)).to.deep.equal([8955]);
  });
});
