import type { Tenant } from '../../crds/fleet.ts';
import { digest } from '../../renderers/lib/text.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, type Remedy } from '../contract/remedy.ts';
import { endpointOf } from '../facts/redis/redis.ts';
import type { SentinelFacts, WatchedMaster } from '../facts/sentinel/sentinel.ts';
import { heldPassword } from '../shared/password-in-use.ts';
import type { Context } from './context.ts';
import { extraMaster } from './messages.ts';

type Row = readonly [name: string, want: string, have: string];

/** Which master a Sentinel monitors, and with which options: set while it runs, and only while a majority agrees on a master. */
export function optionsFindings(context: Context, says: SentinelFacts): readonly Finding[] {
  const { tenant, finding } = context;
  const [extra] = says.watches.filter((name) => name !== tenant.masterName);
  const values = { have: says.watches.join(', '), want: tenant.masterName };
  const extras =
    extra === undefined
      ? []
      : [finding('ExtraMasterMonitored', 'monitored masters', values, manual(extraMaster(extra)))];
  return [...extras, ...(says.master ? differing(context, says, says.master) : [notMonitored(context)])];
}

function notMonitored({ tenant, member, state, finding }: Context): Finding {
  const { currentMaster } = state;
  const { masterName, redis, sentinel } = tenant;
  const monitor = (address: string) =>
    act([
      {
        operation: 'sentinel-monitor',
        endpoint: endpointOf(tenant, member, sentinel.port),
        master: masterName,
        address,
        port: redis.port,
        quorum: sentinel.quorum,
        options: optionRows(tenant, undefined).map(([name, value]) => ({ name, value })),
      },
    ]);
  const remedy =
    currentMaster.state === 'agreed'
      ? (heldPassword(tenant, state) ?? monitor(currentMaster.master.address))
      : dependsOn(`redis/${tenant.name}`);
  return finding('MasterNotMonitored', 'monitored master', { have: 'none', want: masterName }, remedy);
}

function differing(context: Context, says: SentinelFacts, master: WatchedMaster): readonly Finding[] {
  const { tenant, member, state, facts, finding } = context;
  const options = optionRows(tenant, master).filter(([, want, have]) => want !== have);
  const own = ownRows(context, says).filter(([, want, have]) => want !== have);
  const secret = digest(tenant.password.reveal());
  const passwords = (['auth-pass', 'sentinel-pass'] as const).filter(
    (name) => facts.secrets[`sentinel.conf ${name}`] !== secret,
  );
  const held = heldPassword(tenant, state);
  const settings = (rows: readonly Row[]) => rows.map(([name, value]) => ({ name, value }));
  const endpoint = endpointOf(tenant, member, tenant.sentinel.port);
  const remedy: Remedy =
    state.currentMaster.state === 'agreed'
      ? act([
          {
            operation: 'sentinel-set',
            endpoint,
            master: tenant.masterName,
            options: settings(options),
            own: settings(own),
            passwords: held ? [] : passwords,
          },
        ])
      : dependsOn(`redis/${tenant.name}`);
  return [
    ...[...options, ...own].map(([name, want, have]) =>
      finding('SentinelOptionDiffers', name, { have, want }, remedy, []),
    ),
    ...passwords.map((name) =>
      finding('SentinelPasswordDiffers', name, { have: 'another one', want: 'as declared' }, held ?? remedy),
    ),
  ];
}

/** Options of the monitored master: names of SENTINEL SET, values of SENTINEL MASTER. */
function optionRows({ sentinel }: Tenant, have: WatchedMaster | undefined): readonly Row[] {
  return [
    ['quorum', String(sentinel.quorum), String(have?.quorum)],
    ['down-after-milliseconds', String(sentinel.downAfterMs), String(have?.downAfterMs)],
    ['failover-timeout', String(sentinel.failoverTimeoutMs), String(have?.failoverTimeoutMs)],
    ['parallel-syncs', String(sentinel.parallelSyncs), String(have?.parallelSyncs)],
  ];
}

/** Options of the Sentinel itself: names of SENTINEL CONFIG. */
function ownRows({ tenant, member }: Context, have: SentinelFacts): readonly Row[] {
  return [
    ['announce-ip', member.address, have.announceIp],
    ['announce-port', String(tenant.sentinel.port), String(have.announcePort)],
    ['resolve-hostnames', 'no', have.resolveHostnames],
  ];
}
