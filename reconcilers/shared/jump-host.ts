import type { Cluster } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { BoundItem, FactLookup } from '../contract/reconciler.ts';
import { dependsOn, notObserved } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { FactRequest } from '../facts/requests.ts';

/**
 * The bastion that could not be used, as one finding, if hosts were to be reached through it. A host of the Cluster needs none of this: it has
 * findings of its own. Nothing is asked for it: that is what became of the requests of `items`.
 */
export function jumpItems(
  { hosts, ssh }: Cluster,
  items: readonly BoundItem[],
  lookup: FactLookup,
): readonly BoundItem[] {
  if (!('through' in ssh.reach)) return [];
  const requests = items.flatMap((item) => item.requests);
  const request = requests.find((one) => behind(one, lookup) !== undefined);
  const name = request && behind(request, lookup);
  if (!request || name === undefined || hosts.some((host) => host.name === name)) return [];
  const subject = subjectOf(hosts, name);
  return [{ subject, dependsOn: [], requests: [], diff: () => [findingOf(subject, name, request, lookup)] }];
}

/** The findings of an item. What is unknown because of the host that others are reached through depends on that one. */
export function withJump(
  { hosts, ssh }: Cluster,
  { requests }: BoundItem,
  findings: readonly Finding[],
  lookup: FactLookup,
): readonly Finding[] {
  if (!('through' in ssh.reach)) return findings;
  const [name] = requests.flatMap((request) => behind(request, lookup) ?? []);
  if (name === undefined) return findings;
  return findings.map((finding) =>
    finding.remedy.by === 'unknown' ? { ...finding, remedy: dependsOn(subjectOf(hosts, name)) } : finding,
  );
}

function behind(request: FactRequest, lookup: FactLookup): string | undefined {
  const seen = lookup(request);
  return seen.state === 'unknown' ? seen.behind : undefined;
}

function subjectOf(hosts: Cluster['hosts'], name: string): Subject {
  return hosts.some((host) => host.name === name) ? `host/${name}` : `host/${name}@jump`;
}

function findingOf(subject: Subject, name: string, request: FactRequest, lookup: FactLookup): Finding {
  const message = (reason: string) =>
    `${reason}. All hosts are reached through ${name} (spec.ssh.jump): nothing is known about any of them, and nothing is changed. The tenants do not depend on it`;
  const remedy = notObserved(lookup(request), message);
  return findingsAbout(subject)('JumpHostFailed', 'way to the hosts', { have: 'unknown', want: 'open' }, remedy);
}
