import { expect } from 'chai';
import { isConnected, keyStep, type OtherEnd, type TunnelKey } from '../../../reconcilers/mesh/tunnel-key.ts';

const keys: readonly TunnelKey[] = [1, 2, 3].flatMap((key) => [false, true].map((any) => ({ key, any })));
const text = ({ key, any }: TunnelKey) => `${key}${any ? '*' : ''}`;

/** The next key of one end that was observed with the other end as it was. */
function nextOf(declared: number, own: TunnelKey, other: OtherEnd): TunnelKey {
  const step = keyStep(declared, own, other);
  return step.next === 'set' ? step.to : step.is;
}

describe('mesh: the key of a tunnel', () => {
  it('changes in four steps, and both ends accept all keys before any of them sends another one', () => {
    let [one, other]: readonly TunnelKey[] = [
      { key: 1, any: false },
      { key: 1, any: false },
    ];
    const seen: string[] = [];
    for (let pass = 0; pass < 5 && one && other; pass += 1) {
      seen.push(`${text(one)} ${text(other)}`);
      [one, other] = [nextOf(2, one, other), nextOf(2, other, one)];
    }
    expect(seen).to.deep.equal(['1 1', '1* 1*', '2* 2*', '2 2', '2 2']);
  });

  it('is never without a way between the ends that can be reached from a common key, whatever is declared and whichever end acts', () => {
    // Every pair that follows from both having one key, if in each pass the document may change, and either end, both or none may act.
    const open = keys.filter(({ any }) => !any).map((one): readonly [TunnelKey, TunnelKey] => [one, one]);
    const reached = new Set(open.map((pair) => pair.map(text).join(' ')));
    for (let pair = open.pop(); pair; pair = open.pop()) {
      const [one, other] = pair;
      expect(isConnected(one, other), pair.map(text).join(' ')).to.equal(true);
      for (const declared of [1, 2, 3]) {
        const [ofOne, ofOther] = [nextOf(declared, one, other), nextOf(declared, other, one)];
        const pairs = [
          [ofOne, other],
          [one, ofOther],
          [ofOne, ofOther],
          [nextOf(declared, one, 'unknown'), other],
        ] as const;
        for (const next of pairs) {
          const name = next.map(text).join(' ');
          if (reached.has(name)) continue;
          reached.add(name);
          open.push(next);
        }
      }
    }
    expect(reached.size).to.be.at.least(12);
  });

  it('becomes the declared one at both ends from any two keys', () => {
    for (const first of keys)
      for (const second of keys) {
        let [one, other] = [first, second];
        for (let pass = 0; pass < 4; pass += 1) [one, other] = [nextOf(2, one, other), nextOf(2, other, one)];
        expect([one, other].map(text), `${text(first)} ${text(second)}`).to.deep.equal(['2', '2']);
      }
  });

  it('is set at once where the other end has the declared one, or no port', () => {
    for (const other of [{ key: 2, any: false }, 'none'] as const)
      expect(keyStep(2, { key: 1, any: false }, other)).to.deep.equal({ next: 'set', to: { key: 2, any: false } });
  });

  it('stays as it is while the other end is unknown', () => {
    for (const own of keys.filter((one) => text(one) !== '2'))
      expect(keyStep(2, own, 'unknown')).to.deep.equal({ next: 'wait', is: own, for: 'observation' });
  });

  it('of a port that is created is the declared one, and the other end follows', () => {
    const created = { key: 2, any: false };
    for (const other of [...keys, 'none', 'unknown'] as const) {
      expect(keyStep(2, undefined, other)).to.deep.equal({ next: 'set', to: created });
      if (typeof other === 'object') expect(nextOf(2, other, created)).to.deep.equal(created);
    }
  });
});
