import { proxyUnits } from '../../renderers/proxy-places.ts';
import type { Drift, Remedy } from '../drift.ts';
import { act, blind, operator, wait } from '../drift.ts';
import { installedFirst } from '../prepared.ts';
import type { OvsBridge } from '../questions/ovs.ts';
import { bind } from '../reconciler.ts';
import type { OvsOperation } from '../verbs/ovs-transaction.ts';
import { bootDrift, bootFiles, bootFolder } from './boot.ts';
import { bridgeFindings } from './bridge.ts';
import { type DesiredMesh, desiredMesh } from './desired.ts';
import { linkDrift } from './link.ts';
import { portFindings, tunnelFindings } from './ports.ts';
import type { Finding } from './switch.ts';
import { undeclared } from './undeclared.ts';
import { underlayDrift } from './underlay.ts';

const questions = ({ host, role, ports }: DesiredMesh) => {
  // Only proxies have ports of tenants, and something to do at boot.
  const boot = role === 'proxy' ? [{ host, within: bootFolder }] : [];
  return {
    ovs: { what: 'ovs', host } as const,
    links: { what: 'links', host } as const,
    files: boot.map((on) => ({ what: 'files', ...on, paths: bootFiles(ports).map((file) => file.path) }) as const),
    units: boot.map(() => ({ what: 'units', host, units: proxyUnits }) as const),
  };
};

/** One bridge a host, GRE to every host that it must reach, and a port a tenant on each proxy. */
export const mesh = bind<DesiredMesh, ReturnType<typeof questions>>({
  concern: 'mesh',
  desire: desiredMesh,
  questions,
  diff: (desired, seen) => {
    const { subject, tenants } = desired;
    if (seen.ovs.state === 'unknown') {
      return [
        {
          subject,
          field: 'Open vSwitch',
          want: 'running',
          have: 'could not be seen',
          hurts: tenants,
          remedy: blind(seen.ovs.reason),
        },
      ];
    }
    if (seen.ovs.state === 'absent') {
      const remedy = installedFirst(desired.host);
      return [{ subject, field: 'Open vSwitch', want: 'installed', have: 'not installed', hurts: tenants, remedy }];
    }
    const bridge = seen.ovs.value.bridges.find((one) => one.name === desired.bridge.name);
    const elsewhere = seen.ovs.value.bridges.filter((one) => one.name !== desired.bridge.name);
    return [
      ...switchDrift(desired, bridge, elsewhere),
      ...undeclared(desired, bridge, seen.files[0]),
      ...underlayDrift(desired, seen.links),
      ...linkDrift(desired, bridge, seen.links),
      ...bootDrift(desired, seen.files, seen.units),
    ];
  },
});

/** All changes that a host's switch needs go into one OVSDB transaction: every finding names that one action. */
function switchDrift(
  desired: DesiredMesh,
  bridge: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Drift[] {
  const own = bridgeFindings(desired, bridge, elsewhere);
  // Without its bridge nothing else can be set up.
  if (!bridge && own.some((finding) => finding.stop)) return own.map((finding) => driftOf(desired, finding, []));
  const findings = [
    ...own,
    ...desired.tunnels.flatMap((tunnel) => tunnelFindings(desired, tunnel, bridge, elsewhere)),
    ...desired.ports.flatMap((port) => portFindings(desired, port, bridge, elsewhere)),
  ];
  const operations = [
    ...new Map(findings.flatMap((finding) => finding.operations).map((one) => [JSON.stringify(one), one])).values(),
  ];
  return findings.map((finding) => driftOf(desired, finding, operations));
}

function driftOf(desired: DesiredMesh, finding: Finding, operations: readonly OvsOperation[]): Drift {
  const { subject, field, want, have, hurts } = finding;
  return { subject, field, want, have, hurts, remedy: remedyFor(desired, finding, operations) };
}

function remedyFor({ host }: DesiredMesh, finding: Finding, operations: readonly OvsOperation[]): Remedy {
  if (finding.stop) return operator(finding.stop);
  if (finding.later) return wait(finding.later);
  return act([{ verb: 'ovs-transaction', host, operations }]);
}
