import type { Fleet } from '../crds/fleet.ts';
import { changeOf } from '../reconcilers/model/changes.ts';
import { copyOf } from '../reconcilers/model/copy.ts';
import { obey } from '../reconcilers/model/ec2.ts';
import { describe } from '../reconcilers/model/ec2-describe.ts';
import { isSilence, printOf } from '../reconcilers/model/prints.ts';
import { tick } from '../reconcilers/model/tick.ts';
import { hostOf, type Part, VerbFailed, type World } from '../reconcilers/model/world.ts';
import type { Step } from '../reconcilers/plan.ts';
import type { Ask } from '../reconcilers/questions/index.ts';
import type { HostAnswer, RespReply } from '../reconcilers/questions/sense.ts';
import type { BoundReconciler } from '../reconcilers/reconciler.ts';
import type { Action } from '../reconcilers/verbs/index.ts';
import type { Ec2Command } from '../reconcilers/verbs/verb.ts';
import { apply } from './apply.ts';
import type { Outcome } from './events.ts';
import { type Actuators, type Clock, type HostTarget, MediumError, type Senses } from './ports.ts';

/** What apply would do, in order, and how it would end. */
export interface Forecast {
  readonly steps: readonly Step[];
  readonly outcome: Outcome;
}

/** The passes of an apply, played over a copy of a world. The world that is given stays as it is. */
export async function forecast(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  world: World,
  timeoutMs = 600_000,
): Promise<Forecast> {
  const steps: Step[] = [];
  const outcome = await apply(fleet, reconcilers, mediaOver(copyOf(world)), {
    timeoutMs,
    signal: new AbortController().signal,
    listen: (event) => {
      if (event.type === 'step-begun') steps.push(event.step);
    },
  });
  return { steps, outcome };
}

/** Milliseconds that a call takes, and after which the world takes a step of its own. */
const callMs = 20;
const tickMs = 1000;

export interface WorldMedia {
  readonly senses: Senses;
  readonly actuators: Actuators;
  readonly clock: Clock;
}

/** How a step is carried out: all its parts in order. Tests make it end between two of them. */
export type Carry = (step: Action | Ec2Command, parts: () => readonly Part[]) => Promise<void>;

/** Senses, actuators and a clock over a world in memory, which is changed in place. Its time passes as it is used. */
export function mediaOver(world: World, carry: Carry = carryOut): WorldMedia {
  const elapse = (milliseconds: number): void => {
    left += milliseconds;
    for (; left >= tickMs; left -= tickMs) tick(world, tickMs);
  };
  let left = 0;
  return {
    senses: sensesOver(world, () => elapse(callMs)),
    actuators: actuatorsOver(world, async (step, parts) => {
      await carry(step, parts);
      elapse(callMs);
    }),
    clock: {
      now: () => world.now + left,
      random: () => 0.5,
      sleep: async (milliseconds, signal) => {
        if (signal?.aborted) throw signal.reason;
        elapse(milliseconds);
      },
    },
  };
}

function sensesOver(world: World, called: () => void): Senses {
  return {
    askHost: async (target, questions) => {
      called();
      reach(world, target);
      return questions.map(({ ask }) => printOf(world, ask) as HostAnswer);
    },
    askEc2: async (query) => {
      called();
      return describe(world, query);
    },
    askResp: async (ask, _endpoint, through) => {
      called();
      for (const target of through) reach(world, target);
      return repliesTo(world, ask);
    },
  };
}

function repliesTo(world: World, ask: Ask): readonly RespReply[] {
  const replies = printOf(world, ask);
  if (isSilence(replies)) throw new MediumError('unreachable', replies.silent);
  return replies as readonly RespReply[];
}

function actuatorsOver(world: World, carry: Carry): Actuators {
  return {
    actOnHost: async (target, action) => {
      reach(world, target);
      const failure = await failureOf(() => carry(action, () => changeOf(world, action)));
      return { exit: failure === undefined ? 0 : 1, stdout: '', stderr: failure ?? '', truncated: false };
    },
    actOnEc2: async (command) => carry(command, () => [() => obey(world, command)]),
    actOverResp: async (action) => {
      const failure = await failureOf(() => carry(action, () => changeOf(world, action)));
      return failure === undefined ? ['OK'] : [{ error: failure }];
    },
  };
}

async function carryOut(_step: Action | Ec2Command, parts: () => readonly Part[]): Promise<void> {
  for (const part of parts()) part();
}

/** Why a verb failed, as its host or its server says it; undefined when it did not. */
async function failureOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof VerbFailed) return error.message;
    throw error;
  }
}

function reach(world: World, { name, address }: HostTarget): void {
  const instance = world.ec2.instances.find((one) => one.privateAddress === address);
  if (hostOf(world, name).system.card && instance?.state === 'running') return;
  throw new MediumError('unreachable', `${name} (${address}) does not answer`);
}
