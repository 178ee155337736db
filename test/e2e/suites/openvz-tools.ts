import { expect } from 'chai';
import { type Lab, must } from '../support/lab.ts';

/** The stand-ins for vzctl and vzlist on a host do what the manual pages say. Containers have the numbers 700 and up. */
export function openvzToolsSuite(lab: () => Lab): void {
  const on = (script: string) => lab().host('redis-1', script);
  /** The exit code of the last command. */
  const code = async (script: string) => (await on(script)).code;
  const init = `printf '#!/bin/sh\\ntrap "exit 0" TERM\\nwhile :; do sleep 1 & wait; done\\n' >sbin/init
printf '#!/bin/sh\\nkill -TERM 1\\n' >sbin/halt
chmod 755 sbin/init sbin/halt`;

  before(() =>
    must(
      on(`set -e
cp /srv/templates/redis-bookworm.tar.gz /vz/template/cache/small.tar.gz
vzctl create 701 --ostemplate small --diskspace 512M --hostname tool --description 'mine' </dev/null
vzctl mount 701; cd /vz/root/701; ${init}; cd /; vzctl umount 701`),
    ),
  );
  after(() =>
    must(on('vzctl stop 701 --fast; vzctl destroy 701; rm -f /vz/template/cache/small.tar.gz /etc/vz/conf/701.*')),
  );

  const refusals: readonly (readonly [string, string, number])[] = [
    ['create: an existing private area', 'vzctl create 701 --ostemplate small', 44],
    ['create: a missing template', 'vzctl create 702 --ostemplate none', 91],
    ['create: no network device', 'vzctl create 702 --netif_add eth0', 21],
    ['create: no ram', 'vzctl create 702 --ram 1G', 21],
    ['create: no onboot', 'vzctl create 702 --onboot yes', 21],
    ['create: a reserved number', 'vzctl create 100 --ostemplate small', 21],
    ['set: an unknown option', 'vzctl set 701 --bogus 1 --save', 21],
    ['set: an invalid value', 'vzctl set 701 --onboot maybe --save', 21],
    ['set: a device name that is too long', 'vzctl set 701 --netif_add eth0,,sixteen-letters-x --save', 21],
    ['set: a stopped container, without --save', 'vzctl set 701 --cpulimit 10', 31],
    ['set: a missing container', 'vzctl set 799 --onboot yes --save', 14],
    ['start: a missing container', 'vzctl start 799', 14],
    ['start: disabled', 'vzctl set 701 --disabled yes --save; vzctl start 701', 105],
    ['exec2: a stopped container', 'vzctl exec2 701 true', 31],
    ['stop: a stopped container is no error', 'vzctl stop 701', 0],
    ['umount: an unmounted container', 'vzctl umount 701', 40],
    ['destroy: mounted', 'vzctl mount 701; vzctl destroy 701; code=$?; vzctl umount 701; exit $code', 41],
    [
      'locked',
      'mkdir -p /vz/lock; echo $$ >/vz/lock/701.lck; vzctl start 701; code=$?; rm /vz/lock/701.lck; exit $code',
      9,
    ],
    [
      'the lock of a dead process has no effect',
      'echo 999999 >/vz/lock/701.lck; vzctl set 701 --disabled no --save',
      0,
    ],
    ['an unknown name', 'vzctl start nobody', 21],
    [
      'start: a template without a distribution is configured as Red Hat, and as Debian if DISTRIBUTION says so',
      `set -e
vzctl start 701; test -f /vz/root/701/etc/sysconfig/network; rm /vz/root/701/etc/sysconfig/network; vzctl stop 701 --fast
echo 'DISTRIBUTION="debian"' >>/etc/vz/conf/701.conf
vzctl start 701; test ! -e /vz/root/701/etc/sysconfig/network; vzctl stop 701 --fast`,
      0,
    ],
    [
      'an action script that fails',
      'cd /etc/vz/conf; printf "#!/bin/sh\\nexit 3\\n" >701.mount; chmod 755 701.mount; vzctl start 701; code=$?; rm 701.mount; exit $code',
      79,
    ],
    [
      'an init that begins with an empty line',
      'cd /etc/vz/conf; printf "#!/bin/sh\\n. /etc/vz/vz.conf; cd /vz/root/701/sbin; mv init kept; (echo; cat kept) >init; chmod 755 init\\n" >701.mount; chmod 755 701.mount; vzctl start 701; code=$?; rm 701.mount; vzctl mount 701 >/dev/null; mv /vz/root/701/sbin/kept /vz/root/701/sbin/init; vzctl umount 701 >/dev/null; exit $code',
      47,
    ],
    ['after which nothing is mounted', 'mountpoint -q /vz/root/701', 32],
    [
      'an action script that begins with an empty line',
      'cd /etc/vz/conf; printf "\\n#!/bin/sh\\nexit 0\\n" >701.mount; chmod 755 701.mount; vzctl start 701; code=$?; rm 701.mount; exit $code',
      79,
    ],
    [
      'an action script that is not executable',
      'cd /etc/vz/conf; printf "#!/bin/sh\\nexit 0\\n" >701.mount; chmod 644 701.mount; vzctl start 701; code=$?; rm 701.mount; exit $code',
      79,
    ],
    [
      'a container that was left mounted is mounted again at its start',
      'cd /etc/vz/conf; vzctl mount 701; printf "#!/bin/sh\\ntouch /tmp/again\\n" >701.mount; chmod 755 701.mount; vzctl start 701; vzctl stop 701 --fast; rm 701.mount /tmp/again',
      0,
    ],
    [
      'a halt that begins with an empty line: the container is killed',
      'vzctl start 701; cd /vz/root/701/sbin; mv halt kept; (echo; cat kept) >halt; chmod 755 halt; cd /; vzctl stop 701 | grep Killing >/dev/null; code=$?; vzctl mount 701 >/dev/null; mv /vz/root/701/sbin/kept /vz/root/701/sbin/halt; vzctl umount 701 >/dev/null; exit $code',
      0,
    ],
  ];
  for (const [why, script, expected] of refusals) it(why, async () => expect(await code(script)).to.equal(expected));

  it('vzlist prints [] for containers that do not exist, and exits with 1', async () => {
    const { code, out } = await on('vzlist -a -j 799');
    expect({ code, out }).to.deep.equal({ code: 1, out: '[]\n' });
  });

  it('set --save writes, and keeps other lines', async () => {
    const { out } = await must(
      on(`echo '# a remark' >>/etc/vz/conf/701.conf
vzctl set 701 --ram 96M --swap 0 --numproc 60 --cpulimit 20% --name tool --netif_add eth0,02:aa:00:00:00:01,vt701,FE:FF:FF:FF:FF:FF --save >/dev/null
vzctl set tool --netif_add eth0,,,,br-any --save >/dev/null
grep -E '^(#.*remark|PHYSPAGES|SWAPPAGES|NUMPROC|CPULIMIT|NAME|NETIF|DESCRIPTION)' /etc/vz/conf/701.conf; readlink /etc/vz/names/tool`),
    );
    expect(out.split('\n').filter(Boolean)).to.have.members([
      '# a remark',
      'PHYSPAGES="0:24576"',
      'SWAPPAGES="0"',
      'NUMPROC="60"',
      'CPULIMIT="20"',
      'NAME="tool"',
      'DESCRIPTION="mine"',
      'NETIF="ifname=eth0,bridge=br-any,mac=02:AA:00:00:00:01,host_ifname=vt701,host_mac=FE:FF:FF:FF:FF:FF"',
      '/etc/vz/conf/701.conf',
    ]);
  });

  it('a failing hook exits with 130, and leaves neither device nor mount', async () => {
    const { out } = await on(`cd /etc/vz; cp -p vznet.conf vznet.kept; echo 'EXTERNAL_SCRIPT=/bin/false' >vznet.conf
vzctl start 701 >/dev/null 2>&1; echo "code $?"
mv vznet.kept vznet.conf; ip link show vt701 >/dev/null 2>&1 || echo 'no device'; vzctl status 701`);
    expect(out).to.equal('code 130\nno device\nCTID 701 exist unmounted down\n');
  });

  it('the hook gets init, veth and the device, and only VEID in its environment', async () => {
    const { out } = await on(`cd /etc/vz; cp -p vznet.conf vznet.kept
printf '#!/bin/sh\\n(echo "$@"; env | grep -v -e PWD -e SHLVL -e _=) >/tmp/hook\\n' >/tmp/hook.sh; chmod 755 /tmp/hook.sh
echo 'EXTERNAL_SCRIPT=/tmp/hook.sh' >vznet.conf; vzctl start 701 >/dev/null 2>&1; mv vznet.kept vznet.conf; sort /tmp/hook`);
    expect(out).to.contain('init veth vt701').and.to.contain('VEID=701').and.not.to.contain('SSH');
  });

  it('settings take effect, and vzlist shows them', async () => {
    const fields = 'physpages.l,swappages.l,numproc.l,cpulimit,status';
    const { out } = await must(
      on(`vzlist -H -o ${fields} 701; vzctl set 701 --ram 128M >/dev/null 2>&1; vzlist -H -o physpages.l 701
cat /vz/root/701/etc/hostname >/dev/null 2>&1; vzctl exec2 701 'hostname; cat /sys/class/net/eth0/address'`),
    );
    expect(out.split('\n').map((line) => line.trim().replace(/ +/g, ' '))).to.deep.equal([
      '24576 0 60 20 running',
      '32768',
      'tool',
      '02:aa:00:00:00:01',
      '',
    ]);
  });

  it('a process that needs more memory than that is killed', async () => {
    const { out } = await on(`vzctl exec2 701 'head -c 200M /dev/zero | tail -c 190M | wc -c'; vzctl status 701`);
    expect(out).not.to.contain('199229440');
    expect(out).to.contain('running');
  });

  it('exec exits with 8 after any failure, exec2 with the code of the command; exec3 passes its arguments unchanged', async () => {
    const { out } = await on(
      `for one in exec exec2; do vzctl $one 701 'exit 7'; echo $?; done; vzctl exec2 701 echo '$((1+1))'; vzctl exec3 701 echo '$((1+1))'`,
    );
    expect(out).to.equal('8\n7\n2\n$((1+1))\n');
  });

  it('start and destroy of a running container exit with 32; stop runs halt inside; a second destroy exits with 14', async () => {
    const { out } = await on(`for words in 'start 701' 'destroy 701' 'stop 701' 'destroy 701' 'destroy 701'; do
vzctl $words >/dev/null 2>&1; echo "$words $?"; done; ls /etc/vz/conf | grep 701; vzctl status 701`);
    expect(out.split('\n')).to.deep.equal([
      'start 701 32',
      'destroy 701 32',
      'stop 701 0',
      'destroy 701 0',
      'destroy 701 14',
      '701.conf.destroyed',
      'CTID 701 deleted unmounted down',
      '',
    ]);
  });
}
