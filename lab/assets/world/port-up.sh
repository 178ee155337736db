#!/bin/sh
# LXC calls this when a host's network device is born: NAME net up veth PORT. It plugs PORT into the host's subnet.
set -eu
name=$1
port=$5
exec 2>>"/run/lab/log/$name.lxc"
# BRIDGE, MAC, MTU
# shellcheck source=/dev/null
. "/run/lab/hosts/$name/port"
ip link set "$port" mtu "$MTU" addrgenmode none
ip link set "$port" master "$BRIDGE"
# As in a VPC: who sits here is known, not learned; nothing is flooded; ARP is answered by the network, not by the owner.
ip link set "$port" type bridge_slave learning off flood off mcast_flood off bcast_flood off proxy_arp on
bridge fdb replace "$MAC" dev "$port" master static
ethtool -K "$port" tx off >/dev/null
ip link set "$port" up
