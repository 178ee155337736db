import type { Ssh } from '../crds/fleet.ts';
import { reveal } from '../renderers/text.ts';
import { batchLimit, batchScript, readBatch } from './host-batch.ts';
import {
  type Actuators,
  type Ec2ReadPort,
  type Ec2WritePort,
  type HostPort,
  MediumError,
  type RespPort,
  type Senses,
} from './ports.ts';

const actOutputBytes = 64 * 1024;

/** Senses over the raw ports: a host's questions go out as one script, on one command. */
export function sensesOver(hosts: HostPort, ec2: Ec2ReadPort, resp: RespPort, { commandTimeoutMs }: Ssh): Senses {
  return {
    askHost: async (target, questions) => {
      const limits = { timeoutMs: commandTimeoutMs, outputBytes: batchLimit };
      const { exit, stdout, stderr } = await hosts.run(target, batchScript(questions), limits);
      const answers = readBatch(stdout, questions.length);
      if (exit === 0 || answers.some(Boolean)) return answers;
      const why = stderr.trim().split('\n').at(-1) || `exit ${exit}`;
      throw new MediumError('protocol', `${target.name} (${target.address}) could not be asked: ${why}`);
    },
    askEc2: (query) => ec2.query(query),
    askResp: (_, endpoint, through, commands) => resp.send(endpoint, through, commands),
  };
}

export function actuatorsOver(hosts: HostPort, ec2: Ec2WritePort, resp: RespPort): Actuators {
  return {
    actOnHost: (target, _, script, timeoutMs) =>
      hosts.run(target, reveal(script), { timeoutMs, outputBytes: actOutputBytes }),
    actOnEc2: (command) => ec2.command(command),
    actOverResp: (_, endpoint, through, commands) => resp.send(endpoint, through, commands),
  };
}
