import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect } from 'chai';
import { haproxyGlobal } from '../renderers/haproxy/haproxy-cfg.ts';
import { reveal } from '../renderers/lib/text.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Every documentation page, by its path from the root. */
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(resolve(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
].sort();

function read(page: string): string {
  return readFileSync(resolve(ROOT, page), 'utf8');
}

/** Anchors of headings, as on GitHub: lower case, dashes for spaces, nothing else but letters, digits and dashes. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The problem of a link, or undefined. */
function broken(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path ? resolve(ROOT, dirname(page), path) : resolve(ROOT, page);
  if (!existsSync(target)) return `${link}: there is no such file`;
  if (anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).has(anchor)) return `${link}: no such heading`;
  return undefined;
}

/** Options by command, such as `plan` or `lab up`; common options are in each. */
type Commands = ReadonlyMap<string, ReadonlySet<string>>;

/** The commands in docs/reference/cli.md, which is generated from their help. */
function commands(): Commands {
  const text = read('docs/reference/cli.md');
  const sections = text.split(/^## /m).map((section) => [section.split('\n')[0] ?? '', section] as const);
  const flags = (section: string) => [...section.matchAll(/^\| `([^`]+)`/gm)].flatMap(([, term = '']) => flagsIn(term));
  const common = flags(sections.find(([title]) => title === 'Common options')?.[1] ?? '');
  const own = sections.filter(([title]) => title.startsWith('reconcile '));
  return new Map(own.map(([title, section]) => [title.slice(10), new Set([...common, ...flags(section)])] as const));
}

function flagsIn(words: string): readonly string[] {
  return [...words.matchAll(/(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])/g)].map(([, flag = '']) => flag);
}

/** Every `reconcile …` that a page shows as code, to the end of the line, of the code, or of its part of a pipe. */
function shown(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].flatMap(([, body = '']) => body.split(/\n| \| /));
  const spans = [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...spans].flatMap((code) =>
    code.split(/(?=\breconcile )/).filter((one) => one.startsWith('reconcile ')),
  );
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** The problem of a command line, or undefined. */
function mistaken(line: string, options: Commands): string | undefined {
  const words = line.replace(/^reconcile \[(\w+)\]/, 'reconcile $1').split(/\s+/);
  const [, first = ''] = words;
  const name = first.startsWith('-') ? 'apply' : first === 'lab' ? `lab ${words[2] ?? ''}` : first;
  if (first === 'lab')
    return [...options.keys()].some((one) => one.startsWith(name)) ? undefined : `no command ${name}`;
  const known = options.get(name);
  if (!known) return `no command ${name}`;
  const flag = flagsIn(line).find((one) => !known.has(one));
  return flag && `${name} has no option ${flag}`;
}

describe('the documentation pages', () => {
  for (const page of pages)
    it(`${page}: every link has a target`, () => {
      const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      const local = links.filter((link) => !/^[a-z]+:/.test(link));
      expect(local.flatMap((link) => broken(page, link) ?? [])).to.deep.equal([]);
    });

  for (const page of pages.filter((one) => !one.startsWith('docs/adr/') && !one.startsWith('docs/reference/')))
    it(`${page}: every command and option in it exists`, () => {
      const known = commands();
      expect(
        shown(read(page)).flatMap((line) => (mistaken(line, known) ? [`${line}: ${mistaken(line, known)}`] : [])),
      ).to.deep.equal([]);
    });

  it('README shows every command', () => {
    const text = read('README.md');
    const missing = [...commands().keys()].filter((name) => !text.includes(name.replace(/^lab \w+$/, 'lab ')));
    expect(missing).to.deep.equal([]);
  });

  it('the guide for clients says how long HAProxy keeps a connection whose client is gone', () => {
    const limits = {
      connectTimeoutMs: 1,
      clientTimeoutMs: 2,
      serverTimeoutMs: 3,
      maxConnections: 4,
      drainTimeoutMs: 5,
    };
    const rendered = reveal(haproxyGlobal(limits));
    const value = (name: string) => Number(new RegExp(`^ *clitcpka-${name} (\\d+)s?$`, 'm').exec(rendered)?.[1]);
    const [idle, interval, probes] = [value('idle'), value('intvl'), value('cnt')];
    const guide = read('docs/guides/clients.md');
    expect(guide).to.contain(`(${idle} s idle`).and.contain(`in ${interval} s intervals`);
    expect(guide).to.contain(`closes its side within ${idle + interval * probes} s`);
  });

  it('a guide is one page, and README is short', () => {
    for (const page of pages.filter((one) => one.startsWith('docs/guides/')))
      expect(read(page).split('\n').length, page).to.be.below(100);
    expect(read('README.md').split('\n').length).to.be.below(150);
  });
});
