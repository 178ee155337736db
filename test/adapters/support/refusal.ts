import { MediumError } from '../../../controller/ports.ts';

/** Settles a promise that should reject with a MediumError, and hands that back. */
export async function refusal(promise: Promise<unknown>): Promise<MediumError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MediumError)) throw new Error(`expected a MediumError, got ${String(error)}`);
  return error;
}
