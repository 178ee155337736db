import type { ScriptResult } from '../renderers/host-batch.ts';
import { formerVipsMark } from '../renderers/lib/markers.ts';
import { vipPlaces } from '../renderers/lib/proxy-paths.ts';
import { succeeded } from './answer.ts';
import { applyEc2Command } from './ec2.ts';
import { sumOf } from './files.ts';
import { listing } from './haproxy.ts';
import { hasProgram } from './packages.ts';
import { type HostWorld, type KeepalivedWorld, numberFrom, type World } from './world.ts';

const { configuration, settings, loader, check, notify, takeover, unitFile, stamp, states } = vipPlaces;

/** keepalived, started or reloaded by our script, which records the loaded configuration. False: it did not start. */
export function runKeepalived(world: World, host: HostWorld, order: 'start' | 'restart' | 'reload'): boolean {
  if (!hasProgram(host, 'keepalived')) return false;
  const loaded = host.files[configuration]?.text;
  if (!loaded || !host.files[settings] || !host.files[loader]?.text.includes('stamp')) return false;
  if (order !== 'reload') dropVip(host, loaded);
  if (order !== 'reload' || !host.keepalived) host.keepalived = { pid: numberFrom(host), loaded, state: 'BACKUP' };
  else reload(world, host, host.keepalived, loaded);
  host.files[stamp] = { mode: '644', owner: 'root:root', text: `${sumOf(loaded)}\n` };
  if (order !== 'reload') record(world, host, host.keepalived, 'BACKUP');
  return true;
}

/** A master replaces the address on its device, and the check of keepalived starts the script again that moves it. */
function reload(world: World, host: HostWorld, own: KeepalivedWorld, loaded: string): void {
  const former = own.loaded;
  own.loaded = loaded;
  if (own.state !== 'MASTER' || vipIn(former)[1] === vipIn(loaded)[1]) return;
  dropVip(host, former);
  holdVip(world, host, own);
}

function holdVip(world: World, host: HostWorld, own: KeepalivedWorld): void {
  const [, vip = '', device = ''] = vipIn(own.loaded);
  host.links.find((link) => link.name === device)?.addresses.push(`${vip}/32`);
  moveTo(world, host, vip);
}

/** A stopping master advertises it, and the other one takes over immediately. With `nopreempt` that one keeps the address. */
function yieldTo(world: World, group: string): void {
  for (const host of Object.values(world.hosts)) {
    const own = host.keepalived;
    if (own?.state === 'BACKUP' && groupIn(own.loaded) === group) enterState(world, host, own, 'MASTER');
  }
}

/** Its exit or kill: systemd's ExecStopPost removes the address and records the state. The runtime directory is removed. */
export function endKeepalived(world: World, host: HostWorld): void {
  if (!host.keepalived) return;
  dropVip(host, host.keepalived.loaded);
  write(world, host, pairIn(host.keepalived.loaded), 'STOP');
  delete host.files[stamp];
  const { state, loaded } = host.keepalived;
  host.keepalived = undefined;
  if (state === 'MASTER') yieldTo(world, groupIn(loaded));
}

/** One round of VRRP between all keepalived of a pair: a master stays; otherwise the one with the highest priority and a working HAProxy takes over. */
export function stepKeepalived(world: World): boolean {
  const nodes = Object.values(world.hosts).flatMap((host) => (host.keepalived ? [{ host, own: host.keepalived }] : []));
  let changed = false;
  for (const { host, own } of nodes) {
    const able = host.haproxy !== undefined && !yieldsIn(world, host, own, nodes);
    if (!able && own.state !== 'FAULT') changed = enterState(world, host, own, 'FAULT');
    else if (able && own.state === 'FAULT') changed = enterState(world, host, own, 'BACKUP');
  }
  const able = nodes.filter(({ own }) => own.state !== 'FAULT');
  for (const group of new Set(able.map(({ own }) => groupIn(own.loaded)))) {
    const all = able.filter(({ own }) => groupIn(own.loaded) === group);
    const [best, ...others] = [...all].sort((a, b) => rank(b.own) - rank(a.own));
    for (const { host, own } of others) if (own.state === 'MASTER') changed = enterState(world, host, own, 'BACKUP');
    if (best && best.own.state !== 'MASTER') changed = enterState(world, best.host, best.own, 'MASTER');
  }
  return changed;
}

type Node = { readonly host: HostWorld; readonly own: KeepalivedWorld };

/** The end of a contest of two masters: the one that does not hear the other leaves the address to it, while that one is master. */
function yieldsIn(world: World, host: HostWorld, own: KeepalivedWorld, nodes: readonly Node[]): boolean {
  const pair = pairIn(own.loaded);
  const path = `${states}/${pair}.yield`;
  const served = nodes.some((one) => one.own !== own && one.own.state === 'MASTER' && pairIn(one.own.loaded) === pair);
  const yields = host.hearsNoVrrp === true && own.state !== 'MASTER' && served;
  const text = `split ${Math.floor(world.now / 1000)} 1 1 the other proxy has taken it\n`;
  if (!yields) delete host.files[path];
  else host.files[path] ??= { mode: '644', owner: 'root:root', text };
  return yields;
}

