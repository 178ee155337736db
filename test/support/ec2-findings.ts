import { expect } from 'chai';
import { observeAndPlan } from '../../controller/engine/pass.ts';
import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Reason } from '../../reconcilers/contract/reasons.ts';
import type { Remedy, Waiting } from '../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import type { Action } from '../../reconcilers/operations/actions.ts';
import { copyOf } from '../../simulation/copy.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../simulation/scenarios/start.ts';
import { simulate } from '../../simulation/simulated-transport.ts';
import type { World } from '../../simulation/world.ts';

export type Ec2 = World['ec2'];

/** The fleet of these tests: its VPC network and its hosts are created by the operator. */
export const createdFleet = fleetOf({ ...plainFleet, adopt: 'create' });

/** An EC2 action, and those of its parameters that matter. */
export type Call = readonly [action: string, input: Readonly<Record<string, unknown>>];

/** A finding, by its codes and values. All but `message` are compared exactly: what is left out must be absent. */
export interface ExpectedFinding {
  readonly subject: Subject;
  readonly field: string;
  readonly have: string;
  readonly reason: Reason;
  readonly by: Remedy['by'];
  readonly cause?: Waiting['cause'];
  readonly dependsOn?: Subject;
  /** What `--prune` would remove: `tenant t1`. */
  readonly prune?: string;
  /** Of the action, or of the removal by `--prune`. */
  readonly calls?: readonly Call[];
  /** A command or a value that the message has to contain. */
  readonly message?: RegExp;
}

/** One change to the account or to the documents, and all findings about network and instances that follow from it. */
export interface Ec2Case {
  readonly name: string;
  readonly change?: (ec2: Ec2) => void;
  readonly fleet?: Fleet;
  /** What the account was created from. */
  readonly start?: Fleet;
  /** Ids are taken from the account, after the change. */
  readonly expected: (ec2: Ec2) => readonly ExpectedFinding[];
}

export async function checkCase({
  change,
  start = createdFleet,
  fleet = createdFleet,
  expected: expectedOf,
}: Ec2Case): Promise<void> {
  const world = copyOf(await convergedWorld(start));
  change?.(world.ec2);
  const expected = expectedOf(world.ec2);
  const { plan } = await observeAndPlan(fleet, reconcilers, simulate(world).reader);
  const findings = plan.findings.filter(({ subject }) => /^(network|instance)\//.test(subject));
  expect(findings.map((finding, index) => codesOf(finding, expected[index]?.calls))).to.deep.equal(
    expected.map(({ message: _, ...codes }) => codes),
  );
  for (const [index, { message }] of expected.entries())
    if (message) expect(messageOf(findings[index]?.remedy)).to.match(message);
}

function codesOf({ subject, field, have, reason, remedy }: Finding, expected: readonly Call[] = []): ExpectedFinding {
  const prune = remedy.by === 'info' ? remedy.prune : undefined;
  const holder = remedy.by === 'action' ? remedy : prune;
  const calls = holder && 'actions' in holder ? holder.actions.map((one, index) => callOf(one, expected[index])) : [];
  return {
    subject,
    field,
    have,
    reason,
    by: remedy.by,
    ...(remedy.by === 'waiting' ? { cause: remedy.cause } : {}),
    ...(remedy.by === 'waiting' && remedy.dependsOn ? { dependsOn: remedy.dependsOn } : {}),
    ...(prune ? { prune: prune.of } : {}),
    ...(calls.length ? { calls } : {}),
  };
}

/** With the parameters that are expected, or with all. */
function callOf(action: Action, expected: Call | undefined): Call {
  if (action.operation !== 'ec2-call') throw new Error(`${action.operation} is no call of the EC2 API`);
  const input = Object.entries(action.call.input).filter(([name]) => !expected || name in expected[1]);
  return [action.call.action, Object.fromEntries(input)];
}

function messageOf(remedy: Remedy | undefined): string {
  return remedy && 'message' in remedy ? remedy.message : '';
}

export function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error('the list is empty');
  return one;
}

/** Removes all tags. */
export function untag(resource: { tags: Record<string, string> }): void {
  resource.tags = {};
}
