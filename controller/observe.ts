import type { Fleet } from '../crds/fleet.ts';
import { asksForHosts, inventoryOf } from '../reconcilers/instance/adoption.ts';
import type { Inventory } from '../reconcilers/inventory.ts';
import { marks } from '../reconcilers/marks.ts';
import { type Observation, unknown } from '../reconcilers/observation.ts';
import { type Ask, keyOf, senses } from '../reconcilers/questions/index.ts';
import type { Ec2Sense, HostSense, RespSense } from '../reconcilers/questions/sense.ts';
import type { Seen } from '../reconcilers/reconciler.ts';
import { type HostTarget, MediumError, type Senses } from './ports.ts';

/** What has been seen so far, by question. */
export interface Sight {
  readonly inventory: Inventory;
  readonly seen: Seen;
  /** Puts further questions; those already answered are not put again. */
  ask(asks: readonly Ask[]): Promise<void>;
}

/** The first round: EC2 says who exists and at which address. Later rounds are asked of the Sight that comes back. */
export async function lookAround(fleet: Fleet, media: Senses): Promise<Sight> {
  const answers = new Map<string, Observation<unknown>>();
  const seen = ((ask: Ask) => answers.get(keyOf(ask)) ?? unknown('it was not asked')) as Seen;
  await askEc2(media, asksForHosts(fleet), answers);
  const inventory = inventoryOf(fleet, seen);
  return { inventory, seen, ask: (asks) => askAll(media, inventory, asks, answers) };
}

type Answers = Map<string, Observation<unknown>>;

async function askAll(media: Senses, inventory: Inventory, asks: readonly Ask[], answers: Answers): Promise<void> {
  const fresh = [...new Map(asks.map((ask) => [keyOf(ask), ask])).values()].filter((ask) => !answers.has(keyOf(ask)));
  const of = (via: string) => fresh.filter((ask) => senses[ask.what].via === via);
  const hostAsks = of('host').flatMap((ask) => ('host' in ask ? [ask] : []));
  const hosts = [...new Set(hostAsks.map((ask) => ask.host))];
  await Promise.all([
    askEc2(media, of('ec2'), answers),
    ...hosts.map((host) =>
      askHost(
        media,
        inventory,
        host,
        hostAsks.filter((ask) => ask.host === host),
        answers,
      ),
    ),
    ...of('resp').map((ask) => askResp(media, inventory, ask, answers)),
  ]);
}

async function askEc2(media: Senses, asks: readonly Ask[], answers: Answers): Promise<void> {
  const put = async (ask: Ask): Promise<void> => {
    const sense = senses[ask.what] as unknown as Ec2Sense<Ask, unknown>;
    answers.set(keyOf(ask), await attempt(async () => sense.read(await media.askEc2(sense.query(ask)), ask)));
  };
  await Promise.all(asks.map(put));
}

/** One batch a host: one command on its one connection. */
async function askHost(
  media: Senses,
  inventory: Inventory,
  host: string,
  asks: readonly Ask[],
  answers: Answers,
): Promise<void> {
  const questions = asks.map((ask) => ({ ask, sense: senses[ask.what] as unknown as HostSense<Ask, unknown> }));
  const batch = questions.map(({ ask, sense }) => ({ ask, script: sense.script(ask), seconds: sense.seconds ?? 10 }));
  const target = targetOf(inventory, host);
  const run = async () => ('reason' in target ? unknown(target.reason) : await media.askHost(target, batch));
  const result = await run().catch(unseen);
  for (const [index, { ask, sense }] of questions.entries()) {
    const answer = 'reason' in result ? result : (result[index] ?? unknown('the host did not answer this question'));
    answers.set(keyOf(ask), 'reason' in answer ? answer : sense.read(answer, ask));
  }
}

async function askResp(media: Senses, inventory: Inventory, ask: Ask, answers: Answers): Promise<void> {
  const sense = senses[ask.what] as unknown as RespSense<Ask, unknown>;
  const endpoint = sense.endpoint(ask);
  const targets = endpoint.through.map((host) => targetOf(inventory, host)).filter((target) => 'address' in target);
  const read = async () => {
    if (!targets.length) return unknown(`no host with an address in the network of ${endpoint.tenant} can be reached`);
    return sense.read(await media.askResp(ask, endpoint, targets, sense.commands(ask)), ask);
  };
  answers.set(keyOf(ask), await attempt(read));
}

/** Where a host is reached, or why it cannot be. */
export function targetOf(inventory: Inventory, host: string): HostTarget | { readonly reason: string } {
  const found = inventory.get(host);
  if (found?.state !== 'present')
    return { reason: found?.state === 'unknown' ? found.reason : `EC2 shows no instance for ${host}` };
  const { state, privateAddress, instanceId, launched, tags } = found.value;
  if (state !== 'running') return { reason: `instance ${instanceId} is ${state}` };
  if (!privateAddress) return { reason: `instance ${instanceId} has no private address` };
  const made = tags[marks.ec2Host] === host ? { made: { instanceId, launched } } : {};
  return { name: host, address: privateAddress, ...made };
}

async function attempt(read: () => Promise<Observation<unknown>>): Promise<Observation<unknown>> {
  return read().catch(unseen);
}

function unseen(error: unknown) {
  return unknown(messageOf(error), error instanceof MediumError && error.kind === 'early');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
