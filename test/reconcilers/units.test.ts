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

  it('without systemd, are services of init', async () => {
    // Neither is on the search path of this shell: init's own are functions, and a.service has a script.
    const init = `mkdir -p "$d/init.d" && printf '' >"$d/init.d/a" && chmod +x "$d/init.d/a"
command() { case $2 in systemctl) return 1 ;; *) return 0 ;; esac; }
service() { [ "$1 $2" = 'a status' ]; }
chkconfig() { [ "$1" = a ]; }
`;
    const script = reveal(units.script(ask)).replaceAll('/etc/init.d', '$d/init.d');
    const { code, out, err } = await run(['sh', '-c', `d=$(mktemp -d); ${init}${script}\nrm -r "$d"`]);
    expect(units.read({ exit: code, stdout: out, stderr: err, truncated: false }, ask)).to.deep.equal({
      state: 'present',
      value: [
        { unit: 'a.service', loaded: true, active: 'active', enabled: true, needsDaemonReload: false },
        { unit: 'b.service', loaded: false, active: 'inactive', enabled: false, needsDaemonReload: false },
      ],
    });
  });
});
