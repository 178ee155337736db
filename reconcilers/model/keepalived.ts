import { vipPlaces } from '../../renderers/proxy-places.ts';
import type { HostAnswer } from '../questions/sense.ts';
import { answered } from './answer.ts';
import { obey } from './ec2.ts';
import { sumOf } from './files.ts';
import { listing } from './haproxy.ts';
import { hasProgram } from './packages.ts';
import { type HostWorld, type KeepalivedWorld, numberFrom, type World } from './world.ts';

const { configuration, settings, loader, check, notify, unitFile, stamp, states } = vipPlaces;

/** keepalived, started or reloaded by our script, which stamps what was read. False: it did not come up. */
export function runKeepalived(world: World, host: HostWorld, order: 'start' | 'restart' | 'reload'): boolean {
  if (!hasProgram(host, 'keepalived')) return false;
  const loaded = host.files[configuration]?.text;
  if (!loaded || !host.files[settings] || !host.files[loader]?.text.includes('stamp')) return false;
  if (order !== 'reload') dropVip(host, loaded);
  if (order !== 'reload' || !host.keepalived) host.keepalived = { pid: numberFrom(host), loaded, state: 'BACKUP' };
  else host.keepalived.loaded = loaded;
  host.files[stamp] = { mode: '644', owner: 'root:root', text: `${sumOf(loaded)}\n` };
  if (order !== 'reload') record(world, host, host.keepalived, 'BACKUP');
  return true;
}

/** A master that stops says so, and the other takes over at once: with `nopreempt` it keeps the address. */
function yieldTo(world: World, pair: string): void {
  for (const host of Object.values(world.hosts)) {
    const own = host.keepalived;
    if (own?.state === 'BACKUP' && pairIn(own.loaded) === pair) become(world, host, own, 'MASTER');
  }
}

/** Its end, polite or not: systemd's ExecStopPost takes the address off and writes the state down; the stamp's folder goes. */
export function endKeepalived(world: World, host: HostWorld): void {
  if (!host.keepalived) return;
  dropVip(host, host.keepalived.loaded);
  write(world, host, pairIn(host.keepalived.loaded), 'STOP');
  delete host.files[stamp];
  const { state, loaded } = host.keepalived;
  host.keepalived = undefined;
  if (state === 'MASTER') yieldTo(world, pairIn(loaded));
}

/** One round of VRRP between all keepalived of a pair: a master stays, else the best that has an HAProxy takes over. */
export function tickKeepalived(world: World): boolean {
  const nodes = Object.values(world.hosts).flatMap((host) => (host.keepalived ? [{ host, own: host.keepalived }] : []));
  let changed = false;
  for (const { host, own } of nodes) {
    if (!host.haproxy && own.state !== 'FAULT') changed = become(world, host, own, 'FAULT');
    else if (host.haproxy && own.state === 'FAULT') changed = become(world, host, own, 'BACKUP');
  }
  const able = nodes.filter(({ own }) => own.state !== 'FAULT');
  for (const pair of new Set(able.map(({ own }) => pairIn(own.loaded)))) {
    const all = able.filter(({ own }) => pairIn(own.loaded) === pair);
    const [best, ...others] = [...all].sort((a, b) => rank(b.own) - rank(a.own));
    for (const { host, own } of others) if (own.state === 'MASTER') changed = become(world, host, own, 'BACKUP');
    if (best && best.own.state !== 'MASTER') changed = become(world, best.host, best.own, 'MASTER');
  }
  return changed;
}

/** Who is master comes first: nobody preempts. */
function rank({ state, loaded }: KeepalivedWorld): number {
  return (state === 'MASTER' ? 1000 : 0) + Number(/^ *priority (\d+)$/m.exec(loaded)?.[1] ?? 0);
}

function become(world: World, host: HostWorld, own: KeepalivedWorld, state: KeepalivedWorld['state']): true {
  own.state = state;
  record(world, host, own, state);
  dropVip(host, own.loaded);
  if (state !== 'MASTER') return true;
  const [, vip = '', device = ''] = vipIn(own.loaded);
  host.links.find((link) => link.name === device)?.addresses.push(`${vip}/32`);
  moveTo(world, host, vip);
  return true;
}

/** What the notify script does, if it is the one that we rendered. */
function moveTo(world: World, host: HostWorld, vip: string): void {
  const own = /^interface='([^']*)'$/m.exec(host.files[settings]?.text ?? '')?.[1];
  if (!own || !host.files[notify]?.text.includes('AssignPrivateIpAddresses')) return;
  obey(world, {
    action: 'AssignPrivateIpAddresses',
    input: { NetworkInterfaceId: own, PrivateIpAddresses: [vip], AllowReassignment: true },
  });
  const seconds = Math.floor(world.now / 1000);
  const text = `confirmed ${seconds} ${vip} is on ${own}\n`;
  host.files[`${states}/${pairIn(host.keepalived?.loaded ?? '')}.move`] = { mode: '644', owner: 'root:root', text };
}

function record(world: World, host: HostWorld, own: KeepalivedWorld, state: string): void {
  if (host.files[notify]?.text.includes('AssignPrivateIpAddresses')) write(world, host, pairIn(own.loaded), state);
}

function write(world: World, host: HostWorld, pair: string, state: string): void {
  const text = `${state} ${Math.floor(world.now / 1000)} 1 1\n`;
  host.files[`${states}/${pair}`] = { mode: '644', owner: 'root:root', text };
}

function dropVip(host: HostWorld, conf: string): void {
  const [, vip] = vipIn(conf);
  for (const link of host.links) link.addresses = link.addresses.filter((address) => address !== `${vip}/32`);
}

function pairIn(conf: string): string {
  return /^vrrp_instance (\S+) /m.exec(conf)?.[1] ?? '';
}

function vipIn(conf: string): readonly string[] {
  return /^ *([\d.]+)\/32 dev (\S+)$/m.exec(conf) ?? [];
}

export function printKeepalived(world: World, host: HostWorld, pair: string): HostAnswer {
  const told = (word: string, path: string) => {
    const text = host.files[path]?.text;
    return text === undefined ? [] : [`${word} ${text.split('\n')[0]}`];
  };
  const lines = [
    ...['keepalived', 'socat', 'curl'].flatMap((program) => (hasProgram(host, program) ? [] : [`missing ${program}`])),
    ...listing(host, [configuration, settings, loader, check, notify, unitFile]),
    `now ${Math.floor(world.now / 1000)}`,
    ...told('loaded', stamp),
    ...told('state', `${states}/${pair}`),
    ...told('move', `${states}/${pair}.move`),
  ];
  return answered(`${lines.join('\n')}\n`);
}
