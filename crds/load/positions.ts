import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { Place } from '../fleet.ts';
import type { Path } from '../issue.ts';

/** The position of each value of a document in its file. */
export interface Places {
  /** Of the value. Of the key if the value is a mapping, a list or empty. Of the nearest parent if there is no value. */
  at(path: Path): Place;
  /** Of the key. */
  key(path: Path): Place;
}

/** Converts an offset in a text to line and column, both from 1. */
export type PlaceAt = (offset: number) => Place;

interface Offsets {
  readonly key: number;
  readonly value: number;
}
interface Open {
  readonly path: string[];
  readonly sequence: boolean;
  step: string | undefined;
  keyOffset: number;
  index: number;
}

/** Maps paths to offsets, from the events of one document. */
export function placesOf(events: readonly Event[], text: string, place: PlaceAt): Places {
  const offsets = new Map<string, Offsets>();
  const stack: Open[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      stack.pop();
      continue;
    }
    const top = stack.at(-1);
    if (top !== undefined && !top.sequence && top.step === undefined) {
      // In a mapping the first event of each pair is its key. Keys that are no scalars were rejected before.
      if (event.type !== EVENT_ID.SCALAR) break;
      top.step = getScalarValue(text, event);
      top.keyOffset = event.valueStart;
      continue;
    }
    const path = top === undefined ? [] : [...top.path, String(top.step ?? top.index)];
    const key = top === undefined || top.sequence ? -1 : top.keyOffset;
    offsets.set(JSON.stringify(path), { key, value: valueOffset(event, key) });
    if (top !== undefined) {
      top.step = undefined;
      top.index += 1;
    }
    if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
      stack.push({ path, sequence: event.type === EVENT_ID.SEQUENCE, step: undefined, keyOffset: -1, index: 0 });
    }
  }
  return {
    at: (path) => place(nearest(offsets, path).value),
    key: (path) => {
      const { key, value } = nearest(offsets, path);
      return place(key === -1 ? value : key);
    },
  };
}

function valueOffset(event: Exclude<Event, { type: 1 | 6 }>, key: number): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type === EVENT_ID.SCALAR) {
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    return event.valueStart === -1 ? key : event.valueStart - (quoted ? 1 : 0);
  }
  return key === -1 ? event.start : key;
}

/** A value behind an alias and a missing value have no position: the nearest parent's position is used. */
function nearest(offsets: ReadonlyMap<string, Offsets>, path: Path): Offsets {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = offsets.get(JSON.stringify(path.slice(0, length).map(String)));
    if (found !== undefined && found.value !== -1) return found;
  }
  return { key: 0, value: 0 };
}

/** The line starts of a text, computed once, because a file may contain thousands of documents. */
export function lineTable(text: string, file: string): PlaceAt {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
