import type { Tenant } from '../../crds/fleet.ts';
import { digest } from '../../renderers/text.ts';
import { act, type Drift, operator, type Remedy, wait } from '../drift.ts';
import { endpointOf } from '../questions/redis.ts';
import type { SentinelFacts, WatchedMaster } from '../questions/sentinel.ts';
import type { Context } from './sentinel.ts';

type Row = readonly [name: string, want: string, have: string];

/** What a Sentinel watches and how: set while it runs, and only while all agree on a master. */
export function optionsDrift(context: Context, says: SentinelFacts): readonly Drift[] {
  const { tenant, finding } = context;
  const foreign = says.watches.filter((name) => name !== tenant.masterName);
  const reason = `it watches a master that is not this tenant's: SENTINEL REMOVE ${foreign[0] ?? ''} there, and find out who added it`;
  const strangers = foreign.length
    ? [finding('masters watched', tenant.masterName, says.watches.join(', '), operator(reason))]
    : [];
  return [...strangers, ...(says.master ? differing(context, says, says.master) : [unwatched(context)])];
}

function unwatched({ tenant, member, sight: { mastership }, finding }: Context): Drift {
  const { masterName, redis, sentinel } = tenant;
  const monitor = (address: string) =>
    act([
      {
        verb: 'sentinel-monitor',
        endpoint: endpointOf(tenant, member, sentinel.port),
        master: masterName,
        address,
        port: redis.port,
        quorum: sentinel.quorum,
        options: optionRows(tenant, undefined).map(([name, value]) => ({ name, value })),
      },
    ]);
  const remedy =
    mastership.state === 'agreed' ? monitor(mastership.master.address) : wait(`rests on redis/${tenant.name}`);
  return finding('master watched', masterName, 'none', remedy);
}

function differing(context: Context, says: SentinelFacts, master: WatchedMaster): readonly Drift[] {
  const { tenant, member, sight, facts, finding } = context;
  const options = optionRows(tenant, master).filter(([, want, have]) => want !== have);
  const own = ownRows(context, says).filter(([, want, have]) => want !== have);
  const secret = digest(tenant.password.reveal());
  const passwords = (['auth-pass', 'sentinel-pass'] as const).filter(
    (name) => facts.secrets[`sentinel.conf ${name}`] !== secret,
  );
  const settings = (rows: readonly Row[]) => rows.map(([name, value]) => ({ name, value }));
  const endpoint = endpointOf(tenant, member, tenant.sentinel.port);
  const remedy: Remedy =
    sight.mastership.state === 'agreed'
      ? act([
          {
            verb: 'sentinel-set',
            endpoint,
            master: tenant.masterName,
            options: settings(options),
            own: settings(own),
            passwords,
          },
        ])
      : wait(`rests on redis/${tenant.name}`);
  return [
    ...[...options, ...own].map(([name, want, have]) => finding(name, want, have, remedy, [])),
    ...passwords.map((name) => finding(name, 'as declared', 'another one', remedy)),
  ];
}

/** Of the watched master: SENTINEL SET's names, and what SENTINEL MASTER shows. */
function optionRows({ sentinel }: Tenant, have: WatchedMaster | undefined): readonly Row[] {
  return [
    ['quorum', String(sentinel.quorum), String(have?.quorum)],
    ['down-after-milliseconds', String(sentinel.downAfterMs), String(have?.downAfterMs)],
    ['failover-timeout', String(sentinel.failoverTimeoutMs), String(have?.failoverTimeoutMs)],
    ['parallel-syncs', String(sentinel.parallelSyncs), String(have?.parallelSyncs)],
  ];
}

/** Its own: SENTINEL CONFIG's names. */
function ownRows({ tenant, member }: Context, have: SentinelFacts): readonly Row[] {
  return [
    ['announce-ip', member.address, have.announceIp],
    ['announce-port', String(tenant.sentinel.port), String(have.announcePort)],
    ['resolve-hostnames', 'no', have.resolveHostnames],
  ];
}
