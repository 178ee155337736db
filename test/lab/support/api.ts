import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EC2Client } from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { Fleet } from '../../../lab/daemon/fleet.ts';
import { type Calls, ec2Server, noCalls } from '../../../lab/ec2/server.ts';
import type { Ec2State } from '../../../lab/ec2/state.ts';
import { REGION } from '../../../lab/topology.ts';
import type { applyWires } from '../../../lab/vpc/network.ts';

/** The lab's EC2 API on a loopback port, without machines, and an AWS SDK client for it. */
export interface Api {
  readonly fleet: Fleet;
  readonly calls: Calls;
  readonly client: EC2Client;
  /** Its URL. */
  readonly endpoint: string;
  end(): void;
}

export async function serveApi(state: Ec2State, apply: typeof applyWires = async () => undefined): Promise<Api> {
  const fleet = new Fleet(state, () => undefined, apply);
  const calls = noCalls();
  const options = { backend: fleet, calls, secretOf: () => 'secret', permit: () => undefined, log: () => undefined };
  const server: Server = ec2Server(options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new EC2Client({
    region: REGION,
    endpoint,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  const end = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { fleet, calls, client, endpoint, end };
}

/** The error of a call that must fail. */
export function failure(outcome: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  return outcome.then(
    () => expect.fail('the call succeeded'),
    (error: { name: string; message: string }) => error,
  );
}

/** The error of a refused call, in the format of the AWS CLI: `Code: message`. */
export async function refusal(outcome: Promise<unknown>): Promise<string> {
  const { name, message } = await failure(outcome);
  return `${name}: ${message}`;
}
