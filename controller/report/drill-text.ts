import type { ClientView, DrillReport, Kill, Moved } from '../events/drill.ts';

/** What is announced before a drill. `affected`: tenants, the drilled one first. */
export interface Announcement {
  readonly kill: Kill;
  readonly host: string;
  readonly member: string;
  readonly affected: readonly string[];
  readonly from: readonly string[];
  readonly key: string;
}

/** What a drill would do, and what clients notice. */
export function announcementText({ kill, host, member, affected, from, key }: Announcement): string {
  const [tenant = '', ...others] = affected;
  const also = others.length ? `, and of ${others.join(', ')}` : '';
  const does = {
    master: `kills the Redis of ${tenant}-${member} on ${host}, which is master, with SIGKILL`,
    proxy: `kills keepalived and HAProxy on ${host}, which has the virtual IP, with SIGKILL, and keeps them down until they are repaired`,
    host: `resets ${host}, where ${tenant}-${member} is master: nothing is stopped or unmounted before`,
  }[kill];
  const notice = {
    master: `cannot write until Sentinel has promoted a replica and HAProxy has seen that, some seconds`,
    proxy: `${also} lose their connections, and cannot connect until the other proxy has the virtual IP, about a second or two`,
    host: `cannot write until Sentinel has promoted a replica, some seconds; every tenant with a member on ${host} (${affected.join(', ')}) loses that member until it is up, and the connections to it`,
  }[kill];
  return [
    `${tenant}: a drill ${does}.`,
    `Clients of ${tenant}${kill === 'proxy' ? '' : ' '}${notice}. Writes that no replica has confirmed may be lost.`,
    `What is down afterwards is repaired as apply does. Meanwhile a client of its own writes through the virtual IP, on`,
    `${from[0]} or another host that can connect, to the list ${key}. It is deleted at the end, and expires otherwise.`,
    '',
  ].join('\n');
}

/** What a drill has shown: what clients saw, and then how the tenant became whole again. */
export function drillText({ tenant, kill, client, master, owner, inSyncMs, wholeMs, syncs }: DrillReport): string {
  const { acknowledged, attempted, lost, errors } = client;
  const lines = [
    `${tenant}: the drill is over (--kill ${kill})`,
    `  without writes         ${gapText(client)}`,
    `  acknowledged writes    ${acknowledged} of ${attempted}; ${lost === undefined ? 'they could not be read back' : `${lost} lost`}`,
    `  master                 ${movedText(master)}`,
    `  virtual IP             ${movedText(owner)}`,
    ...(kill === 'proxy' ? [] : [`  replicas in sync       ${afterText(inSyncMs)}`]),
    `  full redundancy        ${afterText(wholeMs)}`,
    ...(syncs && kill !== 'proxy' ? [`  resynchronizations     ${syncs.partial} partial, ${syncs.full} full`] : []),
    ...Object.entries(errors).map(([words, times]) => `  failed writes          ${times}: ${words}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** No acknowledged write is lost, clients can write, and everything is whole again. */
export function isPassed({ client, wholeMs }: DrillReport): boolean {
  return client.lost === 0 && client.gap.ended !== undefined && wholeMs !== undefined;
}

function gapText({ gap: { began, ended }, usualGapMs }: ClientView): string {
  const usual = `before the kill at most ${seconds(usualGapMs)}`;
  if (ended === undefined) return `none was acknowledged since ${seconds(began)} after the kill; ${usual}`;
  return `${seconds(ended - began)}, until ${seconds(ended)} after the kill; ${usual}`;
}

function movedText({ before, after }: Moved): string {
  return before === after ? `${after}, as before` : `${before} -> ${after}`;
}

function afterText(milliseconds: number | undefined): string {
  return milliseconds === undefined ? 'not reached' : `after ${seconds(milliseconds)}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 1000 ? 2 : 1)} s`;
}
