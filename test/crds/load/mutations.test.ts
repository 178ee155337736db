import { expect } from 'chai';
import fc from 'fast-check';
import { issueText } from '../../../crds/issue.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import { quickstart } from '../../support/quickstart.ts';

const TOKENS = [
  '',
  '0',
  '-1',
  '4096',
  '10.101.0.11',
  '10.80.0.0/16',
  '5s',
  '0ms',
  'acme',
  'front',
  'redis-1',
  '[]',
  '{}',
  '~',
  'true',
  '"',
  '- x',
  ':',
  '*a',
  '&a',
  '!t',
  '\t',
  '---',
];

describe('randomly broken documents', () => {
  it('load or are reported, each issue at an existing line, and never throw', () => {
    const sources = quickstart();
    const spoil = fc.record({
      file: fc.nat({ max: sources.length - 1 }),
      word: fc.nat(),
      token: fc.constantFrom(...TOKENS),
    });
    fc.assert(
      fc.property(fc.array(spoil, { minLength: 1, maxLength: 3 }), (spoils) => {
        const texts = sources.map(({ text }) => text.split(/(\s+)/));
        for (const { file, word, token } of spoils) {
          const words = texts[file] ?? [];
          words[word % words.length] = token;
        }
        const spoilt = sources.map(({ file }, index) => ({ file, text: (texts[index] ?? []).join('') }));
        const { fleets, issues } = loadDocuments(spoilt, 'ignore');
        expect(fleets.length === 0, 'no fleet if and only if there is an issue').to.equal(issues.length > 0);
        for (const issue of issues) {
          const lines = spoilt.find(({ file }) => file === issue.file)?.text.split('\n') ?? [];
          expect(issue.line, issueText(issue)).to.be.within(1, lines.length);
          expect(issue.column, issueText(issue)).to.be.within(1, (lines[issue.line - 1] ?? '').length + 1);
          expect(issueText(issue)).not.to.match(/undefined|\[object|NaN/);
        }
      }),
      { numRuns: 500 },
    );
  }).timeout(20_000);
});
