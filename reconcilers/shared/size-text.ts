/** `512 Mi`; below 1 Mi in kibibytes, and from 10 Gi on in gibibytes, all of them whole. */
export function sizeText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  if (mebibytes < 1) return `${Math.ceil(bytes / 1024)} Ki`;
  return mebibytes < 10_240 ? `${Math.round(mebibytes)} Mi` : `${Math.round(mebibytes / 1024)} Gi`;
}
