import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { exit, exitCodesOf, forFindings, forOutcome, worst } from '../../../controller/cli/exit-code.ts';
import { programFor } from '../../../controller/cli/program.ts';
import type { Outcome } from '../../../controller/events/events.ts';
import { findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { act, dependsOn, info, manual, notKnown, type Remedy, settling } from '../../../reconcilers/contract/remedy.ts';

const found = (remedy: Remedy) => findingsAbout('mesh/a')('Differs', 'f', { have: 'b', want: 'a' }, remedy);

describe('exit codes', () => {
  const findings: readonly (readonly [string, readonly Remedy[], number])[] = [
    ['nothing', [], exit.ok],
    ['info alone', [info('x')], exit.ok],
    ['an action', [act([]), info('x')], exit.differs],
    ['waiting', [settling('soon')], exit.differs],
    ['a consequence', [dependsOn('mesh/b')], exit.differs],
    ['manual', [manual('x')], exit.differs],
    ['unknown, whatever else', [manual('x'), notKnown('x'), act([])], exit.unknown],
  ];
  for (const [what, remedies, code] of findings)
    it(`of a pass that found ${what}: ${code}`, () => expect(forFindings(remedies.map(found))).to.equal(code));

  const outcomes: { readonly [R in Outcome['result']]: number } = {
    done: exit.ok,
    manual: exit.error,
    unknown: exit.unknown,
    timeout: exit.error,
    interrupted: exit.error,
  };
  for (const [result, code] of Object.entries(outcomes))
    it(`of a run that ended ${result}: ${code}`, () =>
      expect(forOutcome({ result: result as Outcome['result'] })).to.equal(code));

  it('of several Clusters is the highest', () => {
    expect(worst([])).to.equal(exit.ok);
    expect(worst([0, 1])).to.equal(1);
    expect(worst([3, 2, 0])).to.equal(3);
    expect(worst([1, 2])).to.equal(2);
  });

  const program = programFor(
    {
      version: '0',
      context: () => {
        throw new Error('no command is run here');
      },
      lab: async () => 0,
      out: () => {},
      err: () => {},
    },
    () => {},
  );

  it('of every command are in its help', () => {
    expect(program.commands.map((command) => command.name()).sort()).to.deep.equal(Object.keys(exitCodesOf).sort());
    for (const command of program.commands) {
      const written: string[] = [];
      command.configureOutput({ writeOut: (text) => written.push(text) }).outputHelp();
      for (const [code, meaning] of Object.entries(exitCodesOf[command.name()] ?? {}))
        expect(written.join(''), command.name()).to.contain(`${code} ${meaning}`);
    }
  });

  it('of every command are in the README: these and no others, each with a meaning', () => {
    const stated = readmeRows().filter(({ codes }) => !codes.startsWith('as '));
    expect(stated.map(({ command }) => command).sort()).to.deep.equal([...Object.keys(exitCodesOf), 'lab'].sort());
    for (const { command, codes } of stated.filter((row) => row.command !== 'lab')) {
      const meanings = [...codes.matchAll(/\b(\d+) ([a-z][^,\d]*)/g)].map(([, code = '', meaning]) => [code, meaning]);
      expect(codes.match(/\b\d+\b/g), command).to.deep.equal(meanings.map(([code]) => code));
      expect(
        meanings.map(([code]) => code),
        command,
      ).to.deep.equal(Object.keys(exitCodesOf[command] ?? {}));
    }
  });

  it('in the README that refer to another command refer to one of its rows', () => {
    const rows = readmeRows();
    const references = rows.filter(({ codes }) => codes.startsWith('as '));
    expect(references.map(({ command, codes }) => [command, codes])).to.deep.equal([['apply', 'as apply']]);
    expect(references.map(({ usage }) => usage.includes('--prune'))).to.deep.equal([true]);
  });
});

/** The rows of the README's table of commands: `reconcile [apply] -f PATH …` is one of apply. */
function readmeRows(): readonly { readonly usage: string; readonly command: string; readonly codes: string }[] {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  return readme.split('\n').flatMap((line) => {
    const [, usage = '', , codes = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const command = /^`reconcile \[?([a-z]+)/.exec(usage)?.[1];
    return command === undefined ? [] : [{ usage, command, codes }];
  });
}
