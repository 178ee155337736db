import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepalivedConf } from '../../../renderers/keepalived/keepalived-conf.ts';
import { vipNotify } from '../../../renderers/keepalived/notify.ts';
import { vipSettings } from '../../../renderers/keepalived/settings.ts';
import { takeoverCheck } from '../../../renderers/keepalived/takeover.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { reveal, type Text } from '../../../renderers/lib/text.ts';

const vip = '192.168.250.10';
const tables = ['rtb-1', 'rtb-2'];

/** The scripts of a proxy with an overlay address in a real shell, with an EC2 whose route tables are files. */
for (const signs of [true, false])
  describe(`an overlay address, with ${signs ? 'curl that signs' : 'the aws command'}`, () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'vip-routes-'));
      for (const name of ['bin', 'states', 'results', 'routes']) mkdirSync(join(folder, name));
      const host = { pair: 'front', vip, device: 'ens5' };
      const settings = { ...host, networkInterfaceId: 'eni-1', region: 'lab-1', endpoint: 'http://ec2/', tables };
      write('settings', reveal(vipSettings(settings)));
      const addresses = { address: '10.80.1.21', peerAddress: '10.80.2.22' };
      const conf = { ...host, ...addresses, host: 'proxy-1', routerId: 51, advertIntervalMs: 200, priority: 110 };
      write('keepalived.conf', reveal(keepalivedConf(conf)));
      stub('logger', `echo "$*" >>${folder}/log`);
      stub('timeout', 'shift; exec "$@"');
      stub('ip', `echo ${vip}/32`);
      stub('socat', 'echo "socat: Connection timed out" >&2; exit 1');
      masterFor(4);
      ec2();
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    const kept = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
    const routes = () => tables.map((table) => kept(`routes/${table}`).trim());
    const calls = () => kept('calls').trim().split('\n').filter(Boolean).sort();

    function stub(name: string, body: string): void {
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    }

    /** Time passes in sleeps only. After so many of them another host has become master; `then`: what happens at each. */
    function masterFor(sleeps: number, then = ':'): void {
      const end = `rm -f ${folder}/states/front.yield; echo "BACKUP 1 99999999999 1" >${folder}/states/front`;
      stub(
        'sleep',
        `echo >>${folder}/sleeps\ncount=$(wc -l <${folder}/sleeps)\n${then}\n[ "$count" -lt ${sleeps} ] || { ${end}; }`,
      );
    }

    /** EC2, asked by curl or the aws command. `refuse`: what is refused (`ReplaceRoute rtb-2`), and with which code. */
    function ec2(refuse = 'none', code = 'UnauthorizedOperation'): void {
      write(
        'ec2',
        `# CALL TABLE INTERFACE DRY: prints the answer, and fails with a code in code. A dry run is refused as the call itself.
code=''
[ -n "$4" ] || echo "$1 $2" >>${folder}/calls
case "$1 $2" in ${refuse}) code=${code}; return ;; esac
case $1 in
  ReplaceRoute) [ -e ${folder}/routes/$2 ] || { code=InvalidParameterValue; words="There is no route defined for '${vip}/32'"; return; } ;;
  CreateRoute) [ ! -e ${folder}/routes/$2 ] || { code=RouteAlreadyExists; return; } ;;
esac
[ -z "$4" ] || { code=DryRunOperation; return; }
case $1 in *Route) echo $3 >${folder}/routes/$2 ;; esac
`,
      );
      const shown = (line: string) =>
        `for table in ${tables.join(' ')}; do [ ! -e ${folder}/routes/$table ] || { read -r to <${folder}/routes/$table; ${line}; }; done`;
      stub(
        'curl',
        `for last in "$@"; do :; done
[ "$1" != --help ] || { echo ${signs ? '--aws-sigv4' : '--none'}; exit; }
cat >/dev/null
value() { printf '%s' "$*" | tr '& ' '\\n\\n' | sed -n "s/^$name=//p"; }
case "$*" in
  */api/token) printf token-1 ;;
  */local-ipv4) printf 10.80.1.21 ;;
  */mac) printf 06:00 ;;
  */vpc-id) printf vpc-1 ;;
  */security-credentials/) printf role-1 ;;
  */role-1) echo '{ "AccessKeyId" : "A", "SecretAccessKey" : "B", "Token" : "C" }' ;;
  *Action=DescribeInstances*) echo "<instanceId>i-2</instanceId>"; echo 200 ;;
  *Action=*)
    name=Action; call=$(value "$@"); name=RouteTableId; table=$(value "$@")
    name=NetworkInterfaceId; to=$(value "$@"); name=DryRun; dry=$(value "$@")
    set -- "$call" "$table" "$to" "$dry"
    . ${folder}/ec2
    [ -z "$code" ] || { echo "<Error><Code>$code</Code><Message>\${words:-no}</Message></Error>"; echo 400; exit; }
    if [ "$call" = DescribeRouteTables ]; then
      echo '<routeTableSet>'
      ${shown(`printf '<item><routeSet>\\n <item>\\n  <destinationCidrBlock>10.80.0.0/16</destinationCidrBlock>\\n  <gatewayId>local</gatewayId>\\n </item>\\n <item>\\n  <destinationCidrBlock>${vip}/32</destinationCidrBlock>\\n  <instanceId>i-%s</instanceId>\\n  <networkInterfaceId>%s</networkInterfaceId>\\n </item>\\n</routeSet></item>' "\${to#eni-}" "$to"`)}
    fi
    echo; echo 200 ;;
  *) ;;
esac`,
      );
      stub(
        'aws',
        `call='' table='' to='' dry=''
for word in "$@"; do
  case $previous$word in
    *describe-instances) echo i-2; exit ;;
    *describe-route-tables) call=DescribeRouteTables ;;
    *replace-route) call=ReplaceRoute ;;
    *create-route) call=CreateRoute ;;
    --route-table-id*) table=$word ;;
    --network-interface-id*) to=$word ;;
    *--dry-run) dry=yes ;;
  esac
  previous=$word
done
set -- "$call" "$table" "$to" "$dry"
. ${folder}/ec2
[ -z "$code" ] || { echo "An error occurred ($code) when calling the $call operation: \${words:-no}" >&2; exit 254; }
[ "$call" = DescribeRouteTables ] || exit 0
${shown(`printf '%s\\ti-%s\\n' "$to" "\${to#eni-}"`)}`,
      );
    }

    function run(script: Text, ...words: string[]): void {
      const source = reveal(script)
        .replaceAll(vipPlaces.states, join(folder, 'states'))
        .replaceAll(vipPlaces.takeovers, join(folder, 'results'))
        .replaceAll(vipPlaces.settings, join(folder, 'settings'))
        .replaceAll(vipPlaces.configuration, join(folder, 'keepalived.conf'))
        .replace('PATH=/usr/local/sbin', `PATH=${join(folder, 'bin')}:/usr/local/sbin`);
      write('script', source);
      const { stderr } = spawnSync('sh', [join(folder, 'script'), 'front', ...words], {
        encoding: 'utf8',
        timeout: 15_000,
      });
      expect(stderr).to.equal('');
    }

    const lead = (...targets: readonly (string | undefined)[]) =>
      targets.map((target, index) => target && write(`routes/${tables[index]}`, `${target}\n`));

    it('as master it replaces the route in each table, and confirms it', () => {
      lead('eni-2', 'eni-2');
      run(vipNotify(), 'MASTER');
      expect(routes()).to.deep.equal(['eni-1', 'eni-1']);
      expect(kept('states/front.move')).to.match(/^confirmed \d+ 192\.168\.250\.10 is on eni-1\n$/);
      expect(calls().filter((call) => call.startsWith('Create'))).to.deep.equal([]);
    });

    it('creates the route in a table that has none', () => {
      lead('eni-2', undefined);
      run(vipNotify(), 'MASTER');
      expect(routes()).to.deep.equal(['eni-1', 'eni-1']);
      expect(calls()).to.include.members(['CreateRoute rtb-2', 'ReplaceRoute rtb-1', 'ReplaceRoute rtb-2']);
    });

    it('is not done while one table is refused, says which, and retries', () => {
      lead('eni-2', 'eni-2');
      ec2('"ReplaceRoute rtb-2"');
      masterFor(12);
      run(vipNotify(), 'MASTER');
      expect(routes()).to.deep.equal(['eni-1', 'eni-2']);
      expect(kept('states/front.move')).to.match(
        /^failed \d+ EC2 at http:\/\/ec2\/ refused: .*UnauthorizedOperation.* in rtb-2\n$/,
      );
    });

    it('changes nothing if another host has become master', () => {
      lead('eni-2', 'eni-2');
      stub('ip', ':');
      run(vipNotify(), 'MASTER');
      expect(routes()).to.deep.equal(['eni-2', 'eni-2']);
      expect(calls()).to.deep.equal([]);
    });

    it('takes one table back, once, that a late call of the former master has changed', () => {
      lead('eni-2', 'eni-2');
      masterFor(6, `[ "$count" != 2 ] || echo eni-2 >${folder}/routes/rtb-2`);
      run(vipNotify(), 'MASTER');
      expect(routes()).to.deep.equal(['eni-1', 'eni-1']);
      expect(kept('log')).to.include('went to another network interface');
    });

    it('leaves it to the other proxy, which takes it again and again and does not hear this one', () => {
      lead('eni-2', 'eni-2');
      masterFor(30, `echo eni-2 >${folder}/routes/rtb-1; echo eni-2 >${folder}/routes/rtb-2`);
      run(vipNotify(), 'MASTER');
      expect(routes()).to.deep.equal(['eni-2', 'eni-2']);
      expect(kept('log')).to.include('leaving 192.168.250.10 to the other proxy');
    });

    const outcome = () => kept('results/front').replace(/^\d+ /, '').trim();

    it('the standby tries every call in every table as a dry run', () => {
      lead('eni-2', undefined);
      run(takeoverCheck());
      expect(outcome()).to.equal('able -');
      expect(routes()).to.deep.equal(['eni-2', '']);
    });

    for (const call of ['"DescribeRouteTables "', '"ReplaceRoute rtb-2"', '"CreateRoute rtb-1"'])
      it(`the standby may not ${call}`, () => {
        ec2(call);
        run(takeoverCheck());
        expect(outcome()).to.match(/^permission UnauthorizedOperation/);
      });

    it('EC2 would refuse the interface', () => {
      ec2('"CreateRoute rtb-2"', 'InvalidParameterValue');
      run(takeoverCheck());
      expect(outcome()).to.match(/^refused InvalidParameterValue/);
    });

    it('a route table is gone', () => {
      ec2('"ReplaceRoute rtb-2"', 'InvalidRouteTableID.NotFound');
      run(takeoverCheck());
      expect(outcome()).to.match(/^refused InvalidRouteTableID\.NotFound/);
    });
  });
