import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { TransportError } from '../../../controller/transport/errors.ts';
import type { HostPort, RespPort } from '../../../controller/transport/io.ts';
import { executorOver, factReaderOver } from '../../../controller/transport/transport.ts';
import type { RespEndpoint, RespReply } from '../../../reconcilers/facts/fact.ts';
import type { ScriptResult } from '../../../renderers/host-batch.ts';
import { fixed } from '../../../renderers/lib/shell.ts';

/** A Redis that answers each send with the next of these. */
function answering(...answers: readonly (TransportError | readonly RespReply[])[]) {
  let sends = 0;
  const port: RespPort = {
    send: async () => {
      const answer = answers[sends++];
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    open: () => Promise.reject(new Error('not used')),
  };
  return { port, sends: () => sends };
}

const none = undefined as never;
const endpoint = {} as RespEndpoint;
const read = (port: RespPort) =>
  factReaderOver(none, none, port, { commandTimeoutMs: 1000 } as never).readResp(none, endpoint, [], [['ROLE']]);
const act = (port: RespPort) => executorOver(none, none, port, none).sendResp(none, endpoint, [], [['FAILOVER']]);
const lost = new TransportError('lost', 'the connection was lost');
const refused = new TransportError('refused', 'refused the password');

/** As Sentinel does to all clients of a Redis that it promotes. */
describe('a connection to Redis that is lost before the replies', () => {
  it('is opened again for a query, once', async () => {
    const redis = answering(lost, ['master']);
    expect(await read(redis.port)).to.eql(['master']);
    expect(redis.sends()).to.equal(2);
    const gone = answering(lost, lost, ['master']);
    expect(await read(gone.port).catch((error: unknown) => error)).to.equal(lost);
    expect(gone.sends()).to.equal(2);
  });

  it('is not opened again after any other failure', async () => {
    const redis = answering(refused, ['master']);
    expect(await read(redis.port).catch((error: unknown) => error)).to.equal(refused);
    expect(redis.sends()).to.equal(1);
  });

  it('is not opened again for an action, which may have been carried out', async () => {
    const redis = answering(lost, ['OK']);
    expect(await act(redis.port).catch((error: unknown) => error)).to.equal(lost);
    expect(redis.sends()).to.equal(1);
  });
});

describe('a login shell that refuses', () => {
  const target = { name: 'redis-1', address: '10.80.1.11' };
  const query = { request: none, script: fixed('true'), seconds: 1 };
  const failure = (answer: Partial<ScriptResult>) => {
    const run: HostPort['run'] = async () => ({ exit: 0, stdout: '', stderr: '', truncated: false, ...answer });
    const reader = factReaderOver({ run }, none, none, { commandTimeoutMs: 1000, user: 'admin' } as never);
    return reader.readHost(target, [query]).catch((error: unknown) => error);
  };

  it('is named, with its own words if it has any', async () => {
    const nologin = spawnSync('/usr/sbin/nologin', ['-c', 'sh'], { encoding: 'utf8' });
    const refused = await failure({ exit: nologin.status ?? 0, stdout: nologin.stdout });
    expect(refused).to.be.instanceOf(TransportError).and.include({ kind: 'refused' });
    expect(String(refused)).to.match(
      /redis-1 \(10\.80\.1\.11\): user admin logs in, and their login shell answers every command with exit 1 and "This account is currently not available\."/,
    );
    expect(String(await failure({ exit: spawnSync('/bin/false').status ?? 0 }))).to.contain(
      'exit 1 and no word, as nologin and /bin/false do',
    );
  });

  it('is not what another failure is', async () => {
    expect(await failure({ exit: 70, stderr: 'no files could be written (/run: …)\n' })).to.include({
      kind: 'protocol',
    });
    expect(await failure({ exit: 1, stderr: 'sh: out of memory\n' })).to.include({ kind: 'protocol' });
  });
});
