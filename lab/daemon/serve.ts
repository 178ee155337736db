import { existsSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type Calls, ec2Server } from '../ec2/server.ts';
import { faultsShown } from '../faults/inflict.ts';
import { prepareHosts } from '../hosts/prepare.ts';
import { Credentials } from '../imds/credentials.ts';
import { metadataServer } from '../imds/server.ts';
import { WORLD } from '../paths.ts';
import { EC2_API, HOSTS, METADATA_ADDRESS, REGION } from '../topology.ts';
import { buildVpc } from '../vpc/network.ts';
import { controlServer } from './control.ts';
import { Fleet } from './fleet.ts';
import { sh } from './shell.ts';
import type { HostStatus, LabStatus } from './status.ts';

/**
 * The lab's daemon, the one child of its world's PID 1: builds the VPC, boots the hosts of `image`, and serves the EC2 API, the
 * metadata service and the control socket until it is killed. When it ends, so does everything.
 */
export async function serveLab(image: string): Promise<never> {
  const log = (line: string) => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  const fleet = new Fleet(log);
  const calls: Calls = new Map();
  const progress: Progress = { ready: false, failure: undefined };
  const control = controlServer(fleet, () => status(fleet, calls, progress));
  rmSync(WORLD.control, { force: true });
  await listening(control, { path: WORLD.control });
  try {
    await build(fleet, calls, image, log);
    await Promise.all(HOSTS.map((host) => fleet.machine(host).answering(BOOT_LIMIT)));
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

async function build(fleet: Fleet, calls: Calls, image: string, log: (line: string) => void): Promise<void> {
  const credentials = new Credentials();
  await sh('mkdir', ['-p', WORLD.image, WORLD.hosts, WORLD.lxc, WORLD.log]);
  await sh('mount', ['--bind', image, WORLD.image]);
  await Promise.all([prepareHosts(), buildVpc()]);
  // Names are a convenience: a machine without the file goes without them.
  if (existsSync('/etc/hosts')) await sh('mount', ['--bind', WORLD.etcHosts, '/etc/hosts']);
  await fleet.change(fleet.ec2);
  const ec2 = ec2Server({ fleet, calls, secretOf: (key, token) => credentials.secretOf(key, token), log });
  await listening(ec2, { host: EC2_API.address, port: EC2_API.port });
  await listening(
    metadataServer(() => fleet.ec2, credentials),
    { host: METADATA_ADDRESS, port: 80 },
  );
  await Promise.all(HOSTS.map((host) => fleet.start(host)));
}

/** A host answers within 3 s; how long it may take on a machine that is busy or emulated (milliseconds). */
const BOOT_LIMIT = 150_000;

async function status(fleet: Fleet, calls: Calls, progress: Progress): Promise<LabStatus> {
  return {
    ready: progress.ready,
    failure: progress.failure,
    hosts: await Promise.all(fleet.machines.map((machine) => hostStatus(fleet, machine, progress.ready))),
    ec2: { endpoint: EC2_API.url, region: REGION },
    ec2Calls: Object.fromEntries([...calls].sort(([a], [b]) => a.localeCompare(b))),
    faults: faultsShown(fleet),
  };
}

async function hostStatus(fleet: Fleet, machine: Fleet['machines'][number], ask: boolean): Promise<HostStatus> {
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
    // While the lab boots it asks for itself; more would run into the server's own limit (MaxStartups).
    ssh: ask && machine.on ? await machine.banner() : undefined,
  };
}

function listening(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => resolve());
  });
}
