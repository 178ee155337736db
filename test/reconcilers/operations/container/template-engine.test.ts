import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { engineFunctions } from '../../../../reconcilers/operations/container/template-engine.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

const sh = (script: string, input = '') => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `set -eu\n${reveal(engineFunctions)}\n${script}`], {
    input,
    encoding: 'utf8',
  });
  return { status, out: stdout.trim(), err: stderr };
};
const holding = (...paths: readonly string[]) =>
  `tarball=x; there() { case " ${paths.join(' ')} " in *" $1 "*) ;; *) return 1 ;; esac; }`;

describe('what a template holds', () => {
  it('is seen by its server program; the names of Redis for Valkey do not count', () => {
    expect(sh(`${holding('usr/bin/redis-server')}\nengine_of`)).to.include({ status: 0, out: 'redis' });
    expect(sh(`${holding('usr/bin/valkey-server')}\nengine_of`)).to.include({ status: 0, out: 'valkey' });
    expect(sh(`${holding('usr/bin/redis-server', 'usr/bin/valkey-server')}\nengine_of`)).to.include({ out: 'valkey' });
    const none = sh(`${holding('usr/bin/ls')}\nengine_of`);
    expect(none.status).to.equal(1);
    expect(none.err).to.contain('it lacks /usr/bin/redis-server or /usr/bin/valkey-server');
  });

  it('runs as the user of its package, or as redis', () => {
    const passwd = 'root:x:0:0::/:\nredis:x:101:102::/:\nvalkey:x:100:101::/:\n';
    expect(sh('ids_of valkey', passwd).out).to.equal('100 101');
    expect(sh('ids_of redis', passwd).out).to.equal('101 102');
    expect(sh('ids_of valkey', 'redis:x:101:102::/:\n').out).to.equal('101 102');
    expect(sh('ids_of valkey', 'root:x:0:0::/:\n').out).to.equal('');
  });

  it('has to be complete', () => {
    const all = ['bin/sh', 'usr/bin/valkey-server', 'usr/bin/valkey-sentinel', 'usr/bin/valkey-cli'];
    const check = (paths: readonly string[], ids: string) =>
      sh(`${holding(...paths)}\nids='${ids}'\ncheck_needs valkey`);
    expect(check(all, '100 101').status).to.equal(0);
    expect(check(all.slice(0, 3), '100 101').err).to.contain('/usr/bin/valkey-cli');
    expect(check(all, '').err).to.contain('user valkey');
  });

  it('has the version that the list of packages says', () => {
    const list = (name: string, version: string) =>
      `Package: other-server\nVersion: 1.2.3\n\nPackage: ${name}\nStatus: install ok installed\nVersion: ${version}\n`;
    expect(sh('packaged redis', list('redis-server', '5:7.0.15-1~deb12u3')).out).to.equal('7.0.15');
    expect(sh('packaged redis', list('redis-server', '6:8.0.3-1rl1~bookworm1')).out).to.equal('8.0.3');
    expect(sh('packaged valkey', list('valkey-server', '8.1.1+dfsg1-3')).out).to.equal('8.1.1');
    expect(sh('packaged valkey', list('redis-server', '5:7.0.15')).out).to.equal('');
  });
});
