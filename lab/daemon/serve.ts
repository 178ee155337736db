import { existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { initialState } from '../ec2/initial-state.ts';
import { keyPair } from '../ec2/key-pairs.ts';
import { type Calls, ec2Server, noCalls } from '../ec2/server.ts';
import { EMPTY } from '../ec2/state.ts';
import { faultsShown } from '../faults/inject.ts';
import { bootLimitMs, type Machine } from '../hosts/machine.ts';
import { prepareHost, prepareNamespace, writeKnownHosts } from '../hosts/prepare.ts';
import { flavourOf } from '../image/image.ts';
import { Credentials } from '../imds/credentials.ts';
import { permit } from '../imds/permit.ts';
import { metadataServer } from '../imds/server.ts';
import { NAMESPACE } from '../paths.ts';
import { EC2_API, ENDPOINT_PORT, KEY_PAIR, type LabHost, METADATA_ADDRESS, PACKAGES, REGION } from '../topology.ts';
import { buildNetwork } from '../vpc/network.ts';
import { controlServer } from './control.ts';
import { Fleet } from './fleet.ts';
import { packageServer } from './package-servers.ts';
import { sh } from './shell.ts';
import type { HostStatus, LabStatus } from './status.ts';

/**
 * The lab's daemon, the only child of its namespace's PID 1: builds the network, boots the hosts from the first of the `images` (an `empty` lab
 * starts without hosts), and serves the EC2 API, the metadata service and the control socket until it is killed. The whole lab ends with it.
 */
export async function serveLab(images: readonly string[], empty: boolean): Promise<never> {
  const log = (line: string) => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  const fleet = new Fleet(empty ? EMPTY : initialState(new Date(), flavourOf(images[0] ?? '')), log);
  const calls = noCalls();
  const progress: Progress = { ready: false, failure: undefined };
  const control = controlServer(fleet, () => status(fleet, calls, progress));
  rmSync(NAMESPACE.control, { force: true });
  await listening(control, { path: NAMESPACE.control });
  try {
    await build(fleet, calls, images, log);
    await Promise.all(fleet.hosts.map((host) => fleet.machine(host).answering(bootLimitMs)));
    for (const host of fleet.hosts) fleet.mark(host, { booted: new Date(), passing: true });
    progress.ready = true;
    log('the lab is up');
  } catch (error) {
    progress.failure = error instanceof Error ? error.message : String(error);
    log(`the lab could not be built: ${progress.failure}`);
  }
  return new Promise<never>(() => undefined);
}

interface Progress {
  ready: boolean;
  failure: string | undefined;
}

async function build(
  fleet: Fleet,
  calls: Calls,
  images: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  const credentials = new Credentials();
  await sh('mkdir', ['-p', NAMESPACE.hosts, NAMESPACE.lxc, NAMESPACE.log]);
  for (const image of images) {
    const folder = join(NAMESPACE.images, flavourOf(image));
    await sh('mkdir', ['-p', folder]);
    await sh('mount', ['--bind', image, folder]);
  }
  await Promise.all([prepare(fleet), buildNetwork()]);
  // Host names are a convenience: a machine without this file does without them.
  if (existsSync('/etc/hosts')) await sh('mount', ['--bind', NAMESPACE.etcHosts, '/etc/hosts']);
  await fleet.change(fleet.ec2);
  const api = ec2Server({
    backend: fleet,
    calls,
    secretOf: (key, token) => credentials.secretOf(key, token),
    permit: (key, action) => permit(credentials.ownerOf(key), action, fleet.activeFaults),
    log,
  });
  await listening(api, { host: EC2_API.address, port: EC2_API.port });
  // The same API at the addresses of endpoints, which come and go. The router lets nothing in at any other.
  const atEndpoints = createServer((request, response) => void api.emit('request', request, response));
  await listening(atEndpoints, { host: '0.0.0.0', port: ENDPOINT_PORT });
  for (const host of Object.values(PACKAGES)) await listening(packageServer(), { host, port: 80 });
  await listening(
    metadataServer(() => fleet.ec2, credentials),
    { host: METADATA_ADDRESS, port: 80 },
  );
  await Promise.all(fleet.hosts.map((host) => fleet.start(host)));
}

/** Creates the operator's key, imports it as the account's key pair, and creates the disks of the initial hosts. */
async function prepare(fleet: Fleet): Promise<void> {
  const { hosts } = fleet;
  const authorized = await prepareNamespace();
  const prepared = hosts.map(
    async (host) => [host, await prepareHost(host, authorized, undefined, { neighbours: hosts })] as const,
  );
  const hostKeys = new Map<LabHost, string>(await Promise.all(prepared));
  for (const [host, hostKey] of hostKeys) fleet.mark(host, { hostKey });
  fleet.importKeyPair(keyPair(KEY_PAIR, authorized.trim(), new Date()));
  writeKnownHosts(hosts, hostKeys);
}

async function status(fleet: Fleet, calls: Calls, progress: Progress): Promise<LabStatus> {
  const sorted = (counters: ReadonlyMap<string, number>) =>
    Object.fromEntries([...counters].sort(([a], [b]) => a.localeCompare(b)));
  return {
    ready: progress.ready,
    failure: progress.failure,
    hosts: await Promise.all(fleet.hosts.map((host) => hostStatus(fleet, fleet.machine(host), progress.ready))),
    ec2: { endpoint: EC2_API.url, region: REGION },
    ec2Calls: sorted(calls.made),
    ec2CallsByHosts: sorted(calls.byHosts),
    ec2Refused: sorted(calls.refused),
    faults: faultsShown(fleet),
  };
}

async function hostStatus(fleet: Fleet, machine: Machine, probeSsh: boolean): Promise<HostStatus> {
  const { host } = machine;
  return {
    name: host.name,
    address: host.address,
    addresses: fleet.ec2.interfaces.find((one) => one.host === host)?.addresses ?? [],
    instanceId: host.instanceId,
    interfaceId: host.interfaceId,
    subnet: host.subnet.id,
    zone: host.subnet.zone,
    state: fleet.instance(host).state,
    running: machine.on,
    // While the lab boots it polls SSH itself; more connections would run into the server's limit (MaxStartups).
    ssh: probeSsh && machine.on ? await machine.banner() : undefined,
  };
}

function listening(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => resolve());
  });
}
