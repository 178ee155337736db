/** Paths of the proxies' daemons. The distribution's haproxy.cfg, keepalived.conf and units are never changed. */
export const haproxyPlaces = {
  /** 00-global.cfg, one tenant-NAME.cfg per tenant, and the scripts. */
  folder: '/etc/ec2-redis-operator/haproxy',
  loader: '/etc/ec2-redis-operator/haproxy/load',
  unit: 'ec2-redis-haproxy.service',
  unitFile: '/etc/systemd/system/ec2-redis-haproxy.service',
  /** systemd's RuntimeDirectory, 0700: removed when the unit stops. */
  runtime: '/run/ec2-redis-haproxy',
  /** Copy of the files that the running process has loaded. */
  loaded: '/run/ec2-redis-haproxy/loaded',
  socket: '/run/ec2-redis-haproxy/admin.sock',
  /** HTTP: 200 while HAProxy serves. */
  health: '/run/ec2-redis-haproxy/health.sock',
  /** Of the process that starts the others and outlives reloads. */
  masterSocket: '/run/ec2-redis-haproxy/master.sock',
  /** Abstract socket of the frontend that counts votes, so that no TCP port is taken. */
  votes: 'abns@ec2-redis-votes',
} as const;

export const vipPlaces = {
  folder: '/etc/ec2-redis-operator/vip',
  configuration: '/etc/ec2-redis-operator/vip/keepalived.conf',
  settings: '/etc/ec2-redis-operator/vip/settings',
  loader: '/etc/ec2-redis-operator/vip/load',
  check: '/etc/ec2-redis-operator/vip/check-haproxy',
  notify: '/etc/ec2-redis-operator/vip/notify',
  takeover: '/etc/ec2-redis-operator/vip/check-takeover',
  unit: 'ec2-redis-keepalived.service',
  unitFile: '/etc/systemd/system/ec2-redis-keepalived.service',
  /** systemd's RuntimeDirectory: removed when the unit stops, together with the stamp of what was loaded. */
  runtime: '/run/ec2-redis-keepalived',
  stamp: '/run/ec2-redis-keepalived/loaded',
  /** Written by the notify script: one file per pair, and PAIR.move with the outcome of moving the VIP to the ENI. */
  states: '/run/ec2-redis-operator/vrrp',
  /** Written by the script `takeover`: one file per pair. */
  takeovers: '/run/ec2-redis-operator/takeover',
} as const;

/** All our units on a proxy, for one common fact request, as each request costs CPU on the host. */
export const proxyUnits = ['ec2-redis-mesh.service', haproxyPlaces.unit, vipPlaces.unit] as const;
