import { codeOf } from '../../controller/cli/plan.ts';
import { reportOf } from '../../controller/report/report.ts';
import type { Fleet, TenantName } from '../../crds/fleet.ts';
import type { Drift, Remedy, Subject } from '../../reconcilers/drift.ts';
import { toyFleet } from './toy.ts';

export function found(subject: Subject, field: string, remedy: Remedy, hurts: readonly TenantName[] = []): Drift {
  return { subject, field, want: 'a', have: 'b', hurts, remedy };
}

/** A report of these findings, of a look at three hosts one of which did not answer; `others` were examined and are in order. */
export function reportWith(findings: readonly Drift[], others: readonly Subject[] = []) {
  const fleet: Fleet = {
    ...toyFleet,
    cluster: { ...toyFleet.cluster, name: 'quick', hosts: toyFleet.cluster.hosts.slice(0, 3) },
  };
  const [one, two] = fleet.cluster.hosts.map((host) => host.name);
  const items = others.map((subject) => ({ subject, needs: [], asks: [], diff: () => [] }));
  const effort = {
    sshConnections: {},
    sshCommands: { [`${one}`]: 1, [`${two}`]: 2 },
    channels: 0,
    ec2Calls: {},
    milliseconds: 1500,
  };
  const plan = { findings, steps: [] };
  return reportOf(fleet, { items, plan }, effort, { time: Date.UTC(2026, 0, 2, 3, 4, 5), exit: codeOf(plan) });
}
