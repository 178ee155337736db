#!/bin/sh
# LXC calls this when a host's network device is created: NAME net up veth PORT. It attaches PORT to the host's subnet.
set -eu
name=$1
port=$5
exec 2>>"/run/lab/log/$name.lxc"
# BRIDGE, MAC, MTU
# shellcheck source=/dev/null
. "/run/lab/hosts/$name/port"
ip link set "$port" mtu "$MTU" addrgenmode none
ip link set "$port" master "$BRIDGE"
# As in a VPC: MAC addresses are configured, not learned; nothing is flooded; the network answers ARP, not the owner.
ip link set "$port" type bridge_slave learning off flood off mcast_flood off bcast_flood off proxy_arp on
bridge fdb replace "$MAC" dev "$port" master static
ethtool -K "$port" tx off >/dev/null
ip link set "$port" up
