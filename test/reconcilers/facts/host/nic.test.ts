import { expect } from 'chai';
import { nicOf } from '../../../../reconcilers/facts/host/system/nic.ts';
import { system } from '../../../../reconcilers/facts/host/system.ts';
import { hostOperations } from '../../../../reconcilers/operations/index.ts';
import { reveal } from '../../../../renderers/lib/text.ts';
import { must, run } from '../../../e2e/support/lab.ts';

const old = '2.6.32-042stab145.3';
const cloud = '6.1.0-18-cloud-amd64';

/** A host's /boot, /lib/modules and tools, in a mount namespace that ends with the script. */
const tools = `mount -t tmpfs none /boot
upper=$(mktemp -d) && mount -t tmpfs none "$upper" && mkdir "$upper/up" "$upper/work"
mount -t overlay -o "lowerdir=/usr/lib,upperdir=$upper/up,workdir=$upper/work" none /usr/lib
mkdir /boot/grub
uname() { echo 5.0-running; }
systemctl() { :; }
ethtool() { if [ "$1" = -i ]; then printf 'driver: vif\\nversion: \\nbus-info: vif-0\\n'; fi; }
lsinitrd() { [ ! -s "$1" ] || sed 's,^,-rwxr--r-- 1 root root 57 Jan 1 00:00 lib/modules/,' "$1"; }
dracut() { echo "dracut $*" >>/boot/log; printf 'xen-blkfront.ko\\n' >"$4"; [ ! -f /boot/full ] && printf 'k/drivers/%s.ko\\n' "$3" >>"$4"; }
has() { mkdir -p "/lib/modules/$1" && printf '%s' "$2" >"/lib/modules/$1/modules.dep" && printf '%s' "\${3:-}" >"/lib/modules/$1/modules.builtin"; }
`;
const grub1 = `printf 'default=1\\ntitle a\\n\\tkernel /boot/vmlinuz-2.6.32-754 ro\\ntitle b\\n\\tkernel /boot/vmlinuz-${old} ro\\n' >/boot/grub/grub.conf\n`;
const grub2 = (first: string) =>
  `printf 'else\\n   set default="${first}"\\nfi\\nmenuentry x {\\n\\tlinux\\t/boot/vmlinuz-${cloud} root=PARTUUID=1 ro\\n}\\nmenuentry y {\\n\\tlinux\\t/boot/vmlinuz-6.1.0-17 ro\\n}\\n' >/boot/grub/grub.cfg\n`;
const dep = (path: string) => `'kernel/drivers/net/${path}: kernel/net/other.ko\n'`;
const image = (text: string) => `printf '${text}' >/boot/initramfs-${old}.img\n`;

async function asRoot(shell: string, script: string) {
  return run(['unshare', '-m', shell, '-c', tools + script]);
}

const args = {
  packages: [],
  programs: [],
  units: [],
  modules: [],
  paths: [],
  settings: [],
  drivers: ['ixgbevf'],
  initramfs: true,
};

async function nicOn(shell: string, setup: string) {
  const { out } = await must(asRoot(shell, setup + reveal(system.script(args))));
  return nicOf((word) =>
    out.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : [])),
  );
}

const cases: readonly (readonly [why: string, setup: string, kernel: string, modules: unknown, initramfs: unknown])[] =
  [
    ['no boot loader and no modules', '', '5.0-running', undefined, undefined],
    ['the default of GRUB 0.97', `${grub1}has ${old} ${dep('ixgbevf/ixgbevf.ko')}\n`, old, ['ixgbevf'], undefined],
    [
      'another kernel has it, but not the next one',
      `${grub1}has 5.0-running ${dep('ixgbevf.ko')}\nhas ${old} ''\n`,
      old,
      [],
      undefined,
    ],
    ['compressed', `${grub2('0')}has ${cloud} ${dep('intel/ixgbevf/ixgbevf.ko.xz')}\n`, cloud, ['ixgbevf'], undefined],
    ['built in', `${grub2('0')}has ${cloud} '' ${dep('ixgbevf.ko')}\n`, cloud, ['ixgbevf'], undefined],
    [
      'only a module that depends on it',
      `${grub2('0')}has ${cloud} 'kernel/other.ko: kernel/ixgbevf.ko\n'\n`,
      cloud,
      [],
      undefined,
    ],
    [
      'another driver whose name begins like it',
      `${grub2('0')}has ${cloud} ${dep('ixgbevf2.ko')}\n`,
      cloud,
      [],
      undefined,
    ],
    [
      'an entry chosen by its title, which does not contain the kernel',
      grub2('gnulinux-advanced-1'),
      '5.0-running',
      undefined,
      undefined,
    ],
    ['an initramfs without it', `${grub1}${image('k/xen-blkfront.ko\\n')}`, old, undefined, []],
    ['an initramfs with it', `${grub1}${image('k/ixgbevf.ko\\n')}`, old, undefined, ['ixgbevf']],
    [
      'an initramfs that does not need it',
      `${grub1}has ${old} '' ${dep('ixgbevf.ko')}\n${image('k/a.ko\\n')}`,
      old,
      ['ixgbevf'],
      ['ixgbevf'],
    ],
    ['an initramfs that cannot be listed', `${grub1}${image('')}`, old, undefined, undefined],
  ];

describe('the fact system: network driver', () => {
  for (const shell of ['sh', 'bash'])
    for (const [why, setup, kernel, modules, initramfs] of cases)
      it(`${shell}: ${why}`, async () =>
        expect(await nicOn(shell, setup)).to.deep.equal({ driver: 'vif', kernel, modules, initramfs }));
});

describe('the operation initramfs-driver', () => {
  const script = reveal(
    hostOperations['initramfs-driver'].script({
      operation: 'initramfs-driver',
      host: 'h',
      kernel: old,
      driver: 'ixgbevf',
    }),
  );
  const after = `cat /boot/log /boot/*.img; ls /boot\n`;
  const result = (setup: string) => asRoot('sh', `${setup}(set -eu\n${script}) || echo failed\n${after}`);

  it('rebuilds the image with the driver in it', async () => {
    const { out } = await result(image('old\\n'));
    expect(out.split('\n')).to.deep.equal([
      `dracut -f --add-drivers ixgbevf /boot/initramfs-${old}.img.ec2-redis-operator ${old}`,
      ...['xen-blkfront.ko', 'k/drivers/ixgbevf.ko', 'grub', `initramfs-${old}.img`, 'log', ''],
    ]);
  });

  it('does nothing if the driver is in it', async () => {
    const { out } = await result(image('k/ixgbevf.ko\\n'));
    expect(out.split('\n')).to.deep.equal(['k/ixgbevf.ko', 'grub', `initramfs-${old}.img`, '']);
  });

  it('leaves the image alone if dracut does not add the driver', async () => {
    const { out, err } = await result(`touch /boot/full\n${image('old\\n')}`);
    expect(out.split('\n').slice(2)).to.deep.equal(['old', 'full', 'grub', `initramfs-${old}.img`, 'log', '']);
    expect(out).to.match(/^failed\n/);
    expect(err).to.match(/dracut created no initramfs of .* with ixgbevf/);
  });
});
