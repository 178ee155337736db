import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '../..');

/** Words of an earlier, private vocabulary, each with the standard term for it. Whole words, in any case. */
const standardTerms: Readonly<Record<string, string>> = {
  'a person': 'the operator, or manual',
  actuators: 'executor',
  anew: 'again, or recreated',
  blind: 'unknown',
  breakages: 'faults',
  concerns: 'components',
  crew: 'cluster watchers',
  darkened: 'became unknown',
  deeds: 'attempts',
  dice: 'seed',
  dismantle: 'teardown',
  essence: 'canonical state',
  fence: 'start guard',
  ghosts: 'stale entries',
  goner: 'pending deletion',
  hurts: 'impacts',
  illnesses: 'violations',
  mended: 'fixed',
  'nobody declares': 'not declared',
  octets: 'bytes',
  patience: 'retry policy',
  'put right': 'fixed',
  reluctance: 'circuit breaker',
  'rests on': 'depends on',
  sight: 'snapshot',
  told: 'reported',
  unseen: 'unknown, or not observed',
  vouches: 'reports',
};

/** Whole words as they are, and in the singular. */
const pattern = new RegExp(`(?<![\\w-])(${Object.keys(standardTerms).map(withSingular).join('|')})(?![\\w-])`, 'gi');

function withSingular(word: string): string {
  return word.endsWith('s') && !word.includes(' ') ? `${word}?` : word;
}

/** Files with old words by nature: what has changed, which words were replaced, other authors' texts, and this one. */
const exempt = [
  'CHANGELOG.md',
  'LICENSE',
  'docs/adr/0028-the-house-in-plain-words.md',
  'package-lock.json',
  'test/laws/words.test.ts',
];

describe('the words', () => {
  it('of an old vocabulary are recognized, and nothing else', () => {
    const found = (text: string) => [...text.matchAll(pattern)].map(([word]) => word.toLowerCase());
    expect(found('Made anew: a Blind concern rests on 4 octets.')).to.deep.equal([
      'anew',
      'blind',
      'concern',
      'rests on',
      'octets',
    ]);
    expect(found('A foretold renewal, color-blind, in insight.')).to.deep.equal([]);
  });

  it('of that vocabulary are in no file', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
    const read = files.filter((path) => !exempt.includes(path) && !path.includes('/captured/'));
    const found = read.flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .flatMap((line, index) => [...line.matchAll(pattern)].map(([word]) => `${path}:${index + 1}: ${word}`)),
    );
    expect(found).to.deep.equal([]);
    expect(read.length).to.be.greaterThan(500);
  });
});
