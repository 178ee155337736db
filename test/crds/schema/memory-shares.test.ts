import { expect } from 'chai';
import fc from 'fast-check';
import {
  backlogFor,
  declaredBuffer,
  defaultMaxmemory,
  memoryShares,
  replicaBufferFor,
} from '../../../crds/schema/memory-shares.ts';

const mebi = 2 ** 20;

describe('the memory of a member', () => {
  it('is enough for half of it as data, for its copies and overhead, and for a buffer of each replica', () => {
    const sizes = fc.integer({ min: 32, max: 2 ** 24 }).map((size) => size * mebi);
    fc.assert(
      fc.property(sizes, fc.integer({ min: 2, max: 6 }), (memory, replicas) => {
        const data = defaultMaxmemory(memory);
        const { copyOnWrite, overhead, left } = memoryShares(memory, data);
        expect(data + copyOnWrite + overhead + left).to.equal(memory);
        const buffer = replicaBufferFor(memory, data, replicas);
        expect(replicas * buffer).to.be.at.most(left);
        expect(backlogFor(data)).to.be.at.most(left);
      }),
    );
  });

  it('has a backlog that grows with the data, within limits', () => {
    expect([16, 128, 100_000].map((size) => backlogFor(size * mebi) / mebi)).to.deep.equal([1, 4, 64]);
  });

  it('is needed for the buffers that are declared, by their hard limit, and at least for the backlog', () => {
    const limit = (value: string) => declaredBuffer({ 'client-output-buffer-limit': value });
    expect(limit('replica 16mb 8mb 60')).to.equal(16 * mebi);
    expect(limit('slave 0 8mb 60')).to.equal(8 * mebi);
    expect(limit('slave 0 0 0')).to.equal(Number.POSITIVE_INFINITY);
    expect(limit('pubsub 16mb 8mb 60')).to.equal(undefined);
    expect(declaredBuffer({ 'repl-backlog-size': '64mb' })).to.equal(64 * mebi);
    expect(declaredBuffer({})).to.equal(undefined);
  });
});
