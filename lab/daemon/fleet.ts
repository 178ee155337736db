import type { Ec2Backend } from '../ec2/backend.ts';
import { isRoot } from '../ec2/data-volumes.ts';
import { imageOf } from '../ec2/images.ts';
import { withoutPublicAddress, withPublicAddress } from '../ec2/public-addresses.ts';
import { stateReason } from '../ec2/refusals.ts';
import { forgotten, released } from '../ec2/release.ts';
import type { Ec2State, Instance, InstanceState, KeyPair } from '../ec2/state.ts';
import type { ActiveFault } from '../faults/active-fault.ts';
import type { FaultTarget } from '../faults/target.ts';
import { outages } from '../faults/wires.ts';
import { bootLimitMs, Machine } from '../hosts/machine.ts';
import { discardHost, prepareHost, writeEtcHosts, writeInstanceFacts } from '../hosts/prepare.ts';
import { BlockDevices } from '../hosts/volumes.ts';
import type { LabHost } from '../topology.ts';
import { applyWires, NO_WIRES, type Wires } from '../vpc/network.ts';
import { wiresOf } from '../vpc/wires.ts';
import { Ec2Store } from './store.ts';

/** How long an operating system may take to shut down before its power is cut (seconds). */
const shutdownGraceSeconds = 30;
/** EC2 shows a terminated instance for about an hour. */
const terminatedShownMs = 3600_000;

/** The running lab: keeps the state of the EC2 API, the machines behind it, and the network between them in step. */
export class Fleet implements Ec2Backend, FaultTarget {
  private readonly store: Ec2Store;
  private readonly machines = new Map<string, Machine>();
  /** Hosts that are being created or switched on. */
  private readonly launching = new Map<string, Promise<unknown>>();
  private readonly blocks = new BlockDevices((host) => this.machines.get(host.instanceId)?.init);
  private wires: Wires = NO_WIRES;
  private faults: readonly ActiveFault[] = [];
  /** Network changes are serialized, so that the network ends up as the last answer said. */
  private wiring: Promise<void> = Promise.resolve();
  private readonly log: (line: string) => void;
  private readonly apply: typeof applyWires;

  constructor(state: Ec2State, log: (line: string) => void, apply = applyWires) {
    this.store = new Ec2Store(state, () => this.activeFaults);
    this.log = log;
    this.apply = apply;
  }

  get ec2(): Ec2State {
    return this.store.ec2;
  }

  get hosts(): readonly LabHost[] {
    return this.store.hosts;
  }

  stateAt(lagMs: number): Ec2State {
    return this.store.stateAt(lagMs);
  }

  instance(host: LabHost): Instance {
    return this.store.instance(host);
  }

  /** Changes the instance of a host, without touching the network. */
  mark(host: LabHost, change: Partial<Omit<Instance, 'host'>>): void {
    this.store.mark(host, change);
  }

  importKeyPair(pair: KeyPair): void {
    this.store.setState({ ...this.ec2, keyPairs: [...this.ec2.keyPairs, pair] });
  }

  /** Replaces the EC2 state and applies it to the network; resolves when packets follow it. */
  change(next: Ec2State): Promise<void> {
    this.store.setState(next);
    return this.wire();
  }

  /** The faults in force. */
  get activeFaults(): readonly ActiveFault[] {
    return this.faults.filter(({ boot, args: { host } }) => !host || !boot || this.machine(host).init === boot);
  }

  isFrozen(host: LabHost): boolean {
    return this.activeFaults.some(({ fault, args }) => fault === 'freeze' && args.host === host);
  }

  /** Changes the faults in force, then runs `act`; if `act` fails, the change is undone. */
  async withFaults(
    change: (now: readonly ActiveFault[]) => readonly ActiveFault[],
    act: () => Promise<void>,
  ): Promise<void> {
    const before = this.activeFaults;
    const after = change(before);
    this.faults = after;
    try {
      await act();
    } catch (error) {
      const kept = this.faults.filter((one) => before.includes(one) || !after.includes(one));
      this.faults = [...kept, ...before.filter((one) => !after.includes(one))];
      throw error;
    }
  }

  /** Applies the EC2 state and the faults in force to the network; resolves when packets follow them. */
  wire(): Promise<void> {
    const turn = this.wiring.then(async () => {
      const next = wiresOf(this.ec2);
      await this.apply(next, this.wires, outages(this.ec2, this.activeFaults));
      this.wires = next;
      await this.blocks.follow(this.ec2);
    });
    this.wiring = turn.catch((error: unknown) => this.log(`the VPC network could not be changed: ${String(error)}`));
    return turn;
  }

  /** Creates a host that `change` has added to the state, with its own disk, and switches it on. */
  create(host: LabHost): Promise<void> {
    return this.trackLaunch(host, this.launch(host));
  }

