import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { secretsFrom } from '../../../../controller/adapters/files/secrets.ts';
import type { SecretReference } from '../../../../crds/load/passwords.ts';
import { Secret } from '../../../../crds/secret.ts';
import { temporaryFolder } from '../../../support/processes.ts';

describe('credentials by reference', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  const read = (reference: SecretReference) =>
    secretsFrom({ GOOD: 'value', EMPTY: '', LINES: 'a\nb', BELL: 'a\u0007' }, folder.path)(reference);
  const reason = (reference: SecretReference) => {
    const found = read(reference);
    return found instanceof Secret ? 'none' : found.missing;
  };
  const file = async (text: string, mode = 0o600) => {
    await writeFile(join(folder.path, 'password'), text);
    await chmod(join(folder.path, 'password'), mode);
    return { file: 'password' };
  };
  const value = (reference: SecretReference) => {
    const found = read(reference);
    return found instanceof Secret ? found.reveal() : found;
  };

  it('from the environment, with a name that is safe to show', () => {
    const secret = read({ env: 'GOOD' });
    expect(secret).to.be.instanceOf(Secret);
    expect(String(secret)).to.equal('***');
    expect(value({ env: 'GOOD' })).to.equal('value');
    expect(secret).to.have.property('reference', 'env GOOD');
  });

  it('from a file, relative to the current folder or absolute, without its last line break', async () => {
    expect(value(await file('secret\n'))).to.equal('secret');
    expect(value(await file('secret\r\n'))).to.equal('secret');
    expect(value(await file(' secret '))).to.equal(' secret ');
    expect(value({ file: join(folder.path, 'password') })).to.equal(' secret ');
  });

  it('reports why there is none', async () => {
    expect(reason({ env: 'NOPE' })).to.contain('not set');
    expect(reason({ env: 'EMPTY' })).to.contain('empty');
    expect(reason({ env: 'LINES' })).to.contain('line break');
    expect(reason({ env: 'BELL' })).to.contain('control character');
    expect(reason({ file: 'nope' }))
      .to.contain('there is no file')
      .and.contain(join(folder.path, 'nope'));
    expect(reason({ file: '.' })).to.contain('cannot be read (EISDIR)');
    expect(reason(await file('\n'))).to.contain('empty');
    expect(reason(await file('a\n\n'))).to.contain('line break');
    expect(reason(await file('x'.repeat(70_000)))).to.contain('larger');
  });

  it('refuses a file that is looser than 0640', async () => {
    for (const mode of [0o644, 0o660, 0o601, 0o604]) {
      expect(reason(await file('secret', mode)))
        .to.contain(`mode 0${mode.toString(8)}`)
        .and.contain('chmod 600');
    }
    for (const mode of [0o600, 0o640, 0o400, 0o440]) expect(value(await file('secret', mode))).to.equal('secret');
  });
});
