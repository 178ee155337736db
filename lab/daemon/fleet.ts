import type { Ec2State, Instance, InstanceState } from '../ec2/state.ts';
import { initialState, withInstance } from '../ec2/state.ts';
import { Machine } from '../hosts/machine.ts';
import { HOSTS, type LabHost } from '../topology.ts';
import { applyDeliveries } from '../vpc/network.ts';
import type { Delivery, Outages } from '../vpc/nft.ts';

/** How long an operating system may take to shut down before the plug is pulled (seconds). */
const SHUTDOWN_GRACE = 30;

/** What faults broke, until they mend it. */
export interface Damage {
  readonly isolated: readonly LabHost[];
  readonly cut: readonly (readonly [LabHost, LabHost])[];
  readonly frozen: readonly LabHost[];
}

/** The living lab: what the EC2 API knows, the machines behind it, and the wires between them, kept in step. */
export class Fleet {
  readonly machines: readonly Machine[] = HOSTS.map((host) => new Machine(host));
  private state: Ec2State = initialState(new Date());
  private delivered: readonly Delivery[] = [];
  private damage: Damage = { isolated: [], cut: [], frozen: [] };
  /** Changes of the wires go one after the other, so that the last answer given is what the wires show. */
  private wiring: Promise<void> = Promise.resolve();
  private readonly log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.log = log;
  }

  get ec2(): Ec2State {
    return this.state;
  }

  /** Makes `next` the API's truth and the wires show it; resolves when packets follow it. */
  change(next: Ec2State): Promise<void> {
    this.state = next;
    return this.wire();
  }

  get broken(): Damage {
    return this.damage;
  }

  /** Makes `damage` what is broken of the wires; resolves when they show it. */
  breakWires(damage: Omit<Damage, 'frozen'>): Promise<void> {
    this.damage = { ...this.damage, ...damage };
    return this.wire();
  }

  /** Stops every process of a host where it is (`frozen`), or lets them go on. */
  async freeze(host: LabHost, frozen: boolean): Promise<void> {
    if (!this.machine(host).on) throw new Error(`${host.name} has no power.`);
    await this.machine(host).freeze(frozen);
    this.damage = { ...this.damage, frozen: frozen ? [...new Set([...this.damage.frozen, host])] : this.thawed(host) };
  }

  /** Switches a host on; its instance is `pending` and, once its init runs, `running`. */
  async start(host: LabHost): Promise<void> {
    if (this.machine(host).on) return;
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

  private thawed(host: LabHost): readonly LabHost[] {
    return this.damage.frozen.filter((one) => one !== host);
  }

  private wentOff(host: LabHost): void {
    this.damage = { ...this.damage, frozen: this.thawed(host) };
    this.log(`${host.name} is off`);
    const asked: InstanceState[] = ['stopping', 'stopped'];
    if (asked.includes(this.instance(host).state)) return;
    // Nobody asked by API: its operating system powered off, or it died.
    this.mark(host, { state: 'stopped', reason: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown' });
  }

  private mark(host: LabHost, change: Partial<Omit<Instance, 'host'>>): void {
    this.state = withInstance(this.state, host, change);
  }

  private wire(): Promise<void> {
    const turn = this.wiring.then(async () => {
      const next = deliveries(this.state);
      await applyDeliveries(next, this.delivered, outages(this.state, this.damage));
      this.delivered = next;
    });
    this.wiring = turn.catch((error: unknown) => this.log(`the VPC's wires could not be changed: ${String(error)}`));
    return turn;
  }
}

function deliveries(state: Ec2State): readonly Delivery[] {
  return state.interfaces.flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ address, mac: host.mac, port: host.name, bridge: host.subnet.bridge })),
  );
}

/** A cut pair loses everything both ways, whatever addresses its interfaces own by now. */
function outages(state: Ec2State, damage: Damage): Outages {
  const from = (sender: LabHost, receiver: LabHost) =>
    (state.interfaces.find((one) => one.host === receiver)?.addresses ?? []).map((address) => ({
      port: sender.name,
      address,
    }));
  return {
    isolated: damage.isolated.map((host) => host.name),
    cuts: damage.cut.flatMap(([a, b]) => [...from(a, b), ...from(b, a)]),
  };
}
