import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Action } from '../../../reconcilers/verbs/index.ts';
import type { Lab } from './lab.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'dist/controller/main.js');

/** When an apply is killed: as it begins a step (then it dies in the middle of it), has done one, or has planned and begun none. */
export interface Moment {
  readonly when: 'planned' | 'step begun' | 'step done';
  readonly count: number;
}

/** 25 moments over so many steps, or every so many of them: as a step begins, when one is done, and after a plan. */
export function moments(steps: number, passes: number, every = 1): readonly Moment[] {
  return Array.from({ length: 25 }, (_, index) => {
    const when = (['step begun', 'step done', 'planned'] as const)[index % 3] ?? 'planned';
    return { when, count: 1 + Math.floor((index * ((when === 'planned' ? passes : steps) - 1)) / 24) };
  }).filter((_, index) => index % every === 0);
}

/** An apply to its end, or to the moment at which it was killed. */
export interface Applied {
  /** 137 where it was killed. */
  readonly code: number;
  readonly out: string;
  readonly killed: boolean;
  readonly passes: number;
  readonly begun: readonly Action[];
  readonly done: readonly Action[];
}

/** `reconcile apply` on the operator's machine; with a moment, sent SIGKILL then. Resolves when no process of it is left. */
export function applying(lab: Lab, moment?: Moment): Promise<Applied> {
  const apply = [program, 'apply', '-f', lab.documents, '--timeout', '4m', '--log-level', 'debug'];
  const words = [program, 'lab', 'run', '--name', lab.name, '--', process.execPath, ...apply];
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const told: Logged[] = [];
  let out = '';
  let rest = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    told.push(...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Logged));
    const reached = moment && told.filter(({ message }) => message === moment.when).length >= moment.count;
    if (reached && !killed) killed = child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // The pipes close when the command within is gone as well.
    child.on('close', (code) => {
      const actions = (what: Moment['when']) =>
        told.flatMap(({ message, action }) => (message === what && action ? [action] : []));
      resolve({
        code: code ?? 137,
        out,
        killed,
        passes: told.filter(({ message }) => message === 'planned').length,
        begun: actions('step begun'),
        done: actions('step done'),
      });
    });
  });
}

interface Logged {
  readonly message: string;
  readonly action?: Action;
}

/** What must be done once in a tenant's life, or on a host, whoever does it: by name. */
export function onceOnly(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action) => {
    if (action.verb === 'container-create') return [`create ${action.name}`];
    if (action.verb === 'container-template') return [`template on ${action.host}`];
    if (action.verb === 'member-permit') return [`first master of ${tenantOf(action.folder)}`];
    if (action.verb === 'member-mark') return [`mark ${action.mark} in ${action.folder}`];
    return [];
  });
}

/** `…/members/acme-r1` → `acme` */
function tenantOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1).replace(/-[^-]*$/, '');
}

/** What occurs more than once. */
export function twice(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
