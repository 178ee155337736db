import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { digest } from '../../renderers/text.ts';
import type { HostAnswer } from '../questions/sense.ts';
import { answered } from './answer.ts';
import { sumOf } from './files.ts';
import { reached } from './network.ts';
import { hasProgram } from './packages.ts';
import { type HaproxyWorld, type HostWorld, numberFrom, type World } from './world.ts';

const { folder, loader, unitFile } = haproxyPlaces;

/** HAProxy, started or reloaded by the script that stands in our folder. False: it did not come up. */
export function runHaproxy(world: World, host: HostWorld, order: 'start' | 'restart' | 'reload'): boolean {
  if (!hasProgram(host, 'haproxy') || !host.files[loader]?.text.includes('description')) return false;
  const cfgs = cfgPaths(host);
  const loaded = Object.fromEntries(cfgs.map((path) => [path.slice(folder.length + 1), host.files[path]?.text ?? '']));
  if (!cfgs.length || Object.values(loaded).some((text) => !/^(global|backend|listen)/m.test(text))) return false;
  if (order === 'reload' && host.haproxy)
    host.haproxy = { ...host.haproxy, pid: numberFrom(host), since: world.now, loaded };
  else if (order !== 'start' || !host.haproxy)
    host.haproxy = { pid: numberFrom(host), since: world.now, loaded, servers: {} };
  return true;
}

/** HAProxy's checks. True: somebody came up or went down. */
export function tickHaproxy(world: World, host: HostWorld): boolean {
  const { haproxy } = host;
  if (!haproxy) return false;
  const wanted = Object.values(haproxy.loaded).flatMap((text) => serversIn(text));
  let changed = false;
  for (const { key, address, others, master } of wanted) {
    const box = reached(world, host, address);
    const votes = others.filter((one) => {
      const voter = reached(world, host, one)?.sentinel;
      return voter && !voter.stopped && voter.watch?.address === address;
    });
    const leads = box?.redis && !box.redis.stopped && box.redis.of === undefined && votes.length * 2 > others.length;
    const up = Boolean(master ? leads : box?.sentinel && !box.sentinel.stopped);
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
  readonly master: boolean;
  /** All members' addresses. */
  readonly others: readonly string[];
}

const parsed = new Map<string, readonly ServerLine[]>();

/** Servers of a tenant's file, read back from the text. */
function serversIn(text: string): readonly ServerLine[] {
  const known = parsed.get(text);
  if (known) return known;
  let proxy = '';
  const all = text.split('\n').flatMap((line) => {
    proxy = /^(?:listen|backend) (\S+)/.exec(line)?.[1] ?? proxy;
    const [, name, address] = /^ {2}server (\S+) ([\d.]+):/.exec(line) ?? [];
    return name && address ? [{ key: `${proxy}/${name}`, address, master: proxy.startsWith('redis.') }] : [];
  });
  const others = all.filter((one) => one.master).map((one) => one.address);
  const lines = all.map((one) => ({ ...one, others }));
  if (parsed.size > 500) parsed.clear();
  parsed.set(text, lines);
  return lines;
}

export function printHaproxy(world: World, host: HostWorld): HostAnswer {
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
  return answered(`${lines.join('\n')}\n`);
}

function processLines(world: World, haproxy: HaproxyWorld): readonly string[] {
  const loaded = Object.entries(haproxy.loaded)
    .sort()
    .map(([name, text]) => `${sumOf(text)}  ${name}`);
  const seconds = (since: number) => Math.floor((world.now - since) / 1000);
  const rows = Object.entries(haproxy.servers).map(([key, { up, since }]) => {
    const [proxy, server] = key.split('/');
    const found = up
      ? 'L7OK,,'
      : 'L7RSP,,"TCPCHK did not match content ""role:master"" at step 4 comment: \'is master\'"';
    return `${proxy},${server},${up ? 'UP' : 'DOWN'},${seconds(since)},0,${found}`;
  });
  const fronts = [...new Set(rows.map((row) => row.split(',')[0] ?? ''))].filter((proxy) => proxy.startsWith('redis.'));
  return [
    ...loaded.map((line) => `loaded ${line}`),
    '== socket',
    'Name: HAProxy',
    'Version: 2.6.12-1+deb12u4',
    `Pid: ${haproxy.pid}`,
    `Uptime_sec: ${seconds(haproxy.since)}`,
    `description: ${digest(loaded.map((line) => `${line}\n`).join(''))}`,
    '',
    '# pxname,svname,status,lastchg,scur,check_status,check_code,last_chk',
    ...fronts.map((proxy) => `${proxy},FRONTEND,OPEN,0,0,,,`),
    ...rows,
    '',
  ];
}

function cfgPaths(host: HostWorld): readonly string[] {
  return Object.keys(host.files)
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.cfg'))
    .sort();
}

/** What haproxy-listing.ts prints of those paths that are there. */
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
