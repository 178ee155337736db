import type { HostName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { BoundItem, FactLookup } from '../contract/reconciler.ts';
import { dependsOn } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';

/**
 * Proxies whose sshd refuses to forward connections, each with one finding. Nothing is asked of them for it: that is what became of the
 * requests of `items`. No other subject depends on one, because another proxy may forward.
 */
export function forwardingItems(items: readonly BoundItem[], lookup: FactLookup): readonly BoundItem[] {
  const hosts = new Set(items.flatMap((item) => refusingHosts(item, lookup)));
  return [...hosts].sort().map((host) => ({
    subject: subjectOf(host),
    dependsOn: [],
    requests: [],
    diff: () => [findingOf(host)],
  }));
}

/** The findings of an item. What is unknown because of a proxy that does not forward depends on that proxy. */
export function withForwarding(item: BoundItem, findings: readonly Finding[], lookup: FactLookup): readonly Finding[] {
  const [host] = refusingHosts(item, lookup);
  if (host === undefined) return findings;
  return findings.map((finding) =>
    finding.remedy.by === 'unknown' ? { ...finding, remedy: dependsOn(subjectOf(host)) } : finding,
  );
}

function refusingHosts({ requests }: BoundItem, lookup: FactLookup): readonly HostName[] {
  return requests.flatMap((request) => {
    const seen = lookup(request);
    return seen.state === 'unknown' ? (seen.notForwardedBy ?? []) : [];
  });
}

function subjectOf(host: HostName): Subject {
  return `host/${host}@forwarding`;
}

function findingOf(host: HostName): Finding {
  const message = `sshd on ${host} refuses to forward connections, so that Redis, Sentinel and the tenants' virtual addresses are not observed through it; what is unknown is left as it is. In its sshd_config, set AllowTcpForwarding yes and remove a PermitOpen, and in authorized_keys a no-port-forwarding, that forbid it; then reload sshd`;
  const values = { have: 'refused', want: 'allowed' };
  return findingsAbout(subjectOf(host))('TcpForwardingRefused', 'TCP forwarding', values, {
    by: 'unknown',
    message,
    refused: true,
  });
}
