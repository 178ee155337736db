import { type Ec2State, type Instance, withInstance } from '../ec2/state.ts';
import type { ActiveFault } from '../faults/active-fault.ts';
import type { LabHost } from '../topology.ts';
import { recorded, type StateHistory, stateThen } from './state-history.ts';

/** The state of the EC2 API, and its recent history. */
export class Ec2Store {
  private state: Ec2State;
  private history: StateHistory = [];
  private readonly activeFaults: () => readonly ActiveFault[];

  constructor(state: Ec2State, activeFaults: () => readonly ActiveFault[]) {
    this.state = state;
    this.activeFaults = activeFaults;
  }

  get ec2(): Ec2State {
    return this.state;
  }

  /** The state as it was `lagMs` ago. */
  stateAt(lagMs: number): Ec2State {
    return stateThen(this.history, Date.now() - lagMs) ?? this.state;
  }

  setState(next: Ec2State): void {
    this.history = recorded(this.history, this.state, this.activeFaults(), Date.now());
    this.state = next;
  }

  /** Hosts that exist, with power or without. */
  get hosts(): readonly LabHost[] {
    return this.state.instances.filter((one) => one.state !== 'terminated').map((one) => one.host);
  }

  /** The instance of a host; throws if there is none. */
  instance(host: LabHost): Instance {
    const found = this.state.instances.find((one) => one.host.instanceId === host.instanceId);
    if (found === undefined) throw new Error(`this lab has no instance ${host.name}`);
    return found;
  }

  /** Changes the instance of a host. */
  mark(host: LabHost, change: Partial<Omit<Instance, 'host'>>): void {
    this.setState(withInstance(this.state, host, change));
  }
}
