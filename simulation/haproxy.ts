import type { ScriptResult } from '../renderers/host-batch.ts';
import { haproxyPlaces } from '../renderers/lib/proxy-paths.ts';
import { digest } from '../renderers/lib/text.ts';
import { succeeded } from './answer.ts';
import { sumOf } from './files.ts';
import { reached } from './network.ts';
import { hasProgram } from './packages.ts';
import { type HaproxyWorld, type HostWorld, numberFrom, type World } from './world.ts';

const { folder, loader, unitFile } = haproxyPlaces;

/** HAProxy, started or reloaded by the script in our directory. False: it did not start. */
export function runHaproxy(world: World, host: HostWorld, order: 'start' | 'restart' | 'reload'): boolean {
  if (!hasProgram(host, 'haproxy') || !host.files[loader]?.text.includes('description')) return false;
  const cfgs = cfgPaths(host);
  const loaded = Object.fromEntries(cfgs.map((path) => [path.slice(folder.length + 1), host.files[path]?.text ?? '']));
  if (!cfgs.length || Object.values(loaded).some((text) => !/^(global|backend|frontend)/m.test(text))) return false;
  if (order === 'reload' && host.haproxy)
    host.haproxy = { ...host.haproxy, pid: numberFrom(host), since: world.now, loaded, ...afterReload(host.haproxy) };
  else if (order !== 'start' || !host.haproxy)
    host.haproxy = { pid: numberFrom(host), since: world.now, loaded, servers: {} };
  return true;
}

/** Connections stay with the process that they were opened with. */
function afterReload({ since, sessions = {}, old }: HaproxyWorld): Pick<HaproxyWorld, 'sessions' | 'old'> {
  if (!Object.keys(sessions).length) return {};
  const all = { ...old?.sessions };
  for (const [tenant, count] of Object.entries(sessions)) all[tenant] = (all[tenant] ?? 0) + count;
  return { sessions: {}, old: { since: old?.since ?? since, sessions: all } };
}

/** The limit of connections of each tenant in the loaded configuration. */
export function limitsIn({ loaded }: HaproxyWorld): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(loaded).flatMap(([file, text]) => {
      const [, tenant] = /^tenant-(.*)\.cfg$/.exec(file) ?? [];
      const [, limit] = /fe_conn gt (\d+)/.exec(text) ?? [];
      return tenant && limit ? [[tenant, Number(limit)] as const] : [];
    }),
  );
}

/** The highest limit for all tenants together. */
export function limitOfAllIn({ loaded }: HaproxyWorld): number | undefined {
  const all = Object.values(loaded).map((text) => Number(/sc0_conn_cur gt (\d+)/.exec(text)?.[1] ?? 0));
  return Math.max(0, ...all) || undefined;
}

/** HAProxy's checks. True: a server went up or down. */
export function stepHaproxy(world: World, host: HostWorld): boolean {
  const { haproxy } = host;
  if (!haproxy) return false;
  const wanted = Object.values(haproxy.loaded).flatMap((text) => serversIn(text));
  let changed = false;
  for (const { key, address, others, master, source } of wanted) {
    // It binds to this address of its own, and nothing else.
    const hasSource = host.links.some((link) => link.addresses.some((one) => one.split('/')[0] === source));
    const container = hasSource ? reached(world, host, address) : undefined;
    const votes = others.filter((one) => {
      const voter = reached(world, host, one)?.sentinel;
      return voter && !voter.stopped && voter.watch?.address === address;
    });
    const leads =
      container?.redis &&
      !container.redis.stopped &&
      container.redis.of === undefined &&
      votes.length * 2 > others.length;
    const up = Boolean(master ? leads : container?.sentinel && !container.sentinel.stopped);
    if (haproxy.servers[key]?.up === up) continue;
    haproxy.servers[key] = { up, since: world.now };
    changed = true;
  }
  const known = new Set(wanted.map(({ key }) => key));
  for (const key of Object.keys(haproxy.servers)) if (!known.has(key)) delete haproxy.servers[key];
  return changed;
}

interface ServerLine {
  readonly key: string;
  readonly address: string;
  /** The address with the port. */
  readonly endpoint: string;
  /** The address of the proxy from which it connects. */
  readonly source: string;
  readonly master: boolean;
  /** All members' addresses. */
  readonly others: readonly string[];
}

const parsed = new Map<string, readonly ServerLine[]>();

/** Servers of a tenant's file, parsed from the text. */
function serversIn(text: string): readonly ServerLine[] {
  const known = parsed.get(text);
  if (known) return known;
  let proxy = '';
  const all = text.split('\n').flatMap((line) => {
    proxy = /^(?:frontend|backend) (\S+)/.exec(line)?.[1] ?? proxy;
    const [, name, address, port, source] = /^ {2}server ([^. ]+) ([\d.]+):(\d+) source ([\d.]+):/.exec(line) ?? [];
    if (!name || !address || !source || proxy.startsWith('member.')) return [];
    const master = proxy.startsWith('redis.');
    const key = `${master ? proxy.slice(0, -name.length - 1) : proxy}/${name}`;
    return [{ key, address, endpoint: `${address}:${port}`, source, master }];
  });
  const others = all.filter((one) => one.master).map((one) => one.address);
  const lines = all.map((one) => ({ ...one, others }));
  if (parsed.size > 500) parsed.clear();
  parsed.set(text, lines);
  return lines;
}

