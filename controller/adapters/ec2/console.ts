import { TransportError } from '../../transport/errors.ts';
import { called, type Ec2Session } from './ec2.ts';

/**
 * What an instance has printed on its console, at most its last 64 KB; empty while EC2 has nothing. `latest`: up to this moment, which only Nitro
 * types provide; else what EC2 kept when the instance last started, stopped or rebooted, which shows minutes later. Source: EC2 API
 * Reference, GetConsoleOutput. Rejects with a TransportError.
 */
export type ReadConsole = (instanceId: string, latest: boolean) => Promise<string>;

export function consolesOf(session: Ec2Session): ReadConsole {
  return (instanceId, latest) =>
    called(session, 'GetConsoleOutput', async ({ module, client }) => {
      const command = new module.GetConsoleOutputCommand({
        InstanceId: instanceId,
        ...(latest ? { Latest: true } : {}),
      });
      const { InstanceId, Output } = await client
        .send(command, { abortSignal: session.closing })
        .catch((error: unknown) => nothingYet(error, instanceId));
      if (InstanceId !== instanceId)
        throw new TransportError(
          'protocol',
          `EC2 GetConsoleOutput: the request was for ${instanceId} and the answer is for ${InstanceId}; it is not used`,
        );
      return Buffer.from(Output ?? '', 'base64').toString('latin1');
    });
}

/** A type without the latest output, or an instance that was made a moment ago and does not show everywhere yet. */
function nothingYet(error: unknown, instanceId: string): { readonly InstanceId: string; readonly Output?: string } {
  if (error instanceof Error && /^(UnsupportedOperation|InvalidInstanceID\.NotFound)$/.test(error.name))
    return { InstanceId: instanceId };
  throw error;
}
