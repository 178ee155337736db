import { type Ec2State, type Instance, type KeyPair, withInstance } from '../ec2/state.ts';
import type { Broken } from '../faults/fault.ts';
import type { LabHost } from '../topology.ts';
import { Past } from './past.ts';

/** What the EC2 API knows, and what it knew lately. */
export abstract class Books {
  private state: Ec2State;
  private readonly past = new Past();

  constructor(state: Ec2State) {
    this.state = state;
  }

  /** The faults in force. */
  abstract get broken(): readonly Broken[];

  get ec2(): Ec2State {
    return this.state;
  }

  /** What the API knew `lagMs` ago. */
  seen(lagMs: number): Ec2State {
    return this.past.at(Date.now() - lagMs) ?? this.state;
  }

  /** Hosts that are there, with power or without. */
  get hosts(): readonly LabHost[] {
    return this.state.instances.filter((one) => one.state !== 'terminated').map((one) => one.host);
  }

  instance(host: LabHost): Instance {
    const found = this.state.instances.find((one) => one.host.instanceId === host.instanceId);
    if (found === undefined) throw new Error(`No instance ${host.name} in this lab.`);
    return found;
  }

  mark(host: LabHost, change: Partial<Omit<Instance, 'host'>>): void {
    this.become(withInstance(this.state, host, change));
  }

  /** Puts a key pair into the account. */
  adopt(pair: KeyPair): void {
    this.become({ ...this.state, keyPairs: [...this.state.keyPairs, pair] });
  }

  protected become(next: Ec2State): void {
    this.past.keep(this.state, this.broken);
    this.state = next;
  }
}
