import type { Clock } from '../transport/io.ts';

/** Ends a pause early. Notified while there is no pause, it ends the next pause before it begins. */
export interface WakeUp {
  notify(): void;
  /** Whether it was notified since the last call. */
  consume(): boolean;
  /** Ends after so many milliseconds, when it is notified, or when the signal is aborted. */
  pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function newWakeUp(): WakeUp {
  let notified = false;
  let wake: () => void = () => {};
  return {
    notify: () => {
      notified = true;
      wake();
    },
    consume: () => {
      const was = notified;
      notified = false;
      return was;
    },
    pause: async (clock, milliseconds, signal) => {
      if (notified || signal.aborted || milliseconds <= 0) return;
      // One controller per pause, released at its end: a signal that lives as long as the process must not collect listeners.
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
