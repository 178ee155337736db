import { expect } from 'chai';
import { units } from '../../reconcilers/questions/units.ts';
import { reveal } from '../../renderers/text.ts';
import { run } from '../lab/support/lab.ts';

const ask = { units: ['a.service', 'b.service'] };

describe('units', () => {
  it('systemd that does not answer is unknown, not a unit that is not there', async () => {
    const failing = 'systemctl() { echo "Failed to connect to bus" >&2; return 1; }\n';
    const { code, out, err } = await run(['sh', '-c', failing + reveal(units.script(ask))]);
    expect(units.read({ exit: code, stdout: out, stderr: err, truncated: false }, ask)).to.deep.equal({
      state: 'unknown',
      reason: 'exit 1: Failed to connect to bus',
    });
  });

  it('reads a line a unit', async () => {
    const answering =
      'systemctl() { printf "Id=x\\nLoadState=loaded\\nActiveState=active\\nUnitFileState=enabled\\nNeedDaemonReload=no\\n"; }\n';
    const { code, out, err } = await run(['sh', '-c', answering + reveal(units.script(ask))]);
    const seen = units.read({ exit: code, stdout: out, stderr: err, truncated: false }, ask);
    const facts = { loaded: true, active: 'active', enabled: true, needsDaemonReload: false };
    expect(seen).to.deep.equal({
      state: 'present',
      value: [
        { unit: 'a.service', ...facts },
        { unit: 'b.service', ...facts },
      ],
    });
  });

  it('takes an answer about fewer units for none', () => {
    const stdout = 'Id=a.service LoadState=loaded ActiveState=active UnitFileState=enabled NeedDaemonReload=no\n';
    expect(units.read({ exit: 0, stdout, stderr: '', truncated: false }, ask)).to.include({ state: 'unknown' });
  });
});
