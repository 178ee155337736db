import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { exitMeanings, forFindings } from '../controller/cli/exit-code.ts';
import { discoverHosts } from '../controller/engine/observe.ts';
import { observeAndPlan } from '../controller/engine/pass.ts';
import { driftJson } from '../controller/report/drift-json.ts';
import { planJson } from '../controller/report/plan-json.ts';
import { reportOf } from '../controller/report/report.ts';
import { statusDocuments } from '../controller/report/status-documents.ts';
import type { Fleet } from '../crds/fleet.ts';
import { newPruning } from '../reconcilers/contract/prune.ts';
import { reconcilers } from '../reconcilers/index.ts';
import { statusFacts, statusOf } from '../reconcilers/shared/tenant-health.ts';
import { killContainer } from '../simulation/lxc.ts';
import { dropPort } from '../simulation/ovs.ts';
import { fleetOf, plainFleet } from '../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../simulation/scenarios/start.ts';
import { bareWorld } from '../simulation/scenarios/worlds.ts';
import { type Faults, simulate } from '../simulation/simulated-transport.ts';
import type { HostWorld, World } from '../simulation/world.ts';
import { watching } from './support/watching.ts';

interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: { readonly [name: string]: Schema };
  readonly $defs?: { readonly [name: string]: Schema };
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: Schema;
}

const FOLDER = new URL('../docs/reference/schemas/', import.meta.url);
const names = ['plan', 'drift', 'get', 'watch-event'] as const;
type Name = (typeof names)[number];

function schemaOf(name: Name): Schema {
  return JSON.parse(readFileSync(new URL(`${name}.schema.json`, FOLDER), 'utf8')) as Schema;
}

/** strict: an unknown keyword or format is an error of the schema. */
function validator(schema: Schema) {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return ajv.compile(schema);
}

/**
 * The schema, with nothing beside the fields that it names. What is published is open, since fields may be added; what is printed today
 * must be documented.
 */
function closed(schema: Schema, isValue = true): Schema {
  const each = (group: Readonly<Record<string, Schema>> | undefined, value: boolean) =>
    group && Object.fromEntries(Object.entries(group).map(([name, sub]) => [name, closed(sub, value)]));
  const names = isValue && ('properties' in schema || '$ref' in schema);
  return {
    ...schema,
    ...(schema.properties && { properties: each(schema.properties, true) }),
    ...(schema.$defs && { $defs: each(schema.$defs, false) }),
    ...(schema.items && { items: closed(schema.items) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map((one) => closed(one, false)) }),
    ...(schema.additionalProperties && { additionalProperties: closed(schema.additionalProperties) }),
    ...(names && { unevaluatedProperties: false }),
  } as Schema;
}

/** Every nested schema, with its path. */
function parts(schema: Schema, path = ''): readonly (readonly [string, Schema])[] {
  const groups = { ...schema.properties, ...schema.$defs };
  return [
    [path, schema] as const,
    ...Object.entries(groups).flatMap(([name, sub]) => parts(sub, `${path}/${name}`)),
    ...(schema.items ? parts(schema.items, `${path}/items`) : []),
    ...(schema.oneOf ?? []).flatMap((one, index) => parts(one, `${path}/${index}`)),
  ];
}

describe('the published JSON Schemas', () => {
  it('are listed here, and json.md names each', () => {
    const page = readFileSync(new URL('../json.md', FOLDER), 'utf8');
    expect(readdirSync(FOLDER).sort()).to.deep.equal(names.map((name) => `${name}.schema.json`).sort());
    for (const name of names) expect(page).to.contain(`(schemas/${name}.schema.json)`);
  });

  for (const name of names)
    it(`${name}: valid by its own meta-schema, open to new fields, every field described`, () => {
      const schema = schemaOf(name);
      validator(schema);
      expect(schema['$id']).to.equal(`https://redis-ec2.dev/v1alpha1/${name}.schema.json`);
      for (const [path, part] of parts(schema)) {
        if (!('$ref' in part)) expect(part['description'], `${name}${path}`).to.be.a('string').and.not.be.empty;
        expect(part['unevaluatedProperties'], path).to.equal(undefined);
      }
    });

  it('a finding is the same in each of them', () => {
    const { finding, remedy } = schemaOf('plan').$defs ?? {};
    for (const name of ['drift', 'watch-event'] as const)
      expect(schemaOf(name).$defs).to.deep.include({ finding, remedy });
  });
});

const fleet = fleetOf(plainFleet);
const time = Date.UTC(2026, 0, 2, 3, 4, 5);
const stats = {
  sshConnections: { 'redis-1': 1 },
  sshCommands: { 'redis-1': 1 },
  channels: 6,
  ec2Calls: {},
  milliseconds: 60,
};

interface Case {
  readonly when: string;
  readonly declared?: Fleet;
  readonly world?: () => Promise<World>;
  readonly change?: (world: World) => void;
  readonly faults?: Faults;
  /** The Tenant that is no longer declared is to be removed. */
  readonly prune?: true;
}

