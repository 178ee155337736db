import { NotForwarded, NoWayThrough, TransportError } from '../controller/transport/errors.ts';
import type { Clock, Executor, FactReader, HostQuery, HostTarget, QuotaPort } from '../controller/transport/io.ts';
import type { FactRequest } from '../reconcilers/facts/requests.ts';
import type { Action } from '../reconcilers/operations/actions.ts';
import type { Ec2Command } from '../reconcilers/operations/operation.ts';
import { reveal } from '../renderers/lib/text.ts';
import { transportOver } from './forecast.ts';
import { quotaIn } from './quotas.ts';
import type { World } from './world.ts';

/** Injected faults. Steps are the calls that change the world, numbered from 1 in order. */
export interface Faults {
  /** Hosts that SSH does not reach. */
  readonly unreachable?: ReadonlySet<string>;
  /** Hosts whose sshd refuses to forward connections. */
  readonly notForwarding?: ReadonlySet<string>;
  readonly ec2Silent?: boolean;
  /** EC2 refuses the credentials. */
  readonly ec2Refuses?: boolean;
  /** Facts whose script fails on the host, or whose endpoint does not respond. */
  readonly failing?: (request: FactRequest) => boolean;
  /** The operator dies before, within or after its nth step. */
  readonly crash?: { readonly step: number; readonly when: 'before' | 'middle' | 'after' };
  /** The nth step is executed, and its result is lost. */
  readonly lost?: number;
  /** Called just before and just after each executed step. */
  readonly onStep?: (when: 'before' | 'after') => void;
}

export interface Simulation {
  readonly world: World;
  readonly reader: FactReader;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly quotaOf: QuotaPort;
  /** All started steps, in order. */
  readonly steps: readonly (Action | Ec2Command)[];
  /** Every script that was sent to a host to read facts, with secrets in plain text as the host gets them. */
  readonly scripts: readonly string[];
  /** Number of facts requested so far, by host. */
  readonly requests: ReadonlyMap<string, number>;
  /** Calls so far, by host or `ec2`. */
  readonly calls: ReadonlyMap<string, number>;
  /** Rejects when the operator dies; race its run against this promise. */
  readonly death: Promise<never>;
}

function checkEc2({ ec2Silent, ec2Refuses }: Faults): void {
  if (ec2Silent) throw new TransportError('unreachable', 'EC2 did not respond');
  if (ec2Refuses) throw new TransportError('refused', 'AuthFailure');
}

/** The transport of forecast.ts with injected faults, and with a record of all calls. */
export function simulate(world: World, faults: Faults = {}): Simulation {
  const life = crashSwitch();
  const steps: (Action | Ec2Command)[] = [];
  const { reader, executor, clock } = transportOver(world, async (step, parts) => {
    await life.alive();
    const number = steps.push(step);
    const fatal = faults.crash?.step === number ? faults.crash.when : undefined;
    if (fatal === 'before') return life.end();
    faults.onStep?.('before');
    const all = parts();
    for (const part of fatal === 'middle' ? all.slice(0, Math.floor(all.length / 2)) : all) part();
    faults.onStep?.('after');
    if (fatal) return life.end();
    if (faults.lost === number) throw new TransportError('timeout', 'the connection was lost while the script ran');
  });
  const calls = new Map<string, number>();
  const queries: HostQuery[] = [];
  const requests = new Map<string, number>();
  const call = async (target: string): Promise<void> => {
    await life.alive();
    calls.set(target, (calls.get(target) ?? 0) + 1);
  };
  return {
    world,
    steps,
    get scripts() {
      return queries.map(({ script }) => reveal(script));
    },
    requests,
    calls,
    clock,
    quotaOf: async (quota) => {
      checkEc2(faults);
      return quotaIn(world, quota);
    },
    death: life.death,
    reader: faultyReader(reader, faults, call, (host, sent) => {
      queries.push(...sent);
      requests.set(host, (requests.get(host) ?? 0) + sent.length);
    }),
    executor: faultyExecutor(executor, faults),
  };
}

function faultyReader(
  reader: FactReader,
  faults: Faults,
  call: (target: string) => Promise<void>,
  note: (host: string, sent: readonly HostQuery[]) => void,
): FactReader {
  return {
    readHost: async (target, queries) => {
      await call(target.name);
      reach(faults, [target]);
      note(target.name, queries);
      const results = await reader.readHost(target, queries);
      const failed = { exit: 1, stdout: '', stderr: 'injected failure', truncated: false };
      return results.map((result, index) =>
        queries[index] && faults.failing?.(queries[index].request) ? failed : result,
      );
    },
    readEc2: async (query) => {
      await call('ec2');
      checkEc2(faults);
      return reader.readEc2(query);
    },
    readResp: async (request, endpoint, through, commands) => {
      await call(`${endpoint.tenant}-${endpoint.member ?? endpoint.through.join()}:${endpoint.port}`);
      if (faults.failing?.(request)) throw new TransportError('unreachable', `${endpoint.address} does not respond`);
      return reader.readResp(request, endpoint, forwarding(faults, reach(faults, through)), commands);
    },
  };
}

function faultyExecutor(executor: Executor, faults: Faults): Executor {
  return {
    runOnHost: async (target, action, script, timeoutMs) => {
      reach(faults, [target]);
      return executor.runOnHost(target, action, script, timeoutMs);
    },
    transfer: async (action, order) => {
      reach(faults, [order.target]);
      if ('host' in order.source) reach(faults, [order.source.host]);
      return executor.transfer(action, order);
    },
    signS3: (object) => executor.signS3(object),
    callEc2: async (command) => {
      checkEc2(faults);
      return executor.callEc2(command);
    },
    sendResp: async (action, endpoint, through, commands) => {
      const ways = reach(faults, through);
      return executor.sendResp(action, endpoint, ways, commands);
    },
    dial: async (endpoint, through, timeoutMs) => executor.dial(endpoint, reach(faults, through), timeoutMs),
    converse: async (action, through, dialogue) => executor.converse(action, reach(faults, through), dialogue),
  };
}

/** The reachable targets, at least one. */
function reach({ unreachable }: Faults, targets: readonly HostTarget[]): readonly HostTarget[] {
  const [via] = targets.flatMap((target) => target.via ?? []);
  if (via && unreachable?.has(via.name))
    throw new NoWayThrough(via.name, 'unreachable', `${via.name}: no response on port 22`);
  const reached = targets.filter(({ name }) => !unreachable?.has(name));
  if (reached.length) return reached;
  throw new TransportError('unreachable', `${targets.map(({ name }) => name).join(', ')}: no response on port 22`);
}

/** Those that forward, at least one. */
function forwarding({ notForwarding }: Faults, through: readonly HostTarget[]): readonly HostTarget[] {
  const ways = through.filter(({ name }) => !notForwarding?.has(name));
  if (ways.length) return ways;
  const names = through.map(({ name }) => name);
  throw new NotForwarded(names, 'refused', `${names.join(', ')}: administratively prohibited`);
}

export class SimulatedCrash extends Error {}

/** Ends the operator once: from then on no awaited call ever returns. */
function crashSwitch(): { alive(): Promise<void>; end(): Promise<never>; readonly death: Promise<never> } {
  const never = new Promise<never>(() => {});
  let ended = false;
  let reject: (reason: Error) => void = () => {};
  const death = new Promise<never>((_, rejectDeath) => {
    reject = rejectDeath;
  });
  death.catch(() => {});
  return {
    alive: async () => (ended ? never : undefined),
    end: () => {
      ended = true;
      reject(new SimulatedCrash('the operator died'));
      return never;
    },
    death,
  };
}
