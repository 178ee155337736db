import type { Broken } from './broken.ts';

/** What fits its schema and yet cannot be. */
export const across: readonly Broken[] = [
  {
    why: 'two documents with one name',
    edits: [{ file: 'tenant-globex.yaml', from: 'name: globex', to: 'name: acme' }],
    issues: [
      {
        at: 'tenant-globex.yaml:5:9',
        path: 'metadata.name',
        problem: 'there are two documents Tenant acme; the other is at tenant-acme.yaml:5',
        remedy: 'rename or remove one of them',
      },
    ],
  },
  {
    why: 'maintenance windows in an unknown time zone',
    edits: [
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: '  maintenance: { timezone: Europe/Berlim, windows: [{ start: "02:00", duration: 2h }] }\n  mesh:\n',
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:33:28',
        path: 'spec.maintenance.timezone',
        problem: 'there is no time zone Europe/Berlim',
        remedy: 'did you mean Europe/Berlin?',
      },
    ],
  },
  {
    why: 'maintenance windows that are too short or too long',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  maintenance:\n    windows:\n      - { days: [Sun], start: "02:00", duration: 5m }\n      - { days: [Mon], start: "02:00", duration: 25h }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:23:50',
        path: 'spec.maintenance.windows[0].duration',
        problem: '5m is not 10m to 24h',
        remedy: 'for any time of a day, use start 00:00 and 24h',
      },
      {
        at: 'tenant-acme.yaml:24:50',
        path: 'spec.maintenance.windows[1].duration',
        problem: '25h is not 10m to 24h',
        remedy: 'for any time of a day, use start 00:00 and 24h',
      },
    ],
  },
  {
    why: 'maintenance windows that overlap across the end of the week',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  maintenance:\n    windows:\n      - { days: [Sat], start: "23:00", duration: 2h }\n      - { days: [Sun], start: "00:30", duration: 1h }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:24:9',
        path: 'spec.maintenance.windows[1]',
        problem: 'the window overlaps the one at tenant-acme.yaml:23: both are open on Sun at 00:30',
        remedy: 'declare one window for both',
      },
    ],
  },
  {
    why: 'a maintenance window with one day twice',
    edits: [
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: '  maintenance: { windows: [{ days: [Sun, Sun], start: "02:00", duration: 2h }] }\n  mesh:\n',
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:33:28',
        path: 'spec.maintenance.windows[0]',
        problem: 'the window overlaps itself: it opens on Sun at 02:00 while it is still open',
        remedy: 'name each day once, or use a shorter duration',
      },
    ],
  },
  {
    why: 'a kernel setting whose name is a path',
    edits: [
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: "  preparation: { sysctls: { '../etc/passwd': '1' } }\n  mesh:\n",
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:33:46',
        path: 'spec.preparation.sysctls["../etc/passwd"]',
        problem: '../etc/passwd is not the name of a kernel setting',
        remedy: 'write it as sysctl -a does, such as vm.overcommit_memory',
      },
    ],
  },
  {
    why: 'a template that is brought without its digest',
    edits: [
      {
        file: 'cluster.yaml',
        from: 'tarball: /srv/templates/redis-bookworm.tar.gz',
        to: 'from: { file: /srv/x.tar.xz }',
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:42:7',
        path: 'spec.runtime.template.from',
        problem: 'sha256 is missing for this template',
        remedy: 'set spec.runtime.template.sha256 to what sha256sum prints for it',
      },
    ],
  },
  {
    why: 'the digest of a template that is not built yet',
    edits: [
      {
        file: 'cluster.yaml',
        from: 'tarball: /srv/templates/redis-bookworm.tar.gz',
        to: `sha256: ${'a'.repeat(64)}\n      from: { build: {} }`,
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:42:15',
        path: 'spec.runtime.template.sha256',
        problem: 'the digest of a template is not known before it is built',
        remedy: 'remove it',
      },
    ],
  },
  {
    why: 'a Cluster that does not exist',
    edits: [{ file: 'tenant-globex.yaml', from: 'clusterRef: quickstart', to: 'clusterRef: quickstrat' }],
    issues: [
      {
        at: 'tenant-globex.yaml:7:15',
        path: 'spec.clusterRef',
        problem: 'there is no Cluster named quickstrat',
        remedy: 'did you mean quickstart? Known names are quickstart',
      },
    ],
  },
  {
    why: 'a ProxyPair that does not exist',
    edits: [{ file: 'tenant-globex.yaml', from: 'proxyPairRef: front', to: 'proxyPairRef: rear' }],
    issues: [
      {
        at: 'tenant-globex.yaml:35:19',
        path: 'spec.expose.proxyPairRef',
        problem: 'there is no ProxyPair named rear',
        remedy: 'use one of front, or declare ProxyPair rear',
      },
    ],
  },
  {
    why: 'a host that does not exist',
    edits: [{ file: 'tenant-globex.yaml', from: 'host: redis-2', to: 'host: redis-9' }],
    issues: [
      {
        at: 'tenant-globex.yaml:16:13',
        path: 'spec.members[1].host',
        problem: 'Cluster quickstart has no host named redis-9',
        remedy: 'did you mean redis-1? Known names are redis-1, redis-2, redis-3',
      },
    ],
  },
  {
    why: 'a retention of zero for retired members',
    edits: [{ file: 'cluster.yaml', from: 'spec:\n', to: 'spec:\n  prune: { retainFor: 500ms }\n' }],
    issues: [
      {
        at: 'cluster.yaml:7:23',
        path: 'spec.prune.retainFor',
        problem: '500ms is not a multiple of 1s',
        remedy: 'use a value from 1s to 8760h, in multiples of 1s',
      },
    ],
  },
  {
    why: 'a member on a proxy host',
    edits: [{ file: 'tenant-globex.yaml', from: 'host: redis-2', to: 'host: proxy-1' }],
    issues: [
      {
        at: 'tenant-globex.yaml:16:13',
        path: 'spec.members[1].host',
        problem: 'host proxy-1 of Cluster quickstart has role proxy, but role redis is required here',
        remedy: 'use one of redis-1, redis-2, redis-3, or declare a host with role redis',
      },
    ],
  },
  {
    why: 'two members on one host',
    edits: [{ file: 'tenant-globex.yaml', from: 'host: redis-2', to: 'host: redis-1' }],
    issues: [
      {
        at: 'tenant-globex.yaml:16:13',
        path: 'spec.members[1].host',
        problem: 'members r1 and r2 are both on host redis-1; the other is at tenant-globex.yaml:13',
        remedy: 'give each member its own host, so that the loss of a host affects one member only',
      },
    ],
  },
  {
    why: 'an even number of members',
    edits: [
      {
        file: 'cluster.yaml',
        from: '    - name: proxy-1\n',
        to: '    - { name: redis-4, role: redis, adopt: { tag: { key: Name, value: redis-4 } } }\n    - name: proxy-1\n',
      },
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '    - { name: r4, host: redis-4, address: 10.101.0.14 }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:11:3',
        path: 'spec.members',
        problem: '4 members mean an even number of Sentinels, which can tie',
        remedy: 'declare 3 or 5 members',
      },
    ],
  },
  {
    why: 'two Redis hosts only',
    edits: [
      { file: 'cluster.yaml', from: 'name: redis-3\n      role: redis', to: 'name: redis-3\n      role: proxy' },
      { file: 'tenant-acme.yaml', without: true },
      { file: 'tenant-globex.yaml', without: true },
    ],
    issues: [
      {
        at: 'cluster.yaml:17:3',
        path: 'spec.hosts',
        problem: '2 of the hosts have role redis',
        remedy: 'declare at least 3 hosts with role redis',
      },
    ],
  },
  {
    why: 'one instance for two hosts',
    edits: [{ file: 'cluster.yaml', from: 'value: redis-2', to: 'value: redis-1' }],
    issues: [
      {
        at: 'cluster.yaml:23:7',
        path: 'spec.hosts[1].adopt',
        problem: 'two hosts adopt the instance with tag Name=redis-1; the other is at cluster.yaml:20',
        remedy: 'give each host its own instance',
      },
    ],
  },
  {
    why: 'one host for both halves of a pair',
    edits: [{ file: 'proxypair.yaml', from: '[proxy-1, proxy-2]', to: '[proxy-1, proxy-1]' }],
    issues: [
      {
        at: 'proxypair.yaml:8:20',
        path: 'spec.hosts[1]',
        problem: 'host proxy-1 is listed twice; the other is at proxypair.yaml:8',
        remedy: 'list two different proxy hosts that belong to no other pair',
      },
    ],
  },
  {
    why: 'one VLAN for two tenants',
    edits: [{ file: 'tenant-globex.yaml', from: 'vlan: 102', to: 'vlan: 101' }],
    issues: [
      {
        at: 'tenant-globex.yaml:9:11',
        path: 'spec.network.vlan',
        problem: 'VLAN 101 is already used by tenant acme, at tenant-acme.yaml:9',
        remedy: 'give each tenant its own VLAN: it isolates tenants from each other',
      },
    ],
  },
  {
    why: 'networks that overlap',
    edits: [{ file: 'tenant-globex.yaml', from: '10.102.0.0/24', to: '10.100.0.0/14' }],
    issues: [
      {
        at: 'tenant-acme.yaml:10:11',
        path: 'spec.network.cidr',
        problem: '10.101.0.0/24 overlaps 10.100.0.0/14 of tenant globex at tenant-globex.yaml:10',
        remedy: 'give each tenant a range of its own',
      },
    ],
  },
  {
    why: 'a network within the VPC',
    edits: [{ file: 'tenant-globex.yaml', from: '10.102.0.', to: '10.80.7.' }],
    issues: [
      {
        at: 'tenant-globex.yaml:10:11',
        path: 'spec.network.cidr',
        problem:
          "10.80.7.0/24 overlaps the VPC's 10.80.0.0/16 at cluster.yaml:11, so proxies would route it to the wrong network",
        remedy: 'use a range outside the VPC',
      },
    ],
  },
  {
    why: 'a network in a special range',
    edits: [{ file: 'tenant-globex.yaml', from: '10.102.0.', to: '169.254.7.' }],
    issues: [
      {
        at: 'tenant-globex.yaml:10:11',
        path: 'spec.network.cidr',
        problem: '169.254.7.0/24 overlaps 169.254.0.0/16 (link-local, where EC2 keeps its metadata)',
        remedy: 'use a private range, such as 10.101.0.0/24',
      },
    ],
  },
  {
    why: 'an address outside its network',
    edits: [{ file: 'tenant-acme.yaml', from: '10.101.0.12\n', to: '10.101.1.12\n' }],
    issues: [
      {
        at: 'tenant-acme.yaml:17:16',
        path: 'spec.members[1].address',
        problem: "10.101.1.12 is outside the tenant's network, 10.101.0.0/24",
        remedy: 'use an address from 10.101.0.1 to 10.101.0.254',
      },
    ],
  },
  {
    why: 'the broadcast address',
    edits: [{ file: 'tenant-acme.yaml', from: '10.101.0.12\n', to: '10.101.0.255\n' }],
    issues: [
      {
        at: 'tenant-acme.yaml:17:16',
        path: 'spec.members[1].address',
        problem: '10.101.0.255 is the broadcast address of 10.101.0.0/24',
        remedy: 'use an address from 10.101.0.1 to 10.101.0.254',
      },
    ],
  },
  {
    why: 'one address for two members',
    edits: [{ file: 'tenant-acme.yaml', from: '[10.101.0.1, 10.101.0.2]', to: '[10.101.0.1, 10.101.0.11]' }],
    issues: [
      {
        at: 'tenant-acme.yaml:37:34',
        path: 'spec.expose.proxyAddresses[1]',
        problem: '10.101.0.11 is given twice; the other is at tenant-acme.yaml:14',
        remedy: 'give each member and each proxy an address of its own',
      },
    ],
  },
  {
    why: 'a VIP outside the VPC',
    edits: [{ file: 'proxypair.yaml', from: '10.80.1.100', to: '10.81.1.100' }],
    issues: [
      {
        at: 'proxypair.yaml:9:8',
        path: 'spec.vip',
        problem: "10.81.1.100 is outside the Cluster's vpcCidr, 10.80.0.0/16",
        remedy: 'use an address from 10.80.0.1 to 10.80.255.254, or declare `overlay`',
      },
    ],
  },
  {
    why: 'an overlay address inside the VPC',
    edits: [{ file: 'proxypair.yaml', from: 'vip: 10.80.1.100', to: 'vip: 10.80.1.100\n  overlay: {}' }],
    issues: [
      {
        at: 'proxypair.yaml:9:8',
        path: 'spec.vip',
        problem: '10.80.1.100 is inside the VPC (10.80.0.0/16), where no route can lead it to a network interface',
        remedy: 'use an address outside, or remove `overlay` and place both proxies in one subnet',
      },
    ],
  },
  {
    why: 'an overlay address inside the network of a tenant, with a public address',
    edits: [
      {
        file: 'proxypair.yaml',
        from: 'vip: 10.80.1.100',
        to: 'vip: 10.101.0.100\n  overlay: {}\n  publicAddress: { create: true }',
      },
    ],
    issues: [
      {
        at: 'proxypair.yaml:9:8',
        path: 'spec.vip',
        problem: '10.101.0.100 is in 10.101.0.0/24 of tenant acme at tenant-acme.yaml:10',
        remedy: 'use an address that nothing in the VPC, its peers or the mesh has, such as 192.168.250.10',
      },
      {
        at: 'proxypair.yaml:11:3',
        path: 'spec.publicAddress',
        problem:
          '10.101.0.100 is an overlay address, to which EC2 binds no public address: no network interface has it',
        remedy: 'remove `publicAddress`, or `overlay` with a vip of a subnet that both proxies are in',
      },
    ],
  },
  {
    why: 'an overlay address that is not for hosts',
    edits: [{ file: 'proxypair.yaml', from: 'vip: 10.80.1.100', to: 'vip: 169.254.7.7\n  overlay: {}' }],
    issues: [
      {
        at: 'proxypair.yaml:9:8',
        path: 'spec.vip',
        problem: '169.254.7.7 is in 169.254.0.0/16 (link-local, where EC2 keeps its metadata)',
        remedy: 'use an address that nothing in the VPC, its peers or the mesh has, such as 192.168.250.10',
      },
    ],
  },
  {
    why: 'one port for two tenants',
    edits: [{ file: 'tenant-globex.yaml', from: 'port: 6380', to: 'port: 6379' }],
    issues: [
      {
        at: 'tenant-globex.yaml:36:11',
        path: 'spec.expose.port',
        problem: 'port 6379 of the ProxyPair is already used by tenant acme, at tenant-acme.yaml:36',
        remedy: 'give each tenant of a ProxyPair its own port',
      },
    ],
  },
  {
    why: "the port for a tenant of one proxy's own sshd",
    edits: [
      {
        file: 'cluster.yaml',
        from: 'name: proxy-1\n      role: proxy\n',
        to: 'name: proxy-1\n      role: proxy\n      ssh: { port: 6380 }\n',
      },
    ],
    issues: [
      {
        at: 'tenant-globex.yaml:36:11',
        path: 'spec.expose.port',
        problem: 'port 6380 of a proxy host is used by sshd',
        remedy: 'use another port, such as 6379',
      },
    ],
  },
  {
    why: "sshd's port for a tenant",
    edits: [{ file: 'tenant-globex.yaml', from: 'port: 6380', to: 'port: 22' }],
    issues: [
      {
        at: 'tenant-globex.yaml:36:11',
        path: 'spec.expose.port',
        problem: 'port 22 of a proxy host is used by sshd',
        remedy: 'use another port, such as 6379',
      },
    ],
  },
  {
    why: 'Redis and Sentinel on one port',
    edits: [{ file: 'tenant-acme.yaml', from: 'profile: balanced', to: 'port: 6379' }],
    issues: [
      {
        at: 'tenant-acme.yaml:33:11',
        path: 'spec.sentinel.port',
        problem: 'Redis and Sentinel cannot both listen on port 6379',
        remedy: 'give one of them another port',
      },
    ],
  },
  {
    why: 'a quorum without majority',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  members:\n',
        to: '  members:\n    - { name: r4, host: redis-4, address: 10.101.0.14 }\n    - { name: r5, host: redis-5, address: 10.101.0.15 }\n',
      },
      { file: 'tenant-acme.yaml', from: 'profile: balanced', to: 'quorum: 2' },
      {
        file: 'cluster.yaml',
        from: '    - name: proxy-1\n',
        to: '    - { name: redis-4, role: redis, adopt: { tag: { key: Name, value: redis-4 } } }\n    - { name: redis-5, role: redis, adopt: { tag: { key: Name, value: redis-5 } } }\n    - name: proxy-1\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:35:13',
        path: 'spec.sentinel.quorum',
        problem: 'a quorum of 2 is no majority of 5 Sentinels',
        remedy: 'omit it for 3, or use a number from 3 to 5',
      },
    ],
  },
  {
    why: 'more memory for data than there is',
    edits: [
      { file: 'tenant-acme.yaml', from: 'maxmemory: 128Mi', to: 'maxmemory: 256Mi' },
      { file: 'tenant-acme.yaml', from: 'disk: 1Gi', to: 'disk: 2Gi' },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:26:16',
        path: 'spec.redis.maxmemory',
        problem:
          'maxmemory 256Mi needs 376Mi of memory with 64Mi for pages that are copied while it is saved, 48Mi of overhead and 8Mi for output buffers of replicas, and there is 256Mi: the kernel would kill Redis',
        remedy: 'use redis.maxmemory 170Mi at most, or raise resources.memory',
      },
    ],
  },
  {
    why: 'output buffers of replicas that do not fit beside the data',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '    maxmemory: 128Mi\n    config:\n',
        to: '    config:\n      client-output-buffer-limit: replica 256mb 64mb 60\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:27:35',
        path: 'spec.redis.config.client-output-buffer-limit',
        problem:
          'maxmemory 128Mi needs 448Mi of memory with 32Mi for pages that are copied while it is saved, 32Mi of overhead and 256Mi for output buffers of replicas, and there is 256Mi: the kernel would kill Redis',
        remedy: 'use smaller buffers, or raise resources.memory',
      },
    ],
  },
  {
    why: 'output buffers of replicas without a limit',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: 'maxmemory-policy: noeviction\n',
        to: 'maxmemory-policy: noeviction\n      client-output-buffer-limit: slave 0 0 0\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:29:35',
        path: 'spec.redis.config.client-output-buffer-limit',
        problem: 'without a limit for the output buffers of replicas, one that hangs fills the memory of the master',
        remedy: 'name a limit, such as replica 32mb 0 0, or omit it for one that fits',
      },
    ],
  },
  {
    why: 'a disk that an append-only file and its rewrite would fill',
    edits: [{ file: 'tenant-acme.yaml', from: 'disk: 1Gi', to: 'disk: 768Mi' }],
    issues: [
      {
        at: 'tenant-acme.yaml:24:11',
        path: 'spec.resources.disk',
        problem:
          'a disk of 768Mi does not hold an append-only file, its rewrite and an RDB of maxmemory 128Mi each, and 512Mi for the system',
        remedy: 'use at least 896Mi, or redis.maxmemory 85Mi at most',
      },
    ],
  },
  {
    why: 'a disk that not even RDBs fit on',
    edits: [
      { file: 'tenant-acme.yaml', from: 'disk: 1Gi', to: 'disk: 512Mi' },
      { file: 'tenant-acme.yaml', from: 'maxmemory: 128Mi', to: 'appendonly: false' },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:24:11',
        path: 'spec.resources.disk',
        problem:
          'a disk of 512Mi does not hold an RDB and the next one of maxmemory 128Mi each, and 512Mi for the system',
        remedy: 'use at least 768Mi',
      },
    ],
  },
  {
    why: 'more replicas to write than there are',
    edits: [{ file: 'tenant-acme.yaml', from: 'maxmemory: 128Mi', to: 'minReplicasToWrite: 3' }],
    issues: [
      {
        at: 'tenant-acme.yaml:26:25',
        path: 'spec.redis.minReplicasToWrite',
        problem: '3 members have 2 replicas, and writes would require 3',
        remedy: 'use at most 2; 1 is the default',
      },
    ],
  },
  {
    why: 'a setting that the operator owns',
    edits: [{ file: 'tenant-acme.yaml', from: 'maxmemory-policy: noeviction', to: 'requirepass: hunter2' }],
    issues: [
      {
        at: 'tenant-acme.yaml:28:7',
        path: 'spec.redis.config.requirepass',
        problem: 'requirepass is not allowed in config: the operator sets or forbids it',
        remedy: 'use auth.passwordFrom',
      },
    ],
  },
  {
    why: 'settings that Redis would refuse, each by itself',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: 'maxmemory-policy: noeviction',
        to: "maxmemory-polcy: noeviction\n      maxmemory-policy: allkeys-lur\n      lfu-log-factor: abc\n      maxclients: '10'",
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:28:7',
        path: 'spec.redis.config.maxmemory-polcy',
        problem: 'Redis has no setting maxmemory-polcy',
        remedy: 'did you mean maxmemory-policy?',
      },
      {
        at: 'tenant-acme.yaml:29:25',
        path: 'spec.redis.config.maxmemory-policy',
        problem: '"allkeys-lur" is no value of maxmemory-policy',
        remedy:
          'one of volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction',
      },
      {
        at: 'tenant-acme.yaml:30:23',
        path: 'spec.redis.config.lfu-log-factor',
        problem: '"abc" is no value of lfu-log-factor',
        remedy: 'a number from 0 to 2147483647',
      },
      {
        at: 'tenant-acme.yaml:31:19',
        path: 'spec.redis.config.maxclients',
        problem:
          'with maxclients 10, HAProxy, Sentinel and the replicas, which need up to 32 connections, lock each other out',
        remedy: 'use 48 or more; 10000 is the default',
      },
    ],
  },
  {
    why: 'more connections of clients than Redis or HAProxy take',
    edits: [
      { file: 'tenant-acme.yaml', from: 'port: 6379', to: 'port: 6379\n    maxConnections: 9969' },
      { file: 'tenant-globex.yaml', from: 'port: 6380', to: 'port: 6380\n    maxConnections: 300' },
      { file: 'proxypair.yaml', from: 'vip: 10.80.1.100', to: 'vip: 10.80.1.100\n  haproxy: { maxConnections: 200 }' },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:37:21',
        path: 'spec.expose.maxConnections',
        problem:
          '9969 connections of clients and 32 of HAProxy, Sentinel and the replicas are more than maxclients allows',
        remedy: 'use 9968 or less, or raise maxclients in redis.config',
      },
      {
        at: 'tenant-globex.yaml:37:21',
        path: 'spec.expose.maxConnections',
        problem: '300 connections are more than haproxy.maxConnections of the ProxyPair, 200, for all tenants together',
        remedy: 'lower it, or raise haproxy.maxConnections',
      },
    ],
  },
  {
    why: 'an advertisement interval too precise for VRRP',
    edits: [{ file: 'proxypair.yaml', from: '200ms', to: '205ms' }],
    issues: [
      {
        at: 'proxypair.yaml:12:21',
        path: 'spec.vrrp.advertInterval',
        problem: '205ms is not a multiple of 10ms',
        remedy: 'use a value from 10ms to 40950ms, in multiples of 10ms',
      },
    ],
  },
  {
    why: 'a lag too precise for Redis',
    edits: [{ file: 'tenant-acme.yaml', from: 'maxmemory: 128Mi', to: 'minReplicasMaxLag: 2500ms' }],
    issues: [
      {
        at: 'tenant-acme.yaml:26:24',
        path: 'spec.redis.minReplicasMaxLag',
        problem: '2500ms is not a multiple of 1s',
        remedy: 'use a value from 1s to 1h, in multiples of 1s',
      },
    ],
  },
  {
    why: 'one router id for two pairs',
    edits: [
      {
        file: 'proxypair.yaml',
        append:
          '---\napiVersion: redis-ec2.dev/v1alpha1\nkind: ProxyPair\nmetadata: { name: rear }\nspec:\n  clusterRef: quickstart\n  hosts: [proxy-3, proxy-4]\n  vip: 10.80.1.101\n  vrrp: { routerId: 51 }\n',
      },
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: '    - { name: proxy-3, role: proxy, adopt: { tag: { key: Name, value: proxy-3 } } }\n    - { name: proxy-4, role: proxy, adopt: { tag: { key: Name, value: proxy-4 } } }\n  mesh:\n',
      },
    ],
    issues: [
      {
        at: 'proxypair.yaml:23:21',
        path: 'spec.vrrp.routerId',
        problem: 'VRRP router id 51 is already used by ProxyPair front, at proxypair.yaml:11',
        remedy: 'give each ProxyPair of a Cluster its own id',
      },
    ],
  },
  {
    why: 'the new password as the previous one',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: 'passwordFrom:\n      env: ACME_PASSWORD',
        to: 'passwordFrom:\n      env: ACME_PASSWORD\n    previousPasswordFrom:\n      env: ACME_PASSWORD',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:33:12',
        path: 'spec.auth.previousPasswordFrom.env',
        problem: 'it is the same password as the new one, at tenant-acme.yaml:31',
        remedy: 'give the password that was in use before, or take previousPasswordFrom out',
      },
    ],
  },
  {
    why: 'one password reference for two tenants',
    edits: [{ file: 'tenant-globex.yaml', from: 'GLOBEX_PASSWORD', to: 'ACME_PASSWORD' }],
    issues: [
      {
        at: 'tenant-globex.yaml:31:12',
        path: 'spec.auth.passwordFrom.env',
        problem: 'it is the same password as that of tenant acme, at tenant-acme.yaml:31',
        remedy: 'give each tenant its own password',
      },
    ],
  },
  {
    why: 'several issues in several files',
    edits: [
      { file: 'tenant-globex.yaml', from: 'port: 6380', to: 'port: 22' },
      { file: 'tenant-globex.yaml', from: 'vlan: 102', to: 'vlan: 101' },
      { file: 'proxypair.yaml', from: '10.80.1.100', to: '10.80.0.0' },
    ],
    issues: [
      {
        at: 'proxypair.yaml:9:8',
        path: 'spec.vip',
        problem: "10.80.0.0 is the network's own address",
        remedy: 'use an address from 10.80.0.1 to 10.80.255.254',
      },
      {
        at: 'tenant-globex.yaml:9:11',
        path: 'spec.network.vlan',
        problem: 'VLAN 101 is already used by tenant acme, at tenant-acme.yaml:9',
        remedy: 'give each tenant its own VLAN: it isolates tenants from each other',
      },
      {
        at: 'tenant-globex.yaml:36:11',
        path: 'spec.expose.port',
        problem: 'port 22 of a proxy host is used by sshd',
        remedy: 'use another port, such as 6379',
      },
    ],
  },
  {
    why: 'one VIP for two pairs, and a host in both',
    edits: [
      {
        file: 'proxypair.yaml',
        append:
          '---\napiVersion: redis-ec2.dev/v1alpha1\nkind: ProxyPair\nmetadata: { name: rear }\nspec:\n  clusterRef: quickstart\n  hosts: [proxy-2, proxy-3]\n  vip: 10.80.1.100\n  vrrp: { routerId: 52 }\n',
      },
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: '    - { name: proxy-3, role: proxy, adopt: { tag: { key: Name, value: proxy-3 } } }\n  mesh:\n',
      },
    ],
    issues: [
      {
        at: 'proxypair.yaml:21:11',
        path: 'spec.hosts[0]',
        problem: 'host proxy-2 already belongs to ProxyPair front, at proxypair.yaml:8',
        remedy: 'list two different proxy hosts that belong to no other pair',
      },
      {
        at: 'proxypair.yaml:22:8',
        path: 'spec.vip',
        problem: '10.80.1.100 is already the VIP of ProxyPair front, at proxypair.yaml:9',
        remedy: 'give each ProxyPair an address of its own',
      },
    ],
  },
  {
    why: 'a failover timeout shorter than down-after',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: 'profile: balanced',
        to: 'timings: { downAfter: 10s, failoverTimeout: 5s, checkInterval: 1s, checkFall: 2 }',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:33:49',
        path: 'spec.sentinel.timings.failoverTimeout',
        problem: 'failoverTimeout 5s is not longer than downAfter 10s',
        remedy: 'use about ten times downAfter',
      },
    ],
  },
  {
    why: 'hosts with one name',
    edits: [{ file: 'cluster.yaml', from: 'name: proxy-2\n', to: 'name: proxy-1\n' }],
    issues: [
      {
        at: 'cluster.yaml:30:13',
        path: 'spec.hosts[4].name',
        problem: 'there are two hosts named proxy-1; the other is at cluster.yaml:27',
        remedy: 'give each host a unique name',
      },
      {
        at: 'proxypair.yaml:8:20',
        path: 'spec.hosts[1]',
        problem: 'Cluster quickstart has no host named proxy-2',
        remedy: 'did you mean proxy-1? Known names are proxy-1',
      },
    ],
  },
  {
    why: 'members with one name',
    edits: [{ file: 'tenant-acme.yaml', from: 'name: r2', to: 'name: r1' }],
    issues: [
      {
        at: 'tenant-acme.yaml:15:13',
        path: 'spec.members[1].name',
        problem: 'there are two members named r1; the other is at tenant-acme.yaml:12',
        remedy: 'give each member a unique name',
      },
    ],
  },
];