/** The address and port of each server in the loaded configuration, by its key: `redis.t1/r1`. */
export function serverAddresses({ loaded }: HaproxyWorld): ReadonlyMap<string, string> {
  return new Map(Object.values(loaded).flatMap((text) => serversIn(text).map(({ key, endpoint }) => [key, endpoint])));
}

/** The addresses of the host from which it connects, in the loaded configuration. */
export function sourcesOf({ loaded }: HaproxyWorld): readonly string[] {
  const all = Object.values(loaded).flatMap((text) => [...text.matchAll(/^ *server .* source ([\d.]+):/gm)]);
  return [...new Set(all.map(([, address = '']) => address))].sort();
}

export function renderHaproxy(world: World, host: HostWorld): ScriptResult {
  const cfgs = cfgPaths(host);
  const binds = cfgs.flatMap((path) => {
    const all = [...(host.files[path]?.text ?? '').matchAll(/^ *bind (\S+)/gm)];
    return all.map(([, address]) => `bind ${address} ${path}`);
  });
  const lines = [
    ...['haproxy', 'socat'].flatMap((program) => (hasProgram(host, program) ? [] : [`missing ${program}`])),
    ...(hasProgram(host, 'haproxy')
      ? ['version HAProxy version 2.6.12-1+deb12u4 2024/11/08 - https://haproxy.org/']
      : []),
    ...listing(host, [...cfgs, loader, unitFile]),
    ...binds,
    ...(host.haproxy ? processLines(world, host.haproxy) : []),
  ];
  return succeeded(`${lines.join('\n')}\n`);
}

function processLines(world: World, haproxy: HaproxyWorld): readonly string[] {
  const loaded = Object.entries(haproxy.loaded)
    .sort()
    .map(([name, text]) => `${sumOf(text)}  ${name}`);
  const seconds = (since: number) => Math.floor((world.now - since) / 1000);
  const addresses = serverAddresses(haproxy);
  const rows = Object.entries(haproxy.servers).flatMap(([key, { up, since }]) => {
    const [proxy = '', server] = key.split('/');
    const row = (name: string, status: string, check: string) =>
      `${name},0,${status},${seconds(since)},${check},${addresses.get(key) ?? ''}`;
    const state = (down: string): readonly [string, string] => (up ? ['UP', 'L7OK,'] : ['DOWN', `L7RSP,${down}`]);
    if (!proxy.startsWith('redis.')) return [row(`${proxy},${server}`, ...state(failure('is master')))];
    const member = `${proxy.replace('redis.', 'member.')}.${server},${server}`;
    return [
      up ? row(member, 'UP', 'L7OK,') : row(member, 'NOLB', `L7OKC,${failure('is master')}`),
      row(`${proxy}.${server},${server}.master`, ...state(failure('is named by a majority of the Sentinels'))),
    ];
  });
  const fronts = [...new Set(Object.keys(haproxy.servers).map((key) => key.split('/')[0] ?? ''))].filter((proxy) =>
    proxy.startsWith('redis.'),
  );
  return [
    ...loaded.map((line) => `loaded ${line}`),
    ...sourcesOf(haproxy).map((address) => `source ${address}`),
    ...[...limitsIn(haproxy)].map(([tenant, limit]) => `limit ${limit} ${haproxyPlaces.loaded}/tenant-${tenant}.cfg`),
    ...(limitOfAllIn(haproxy) === undefined ? [] : [`limit-of-all ${limitOfAllIn(haproxy)}`]),
    'serves',
    ...(haproxy.old ? [`old 0d00h00m${seconds(haproxy.old.since)}s`] : []),
    ...Object.entries(haproxy.old?.sessions ?? {}).map(([tenant, count]) => `kept ${count} redis.${tenant}`),
    '== socket',
    'Name: HAProxy',
    'Version: 2.6.12-1+deb12u4',
    `Pid: ${haproxy.pid}`,
    `Uptime_sec: ${seconds(haproxy.since)}`,
    `description: ${digest(loaded.map((line) => `${line}\n`).join(''))}`,
    '',
    '# pxname,svname,scur,status,lastchg,check_status,last_chk,addr',
    ...fronts.map((proxy) => `${proxy},FRONTEND,${haproxy.sessions?.[proxy.slice('redis.'.length)] ?? 0},OPEN,0,,,`),
    ...rows,
    '',
  ];
}

/** As HAProxy quotes a check that failed at the step with this comment. */
function failure(comment: string): string {
  return `"TCPCHK did not match content ""role:master"" at step 4 comment: '${comment}'"`;
}

function cfgPaths(host: HostWorld): readonly string[] {
  return Object.keys(host.files)
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.cfg'))
    .sort();
}

/** The output of service-listing.ts for the existing files. */
export function listing(host: HostWorld, paths: readonly string[]): readonly string[] {
  const there = paths.flatMap((path) => {
    const file = host.files[path];
    return file ? [{ path, ...file }] : [];
  });
  return [
    ...there.map(({ path, mode, owner }) => `stat ${mode} ${owner.split(':')[0]} ${path}`),
    ...there.map(({ path, text }) => `sum ${sumOf(text)}  ${path}`),
  ];
}
