import { header } from '../lib/header.ts';
import { vipPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';

export interface Vrrp {
  readonly host: string;
  readonly pair: string;
  readonly device: string;
  readonly address: string;
  readonly peerAddress: string;
  readonly vip: string;
  readonly routerId: number;
  readonly advertIntervalMs: number;
  readonly priority: number;
}

/**
 * keepalived.conf of one proxy, for keepalived 2.0.6 and later. Both start as BACKUP without preemption, so that a
 * returning host does not move the address. Without a responding HAProxy a host is in FAULT from the start (init_fail).
 */
export function keepalivedConf(vrrp: Vrrp): Text {
  const seconds = (vrrp.advertIntervalMs / 1000).toFixed(2);
  const notify = (event: string) => `"${vipPlaces.notify} ${vrrp.pair} ${event}" root`;
  return text`${header}global_defs {
  router_id ${vrrp.host}
  script_user root
  enable_script_security
  vrrp_version 3
  vrrp_check_unicast_src
}

vrrp_script haproxy {
  script "${vipPlaces.check}"
  interval 1
  timeout 2
  fall 2
  rise 1
  init_fail
}

vrrp_instance ${vrrp.pair} {
  state BACKUP
  nopreempt
  # After a partition of two masters, the one with lower priority must advertise once more, or the other would not reclaim the address.
  higher_prio_send_advert true
  interface ${vrrp.device}
  virtual_router_id ${vrrp.routerId}
  priority ${vrrp.priority}
  advert_int ${seconds}
  unicast_src_ip ${vrrp.address}
  unicast_peer {
    ${vrrp.peerAddress}
  }
  unicast_fault_no_peer
  virtual_ipaddress {
    ${vrrp.vip}/32 dev ${vrrp.device}
  }
  track_script {
    haproxy
  }
  notify_master ${notify('MASTER')}
  notify_master_rx_lower_pri ${notify('RECLAIM')}
  notify_backup ${notify('BACKUP')}
  notify_fault ${notify('FAULT')}
  notify_stop ${notify('STOP')}
}
`;
}
