import { mediaOver } from '../../controller/forecast.ts';
import { type Actuators, type Clock, type HostTarget, MediumError, type Senses } from '../../controller/ports.ts';
import type { World } from '../../reconcilers/model/world.ts';
import type { Ask } from '../../reconcilers/questions/index.ts';
import type { Action } from '../../reconcilers/verbs/index.ts';
import type { Ec2Command } from '../../reconcilers/verbs/verb.ts';
import { reveal } from '../../renderers/text.ts';

/** What goes wrong. Steps are the calls that change the world, counted from 1 in the order in which they are made. */
export interface Faults {
  /** Hosts that SSH does not reach. */
  readonly unreachable?: ReadonlySet<string>;
  readonly ec2Silent?: boolean;
  /** Questions whose script fails on the host, or whose endpoint does not answer. */
  readonly deaf?: (ask: Ask) => boolean;
  /** The operator dies before, within or after its nth step. */
  readonly crash?: { readonly step: number; readonly when: 'before' | 'middle' | 'after' };
  /** The nth step is done, and its answer does not come back. */
  readonly lost?: number;
  /** Sees every step that is carried out, just before and just after. */
  readonly witness?: (when: 'before' | 'after') => void;
}

export interface Simulation {
  readonly world: World;
  readonly senses: Senses;
  readonly actuators: Actuators;
  readonly clock: Clock;
  /** Every step that was begun, in order. */
  readonly steps: readonly (Action | Ec2Command)[];
  /** Every script that went to a host to ask, secrets in clear as the host gets it. */
  readonly questions: readonly string[];
  /** Questions put so far, by host. */
  readonly asked: ReadonlyMap<string, number>;
  /** Calls so far, by host or `ec2`. */
  readonly calls: ReadonlyMap<string, number>;
  /** Rejects when the operator dies: whoever runs it races against this. */
  readonly death: Promise<never>;
}

/** The media of the model (controller/forecast.ts), with faults and with what is told of them written down. */
export function simulate(world: World, faults: Faults = {}): Simulation {
  const life = mortality();
  const steps: (Action | Ec2Command)[] = [];
  const { senses, actuators, clock } = mediaOver(world, async (step, parts) => {
    await life.alive();
    const number = steps.push(step);
    const fatal = faults.crash?.step === number ? faults.crash.when : undefined;
    if (fatal === 'before') return life.end();
    faults.witness?.('before');
    const all = parts();
    for (const part of fatal === 'middle' ? all.slice(0, Math.floor(all.length / 2)) : all) part();
    faults.witness?.('after');
    if (fatal) return life.end();
    if (faults.lost === number) throw new MediumError('timeout', 'the connection was lost while the script ran');
  });
  const calls = new Map<string, number>();
  const questions: string[] = [];
  const asked = new Map<string, number>();
  const call = async (whom: string): Promise<void> => {
    await life.alive();
    calls.set(whom, (calls.get(whom) ?? 0) + 1);
  };
  return {
    world,
    steps,
    questions,
    asked,
    calls,
    clock,
    death: life.death,
    senses: faultySenses(senses, faults, call, (host, scripts) => {
      questions.push(...scripts);
      asked.set(host, (asked.get(host) ?? 0) + scripts.length);
    }),
    actuators: faultyActuators(actuators, faults),
  };
}

function faultySenses(
  senses: Senses,
  faults: Faults,
  call: (whom: string) => Promise<void>,
  note: (host: string, scripts: readonly string[]) => void,
): Senses {
  return {
    askHost: async (target, asked) => {
      await call(target.name);
      reach(faults, [target]);
      note(
        target.name,
        asked.map(({ script }) => reveal(script)),
      );
      const answers = await senses.askHost(target, asked);
      const failed = { exit: 1, stdout: '', stderr: 'it was made to fail', truncated: false };
      return answers.map((answer, index) => (asked[index] && faults.deaf?.(asked[index].ask) ? failed : answer));
    },
    askEc2: async (query) => {
      await call('ec2');
      if (faults.ec2Silent) throw new MediumError('unreachable', 'EC2 did not answer');
      return senses.askEc2(query);
    },
    askResp: async (ask, endpoint, through, commands) => {
      await call(`${endpoint.tenant}-${endpoint.member}:${endpoint.port}`);
      if (faults.deaf?.(ask)) throw new MediumError('unreachable', `${endpoint.address} does not answer`);
      return senses.askResp(ask, endpoint, reach(faults, through), commands);
    },
  };
}

function faultyActuators(actuators: Actuators, faults: Faults): Actuators {
  return {
    actOnHost: async (target, action, script, timeoutMs) => {
      reach(faults, [target]);
      return actuators.actOnHost(target, action, script, timeoutMs);
    },
    actOnEc2: async (command) => {
      if (faults.ec2Silent) throw new MediumError('unreachable', 'EC2 did not answer');
      return actuators.actOnEc2(command);
    },
    actOverResp: async (action, endpoint, through, commands) => {
      const ways = reach(faults, through);
      return actuators.actOverResp(action, endpoint, ways, commands);
    },
  };
}

/** Those that can be reached; one at least. */
function reach({ unreachable }: Faults, targets: readonly HostTarget[]): readonly HostTarget[] {
  const reached = targets.filter(({ name }) => !unreachable?.has(name));
  if (reached.length) return reached;
  throw new MediumError('unreachable', `${targets.map(({ name }) => name).join(', ')}: no answer on port 22`);
}

export class Died extends Error {}

/** A life that ends once: from then on nothing that is awaited ever comes back. */
function mortality(): { alive(): Promise<void>; end(): Promise<never>; readonly death: Promise<never> } {
  const never = new Promise<never>(() => {});
  let ended = false;
  let tell: (reason: Error) => void = () => {};
  const death = new Promise<never>((_, reject) => {
    tell = reject;
  });
  death.catch(() => {});
  return {
    alive: async () => (ended ? never : undefined),
    end: () => {
      ended = true;
      tell(new Died('the operator died'));
      return never;
    },
    death,
  };
}