const cases: readonly Case[] = [
  { when: 'in order' },
  { when: 'bare hosts', world: async () => bareWorld(fleet) },
  { when: 'a container lost', change: (world) => killContainer(hostOf(world, 'redis-2'), 't1-r2') },
  { when: 'a tunnel lost', change: dropTunnel },
  { when: 'a foreign file in the way', change: foreignConfig },
  { when: 'a host cut off', faults: { unreachable: new Set(['redis-2']) } },
  { when: 'EC2 silent', faults: { ec2Silent: true } },
  { when: 'a Tenant that left', declared: { ...fleet, tenants: [] } },
  { when: 'a Tenant to remove', declared: { ...fleet, tenants: [] }, prune: true },
];

function hostOf(world: World, name: string): HostWorld {
  const host = world.hosts[name];
  if (!host) throw new Error(`no host ${name}`);
  return host;
}

function dropTunnel(world: World): void {
  const host = hostOf(world, 'redis-1');
  const [bridge] = host.ovs?.bridges ?? [];
  if (!bridge) throw new Error('no bridge');
  dropPort(host, bridge, 'gre-redis-2');
}

function foreignConfig(world: World): void {
  const file = hostOf(world, 'redis-2').files['/var/lib/lxc/t1-r2/config'];
  if (file) file.text = '# made by hand\n';
}

/** The output of each command in this case, from the functions that print it. */
const outputs = {
  plan: async (one: Case) => {
    const { declared, reader } = await begin(one);
    const pruning = one.prune && newPruning({ maxDeletes: 1, allowEmpty: true }, declared);
    const { plan } = await observeAndPlan(declared, reconcilers, reader, { pruning });
    return planJson(declared.cluster.name, plan, stats);
  },
  drift: async (one: Case) => {
    const { declared, reader } = await begin(one);
    const seen = await observeAndPlan(declared, reconcilers, reader);
    const code = forFindings(seen.plan.findings);
    const exit = { code, meaning: exitMeanings[code] };
    return driftJson([reportOf(declared, seen, stats, { time, exit })]);
  },
  get: async (one: Case) => {
    const { declared, reader } = await begin(one);
    const snapshot = await discoverHosts(declared, reader);
    await snapshot.read(statusFacts(declared, snapshot.inventory));
    return statusDocuments(statusOf(declared, snapshot.inventory, snapshot.lookup), 'json', new Date(time));
  },
} as const;

async function begin({ declared = fleet, world, change, faults }: Case) {
  const at = await (world?.() ?? convergedWorld(fleet));
  change?.(at);
  return { declared, reader: simulate(at, faults).reader };
}

describe('the output of the commands matches the schemas', function () {
  this.timeout(120_000);
  for (const name of ['plan', 'drift', 'get'] as const) {
    const validate = validator(closed(schemaOf(name)));
    for (const one of cases)
      it(`${name} -o json: ${one.when}`, async () => {
        const output = JSON.parse(await outputs[name](one)) as object;
        expect(validate(output), JSON.stringify(validate.errors?.slice(0, 5), null, 2)).to.equal(true);
      });
  }

  it('json.md explains every reason that get gives', async () => {
    const page = readFileSync(new URL('../json.md', FOLDER), 'utf8');
    for (const one of cases)
      for (const [, reason] of (await outputs.get(one)).matchAll(/"reason": "(\w+)"/g))
        expect(page, one.when).to.contain(`| \`${reason}\` |`);
  });

  const validate = validator(closed(schemaOf('watch-event')));
  const minute = 60_000;

  it('watch -o json: every event of a watch that builds, repairs, fails, cannot observe, and is stopped', async () => {
    const faults: { -readonly [K in keyof Faults]: Faults[K] } = {};
    const one = watching(fleet, bareWorld(fleet), faults);
    await one.clock.until(() => one.saw('in-order'), 20 * minute);
    dropTunnel(one.simulation.world);
    faults.onStep = () => {
      throw new Error('it was made to fail');
    };
    await one.clock.until(() => one.saw('step-failed'), 5 * minute);
    delete faults.onStep;
    await one.clock.pass(5 * minute);
    foreignConfig(one.simulation.world);
    faults.unreachable = new Set(['redis-3']);
    await one.clock.pass(2 * minute);
    delete faults.unreachable;
    await one.clock.pass(2 * minute);
    one.declare('x.yaml:1:1: wrong; right it');
    await one.clock.pass(minute);
    one.declare([{ ...fleet, tenants: [] }]);
    await one.clock.pass(minute);
    one.terminate();
    await one.clock.until(() => one.code() !== undefined, minute);
    for (const event of one.reported)
      expect(validate(event), `${JSON.stringify(event)}\n${JSON.stringify(validate.errors?.slice(0, 5))}`).to.equal(
        true,
      );
    const types = new Set(one.reported.map(({ type }) => type));
    const every = [
      'started',
      'drift',
      'waiting',
      'manual',
      'info',
      'fixed',
      'unknown',
      'known',
      'in-order',
      'step-done',
      'step-failed',
      'documents',
      'stopped',
    ];
    expect([...types]).to.include.members(every);
  });
});
