import type { Broken } from './broken.ts';

/** What does not fit the schema of its kind. */
export const schema: readonly Broken[] = [
  {
    why: 'another apiVersion',
    edits: [{ file: 'cluster.yaml', from: 'redis-ec2.dev/v1alpha1', to: 'redis-ec2.dev/v1' }],
    issues: [
      {
        at: 'cluster.yaml:2:13',
        path: 'apiVersion',
        problem: '"redis-ec2.dev/v1" is not allowed here',
        remedy: 'it must be redis-ec2.dev/v1alpha1',
      },
    ],
  },
  {
    why: 'a misspelled field',
    edits: [{ file: 'tenant-globex.yaml', from: 'address: 10.102.0.12', to: 'adress: 10.102.0.12' }],
    issues: [
      {
        at: 'tenant-globex.yaml:17:7',
        path: 'spec.members[1].adress',
        problem: 'unknown field "adress"',
        remedy: 'did you mean address?',
      },
    ],
  },
  {
    why: 'an unknown field',
    edits: [{ file: 'cluster.yaml', from: '  mesh:\n', to: '  mesh:\n    colour: blue\n' }],
    issues: [
      {
        at: 'cluster.yaml:34:5',
        path: 'spec.mesh.colour',
        problem: 'unknown field "colour"',
        remedy: 'remove it; known fields are bridge, datapath, greKey, underlayMtu',
      },
    ],
  },
  {
    why: 'a missing required field',
    edits: [{ file: 'tenant-acme.yaml', from: '    vlan: 101\n', to: '' }],
    issues: [
      {
        at: 'tenant-acme.yaml:8:3',
        path: 'spec.network.vlan',
        problem: 'vlan is missing',
        remedy: 'add vlan (VLAN tag on the mesh, unique per tenant)',
      },
    ],
  },
  {
    why: 'an empty value',
    edits: [{ file: 'proxypair.yaml', from: 'vip: 10.80.1.100', to: 'vip:' }],
    issues: [
      {
        at: 'proxypair.yaml:9:3',
        path: 'spec.vip',
        problem: 'it is empty',
        remedy: 'give it an IPv4 address, such as 10.101.0.11',
      },
    ],
  },
  {
    why: 'a role that does not exist',
    edits: [
      { file: 'cluster.yaml', from: 'name: proxy-2\n      role: proxy', to: 'name: proxy-2\n      role: proxies' },
    ],
    issues: [
      {
        at: 'cluster.yaml:31:13',
        path: 'spec.hosts[4].role',
        problem: '"proxies" is not allowed here',
        remedy: 'it must be one of redis, proxy',
      },
    ],
  },
  {
    why: 'a number in quotes',
    edits: [{ file: 'tenant-acme.yaml', from: 'port: 6379', to: 'port: "6379"' }],
    issues: [
      {
        at: 'tenant-acme.yaml:36:11',
        path: 'spec.expose.port',
        problem: '"6379" is not a whole number',
        remedy: 'remove the quotes',
      },
    ],
  },
  {
    why: 'a number out of range',
    edits: [{ file: 'tenant-acme.yaml', from: 'vlan: 101', to: 'vlan: 4095' }],
    issues: [
      {
        at: 'tenant-acme.yaml:9:11',
        path: 'spec.network.vlan',
        problem: '4095 is too large',
        remedy: 'use a number from 1 to 4094',
      },
    ],
  },
  {
    why: 'an invalid address',
    edits: [{ file: 'tenant-acme.yaml', from: '10.101.0.12\n', to: '10.101.0.256\n' }],
    issues: [
      {
        at: 'tenant-acme.yaml:17:16',
        path: 'spec.members[1].address',
        problem: '"10.101.0.256" is not an IPv4 address',
        remedy: 'write it like 10.101.0.11',
      },
    ],
  },
  {
    why: 'a range with bits behind its prefix',
    edits: [{ file: 'tenant-acme.yaml', from: '10.101.0.0/24', to: '10.101.0.1/24' }],
    issues: [
      {
        at: 'tenant-acme.yaml:10:11',
        path: 'spec.network.cidr',
        problem: '"10.101.0.1/24" is not an IPv4 range that starts with its first address',
        remedy: 'write it like 10.101.0.0/24',
      },
    ],
  },
  {
    why: 'a duration without unit',
    edits: [{ file: 'proxypair.yaml', from: 'advertInterval: 200ms', to: 'advertInterval: 200' }],
    issues: [
      {
        at: 'proxypair.yaml:12:21',
        path: 'spec.vrrp.advertInterval',
        problem: '200 is not a duration with its unit (ms, s, m or h)',
        remedy: 'write a duration with its unit (ms, s, m or h), such as 5s',
      },
    ],
  },
  {
    why: 'a quantity as text',
    edits: [{ file: 'tenant-acme.yaml', from: 'memory: 256Mi', to: 'memory: 256 megabytes' }],
    issues: [
      {
        at: 'tenant-acme.yaml:22:13',
        path: 'spec.resources.memory',
        problem: '"256 megabytes" is not a number of bytes, with or without a unit (Ki, Mi, Gi, Ti, k, M, G, T)',
        remedy: 'write it like 512Mi',
      },
    ],
  },
  {
    why: 'a password in the document',
    edits: [{ file: 'tenant-acme.yaml', from: 'passwordFrom:\n      env: ACME_PASSWORD', to: 'password: hunter2' }],
    issues: [
      {
        at: 'tenant-acme.yaml:30:5',
        path: 'spec.auth.password',
        problem: 'unknown field "password"',
        remedy:
          'a document must not contain a password: use auth.passwordFrom.env: NAME or auth.passwordFrom.file: PATH',
      },
    ],
  },
  {
    why: 'a password instead of its reference',
    edits: [{ file: 'tenant-acme.yaml', from: 'passwordFrom:\n      env: ACME_PASSWORD', to: 'passwordFrom: hunter2' }],
    issues: [
      {
        at: 'tenant-acme.yaml:30:19',
        path: 'spec.auth.passwordFrom',
        problem: 'the value is not a mapping',
        remedy:
          'a document must not contain a password: use auth.passwordFrom.env: NAME or auth.passwordFrom.file: PATH',
      },
    ],
  },
  {
    why: 'a password under another name',
    edits: [{ file: 'tenant-acme.yaml', from: 'env: ACME_PASSWORD', to: 'value: hunter2' }],
    issues: [
      {
        at: 'tenant-acme.yaml:31:7',
        path: 'spec.auth.passwordFrom.value',
        problem: 'unknown field "value"',
        remedy:
          'a document must not contain a password: use auth.passwordFrom.env: NAME or auth.passwordFrom.file: PATH',
      },
    ],
  },
  {
    why: 'two references for one password',
    edits: [{ file: 'tenant-acme.yaml', from: 'env: ACME_PASSWORD', to: 'env: ACME_PASSWORD\n      file: /run/acme' }],
    issues: [
      {
        at: 'tenant-acme.yaml:30:5',
        path: 'spec.auth.passwordFrom',
        problem: 'env and file exclude each other',
        remedy: 'give exactly one of env, file',
      },
    ],
  },
  {
    why: 'a profile and timings',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: 'profile: balanced',
        to: 'profile: balanced\n    timings: { downAfter: 2s, failoverTimeout: 20s, checkInterval: 1s, checkFall: 2 }',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:32:3',
        path: 'spec.sentinel',
        problem: 'profile and timings exclude each other',
        remedy: 'keep one of profile, timings',
      },
    ],
  },
  {
    why: 'a setting as a number',
    edits: [{ file: 'tenant-acme.yaml', from: 'maxmemory-policy: noeviction', to: 'hz: 10' }],
    issues: [
      {
        at: 'tenant-acme.yaml:28:11',
        path: 'spec.redis.config.hz',
        problem: 'the value is not a single line of text without control characters',
        remedy: 'put it in quotes, so that it is text',
      },
    ],
  },
  {
    why: 'two members',
    edits: [
      { file: 'tenant-acme.yaml', from: '    - name: r3\n      host: redis-3\n      address: 10.101.0.13\n', to: '' },
    ],
    issues: [
      { at: 'tenant-acme.yaml:11:3', path: 'spec.members', problem: 'it has 2 entries', remedy: 'give at least 3' },
    ],
  },
  {
    why: 'a tenant name too long for a container',
    edits: [{ file: 'tenant-acme.yaml', from: 'name: acme\n', to: 'name: acme-corporation-of-europe\n' }],
    issues: [
      {
        at: 'tenant-acme.yaml:5:9',
        path: 'metadata.name',
        problem: '"acme-corporation-of-europe" has 26 characters',
        remedy: 'use at most 20',
      },
    ],
  },
  {
    why: 'a bridge name too long for the kernel',
    edits: [{ file: 'cluster.yaml', from: 'bridge: br-mesh', to: 'bridge: br-mesh-of-quickstart' }],
    issues: [
      {
        at: 'cluster.yaml:34:13',
        path: 'spec.mesh.bridge',
        problem: '"br-mesh-of-quickstart" has 21 characters',
        remedy: 'use at most 15',
      },
    ],
  },
  {
    why: 'an invalid instance id',
    edits: [{ file: 'cluster.yaml', from: '{ tag: { key: Name, value: redis-1 } }', to: '{ instanceId: redis-1 }' }],
    issues: [
      {
        at: 'cluster.yaml:20:28',
        path: 'spec.hosts[0].adopt.instanceId',
        problem: '"redis-1" is not an instance id',
        remedy: 'write it like i-0123456789abcdef0',
      },
    ],
  },
  {
    why: 'an empty mapping',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  redis:\n    maxmemory: 128Mi\n    config:\n      maxmemory-policy: noeviction\n',
        to: '  redis:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:25:3',
        path: 'spec.redis',
        problem: 'it is empty',
        remedy: 'give it a mapping, or remove the line for its default',
      },
    ],
  },
  {
    why: 'text for a boolean',
    edits: [{ file: 'tenant-acme.yaml', from: 'maxmemory: 128Mi', to: 'appendonly: "yes"' }],
    issues: [
      {
        at: 'tenant-acme.yaml:26:17',
        path: 'spec.redis.appendonly',
        problem: '"yes" is not true or false',
        remedy: 'write true or false',
      },
    ],
  },
  {
    why: 'a list of one proxy address',
    edits: [{ file: 'tenant-acme.yaml', from: '[10.101.0.1, 10.101.0.2]', to: '[10.101.0.1]' }],
    issues: [
      {
        at: 'tenant-acme.yaml:37:5',
        path: 'spec.expose.proxyAddresses',
        problem: 'it has 1 entry',
        remedy: 'give exactly 2',
      },
    ],
  },
  {
    why: 'no way to log in',
    edits: [
      { file: 'cluster.yaml', from: '    identity:\n      file: /run/lab/id_ed25519\n', to: '    identity: {}\n' },
    ],
    issues: [
      {
        at: 'cluster.yaml:14:5',
        path: 'spec.ssh.identity',
        problem: 'neither file nor agent is given',
        remedy: 'give exactly one of file, agent',
      },
    ],
  },
  {
    why: 'a setting with a line break',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: 'maxmemory-policy: noeviction',
        to: 'maxmemory-policy: "noeviction\\nrequirepass x"',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:28:25',
        path: 'spec.redis.config.maxmemory-policy',
        problem: 'the value is not a single line of text without control characters',
        remedy: 'write it like noeviction',
      },
    ],
  },
  {
    why: 'an unknown preparation mode',
    edits: [{ file: 'cluster.yaml', from: '  mesh:\n', to: '  preparation: { mode: upgrade }\n  mesh:\n' }],
    issues: [
      {
        at: 'cluster.yaml:33:24',
        path: 'spec.preparation.mode',
        problem: '"upgrade" is not allowed here',
        remedy: 'it must be one of install, check',
      },
    ],
  },
  {
    why: 'a kernel setting that is no number',
    edits: [
      { file: 'cluster.yaml', from: '  mesh:\n', to: '  preparation: { sysctls: { vm.swappiness: low } }\n  mesh:\n' },
    ],
    issues: [
      {
        at: 'cluster.yaml:33:44',
        path: 'spec.preparation.sysctls["vm.swappiness"]',
        problem: '"low" is not numbers, or "unmanaged"',
        remedy: 'write it like 10240 65535',
      },
    ],
  },
  {
    why: 'a repository without the digest of its key',
    edits: [
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: '  preparation:\n    repositories:\n      - { name: ours, system: debian-12, url: "https://x", key: { url: "https://x/k" } }\n  mesh:\n',
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:35:60',
        path: 'spec.preparation.repositories[0].key.sha256',
        problem: 'sha256 is missing',
        remedy:
          'add sha256, such as sha256: the output of sha256sum (Required SHA-256 digest of the key file. A different key is not trusted)',
      },
    ],
  },
  {
    why: 'a maintenance window at 25:00',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  maintenance: { windows: [{ start: "25:00", duration: 2h }] }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:37',
        path: 'spec.maintenance.windows[0].start',
        problem: '"25:00" is not a time of day as hours and minutes',
        remedy: 'write it like 02:00',
      },
    ],
  },
  {
    why: 'a maintenance window on a day that does not exist',
    edits: [
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: '  maintenance: { windows: [{ days: [Satn], start: "02:00", duration: 2h }] }\n  mesh:\n',
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:33:37',
        path: 'spec.maintenance.windows[0].days[0]',
        problem: '"Satn" is not allowed here',
        remedy: 'it must be one of Mon, Tue, Wed, Thu, Fri, Sat, Sun; did you mean Sat?',
      },
    ],
  },
  {
    why: 'a pause until tomorrow',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  paused: { until: tomorrow, reason: moving racks }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:20',
        path: 'spec.paused.until',
        problem: '"tomorrow" is not a date and time',
        remedy: 'write it like 2026-01-31T12:00:00Z, in UTC, or with another zone like 2026-01-31T13:00:00+01:00',
      },
    ],
  },
  {
    why: 'a pause in no time zone',
    edits: [
      {
        file: 'cluster.yaml',
        from: '  mesh:\n',
        to: '  paused: { until: 2026-12-01T04:00:00, reason: moving racks }\n  mesh:\n',
      },
    ],
    issues: [
      {
        at: 'cluster.yaml:33:20',
        path: 'spec.paused.until',
        problem: '"2026-12-01T04:00:00" has no time zone',
        remedy: 'write it like 2026-01-31T12:00:00Z, in UTC, or with another zone like 2026-01-31T13:00:00+01:00',
      },
    ],
  },
  {
    why: 'a pause in a 13th month',
    edits: [
      {
        file: 'proxypair.yaml',
        from: '  vrrp:\n',
        to: '  paused: { until: 2026-13-01T04:00:00Z, reason: moving racks }\n  vrrp:\n',
      },
    ],
    issues: [
      {
        at: 'proxypair.yaml:10:20',
        path: 'spec.paused.until',
        problem: '"2026-13-01T04:00:00Z" has a month 13',
        remedy: 'write it like 2026-01-31T12:00:00Z, in UTC, or with another zone like 2026-01-31T13:00:00+01:00',
      },
    ],
  },
  {
    why: 'a pause without an end',
    edits: [
      { file: 'tenant-acme.yaml', from: '  resources:\n', to: '  paused: { reason: moving racks }\n  resources:\n' },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:3',
        path: 'spec.paused.until',
        problem: 'until is missing',
        remedy:
          'add until, such as until: 2026-01-31T12:00:00Z (When the pause ends by itself, as a date and time with a zone (RFC 3339). A pause that is over has no effect)',
      },
    ],
  },
  {
    why: 'a pause without a reason',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  paused: { until: 2026-12-01T04:00:00Z }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:3',
        path: 'spec.paused.reason',
        problem: 'reason is missing',
        remedy:
          'add reason, such as reason: moving racks (Why, in one line of at most 200 characters. It is shown with everything that is not done)',
      },
    ],
  },
  {
    why: 'a pause for an empty reason',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  paused: { until: 2026-12-01T04:00:00Z, reason: "" }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:50',
        path: 'spec.paused.reason',
        problem: 'it is empty',
        remedy: 'give it a value, such as moving racks',
      },
    ],
  },
  {
    why: 'a pause for a blank reason',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  paused: { until: 2026-12-01T04:00:00Z, reason: "  " }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:50',
        path: 'spec.paused.reason',
        problem: '"  " is not a single line of text that starts with no space',
        remedy: 'write it like moving racks',
      },
    ],
  },
  {
    why: 'a pause for a reason of two lines',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: '  paused: { until: 2026-12-01T04:00:00Z, reason: "moving\\nracks" }\n  resources:\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:50',
        path: 'spec.paused.reason',
        problem: '"moving\\nracks" is not a single line of text that starts with no space',
        remedy: 'write it like moving racks',
      },
    ],
  },
  {
    why: 'a pause for a reason that is too long',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  resources:\n',
        to: `  paused: { until: 2026-12-01T04:00:00Z, reason: ${'x'.repeat(201)} }\n  resources:\n`,
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:21:50',
        path: 'spec.paused.reason',
        problem: `"${'x'.repeat(56)}..." has 201 characters`,
        remedy: 'use at most 200',
      },
    ],
  },
];
