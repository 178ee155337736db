import fc from 'fast-check';
import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';

/** An edit of the addressing of a Tenant, which its members have data with. */
export type AddressingEdit = keyof typeof edits;

/** One with which members would have other names: refused. */
export type RenamingEdit = (typeof renamingEdits)[number];

/** One for which all members are stopped, and start again with it. */
export type ReaddressingEdit = Exclude<AddressingEdit, RenamingEdit>;

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

const renamingEdits = ['name of a member', 'name and address of a member'] as const;

const allEdits = Object.keys(edits) as readonly AddressingEdit[];

export const readdressingEdits = allEdits.filter(
  (one): one is ReaddressingEdit => !(renamingEdits as readonly AddressingEdit[]).includes(one),
);

export const addressingEdit: fc.Arbitrary<AddressingEdit> = fc.constantFrom(...allEdits);

/** The fleet with the edit made to its first tenant. */
export function edited(fleet: Fleet, edit: AddressingEdit): Fleet {
  return { ...fleet, tenants: fleet.tenants.map((tenant, index) => (index ? tenant : edits[edit](tenant))) };
}
