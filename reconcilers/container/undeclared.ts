import { type Drift, notice, type Prune, type Remedy } from '../drift.ts';
import { memberPort } from '../names.ts';
import type { Observation } from '../observation.ts';
import type { ContainerFacts, Containers, Goner, MemberFolder } from '../questions/containers.ts';
import type { MemberOwner } from '../verbs/index.ts';
import type { DesiredHost } from './desired.ts';
import { runtimes } from './runtimes/index.ts';

/**
 * A Tenant that left the documents, or a member that moved. What is not ours is not ours to mention. Of a Tenant that left, a member goes
 * in two steps, each asked for by a person: retired, its data kept; and, `retainFor` later, destroyed. A member of a Tenant that is still
 * declared is left to a person: its data may be the last.
 */
export function undeclared(desired: DesiredHost, seen: Observation<Containers>): readonly Drift[] {
  if (seen.state !== 'present') return [];
  const { containers, folders, goners, now } = seen.value;
  const ours = [
    ...containers.filter(({ mark }) => mark?.cluster === desired.cluster),
    ...folders.filter(({ identity }) => identity?.cluster === desired.cluster),
  ].map(({ name }) => name);
  const left = [...new Set(ours)].filter((name) => !desired.declared.includes(name)).sort();
  return [
    ...left.map((name) => {
      const facts = containers.find((one) => one.name === name);
      return leftDrift(desired, { name, facts, folder: folders.find((one) => one.name === name), now });
    }),
    ...goners.filter(({ cluster }) => cluster === desired.cluster).map((goner) => gonerDrift(desired, goner)),
  ];
}

interface Left {
  readonly name: string;
  readonly facts: ContainerFacts | undefined;
  readonly folder: MemberFolder | undefined;
  readonly now: number;
}

function leftDrift(desired: DesiredHost, left: Left): Drift {
  const { name, facts, folder } = left;
  const kept = folder?.retired && !facts ? 'retired' : 'folder only';
  const have = `there, and ours (${facts ? facts.state || `not known to ${runtimes[desired.runtime.type].words.name}` : kept})`;
  const place = { subject: `container/${name}`, field: `container on ${desired.host}` } as const;
  return { ...place, want: 'declared by nobody', have, hurts: [], remedy: remedyFor(desired, left) };
}

function remedyFor(desired: DesiredHost, left: Left): Remedy {
  const { name, facts, folder, now } = left;
  const { host, cluster, known, runtime } = desired;
  const { tenant = '', member = '' } = facts?.mark ?? folder?.identity ?? {};
  if (known.includes(tenant)) return notice('the documents do not name it here; left alone, with its data');
  const of = `tenant ${tenant}`;
  const owner: MemberOwner = { cluster, tenant, member };
  const fault = faultOf(desired, owner, left);
  if (fault) return notice(`${fault}: left alone`, { of, refused: fault });
  if (facts || !folder?.retired) {
    const { vlan, address } = facts?.mark ?? {};
    const was = vlan === undefined || !address ? undefined : { port: memberPort({ vlan }), vlan, address };
    const number = runtime.type === 'openvz' && facts ? { ctid: facts.id } : {};
    const prune: Prune = { of, actions: [{ verb: 'member-retire', host, name, owner, was, ...number }] };
    return notice('the documents do not name it; left alone, with its data; apply --prune retires it', prune);
  }
  const since = folder.retired.since ?? now;
  const keepSeconds = Math.ceil(desired.retainForMs / 1000);
  const words = `retired ${ageText(now - since)} ago`;
  if (now - since < keepSeconds) {
    const until = new Date((since + keepSeconds) * 1000).toISOString();
    return notice(`${words}, kept with its data until ${until} (spec.prune.retainFor); declared again, it comes back`);
  }
  const prune: Prune = { of, actions: [{ verb: 'member-destroy', host, name, owner, keepSeconds }] };
  return notice(`${words}, and kept for long enough; apply --prune destroys it, with its data`, prune);
}

/** Why a person must look before it is taken away. */
function faultOf({ host }: DesiredHost, owner: MemberOwner, { name, facts, folder, now }: Left): string | undefined {
  const claims = [...(facts ? [facts.mark] : []), ...(folder ? [folder.identity] : [])];
  const same = (one: MemberOwner | undefined) =>
    one?.cluster === owner.cluster && one.tenant === owner.tenant && one.member === owner.member;
  if (!claims.every(same) || name !== `${owner.tenant}-${owner.member}`)
    return `whose ${name} on ${host} is, its container and its folder do not say with one voice: look at both, and remove by hand what is yours`;
  if (facts || !folder?.retired) return undefined;
  const { since } = folder.retired;
  if (since === undefined)
    return `since when ${name} on ${host} is retired cannot be read in its mark (marks/retired): write the seconds since 1970 there`;
  if (since <= now) return undefined;
  return `by its mark ${name} was retired in the future of ${host}: set that host's clock right, or write the seconds since 1970 into its marks/retired`;
}

/** Moved aside to be destroyed, by a run that was ended in it. */
function gonerDrift({ host, known }: DesiredHost, owner: Goner): Drift {
  const name = `${owner.tenant}-${owner.member}`;
  const prune: Prune = {
    of: `tenant ${owner.tenant}`,
    actions: [{ verb: 'member-destroy', host, name, owner, keepSeconds: undefined }],
  };
  const words = 'its removal was begun; left as it is';
  const remedy = known.includes(owner.tenant) ? notice(words) : notice(`${words}; apply --prune ends it`, prune);
  const place = { subject: `container/${name}`, field: `removal on ${host}` } as const;
  return { ...place, want: 'ended', have: 'half done', hurts: [], remedy };
}

/** In the largest unit of which it is two or more: `90 s`, `3 h`, `12 days`. */
function ageText(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3600, 'h'],
    [60, 'min'],
  ] as const;
  const [size, unit] = units.find(([least]) => seconds >= 2 * least) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}
