import { hosts, type Lab, must } from './lab.ts';

/**
 * The declared state of every host, as text: Open vSwitch, files, units, containers, markers. Left out is what depends on its history: which
 * member is master, numbers that the kernel assigns, and files that Redis and Sentinel write.
 */
export async function declaredState(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const texts = await Promise.all(hosts.map((host) => must(lab.host(host, script))));
  return Object.fromEntries(hosts.map((host, index) => [host, texts[index]?.out ?? '']));
}

const script = `export LC_ALL=C
echo '== ports'
ovs-vsctl --format=csv --no-heading --columns=name,tag,protected list Port | sort
echo '== interfaces'
ovs-vsctl --format=csv --no-heading --columns=name,type,options,error list Interface | sort
echo '== files'
find /etc/ec2-redis-operator /etc/systemd/system/ec2-redis-*.service /var/lib/lxc /etc/vz -type f -exec sha256sum {} + | sort -k2
find /etc/ec2-redis-operator /var/lib/lxc /var/lib/ec2-redis-operator/members -maxdepth 2 -printf '%M %u %p\\n' 2>/dev/null |
  grep -v console.log | sort -k3
echo '== markers'
find /var/lib/ec2-redis-operator/members -path '*/marks/*' 2>/dev/null | sort
echo '== units'
for unit in /etc/systemd/system/ec2-redis-*.service; do
  unit=\${unit##*/}; echo "$unit $(systemctl is-enabled "$unit") $(systemctl is-active "$unit")"
done
echo '== containers'
! command -v lxc-ls >/dev/null || lxc-ls -f -F NAME,STATE
! command -v vzlist >/dev/null || vzlist -a -o ctid,status,name,physpages.l,swappages.l,numproc.l,cpulimit,diskspace.h,onboot
echo '== addresses'
# keepalived decides which host has the virtual address.
ip -o -4 address show | awk '$4 !~ //32$/ { print $2, $4 }' | sort
`;
