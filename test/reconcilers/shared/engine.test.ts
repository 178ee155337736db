import { expect } from 'chai';
import type { Engine } from '../../../reconcilers/facts/engine.ts';
import { canRead } from '../../../reconcilers/shared/engine.ts';

const engine = (text: string): Engine => {
  const [name = '', version = ''] = text.split(' ');
  return { name: name === 'valkey' ? 'valkey' : 'redis', version };
};

describe('whether an engine can read what another one writes', () => {
  for (const [reader, writer, can] of [
    ['redis 7.0.15', 'redis 7.0.2', true],
    ['redis 7.2.5', 'redis 7.0.15', true],
    ['redis 7.0.15', 'redis 7.2.5', false],
    ['valkey 8.1.1', 'redis 7.0.15', true],
    ['valkey 8.1.1', 'redis 7.2.5', true],
    ['valkey 8.1.1', 'redis 7.4.0', false],
    ['valkey 8.1.1', 'redis 8.0.3', false],
    ['redis 7.0.15', 'valkey 8.1.1', false],
    ['redis 7.2.5', 'valkey 8.1.1', true],
    ['redis 8.0.3', 'valkey 8.1.1', true],
    ['redis 8.0.3', 'redis 7.0.15', true],
    ['redis 8.4.0', 'redis 8.6.0', false],
    ['valkey 9.0.1', 'valkey 8.1.1', true],
    ['valkey 9.0.1', 'redis 8.0.3', false],
    ['valkey 8.1.1', 'valkey 9.0.1', false],
    ['redis 8.8.0', 'valkey 9.0.1', false],
    ['redis 99.0.0', 'redis 7.0.15', undefined],
    ['redis 7.0.15', 'valkey 99.0.0', undefined],
    ['redis 99.0.0', 'redis 99.0.4', true],
    ['redis 8.1.240', 'redis 7.0.15', undefined],
  ] as const)
    it(`${reader}, from ${writer}: ${can ?? 'not known'}`, () => {
      expect(canRead(engine(reader), engine(writer))).to.equal(can);
    });
});
