/**
 * Instance types with the Intel 82599 virtual function (EC2: sriovNetSupport). Source: EC2 User Guide,
 * "Enhanced networking with the Intel 82599 VF interface".
 */
const SRIOV_FAMILIES = ['c3', 'c4', 'd2', 'i2', 'm4', 'r3'];

/** Whether `sriovNetSupport` can be turned on for this type. The largest M4 has ENA instead. */
export function hasSriov(type: string): boolean {
  return SRIOV_FAMILIES.includes(type.split('.')[0] ?? '') && type !== 'm4.16xlarge';
}

export const sriovFamilies = SRIOV_FAMILIES.map((family) => family.toUpperCase()).join(', ');
