import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { readSources } from '../../../../controller/adapters/files/yaml-files.ts';
import { temporaryFolder } from '../../../support/processes.ts';

describe('files of documents', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (name: string) => join(folder.path, name);
  const read = (paths: readonly string[], stdin = '') => readSources(paths, Readable.from([Buffer.from(stdin)]));

  before(async () => {
    folder = await temporaryFolder();
    await mkdir(at('fleet/deeper'), { recursive: true });
    await mkdir(at('empty'));
    await writeFile(at('fleet/b.yaml'), 'b');
    await writeFile(at('fleet/a.yml'), 'a');
    await writeFile(at('fleet/notes.txt'), 'no');
    await writeFile(at('fleet/deeper/c.yaml'), 'c');
    await writeFile(at('single.json'), '{}');
    await symlink(at('fleet/b.yaml'), at('link.yaml'));
  });
  after(() => folder.remove());

  it('a file by any name, a folder sorted and without its subfolders, standard input', async () => {
    const { sources, problems } = await read([at('single.json'), at('fleet'), '-'], 'piped');
    expect(problems).to.eql([]);
    expect(sources).to.eql(
      [
        { file: at('single.json'), text: '{}' },
        { file: at('fleet/a.yml'), text: 'a' },
        { file: at('fleet/b.yaml'), text: 'b' },
        { file: '(standard input)', text: 'piped' },
      ].map((source) => ({ ...source })),
    );
  });

  it('a file named twice is read once, under its first name', async () => {
    const { sources } = await read([at('link.yaml'), at('fleet'), at('fleet/b.yaml'), at('fleet')]);
    expect(sources.map((source) => source.file)).to.eql([at('link.yaml'), at('fleet/a.yml')]);
  });

  it('reports all problems at once, and reads what it can', async () => {
    const { sources, problems } = await read(
      [at('gone.yaml'), at('empty'), '-', '-', at('fleet/b.yaml'), '/dev/null/x'],
      'in',
    );
    expect(sources.map((source) => source.text)).to.eql(['in', 'b']);
    expect(problems.map((problem) => problem.path)).to.have.members([at('gone.yaml'), at('empty'), '-', '/dev/null/x']);
    const words = problems.map((problem) => problem.problem).join('\n');
    expect(words)
      .to.contain('no such file')
      .and.contain('holds no *.yaml')
      .and.contain('given twice')
      .and.contain('ENOTDIR');
    for (const problem of problems) expect(problem.remedy).not.to.equal('');
  });

  it('what is far too large is not read', async () => {
    const { truncate } = await import('node:fs/promises');
    await writeFile(at('huge.yaml'), '');
    await truncate(at('huge.yaml'), 64 * 1024 * 1024);
    const { problems } = await read([at('huge.yaml')]);
    expect(problems[0]?.problem).to.contain('larger than 32 MiB');
  });
});
