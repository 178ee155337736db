import { TransportError } from '../../../../controller/transport/errors.ts';

/** Settles a promise that should reject with a TransportError, and hands that back. */
export async function refusal(promise: Promise<unknown>): Promise<TransportError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TransportError)) throw new Error(`expected a TransportError, got ${String(error)}`);
  return error;
}
