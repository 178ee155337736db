/**
 * Instance types of the same size and processor architecture, which EC2 often has where it has no more of this one. Families from the
 * Amazon EC2 Instance Types Guide; none of them adds local disks or another network.
 */
export function similarTypes(type: string): readonly string[] {
  const [family = '', size = ''] = type.split('.');
  const group = families.find((one) => one.includes(family)) ?? [];
  return group.filter((one) => one !== family).map((one) => `${one}.${size}`);
}

const families: readonly (readonly string[])[] = [
  ['t2', 't3', 't3a'],
  ['m4', 'm5', 'm5a', 'm6i', 'm6a', 'm7i', 'm7a'],
  ['m6g', 'm7g', 'm8g'],
  ['c4', 'c5', 'c5a', 'c6i', 'c6a', 'c7i', 'c7a'],
  ['c6g', 'c7g', 'c8g'],
  ['r4', 'r5', 'r5a', 'r6i', 'r6a', 'r7i', 'r7a'],
  ['r6g', 'r7g', 'r8g'],
];
