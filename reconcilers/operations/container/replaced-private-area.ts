/** OpenVZ: the private area that a member had before, in its directory. */
export const formerArea = 'private.former';

/**
 * OpenVZ: finishes what a rebuild that was ended between its renames has begun (container-rebuild-openvz.ts). `folder`: the member's directory.
 * The draft's identity is written last: if it is there, the draft is complete.
 */
export const finishReplacing = `if [ -f "$folder/.rebuild/identity" ]; then
  if ! [ -e "$folder/private" ] && [ -e "$folder/.rebuild/private" ]; then mv -T -- "$folder/.rebuild/private" "$folder/private"; fi
  if ! [ -e "$folder/.rebuild/private" ]; then mv -f -- "$folder/.rebuild/identity" "$folder/identity"; fi
fi`;
