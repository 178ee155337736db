import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { systemClock } from '../../../controller/adapters/clock.ts';
import { type LogOptions, openLog } from '../../../controller/adapters/log.ts';
import { TransportError } from '../../../controller/transport/errors.ts';
import type { Log } from '../../../controller/transport/io.ts';
import { Secret } from '../../../crds/secret.ts';
import { temporaryFolder } from '../../support/processes.ts';

describe('clock', () => {
  it('sleeps until it is interrupted', async () => {
    await systemClock.sleep(1);
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort(new Error('interrupted'));
    expect(await sleeping.catch((error: unknown) => error)).to.have.property('message', 'interrupted');
    expect(await systemClock.sleep(60_000, stop.signal).catch((error: unknown) => error)).to.have.property(
      'message',
      'interrupted',
    );
  });

  it('knows the time and chance', () => {
    expect(systemClock.now()).to.be.closeTo(Date.now(), 1_000);
    expect(systemClock.random()).to.be.within(0, 1);
  });
});

describe('log', () => {
  const secret = new Secret('env P', 'pass"word\\1');

  async function logged(options: LogOptions, write: (log: Log) => void): Promise<Record<string, unknown>[]> {
    const stream = new PassThrough();
    const log = openLog({ ...options, stream });
    log.hide([secret]);
    write(log);
    const [printed] = await Promise.all([text(stream), log.close()]);
    return printed
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('is silent by default', async () => {
    expect(await logged({}, (log) => log.error('loud'))).to.eql([]);
    expect(await logged({ level: 'warn' }, (log) => log.info('quiet'))).to.eql([]);
  });

  it('writes a line of JSON each, with time, level, message and fields', async () => {
    const [line] = await logged({ level: 'debug' }, (log) =>
      log.debug('script ran', { host: 'redis-a', exit: 0, level: 'mine' }),
    );
    expect(line).to.include({ level: 'debug', message: 'script ran', host: 'redis-a', exit: 0, level_: 'mine' });
    expect(new Date(String(line?.['time'])).getTime()).to.be.closeTo(Date.now(), 10_000);
  });

  it('shows errors by kind and message', async () => {
    const [line] = await logged({ level: 'info' }, (log) =>
      log.warn('no connection', { error: new TransportError('timeout', 'late') }),
    );
    expect(line).to.have.deep.property('error', { name: 'TransportError', message: 'late', kind: 'timeout' });
  });

  it('prints no secret, neither as a Secret nor as a value that got into a text, JSON-escaped or not', async () => {
    const lines = await logged({ level: 'info' }, (log) => {
      log.info('as a Secret', { secret, deep: { list: [secret] }, map: new Map([['key', secret]]) });
      log.info(`in a message: ${secret.reveal()}`, {
        text: secret.reveal(),
        json: JSON.stringify({ p: secret.reveal() }),
      });
      log.error('in an error', { error: new Error(`failed: ${secret.reveal()}`) });
    });
    expect(lines).to.have.length(3);
    expect(JSON.stringify(lines)).not.to.contain('word').and.not.contain('pass');
    expect(lines[1]).to.have.property('message', 'in a message: ***');
  });

  it('appends to a file of mode 0600', async () => {
    const folder = await temporaryFolder();
    try {
      const file = join(folder.path, 'log');
      for (const message of ['first', 'second']) {
        const log = openLog({ level: 'info', file });
        log.info(message);
        await log.close();
      }
      expect((await readFile(file, 'utf8')).match(/"message":"(first|second)"/g)).to.have.length(2);
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
    } finally {
      await folder.remove();
    }
  });
});
