import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Lab } from './lab.ts';

const program = resolve(import.meta.dirname, '../../../dist/controller/main.js');
const port = 3142;

/** Debian's mirror within a lab, at an address of the operator's machine. */
export interface Mirror {
  readonly url: string;
  close(): void;
}

/** A lab has no way out: a server on this machine asks Debian, and a relay in the lab passes on what hosts ask, over a socket in the file system. */
export async function mirrorIn(lab: Lab): Promise<Mirror> {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-'));
  const socket = join(folder, 'socket');
  const { host, pathname } = debian();
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const onward = request({
      host,
      method,
      path: url,
      headers: { ...headers, host },
    });
    onward.on('response', (found) => found.pipe(answer.writeHead(found.statusCode ?? 502, found.headers)));
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  server.listen(socket);
  await once(server, 'listening');
  const relay = `const net = require('node:net');
    const listen = (near) => { const far = net.connect(${JSON.stringify(socket)});
      for (const one of [near, far]) one.on('error', () => { near.destroy(); far.destroy(); });
      near.pipe(far).pipe(near); };
    net.createServer(listen).listen(${port}, () => console.log('up'));`;
  const words = ['lab', 'run', '--name', lab.name, '--', process.execPath, '-e', relay];
  const child: ChildProcess = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  if (child.stdout) await once(child.stdout, 'data');
  return {
    url: `http://10.80.0.10:${port}${pathname.replace(/\/$/, '')}`,
    close: () => {
      child.kill();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The mirror that this machine has its own packages from. */
function debian(): URL {
  const words = [
    'indextargets',
    '--format',
    '$(REPO_URI)',
    'Identifier: Packages',
    'Origin: Debian',
    'Component: main',
  ];
  const [first = ''] = execFileSync('apt-get', words, { encoding: 'utf8' }).split('\n');
  return new URL(first);
}
