import type { Clock } from './ports.ts';

/** Wakes whoever pauses. Rung while nobody pauses, it ends the next pause before it begins. */
export interface Bell {
  ring(): void;
  /** Whether it was rung since this was asked before. */
  answer(): boolean;
  /** Ends after so many milliseconds, when it is rung, or when the signal is aborted. */
  pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function newBell(): Bell {
  let rung = false;
  let wake: () => void = () => {};
  return {
    ring: () => {
      rung = true;
      wake();
    },
    answer: () => {
      const was = rung;
      rung = false;
      return was;
    },
    pause: async (clock, milliseconds, signal) => {
      if (rung || signal.aborted || milliseconds <= 0) return;
      // One controller a pause, let go of at its end: a signal that lives as long as the process must not gather listeners.
      const over = new AbortController();
      wake = () => over.abort();
      signal.addEventListener('abort', wake);
      try {
        await clock.sleep(milliseconds, over.signal);
      } catch (cause) {
        if (!over.signal.aborted) throw new Error('the clock failed', { cause });
      } finally {
        signal.removeEventListener('abort', wake);
        wake = () => {};
      }
    },
  };
}
