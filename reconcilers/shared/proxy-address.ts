import type { HostName, Tenant } from '../../crds/fleet.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import { proxyPort } from './names.ts';

/**
 * Whether a tenant's port on a proxy has the address that is declared for it. `former`: it has another one, which HAProxy connects from.
 * `none`: no device or no address, so that HAProxy serves nobody there. Undefined: not known.
 */
export function addressState(
  host: HostName,
  tenant: Tenant,
  links: Observation<readonly Link[]>,
): 'declared' | 'former' | 'none' | undefined {
  if (links.state === 'unknown') return undefined;
  const all = links.state === 'present' ? links.value : [];
  const addresses = all.find(({ name }) => name === proxyPort(tenant))?.addresses ?? [];
  const want = tenant.expose?.proxyAddresses.find((one) => one.host === host)?.address;
  if (addresses.some((address) => address.split('/')[0] === want)) return 'declared';
  return addresses.length ? 'former' : 'none';
}