  /** Shuts a host down and removes its disk and its address; the API shows it as terminated for an hour. */
  async terminate(host: LabHost, reason: string): Promise<void> {
    this.mark(host, { state: 'shutting-down', reason });
    await this.launching.get(host.instanceId);
    await this.machine(host).shutDown(shutdownGraceSeconds);
    await discardHost(host);
    this.machines.delete(host.instanceId);
    this.faults = this.faults.filter(({ args }) => args.host !== host && args.peer !== host);
    await this.change(released(this.ec2, host));
    writeEtcHosts(this.hosts);
    this.log(`${host.name} is gone`);
    setTimeout(() => this.store.setState(forgotten(this.ec2, host)), terminatedShownMs).unref();
  }

  /** Switches a host on; its instance is `pending` and, once its init runs, `running`. */
  start(host: LabHost): Promise<void> {
    return this.trackLaunch(host, this.switchOn(host));
  }

  /** Shuts a host down (`force`: cuts its power); its instance is `stopping`, then `stopped`. */
  async stop(host: LabHost, force: boolean, reason: string): Promise<void> {
    if (!this.machine(host).on) return;
    this.mark(host, { state: 'stopping', reason });
    await (force ? this.machine(host).cutPower() : this.machine(host).shutDown(shutdownGraceSeconds));
    if (this.instance(host).state === 'stopping') await this.markStopped(host, {});
  }

  /** Cuts the power and restores it. */
  async powerCycle(host: LabHost): Promise<void> {
    await this.stop(host, true, 'Server.InternalError: The host lost power');
    await this.start(host);
  }

  async reboot(host: LabHost): Promise<void> {
    await this.machine(host).reboot();
  }

  machine(host: LabHost): Machine {
    const existing = this.machines.get(host.instanceId);
    if (existing !== undefined) return existing;
    const machine = new Machine(host);
    this.machines.set(host.instanceId, machine);
    return machine;
  }

  /** Records work on a host, so that a termination waits for it. */
  private trackLaunch(host: LabHost, work: Promise<void>): Promise<void> {
    const all: Promise<unknown> = Promise.allSettled([this.launching.get(host.instanceId), work]).then(() => {
      if (this.launching.get(host.instanceId) === all) this.launching.delete(host.instanceId);
    });
    this.launching.set(host.instanceId, all);
    return work;
  }

  private async switchOn(host: LabHost): Promise<void> {
    if (this.machine(host).on) return;
    this.faults = this.faults.filter((one) => one.fault !== 'power-off' || one.args.host !== host);
    this.mark(host, { state: 'pending', reason: '', launched: new Date(), passing: false });
    await this.readdress(withPublicAddress(this.ec2, host));
    writeInstanceFacts(this.instance(host));
    await this.machine(host).powerOn(() => this.poweredOff(host));
    if (this.instance(host).state === 'pending') this.mark(host, { state: 'running' });
    this.log(`${host.name} is on`);
    // The console shows its keys after the first boot.
    this.machine(host)
      .answering(bootLimitMs)
      .then(() => this.mark(host, { passing: true, booted: this.instance(host).booted ?? new Date() }))
      .catch((error: unknown) => this.hosts.includes(host) && this.log(String(error)));
  }

  private async launch(host: LabHost): Promise<void> {
    try {
      await this.wiring;
      const end = this.activeFaults.find(({ fault }) => fault === 'ec2-ends')?.args.code;
      if (end !== undefined) throw new EndedAtLaunch(stateReason(end));
      const { keyName } = this.instance(host);
      const size = this.ec2.volumes.find((one) => one.host === host && isRoot(one))?.size;
      const authorized = this.ec2.keyPairs.find((one) => one.name === keyName)?.publicKey;
      const { cloud } = imageOf(this.instance(host).image);
      this.mark(host, { hostKey: await prepareHost(host, authorized, size, { cloud }) });
      writeEtcHosts(this.hosts);
      // It may have been terminated in the meantime.
      if (this.instance(host).state === 'pending') await this.switchOn(host);
    } catch (error) {
      this.log(`${host.name} could not be created: ${String(error)}`);
      this.launching.delete(host.instanceId);
      await this.terminate(host, error instanceof EndedAtLaunch ? error.message : stateReason('Server.InternalError'));
    }
  }

  private poweredOff(host: LabHost): void {
    this.log(`${host.name} is off`);
    const requested: InstanceState[] = ['stopping', 'stopped', 'shutting-down', 'terminated'];
    if (requested.includes(this.instance(host).state)) return;
    // Not requested by the API: its operating system powered off, or it crashed.
    const reason = 'Client.InstanceInitiatedShutdown: Instance initiated shutdown';
    this.markStopped(host, { reason }).catch((error: unknown) => this.log(String(error)));
  }

  /** A stopped host loses its public address. */
  private markStopped(host: LabHost, change: Partial<Omit<Instance, 'host'>>): Promise<void> {
    this.mark(host, { ...change, state: 'stopped' });
    return this.readdress(withoutPublicAddress(this.ec2, host));
  }

  private async readdress(next: Ec2State): Promise<void> {
    if (next !== this.ec2) await this.change(next);
  }
}

/** A fault ends the instance; the message is its state reason. */
class EndedAtLaunch extends Error {}
