import { exitMeanings, forFindings } from '../../controller/cli/exit-code.ts';
import { reportOf } from '../../controller/report/report.ts';
import type { Fleet, TenantName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../../reconcilers/contract/finding.ts';
import { withSteps } from '../../reconcilers/contract/plan.ts';
import type { Remedy } from '../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';
import { fixtureFleet } from './fixture.ts';

export function found(subject: Subject, field: string, remedy: Remedy, impacts: readonly TenantName[] = []): Finding {
  return findingsAbout(subject, { impacts })('Differs', field, { have: 'b', want: 'a' }, remedy);
}

/** A report of these findings, from a pass over three hosts, one of which did not answer; `others` were examined and are in order. */
export function reportWith(findings: readonly Finding[], others: readonly Subject[] = []) {
  const fleet: Fleet = {
    ...fixtureFleet,
    cluster: { ...fixtureFleet.cluster, name: 'quick', hosts: fixtureFleet.cluster.hosts.slice(0, 3) },
  };
  const [one, two] = fleet.cluster.hosts.map((host) => host.name);
  const items = others.map((subject) => ({ subject, dependsOn: [], requests: [], diff: () => [] }));
  const stats = {
    sshConnections: {},
    sshCommands: { [`${one}`]: 1, [`${two}`]: 2 },
    channels: 0,
    ec2Calls: {},
    milliseconds: 1500,
  };
  const plan = withSteps(findings);
  const code = forFindings(findings);
  const exit = { code, meaning: exitMeanings[code] };
  return reportOf(fleet, { items, plan }, stats, { time: Date.UTC(2026, 0, 2, 3, 4, 5), exit });
}
