/**
 * Shell function: `drop_address ADDRESS` removes an IPv4 address from every device, with whatever prefix it has: cloud-init and networkd
 * add an ENI's secondary addresses with that of the subnet. Other addresses of a device stay, which without promote_secondaries the kernel
 * would remove together with the first one of their subnet.
 */
export const dropAddress = `drop_address() {
  ip -4 -oneline address show to "$1/32" | while read -r _ link _ prefixed _; do
    echo 1 >"/proc/sys/net/ipv4/conf/$link/promote_secondaries" || :
    ip address del "$prefixed" dev "$link"
  done
}`;
