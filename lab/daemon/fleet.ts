import type { Ec2State, Instance, InstanceState } from '../ec2/state.ts';
import { initialState, withInstance } from '../ec2/state.ts';
import type { Broken } from '../faults/fault.ts';
import { outages } from '../faults/wires.ts';
import { Machine } from '../hosts/machine.ts';
import { HOSTS, type LabHost } from '../topology.ts';
import { applyDeliveries } from '../vpc/network.ts';
import type { Delivery } from '../vpc/nft.ts';

/** How long an operating system may take to shut down before the plug is pulled (seconds). */
const SHUTDOWN_GRACE = 30;

/** The living lab: what the EC2 API knows, the machines behind it, and the wires between them, kept in step. */
export class Fleet {
  readonly machines: readonly Machine[] = HOSTS.map((host) => new Machine(host));
  private state: Ec2State = initialState(new Date());
  private delivered: readonly Delivery[] = [];
  private damage: readonly Broken[] = [];
  /** Changes of the wires go one after the other, so that the last answer given is what the wires show. */
  private wiring: Promise<void> = Promise.resolve();
  private readonly log: (line: string) => void;
  private readonly deliver: typeof applyDeliveries;

  constructor(log: (line: string) => void, deliver = applyDeliveries) {
    this.log = log;
    this.deliver = deliver;
  }

  get ec2(): Ec2State {
    return this.state;
  }

  /** Makes `next` the API's truth and the wires show it; resolves when packets follow it. */
  change(next: Ec2State): Promise<void> {
    this.state = next;
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
      const next = deliveries(this.state);
      await this.deliver(next, this.delivered, outages(this.state, this.broken));
      this.delivered = next;
    });
    this.wiring = turn.catch((error: unknown) => this.log(`the VPC's wires could not be changed: ${String(error)}`));
    return turn;
  }

  /** Switches a host on; its instance is `pending` and, once its init runs, `running`. */
  async start(host: LabHost): Promise<void> {
    if (this.machine(host).on) return;
    this.damage = this.damage.filter((one) => one.fault !== 'power-off' || one.given.host !== host);
    this.mark(host, { state: 'pending', reason: '', launched: new Date() });
    await this.machine(host).powerOn(() => this.wentOff(host));
    this.mark(host, { state: 'running' });
    this.log(`${host.name} is on`);
  }

  /** Shuts a host down (`force`: pulls the plug); its instance is `stopping`, then `stopped`. */
  async stop(host: LabHost, force: boolean, reason: string): Promise<void> {
    if (!this.machine(host).on) return;
    this.mark(host, { state: 'stopping', reason });
    await (force ? this.machine(host).pullPlug() : this.machine(host).shutDown(SHUTDOWN_GRACE));
    this.mark(host, { state: 'stopped' });
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
    const found = this.machines.find((machine) => machine.host === host);
    if (found === undefined) throw new Error(`No machine ${host.name} in this lab.`);
    return found;
  }

  instance(host: LabHost): Instance {
    const found = this.state.instances.find((one) => one.host === host);
    if (found === undefined) throw new Error(`No instance ${host.name} in this lab.`);
    return found;
  }

  private wentOff(host: LabHost): void {
    this.log(`${host.name} is off`);
    const asked: InstanceState[] = ['stopping', 'stopped'];
    if (asked.includes(this.instance(host).state)) return;
    // Nobody asked by API: its operating system powered off, or it died.
    this.mark(host, { state: 'stopped', reason: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown' });
  }

  private mark(host: LabHost, change: Partial<Omit<Instance, 'host'>>): void {
    this.state = withInstance(this.state, host, change);
  }
}

function deliveries(state: Ec2State): readonly Delivery[] {
  return state.interfaces.flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ address, mac: host.mac, port: host.name, bridge: host.subnet.bridge })),
  );
}
