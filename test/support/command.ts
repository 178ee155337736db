import type { CliContext } from '../../controller/cli/context.ts';
import { runProgram } from '../../controller/cli/program.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { type Faults, simulate } from '../../simulation/simulated-transport.ts';
import type { World } from '../../simulation/world.ts';

/** Runs a command over a world in memory; yields what it printed, its exit code, and the operations that it carried out. */
export async function runCommand(words: string, world: World, declared: Fleet, faults: Faults = {}) {
  const simulation = simulate(world, faults);
  let out = '';
  const print = (text: string) => {
    out += text;
  };
  const context = (): CliContext =>
    ({
      reconcilers,
      clock: simulation.clock,
      load: async () => [declared],
      open: () => ({ ...simulation, executor: () => simulation.executor, close: async () => {} }),
      out: print,
      err: print,
      terminal: undefined,
      signal: new AbortController().signal,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    }) as unknown as CliContext;
  const deps = { version: '0', context, lab: async () => 0, out: print, err: print };
  const code = await Promise.race([runProgram(words.split(' '), deps), simulation.death.catch(() => 'died')]);
  const done = simulation.steps.map((step) => ('operation' in step ? step.operation : step.action));
  return { code, out, done };
}