/** The current master comes first: there is no preemption. */
function rank({ state, loaded }: KeepalivedWorld): number {
  return (state === 'MASTER' ? 1000 : 0) + Number(/^ *priority (\d+)$/m.exec(loaded)?.[1] ?? 0);
}

function enterState(world: World, host: HostWorld, own: KeepalivedWorld, state: KeepalivedWorld['state']): true {
  own.state = state;
  record(world, host, own, state);
  dropVip(host, own.loaded);
  if (state === 'MASTER') holdVip(world, host, own);
  return true;
}

/** The effect of the notify script, if it is the rendered one. */
function moveTo(world: World, host: HostWorld, vip: string): void {
  const own = settingOf(host, 'interface');
  if (!own || !host.files[notify]?.text.includes('AssignPrivateIpAddresses')) return;
  const tables = settingOf(host, 'tables')?.split(' ') ?? [];
  if (tables.length) routeTo(world, own, vip, tables);
  else
    applyEc2Command(world, {
      action: 'AssignPrivateIpAddresses',
      input: { NetworkInterfaceId: own, PrivateIpAddresses: [vip], AllowReassignment: true },
    });
  const seconds = Math.floor(world.now / 1000);
  const text = `confirmed ${seconds} ${vip} is on ${own}\n`;
  host.files[`${states}/${pairIn(host.keepalived?.loaded ?? '')}.move`] = { mode: '644', owner: 'root:root', text };
}

function settingOf({ files }: HostWorld, name: string): string | undefined {
  return new RegExp(`^${name}='([^']*)'$`, 'm').exec(files[settings]?.text ?? '')?.[1];
}

/** In each table that is still there. */
function routeTo(world: World, networkInterfaceId: string, vip: string, tables: readonly string[]): void {
  const destination = `${vip}/32`;
  for (const { id, routes } of world.ec2.routeTables.filter((one) => tables.includes(one.id)))
    applyEc2Command(world, {
      action: routes.some((one) => one.destination === destination) ? 'ReplaceRoute' : 'CreateRoute',
      input: { RouteTableId: id, DestinationCidrBlock: destination, NetworkInterfaceId: networkInterfaceId },
    });
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
  for (const link of host.links) link.addresses = link.addresses.filter((address) => address.split('/')[0] !== vip);
}

/** Before another virtual IP replaces that of the file. */
export function recordFormer({ files }: HostWorld, conf: string): void {
  const [, now] = vipIn(conf);
  const [, was] = vipIn(files[configuration]?.text ?? '');
  const known = files[formerVipsMark]?.text ?? '';
  if (!was || was === now || known.split('\n').includes(was)) return;
  files[formerVipsMark] = { mode: '600', owner: 'root:root', text: `${known}${was}\n` };
}

function pairIn(conf: string): string {
  return /^vrrp_instance (\S+) /m.exec(conf)?.[1] ?? '';
}

/** Hosts hear each other only if all of this is the same. */
function groupIn(conf: string): string {
  return [pairIn(conf), routerIdIn(conf), vipIn(conf)[1]].join(' ');
}

function routerIdIn(conf: string): string | undefined {
  return /^ *virtual_router_id (\d+)$/m.exec(conf)?.[1];
}

function vipIn(conf: string): readonly string[] {
  return /^ *([\d.]+)\/32 dev (\S+)$/m.exec(conf) ?? [];
}

/** The check of a takeover: keepalived's own check starts it on a host that is not master. In this world nothing prevents a takeover. */
function checksTakeover({ keepalived, files }: HostWorld): boolean {
  const started = files[check]?.text.includes(takeover) && files[takeover]?.text.includes('AssignPrivateIpAddresses');
  return keepalived !== undefined && keepalived.state !== 'MASTER' && started === true;
}

export function renderKeepalived(world: World, host: HostWorld, pair: string): ScriptResult {
  const { files } = host;
  const lineOf = (word: string, path: string) => {
    const text = host.files[path]?.text;
    return text === undefined ? [] : [`${word} ${text.split('\n')[0]}`];
  };
  const lines = [
    ...['keepalived', 'socat', 'curl'].flatMap((program) => (hasProgram(host, program) ? [] : [`missing ${program}`])),
    ...listing(host, [configuration, settings, loader, check, notify, takeover, unitFile]),
    `now ${Math.floor(world.now / 1000)}`,
    ...lineOf('loaded', stamp),
    ...(host.keepalived
      ? [`router ${routerIdIn(host.keepalived.loaded)}`, `vip ${vipIn(host.keepalived.loaded)[1]}`]
      : []),
    ...(files[formerVipsMark]?.text.split('\n').filter(Boolean) ?? []).map((address) => `former ${address}`),
    ...lineOf('state', `${states}/${pair}`),
    ...lineOf('move', `${states}/${pair}.move`),
    ...lineOf('yields', `${states}/${pair}.yield`),
    ...(checksTakeover(host) ? ['takeover 99 able -'] : []),
    'uptime 100',
  ];
  return succeeded(`${lines.join('\n')}\n`);
}
