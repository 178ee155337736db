import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Lab } from './lab.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'dist/controller/main.js');

type Edit = readonly [from: string, to: string];

/** What differs in the lab: its region, its image and login, and a template that its hosts have. */
const inLab: readonly Edit[] = [
  ['region: eu-central-1', 'region: lab-1\n    endpoint: http://10.80.0.2:4566'],
  ['eu-central-1', 'lab-1'],
  ['user: admin', 'user: root'],
  ['identity: { agent: true }', 'identity: { file: /run/lab/id_ed25519 }'],
  ['ami-0123456789abcdef0', 'ami-0000000000000b012'],
  ['keyName: redis', 'keyName: lab'],
  ['instanceProfile: redis-proxy', 'instanceProfile: lab-proxy'],
  ['underlayMtu: 9001', 'underlayMtu: 9001\n    datapath: netdev'],
  ['from: { build: { suite: bookworm } }', 'tarball: /srv/templates/redis-bookworm.tar.gz'],
];

/** The documents of examples/aws for a lab, with these edits: the folder. Each edit has to match. `asOnAws`: what stays as it is. */
export function awsExample(lab: Lab, edits: readonly Edit[] = [], asOnAws: readonly string[] = []): string {
  const folder = dirname(lab.documents);
  const documents = mkdtempSync(join(folder, 'aws-'));
  const example = join(root, 'examples/aws');
  const missing = new Set(edits.map(([from]) => from));
  for (const file of readdirSync(example)) {
    let text = readFileSync(join(example, file), 'utf8');
    for (const [from, to] of [...edits, ...inLab.filter(([from]) => !asOnAws.includes(from))]) {
      if (text.includes(from)) missing.delete(from);
      text = text.replaceAll(from, to);
    }
    writeFileSync(join(documents, file), text.replaceAll('.aws/', `${folder}/`));
  }
  if (missing.size) throw new Error(`examples/aws has no ${[...missing].join(', ')} to edit`);
  return documents;
}

/** A machine on the internet, with the program on it. */
export function laptopOf(lab: () => Lab) {
  const outside = (...words: readonly string[]) =>
    lab().command('run', '--name', lab().name, '--from', 'outside', '--', ...words);
  return { outside, reconcile: (...words: readonly string[]) => outside(process.execPath, program, ...words) };
}
