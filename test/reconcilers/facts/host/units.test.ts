import { expect } from 'chai';
import { units } from '../../../../reconcilers/facts/host/units.ts';
import { reveal } from '../../../../renderers/lib/text.ts';
import { run } from '../../../e2e/support/lab.ts';

const args = { units: ['a.service', 'b.service'] };

describe('the fact units', () => {
  it('a systemd that does not respond is unknown, not a missing unit', async () => {
    const failing = 'systemctl() { echo "Failed to connect to bus" >&2; return 1; }\n';
    const { code, out, err } = await run(['sh', '-c', failing + reveal(units.script(args))]);
    expect(units.read({ exit: code, stdout: out, stderr: err, truncated: false }, args)).to.deep.equal({
      state: 'unknown',
      reason: 'exit 1: Failed to connect to bus',
    });
  });

  it('reads one line per unit', async () => {
    const answering =
      'systemctl() { printf "Id=x\\nLoadState=loaded\\nActiveState=active\\nUnitFileState=enabled\\nNeedDaemonReload=no\\n"; }\n';
    const { code, out, err } = await run(['sh', '-c', answering + reveal(units.script(args))]);
    const seen = units.read({ exit: code, stdout: out, stderr: err, truncated: false }, args);
    const facts = { loaded: true, active: 'active', enabled: true, needsDaemonReload: false };
    expect(seen).to.deep.equal({
      state: 'present',
      value: [
        { unit: 'a.service', ...facts },
        { unit: 'b.service', ...facts },
      ],
    });
  });

  it('output about fewer units is unknown', () => {
    const stdout = 'Id=a.service LoadState=loaded ActiveState=active UnitFileState=enabled NeedDaemonReload=no\n';
    expect(units.read({ exit: 0, stdout, stderr: '', truncated: false }, args)).to.include({ state: 'unknown' });
  });

  it('without systemd, reads services of init', async () => {
    // The commands of init are functions of this shell, and a.service has a script.
    const init = `mkdir -p "$d/init.d" && printf '' >"$d/init.d/a" && chmod +x "$d/init.d/a"
command() { case $2 in systemctl) return 1 ;; *) return 0 ;; esac; }
service() { [ "$1 $2" = 'a status' ]; }
chkconfig() { [ "$1" = a ]; }
`;
    const script = reveal(units.script(args)).replaceAll('/etc/init.d', '$d/init.d');
    const { code, out, err } = await run(['sh', '-c', `d=$(mktemp -d); ${init}${script}\nrm -r "$d"`]);
    expect(units.read({ exit: code, stdout: out, stderr: err, truncated: false }, args)).to.deep.equal({
      state: 'present',
      value: [
        { unit: 'a.service', loaded: true, active: 'active', enabled: true, needsDaemonReload: false },
        { unit: 'b.service', loaded: false, active: 'inactive', enabled: false, needsDaemonReload: false },
      ],
    });
  });
});
