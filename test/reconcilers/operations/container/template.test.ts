import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { filePieces } from '../../../../controller/adapters/files/pieces.ts';
import type { HostPort, Transfer } from '../../../../controller/transport/io.ts';
import { transfer } from '../../../../controller/transport/transfer.ts';
import { Secret } from '../../../../crds/secret.ts';
import { template } from '../../../../reconcilers/facts/container/template.ts';
import type { ActionOf } from '../../../../reconcilers/operations/actions.ts';
import { templateCopy } from '../../../../reconcilers/operations/container/template-copy.ts';
import { templateFetch } from '../../../../reconcilers/operations/container/template-fetch.ts';
import { tarballPart } from '../../../../reconcilers/operations/container/template-tarball.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

// Three whole pieces, and a fourth.
const content = randomBytes(7_000_000);
const digest = createHash('sha256').update(content).digest('hex');

describe('scripts that bring a template', function () {
  this.timeout(60_000);
  let root: string;
  let tarball: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'template-'));
    tarball = join(root, 'host', 'x.tar.gz');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const seen = async () => {
    const script = template.script({ runtime: 'lxc', name: 'x', tarball });
    const observed = template.read(await sh(reveal(script)), { runtime: 'lxc', name: 'x', tarball });
    return observed.state === 'present' ? observed.value : observed;
  };
  const complete = { tarball: digest, images: [], origin: { digest, recipe: '-' } };
  const left = () => readdirSync(join(root, 'host')).filter((name) => name.startsWith('.'));

  describe('copied in pieces', () => {
    /** The scripts of a run, as a host executes them. `before` may end it before one of them. */
    const copy = async (from: 'file' | 'host', before: (script: string) => void = () => {}, wanted = digest) => {
      const source = join(root, 'source.tar.gz');
      writeFileSync(source, content);
      const host = { name: 'redis-1', address: '10.0.0.1' };
      const hosts: HostPort = {
        run: (_, script) => {
          before(script);
          return sh(`set -eu\numask 077\nexec 9>${root}/lock\nflock 9\n${script}`);
        },
      };
      const action = {
        operation: 'template-copy',
        host: 'redis-1',
        tarball,
        recipe: '-',
        digest: wanted,
        from: { file: source },
      } as const;
      const progress: string[] = [];
      const order: Transfer = {
        source: from === 'file' ? { file: source } : { host, path: source },
        target: host,
        digest: wanted,
        begin: (bytes) => templateCopy.begin(action, bytes),
        append: (offset, piece) => templateCopy.append(action, offset, piece),
        finish: () => templateCopy.finish(action),
        tell: (text) => progress.push(text),
      };
      await transfer(hosts, filePieces, order);
      return progress;
    };

    for (const from of ['file', 'host'] as const)
      it(`from a ${from}, with its final mode, and says how far it is`, async () => {
        expect(await copy(from)).to.deep.equal(['0 of 7 MiB', '2 of 7 MiB', '4 of 7 MiB', '6 of 7 MiB']);
        expect(readFileSync(tarball).equals(content)).to.equal(true);
        expect(statSync(tarball).mode & 0o777).to.equal(0o600);
        expect(await seen()).to.deep.equal(complete);
        expect(left()).to.deep.equal([]);
        expect(await copy(from)).to.deep.equal([]);
      });

    it('goes on where it was cut off, even within a piece', async () => {
      let appended = 0;
      const cut = await copy('file', (script) => {
        if (script.includes('base64 -d') && ++appended === 3) throw new Error('cut off');
      }).catch((error: Error) => error.message);
      expect(cut).to.equal('cut off');
      expect(await seen()).to.deep.equal({ tarball: undefined, images: [] });
      const part = tarballPart(tarball, digest);
      expect(statSync(part).size).to.equal(4 * 2 ** 20);
      writeFileSync(part, readFileSync(part).subarray(0, 3_000_001));
      expect(await copy('file')).to.deep.equal(['3 of 7 MiB', '5 of 7 MiB']);
      expect(await seen()).to.deep.equal(complete);
    });

    it('two runs at once bring one file', async () => {
      await Promise.all([copy('file'), copy('host')]);
      expect(await seen()).to.deep.equal(complete);
    });

    it('refuses another file of this machine before anything is copied, and drops what changed meanwhile', async () => {
      const said = (from: 'file' | 'host') =>
        copy(from, () => {}, 'f'.repeat(64)).catch((error: Error) => error.message);
      expect(await said('file')).to.match(
        /source\.tar\.gz on this machine has the SHA-256 \w+, and not the declared ffff/,
      );
      expect(existsSync(join(root, 'host'))).to.equal(false);
      expect(await said('host')).to.match(/what was copied has the SHA-256/);
      expect(left()).to.deep.equal([]);
      expect(await seen()).to.deep.equal({ tarball: undefined, images: [] });
    });

    it('says what the disk lacks', async () => {
      mkdirSync(join(root, 'bin'));
      writeFileSync(join(root, 'bin/df'), '#!/bin/sh\necho head\necho dev 1 1 2048 1 /\n', { mode: 0o755 });
      const action = {
        operation: 'template-copy',
        host: 'h',
        tarball,
        recipe: '-',
        digest,
        from: { host: 'g' },
      } as const;
      const script = `set -eu\nPATH=${root}/bin:$PATH\n${reveal(templateCopy.begin(action, content.length))}`;
      expect((await sh(script)).stderr).to.match(
        /host has 2 MiB of space left, and the template needs 70 MiB: free some/,
      );
    });
  });

  describe('downloaded', () => {
    let server: Server;
    /** The bytes from which each request asked. */
    let asked: number[] = [];
    let served = content;
    let ranges = true;
    /** The connection is cut after so many bytes of the first answer. */
    let cutAfter = 0;
    beforeEach(async () => {
      [asked, served, ranges, cutAfter] = [[], content, true, 0];
      server = createServer((request, response) => {
        const first = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        asked.push(first);
        if (ranges && first >= served.length) return response.writeHead(416).end();
        const from = ranges ? first : 0;
        const range = from ? { 'content-range': `bytes ${from}-${served.length - 1}/${served.length}` } : {};
        response.writeHead(from ? 206 : 200, { 'content-length': served.length - from, ...range });
        if (!cutAfter) return response.end(served.subarray(from));
        const sent = served.subarray(from, from + cutAfter);
        cutAfter = 0;
        return response.write(sent, () => response.destroy());
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    });
    afterEach(() => void server.close());

    const fetched = (source?: ActionOf<'template-fetch'>['source']) => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x?signature=s3cret`;
      const action = {
        operation: 'template-fetch',
        host: 'redis-1',
        tarball,
        recipe: '-',
        digest,
        source: source ?? { url },
      } as const;
      const script = templateFetch.script(action, source && new Secret('s3', url));
      return sh(`set -eu\numask 077\n${reveal(script)}`);
    };

    it('goes on where it was cut off', async () => {
      cutAfter = 3_000_000;
      expect((await fetched()).stderr).to.match(/was not downloaded: curl: \(18\)/);
      expect(await seen()).to.deep.equal({ tarball: undefined, images: [] });
      expect(await fetched()).to.include({ exit: 0, stderr: '' });
      expect(asked).to.deep.equal([0, 3_000_000]);
      expect(await seen()).to.deep.equal(complete);
      expect(left()).to.deep.equal([]);
    });

    it('starts again where the server cannot continue, or has nothing behind what is there', async () => {
      mkdirSync(join(root, 'host'));
      writeFileSync(tarballPart(tarball, digest), Buffer.alloc(8_000_000));
      expect(await fetched()).to.include({ exit: 0, stderr: '' });
      rmSync(tarball);
      ranges = false;
      writeFileSync(tarballPart(tarball, digest), content.subarray(0, 1000));
      expect(await fetched()).to.include({ exit: 0, stderr: '' });
      expect(await seen()).to.deep.equal(complete);
    });

    it('refuses other bytes, and shows no signed URL', async () => {
      served = Buffer.from('another template');
      const { exit, stderr } = await fetched({ s3: { bucket: 'b', key: 'k', region: 'r-1' } });
      expect(exit).to.equal(1);
      expect(stderr)
        .to.match(/^s3:\/\/b\/k is not the declared template: its SHA-256 is/)
        .and.not.contain('s3cret');
      expect(left()).to.deep.equal([]);
    });
  });
});

function sh(script: string): Promise<{ exit: number; stdout: string; stderr: string; truncated: false }> {
  return new Promise((resolve) => {
    const child = spawn('sh');
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (code) => resolve({ exit: code ?? -1, stdout, stderr, truncated: false }));
    child.stdin.on('error', () => {});
    child.stdin.end(script);
  });
}
