import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Action } from '../../../reconcilers/operations/actions.ts';
import type { Lab } from './lab.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'dist/controller/main.js');

/** When an apply is killed: during a step, within a long one, after a step, or after a plan and before its first step. */
export interface Moment {
  readonly when: 'planned' | 'step begun' | 'step progress' | 'step done';
  readonly count: number;
}

/** 25 moments spread over so many steps and passes, or every n-th of them. */
export function moments(steps: number, passes: number, every = 1): readonly Moment[] {
  return Array.from({ length: 25 }, (_, index) => {
    const when = (['step begun', 'step done', 'planned'] as const)[index % 3] ?? 'planned';
    return { when, count: 1 + Math.floor((index * ((when === 'planned' ? passes : steps) - 1)) / 24) };
  }).filter((_, index) => index % every === 0);
}

/** An apply that has ended, or was killed. */
export interface Applied {
  /** 137 if it was killed. */
  readonly code: number;
  readonly out: string;
  readonly killed: boolean;
  readonly passes: number;
  readonly begun: readonly Action[];
  readonly done: readonly Action[];
}

/** `reconcile apply` on the operator's machine, killed (SIGKILL) at a moment if one is given. Resolves when no process of it is left. */
export function applying(lab: Lab, moment?: Moment, timeout = '4m', options: readonly string[] = []): Promise<Applied> {
  const apply = [program, 'apply', '-f', lab.documents, '--timeout', timeout, '--log-level', 'debug', ...options];
  const words = [program, 'lab', 'run', '--name', lab.name, '--', process.execPath, ...apply];
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const logged: Logged[] = [];
  let out = '';
  let rest = '';
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    logged.push(...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Logged));
    const reached = moment && logged.filter(({ message }) => message === moment.when).length >= moment.count;
    if (reached && !killed) killed = child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // The pipes close when the command in the lab has ended too.
    child.on('close', (code) => {
      const actions = (what: Moment['when']) =>
        logged.flatMap(({ message, action }) => (message === what && action ? [action] : []));
      resolve({
        code: code ?? 137,
        out,
        killed,
        passes: logged.filter(({ message }) => message === 'planned').length,
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

/** The actions that must be executed once per tenant or host, by name. */
export function onceOnly(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action) => {
    if (action.operation === 'container-create') return [`create ${action.name}`];
    if (action.operation === 'container-template') return [`template on ${action.host}`];
    if (action.operation === 'member-permit') return [`initial master of ${tenantOf(action.folder)}`];
    if (action.operation === 'member-mark') return [`mark ${action.mark} in ${action.folder}`];
    return [];
  });
}

/** `…/members/acme-r1` → `acme` */
function tenantOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1).replace(/-[^-]*$/, '');
}

/** The names that occur more than once. */
export function twice(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
