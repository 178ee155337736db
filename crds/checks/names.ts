import { placeText } from '../issue.ts';
import type { Check, Entry } from '../load/declared.ts';
import { claimedTwice } from './claims.ts';

/** Names are unique: documents per kind, hosts per Cluster, members per Tenant. */
export const names: Check = (declared) => [
  ...claimedTwice(
    declared.named.map(({ kind, name, place }) => ({ key: `${kind} ${name}`, place, path: ['metadata', 'name'] })),
    ({ key }, first) => ({
      problem: `there are two documents ${key}; the other is at ${placeText(first.place)}`,
      remedy: 'rename or remove one of them',
    }),
  ),
  ...declared.clusters.flatMap((one) => listNames(one, one.body.spec.hosts, 'hosts', 'host')),
  ...declared.tenants.flatMap((one) => listNames(one, one.body.spec.members, 'members', 'member')),
];

function listNames(entry: Entry<unknown>, list: readonly { name: string }[], field: string, what: string) {
  const claims = list.map(({ name }, index) => {
    const path = ['spec', field, index, 'name'];
    return { key: name, place: entry.places.at(path), path };
  });
  return claimedTwice(claims, ({ key }, first) => ({
    problem: `there are two ${what}s named ${key}; the other is at ${placeText(first.place)}`,
    remedy: `give each ${what} a unique name`,
  }));
}
