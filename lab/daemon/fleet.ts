import { forgotten, released } from '../ec2/release.ts';
import type { Ec2State, InstanceState } from '../ec2/state.ts';
import type { Broken } from '../faults/fault.ts';
import { outages } from '../faults/wires.ts';
import { Machine } from '../hosts/machine.ts';
import { discardHost, nameHosts, plugIn, prepareHost } from '../hosts/prepare.ts';
import type { LabHost } from '../topology.ts';
import { applyWires, NO_WIRES, type Wires } from '../vpc/network.ts';
import { wiresOf } from '../vpc/wires.ts';
import { Books } from './books.ts';

/** How long an operating system may take to shut down before the plug is pulled (seconds). */
const SHUTDOWN_GRACE = 30;
/** A host answers within 3 s; how long it may take on a machine that is busy or emulated (milliseconds). */
export const BOOT_LIMIT = 150_000;
/** EC2 shows a terminated instance for about an hour (milliseconds). */
const REMEMBERED = 3600_000;

/** The living lab: what the EC2 API knows, the machines behind it, and the wires between them, kept in step. */
export class Fleet extends Books {
  private readonly machinery = new Map<string, Machine>();
  /** Hosts that are being made or switched on. */
  private readonly births = new Map<string, Promise<unknown>>();
  private wires: Wires = NO_WIRES;
  private damage: readonly Broken[] = [];
  /** Changes of the wires go one after the other, so that the last answer given is what the wires show. */
  private wiring: Promise<void> = Promise.resolve();
  private readonly log: (line: string) => void;
  private readonly apply: typeof applyWires;

  constructor(state: Ec2State, log: (line: string) => void, apply = applyWires) {
    super(state);
    this.log = log;
    this.apply = apply;
  }

  /** Makes `next` the API's truth and the wires show it; resolves when packets follow it. */
  change(next: Ec2State): Promise<void> {
    this.become(next);
    return this.wire();
  }

  /** The faults in force. */
  get broken(): readonly Broken[] {
    return this.damage.filter(({ boot, given: { host } }) => !host || !boot || this.machine(host).init === boot);
  }

  isFrozen(host: LabHost): boolean {
    return this.broken.some(({ fault, given }) => fault === 'freeze' && given.host === host);
  }

  /** Makes what is broken what `change` says, and then `act` make it so; when that fails, the change is taken back. */
  async alter(change: (now: readonly Broken[]) => readonly Broken[], act: () => Promise<void>): Promise<void> {
    const before = this.broken;
    const after = change(before);
    this.damage = after;
    try {
      await act();
    } catch (error) {
      const kept = this.damage.filter((one) => before.includes(one) || !after.includes(one));
      this.damage = [...kept, ...before.filter((one) => !after.includes(one))];
      throw error;
    }
  }

  /** Makes the wires show what the API says and what is broken; resolves when they do. */
  wire(): Promise<void> {
    const turn = this.wiring.then(async () => {
      const next = wiresOf(this.ec2);
      await this.apply(next, this.wires, outages(this.ec2, this.broken));
      this.wires = next;
    });
    this.wiring = turn.catch((error: unknown) => this.log(`the VPC's wires could not be changed: ${String(error)}`));
    return turn;
  }

  /** Makes a host that `change` has put into the books, with a disk of its own, and switches it on. */
  create(host: LabHost): Promise<void> {
    return this.underWay(host, this.bear(host));
  }

  /** Ends a host: shuts it down, takes its disk and its address away; the books show it as terminated for an hour. */
  async terminate(host: LabHost, reason: string): Promise<void> {
    this.mark(host, { state: 'shutting-down', reason });
    await this.births.get(host.instanceId);
    await this.machine(host).shutDown(SHUTDOWN_GRACE);
    await discardHost(host);
    this.machinery.delete(host.instanceId);
    this.damage = this.damage.filter(({ given }) => given.host !== host && given.peer !== host);
    await this.change(released(this.ec2, host));
    nameHosts(this.hosts);
    this.log(`${host.name} is gone`);
    setTimeout(() => this.become(forgotten(this.ec2, host)), REMEMBERED).unref();
  }

  /** Switches a host on; its instance is `pending` and, once its init runs, `running`. */
  start(host: LabHost): Promise<void> {
    return this.underWay(host, this.switchOn(host));
  }

  /** Shuts a host down (`force`: pulls the plug); its instance is `stopping`, then `stopped`. */
  async stop(host: LabHost, force: boolean, reason: string): Promise<void> {
    if (!this.machine(host).on) return;
    this.mark(host, { state: 'stopping', reason });
    await (force ? this.machine(host).pullPlug() : this.machine(host).shutDown(SHUTDOWN_GRACE));
    if (this.instance(host).state === 'stopping') this.mark(host, { state: 'stopped' });
  }

  /** Pulls the plug and puts it back. */
  async powerCycle(host: LabHost): Promise<void> {
    await this.stop(host, true, 'Server.InternalError: The host lost power');
    await this.start(host);
  }

  async reboot(host: LabHost): Promise<void> {
    await this.machine(host).reboot();
  }

  machine(host: LabHost): Machine {
    const have = this.machinery.get(host.instanceId);
    if (have !== undefined) return have;
    const made = new Machine(host);
    this.machinery.set(host.instanceId, made);
    return made;
  }

  /** Whoever ends the host waits until this is over. */
  private underWay(host: LabHost, work: Promise<void>): Promise<void> {
    const all: Promise<unknown> = Promise.allSettled([this.births.get(host.instanceId), work]).then(() => {
      if (this.births.get(host.instanceId) === all) this.births.delete(host.instanceId);
    });
    this.births.set(host.instanceId, all);
    return work;
  }

  private async switchOn(host: LabHost): Promise<void> {
    if (this.machine(host).on) return;
    this.damage = this.damage.filter((one) => one.fault !== 'power-off' || one.given.host !== host);
    this.mark(host, { state: 'pending', reason: '', launched: new Date(), passing: false });
    plugIn(this.instance(host));
    await this.machine(host).powerOn(() => this.wentOff(host));
    if (this.instance(host).state === 'pending') this.mark(host, { state: 'running' });
    this.log(`${host.name} is on`);
    // The console shows its keys once its first boot is over.
    this.machine(host)
      .answering(BOOT_LIMIT)
      .then(() => this.mark(host, { passing: true, booted: this.instance(host).booted ?? new Date() }))
      .catch((error: unknown) => this.hosts.includes(host) && this.log(String(error)));
  }

  private async bear(host: LabHost): Promise<void> {
    try {
      const { keyName } = this.instance(host);
      const size = this.ec2.volumes.find((one) => one.host === host)?.size;
      const authorized = this.ec2.keyPairs.find((one) => one.name === keyName)?.publicKey;
      this.mark(host, { hostKey: await prepareHost(host, authorized, size) });
      nameHosts(this.hosts);
      // Someone may have terminated it meanwhile.
      if (this.instance(host).state === 'pending') await this.switchOn(host);
    } catch (error) {
      this.log(`${host.name} could not be made: ${String(error)}`);
      this.births.delete(host.instanceId);
      await this.terminate(host, 'Server.InternalError: Internal error on launch');
    }
  }

  private wentOff(host: LabHost): void {
    this.log(`${host.name} is off`);
    const asked: InstanceState[] = ['stopping', 'stopped', 'shutting-down', 'terminated'];
    if (asked.includes(this.instance(host).state)) return;
    // Nobody asked by API: its operating system powered off, or it died.
    this.mark(host, { state: 'stopped', reason: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown' });
  }
}
