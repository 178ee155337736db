import {
  boolCoreTag,
  constructFromEvents,
  EVENT_ID,
  type Event,
  FAILSAFE_SCHEMA,
  floatJsonTag,
  intJsonTag,
  nullCoreTag,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { type Issue, issueAt } from '../issue.ts';
import { lineTable, type PlaceAt, type Places, placesOf } from './positions.ts';

/** A text with documents; `file` is its name in messages. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** One YAML document as parsed, not yet validated. */
export interface ParsedDocument {
  readonly file: string;
  readonly value: unknown;
  readonly places: Places;
}

/**
 * Only numbers in JSON syntax are numbers. 017, 0x1F and 2024-01-01 stay text, so that no value is silently
 * converted.
 */
const YAML = FAILSAFE_SCHEMA.withTags(nullCoreTag, boolCoreTag, intJsonTag, floatJsonTag);
const MAX_ALIASES = 64;

/**
 * Reads every document of every source. Empty documents are skipped; a source with no document at all is an issue, and
 * so is invalid YAML, including duplicate keys. An unreadable document does not affect the others.
 */
export function parseDocuments(sources: readonly Source[]): {
  readonly documents: readonly ParsedDocument[];
  readonly issues: readonly Issue[];
} {
  const read = sources.map(parseSource);
  return { documents: read.flatMap((one) => one.documents), issues: read.flatMap((one) => one.issues) };
}

function parseSource({ file, text }: Source): { documents: ParsedDocument[]; issues: Issue[] } {
  const documents: ParsedDocument[] = [];
  const issues: Issue[] = [];
  const place = lineTable(text, file);
  let events: Event[];
  try {
    events = parseEvents(text, { filename: file });
  } catch (error) {
    return { documents, issues: [yamlIssue(error, place, 0)] };
  }
  for (const part of splitDocuments(events)) {
    try {
      const [value] = constructFromEvents(part, {
        source: text,
        filename: file,
        schema: YAML,
        maxAliases: MAX_ALIASES,
      });
      if (value !== null && value !== undefined) {
        documents.push({ file, value, places: placesOf(part, text, place) });
      }
    } catch (error) {
      issues.push(yamlIssue(error, place, firstOffset(part)));
    }
  }
  if (documents.length === 0 && issues.length === 0) issues.push(emptyIssue(file, text));
  return { documents, issues };
}

/** One slice per document, so that an error in one leaves the others readable. */
function splitDocuments(events: readonly Event[]): Event[][] {
  const starts = events.flatMap((event, index) => (event.type === EVENT_ID.DOCUMENT ? [index] : []));
  return starts.map((start, index) => events.slice(start, starts[index + 1] ?? events.length));
}

function firstOffset(events: readonly Event[]): number {
  for (const event of events) {
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start;
    if (event.type === EVENT_ID.SCALAR && event.valueStart !== -1) return event.valueStart;
  }
  return 0;
}

function emptyIssue(file: string, text: string): Issue {
  const read = text.trim() === '' ? `only whitespace was read (${text.length} characters)` : 'only comments were read';
  return issueAt(
    { file, line: 1, column: 1 },
    [],
    `no document: ${read}`,
    'check that this is the intended file; an empty file never means "remove everything"',
  );
}

/** The parser's reason without quoted text: a password that starts with `*` or `!` is parsed as an alias or a tag. */
function yamlIssue(error: unknown, place: PlaceAt, fallback: number): Issue {
  const known = error instanceof YAMLException ? error : undefined;
  const reason = known === undefined ? 'it could not be parsed' : known.reason.replaceAll(/ ?("[^"]*"|!<[^>]*>)/g, '');
  return issueAt(place(known?.mark?.position ?? fallback), [], `not valid YAML: ${reason}`, yamlRemedy(reason));
}

function yamlRemedy(reason: string): string {
  if (reason.includes('duplicated mapping key')) return 'remove one of the two keys';
  if (reason.includes('alias')) {
    return `write the value out in place of the alias, or define its anchor first; at most ${MAX_ALIASES} aliases per document`;
  }
  if (reason.includes('tab')) return 'indent with spaces; YAML allows no tabs there';
  if (reason.includes('tag')) return 'remove the tag (it starts with "!")';
  return 'correct the indentation, quotes and brackets at this line or just before it';
}
