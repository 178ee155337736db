/** Where the proxies' daemons have their things. Ours alone: the distribution's haproxy.cfg, keepalived.conf and units are never touched. */
export const haproxyPlaces = {
  /** 00-global.cfg and one tenant-NAME.cfg a tenant; the scripts. */
  folder: '/etc/ec2-redis-operator/haproxy',
  loader: '/etc/ec2-redis-operator/haproxy/load',
  unit: 'ec2-redis-haproxy.service',
  unitFile: '/etc/systemd/system/ec2-redis-haproxy.service',
  /** systemd's RuntimeDirectory, 0700: gone when the unit stops. */
  runtime: '/run/ec2-redis-haproxy',
  /** Private copy of the files that the running process read. */
  loaded: '/run/ec2-redis-haproxy/loaded',
  socket: '/run/ec2-redis-haproxy/admin.sock',
  /** Abstract socket of the page that counts votes: no port that somebody else may want. */
  votes: 'abns@ec2-redis-votes',
} as const;

export const vipPlaces = {
  folder: '/etc/ec2-redis-operator/vip',
  configuration: '/etc/ec2-redis-operator/vip/keepalived.conf',
  settings: '/etc/ec2-redis-operator/vip/settings',
  loader: '/etc/ec2-redis-operator/vip/load',
  check: '/etc/ec2-redis-operator/vip/check-haproxy',
  notify: '/etc/ec2-redis-operator/vip/notify',
  unit: 'ec2-redis-keepalived.service',
  unitFile: '/etc/systemd/system/ec2-redis-keepalived.service',
  /** systemd's RuntimeDirectory: gone when the unit stops, and the stamp of what was loaded with it. */
  runtime: '/run/ec2-redis-keepalived',
  stamp: '/run/ec2-redis-keepalived/loaded',
  /** Written by the notify script: a file a pair, and PAIR.move for what became of the address on the ENI. */
  states: '/run/ec2-redis-operator/vrrp',
} as const;

/** All of our units on a proxy: asked about together, since every question costs the host. */
export const proxyUnits = ['ec2-redis-mesh.service', haproxyPlaces.unit, vipPlaces.unit] as const;
