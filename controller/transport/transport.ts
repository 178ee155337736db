import type { Ssh } from '../../crds/fleet.ts';
import { batchLimit, batchScript, readBatch } from '../../renderers/host-batch.ts';
import { reveal } from '../../renderers/lib/text.ts';
import { TransportError } from './errors.ts';
import type {
  Ec2ReadPort,
  Ec2WritePort,
  Executor,
  FactReader,
  FilePort,
  HostPort,
  HostTarget,
  RespPort,
} from './io.ts';
import { transfer } from './transfer.ts';

/** Bytes that an operation may print. */
const outputBytes = 64 * 1024;

/** Reads facts over the adapters: all of a host's as one script, by one command. */
export function factReaderOver(
  hosts: HostPort,
  ec2: Ec2ReadPort,
  resp: RespPort,
  { commandTimeoutMs, user }: Ssh,
): FactReader {
  return {
    readHost: async (target, queries) => {
      const limits = { timeoutMs: commandTimeoutMs, outputBytes: batchLimit };
      const { exit, stdout, stderr } = await hosts.run(target, batchScript(queries), limits);
      const results = readBatch(stdout, queries.length);
      if (exit === 0 || results.some(Boolean)) return results;
      if (exit === 1 && !stderr.trim()) throw noShell(target, target.login?.user ?? user, stdout);
      const why = stderr.trim().split('\n').at(-1) || `exit ${exit}`;
      throw new TransportError('protocol', `${target.name} (${target.address}) could not be observed: ${why}`);
    },
    readEc2: (query) => ec2.query(query),
    readResp: async (_, endpoint, through, commands) => {
      const ask = () => resp.send(endpoint, through, commands);
      try {
        return await ask();
      } catch (error) {
        // Sentinel disconnects all clients of a Redis whose role it changes (CLIENT KILL in sentinelSendSlaveOf, sentinel.c).
        if (error instanceof TransportError && error.kind === 'lost') return ask();
        throw error;
      }
    },
  };
}

/** Carries out actions over the adapters. */
export function executorOver(hosts: HostPort, ec2: Ec2WritePort, resp: RespPort, files: FilePort): Executor {
  return {
    runOnHost: (target, _, script, timeoutMs) => hosts.run(target, reveal(script), { timeoutMs, outputBytes }),
    transfer: (_, order) => transfer(hosts, files, order),
    signS3: (object) => ec2.signS3(object),
    callEc2: (command) => ec2.command(command),
    sendResp: (_, endpoint, through, commands) => resp.send(endpoint, through, commands),
    dial: (endpoint, through, timeoutMs) => resp.open(endpoint, through, timeoutMs),
    converse: (_, through, dialogue) => dialogue((endpoint) => resp.open(endpoint, through)),
  };
}

/** The batch itself never ends like this: nologin(8) exits 1 with a text on standard output, and false(1) without one. */
function noShell(target: HostTarget, user: string, stdout: string): TransportError {
  const said = stdout.trim().split('\n', 1)[0]?.slice(0, 200);
  const words = said ? `exit 1 and "${said}"` : 'exit 1 and no word';
  return new TransportError(
    'refused',
    `${target.name} (${target.address}): user ${user} logs in, and their login shell answers every command with ${words}, as nologin and /bin/false do: ` +
      `give them a shell there (usermod -s /bin/bash ${user}), or set spec.ssh.user to a user who has one`,
  );
}
