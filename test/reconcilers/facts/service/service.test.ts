import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Secret } from '../../../../crds/secret.ts';
import { service } from '../../../../reconcilers/facts/service/service.ts';
import { type Daemon, freePort, runCommand, startDaemon, temporaryFolder, until } from '../../../support/processes.ts';

const endpoint = {
  tenant: 'acme',
  through: ['proxy-1'],
  address: '10.80.1.100',
  port: 6379,
  password: new Secret('x', 'y'),
};
const [write = []] = service.commands({ endpoint });

describe('the write of a client that changes nothing, sent to real servers', function () {
  this.timeout(20_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let master: Daemon;
  let replica: Daemon;
  let ports: readonly [master: number, replica: number];

  const redis = async (port: number, ...words: readonly string[]) =>
    (await runCommand('redis-cli', ['-p', String(port), ...words])).trim();
  const written = (port: number) => redis(port, ...write.map(String));
  const info = async (port: number, name: string) =>
    new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(await redis(port, 'INFO'))?.[1];
  const start = (port: number, ...words: readonly string[]) =>
    startDaemon(
      'redis-server',
      ['--port', String(port), '--save', '', '--dir', folder.path, '--repl-ping-replica-period', '3600', ...words],
      /Ready to accept connections/,
    );

  before(async () => {
    folder = await temporaryFolder();
    ports = [await freePort(), await freePort()];
    master = await start(ports[0], '--appendonly', 'yes');
    replica = await start(ports[1], '--replicaof', '127.0.0.1', String(ports[0]), '--appenddirname', 'replica');
    await until(async () => (await info(ports[1], 'master_link_status')) === 'up');
  });
  after(async () => {
    await Promise.all([master.stop(), replica.stop()]);
    await folder.remove();
  });

  it('makes no key, is no change, and is neither replicated nor appended', async () => {
    const names = ['master_repl_offset', 'rdb_changes_since_last_save', 'aof_current_size'];
    const state = () => Promise.all(names.map((name) => info(ports[0], name)));
    const before = await state();
    for (let count = 0; count < 10; count += 1) expect(await written(ports[0])).to.equal('0');
    expect(await state()).to.deep.equal(before);
    expect(await redis(ports[0], 'DBSIZE')).to.equal('0');
    // The control: these numbers do show a write.
    await redis(ports[0], 'SET', 'key', 'value');
    for (const [index, value] of (await state()).entries()) expect(value, names[index]).not.to.equal(before[index]);
  });

  it('is refused by a replica', async () => {
    expect(await written(ports[1])).to.match(/^READONLY /);
  });

  it('is refused where the memory is full', async () => {
    await redis(ports[0], 'CONFIG', 'SET', 'maxmemory', '1');
    expect(await written(ports[0])).to.match(/^OOM /);
    await redis(ports[0], 'CONFIG', 'SET', 'maxmemory', '0');
    expect(await written(ports[0])).to.equal('0');
  });

  it('is refused where too few replicas are in sync', async () => {
    await redis(ports[0], 'CONFIG', 'SET', 'min-replicas-to-write', '2');
    expect(await written(ports[0])).to.match(/^NOREPLICAS /);
    await redis(ports[0], 'CONFIG', 'SET', 'min-replicas-to-write', '0');
  });

  it('is refused where the data cannot be saved', async () => {
    const gone = join(folder.path, 'gone');
    await mkdir(gone);
    const port = await freePort();
    const server = await start(port, '--save', '3600 1', '--dir', gone);
    try {
      await rm(gone, { recursive: true });
      await redis(port, 'BGSAVE');
      await until(async () => (await info(port, 'rdb_last_bgsave_status')) === 'err');
      expect(await written(port)).to.match(/^MISCONF /);
    } finally {
      server.process.kill('SIGKILL');
      await server.stop();
    }
  });
});

describe('what a client gets', () => {
  const read = (reply: number | { readonly error: string }) => service.read([reply], { endpoint });

  it('is read from the reply, whatever the length of a value that is there', () => {
    expect(read(0)).to.deep.equal({ state: 'present', value: { outcome: 'writable', words: '' } });
    expect(read(5)).to.deep.equal({ state: 'present', value: { outcome: 'writable', words: '' } });
  });

  it('a refusal is read from its first word', () => {
    for (const [words, refusal] of [
      ['OOM command not allowed', 'OOM'],
      ['MISCONF Errors writing to the AOF file', 'MISCONF'],
      ['ERR max number of clients reached', 'maxclients'],
      ['ERR something else', 'other'],
    ])
      expect(read({ error: words ?? '' })).to.deep.equal({
        state: 'present',
        value: { outcome: 'refused', refusal, words },
      });
  });

  it('is known from a connection that fails', () => {
    for (const outcome of ['no-connection', 'lost', 'no-reply'] as const)
      expect(service.readFailure?.(outcome, 'why')).to.deep.equal({
        state: 'present',
        value: { outcome, words: 'why' },
      });
  });
});
