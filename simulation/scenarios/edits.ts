import fc from 'fast-check';
import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';

/** An edit of a Tenant that its members, which have data, do not support. */
export type RefusedEdit = keyof typeof edits;

type Edit = (tenant: Tenant) => Tenant;

const vlan: Edit = (tenant) => ({ ...tenant, vlan: tenant.vlan + 50 });

const elsewhere = (address: string) => address.replace(/^10\.1/, '10.2');

const network: Edit = (tenant) => ({
  ...tenant,
  cidr: elsewhere(tenant.cidr),
  members: tenant.members.map((one) => ({ ...one, address: elsewhere(one.address) })),
  expose: tenant.expose && {
    ...tenant.expose,
    proxyAddresses: tenant.expose.proxyAddresses.map((one) => ({ ...one, address: elsewhere(one.address) })),
  },
});

/** In the order of the documents: lists are sorted by name. */
const renamed = (tenant: Tenant, change: Partial<Member>): Tenant => {
  const [first, ...others] = tenant.members;
  return first ? { ...tenant, members: [...others, { ...first, name: 'r9', ...change }] } : tenant;
};

const edits = {
  vlan,
  'one member': (tenant) => {
    const members = tenant.members.map((one, index) => (index ? one : { ...one, address: `${one.address}9` }));
    return { ...tenant, members };
  },
  'name of a member': (tenant) => renamed(tenant, {}),
  'name and address of a member': (tenant) => renamed(tenant, { address: `${tenant.members[0]?.address}9` }),
  network,
  'VLAN and network': (tenant) => vlan(network(tenant)),
  'port of Redis': (tenant) => ({ ...tenant, redis: { ...tenant.redis, port: 7379 } }),
  'port of Sentinel': (tenant) => ({ ...tenant, sentinel: { ...tenant.sentinel, port: 27_379 } }),
} satisfies Readonly<Record<string, Edit>>;

export const refusedEdit: fc.Arbitrary<RefusedEdit> = fc.constantFrom(...(Object.keys(edits) as RefusedEdit[]));

/** The fleet with the edit made to its first tenant. */
export function edited(fleet: Fleet, edit: RefusedEdit): Fleet {
  return { ...fleet, tenants: fleet.tenants.map((tenant, index) => (index ? tenant : edits[edit](tenant))) };
}
