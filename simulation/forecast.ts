import { apply } from '../controller/engine/apply.ts';
import type { Outcome } from '../controller/events/events.ts';
import { TransportError } from '../controller/transport/errors.ts';
import type { Clock, Executor, FactReader, HostTarget } from '../controller/transport/io.ts';
import type { Fleet } from '../crds/fleet.ts';
import { Secret } from '../crds/secret.ts';
import type { Step } from '../reconcilers/contract/plan.ts';
import type { BoundReconciler } from '../reconcilers/contract/reconciler.ts';
import type { RespReply } from '../reconcilers/facts/fact.ts';
import type { FactRequest } from '../reconcilers/facts/requests.ts';
import type { Action } from '../reconcilers/operations/actions.ts';
import type { Ec2Command } from '../reconcilers/operations/operation.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { copyOf } from './copy.ts';
import { dialed } from './drill.ts';
import { applyEc2Command } from './ec2.ts';
import { describe } from './ec2-describe.ts';
import { isNoReply, renderFact } from './facts.ts';
import { changeOf } from './operations.ts';
import { step } from './step.ts';
import { hostOf, OperationFailed, type Part, type World } from './world.ts';

/** The steps that apply would execute, in order, and its outcome. */
export interface Forecast {
  readonly steps: readonly Step[];
  readonly outcome: Outcome;
}

/** Runs apply on a copy of a world. The given world is not changed. */
export async function forecast(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  world: World,
  timeoutMs = 600_000,
): Promise<Forecast> {
  const steps: Step[] = [];
  const outcome = await apply(fleet, reconcilers, transportOver(copyOf(world)), {
    timeoutMs,
    signal: new AbortController().signal,
    listen: (event) => {
      if (event.type === 'step-begun') steps.push(event.step);
    },
  });
  return { steps, outcome };
}

/** Milliseconds that a call takes, and between steps of the world itself. */
const callMs = 20;
const stepMs = 1000;

export interface SimulatedTransport {
  readonly reader: FactReader;
  readonly executor: Executor;
  readonly clock: Clock;
}

/** Executes a step: all its parts in order. Tests interrupt it between two parts. */
export type RunParts = (step: Action | Ec2Command, parts: () => readonly Part[]) => Promise<void>;

/** A fact reader, an executor and a clock over a world in memory, which is changed in place. Its time advances with each use. */
export function transportOver(world: World, runParts: RunParts = runAll): SimulatedTransport {
  const elapse = (milliseconds: number): void => {
    left += milliseconds;
    for (; left >= stepMs; left -= stepMs) step(world, stepMs);
  };
  let left = 0;
  return {
    reader: factReaderOver(world, () => elapse(callMs)),
    executor: executorOver(world, async (step, parts) => {
      await runParts(step, parts);
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

function factReaderOver(world: World, called: () => void): FactReader {
  return {
    readHost: async (target, queries) => {
      called();
      reach(world, target);
      return queries.map(({ request }) => renderFact(world, request) as ScriptResult);
    },
    readEc2: async (query) => {
      called();
      return describe(world, query);
    },
    readResp: async (request, _endpoint, through) => {
      called();
      for (const target of through) reach(world, target);
      return repliesTo(world, request);
    },
  };
}

function repliesTo(world: World, request: FactRequest): readonly RespReply[] {
  const replies = renderFact(world, request);
  if (isNoReply(replies)) throw new TransportError(replies.kind ?? 'unreachable', replies.noReply);
  return replies as readonly RespReply[];
}

function executorOver(world: World, runParts: RunParts): Executor {
  return {
    runOnHost: async (target, action) => {
      reach(world, target);
      const failure = await failureOf(() => runParts(action, () => changeOf(world, action)));
      return { exit: failure === undefined ? 0 : 1, stdout: '', stderr: failure ?? '', truncated: false };
    },
    transfer: async (action, { source, target }) => {
      if ('host' in source) reach(world, source.host);
      reach(world, target);
      const failure = await failureOf(() => runParts(action, () => changeOf(world, action)));
      if (failure !== undefined) throw new Error(failure);
    },
    signS3: async ({ bucket, key }) => new Secret(`s3://${bucket}/${key}`, 'https://signed.invalid/'),
    callEc2: async (command) => runParts(command, () => [() => applyEc2Command(world, command)]),
    dial: async (endpoint, through) => {
      for (const target of through) reach(world, target);
      return dialed(world, endpoint);
    },
    converse: async (action) => {
      const failure = await failureOf(() => runParts(action, () => changeOf(world, action)));
      if (failure !== undefined) throw new Error(failure);
    },
    sendResp: async (action) => {
      const failure = await failureOf(() => runParts(action, () => changeOf(world, action)));
      return failure === undefined ? ['OK'] : [{ error: failure }];
    },
  };
}

async function runAll(_step: Action | Ec2Command, parts: () => readonly Part[]): Promise<void> {
  for (const part of parts()) part();
}

/** The error of a failed operation, as reported by its host or server; undefined if it succeeded. */
async function failureOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof OperationFailed) return error.message;
    throw error;
  }
}

function reach(world: World, { name, address }: HostTarget): void {
  const instance = world.ec2.instances.find((one) => one.privateAddress === address);
  if (hostOf(world, name).system.nic && instance?.state === 'running') return;
  throw new TransportError('unreachable', `${name} (${address}) does not respond`);
}
