import { digest } from '../../renderers/lib/text.ts';

/** 12 hexadecimal digits of a step's id, which holds the whole action: the same step has the same on every run. */
export function stepId(id: string): string {
  return digest(id).slice(0, 12);
}
