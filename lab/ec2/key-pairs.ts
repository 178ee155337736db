import { createHash, createPublicKey } from 'node:crypto';
import { Ec2Error } from './errors.ts';
import { filtered } from './filters.ts';
import { type Change, without } from './find.ts';
import { newId, unknownIds } from './ids.ts';
import { type Answer, tagSet } from './listing.ts';
import { filters, flag, list, type Parameters, required } from './query.ts';
import { type Ec2State, type KeyPair, tagsOf, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

/** ImportKeyPair: `PublicKeyMaterial` is an OpenSSH public key line, in base64. */
export function importKeyPair(state: Ec2State, parameters: Parameters): Change {
  const name = required(parameters, 'KeyName');
  const line = Buffer.from(required(parameters, 'PublicKeyMaterial'), 'base64').toString().trim();
  if (state.keyPairs.some((one) => one.name === name))
    throw new Ec2Error('InvalidKeyPair.Duplicate', 'The keypair already exists');
  const pair = keyPair(name, line, new Date());
  const next = withTags(
    { ...state, keyPairs: [...state.keyPairs, pair] },
    pair.id,
    specifiedTags(parameters, 'key-pair'),
  );
  const answer = { keyName: name, keyFingerprint: pair.fingerprint, keyPairId: pair.id, tagSet: tagSet(next, pair.id) };
  return { state: next, answer };
}

/** DeleteKeyPair: an unknown one is not an error. Hosts keep the key they were given. */
export function deleteKeyPair(state: Ec2State, parameters: Parameters): Change {
  const id = parameters.get('KeyPairId');
  const name = id === undefined ? required(parameters, 'KeyName') : undefined;
  const removed = state.keyPairs.find((one) => one.id === id || one.name === name);
  if (removed === undefined) return { state, answer: { return: true } };
  const next = withoutTags({ ...state, keyPairs: without(state.keyPairs, removed.id) }, [removed.id]);
  return { state: next, answer: { return: true, keyPairId: removed.id } };
}

/** DescribeKeyPairs: by name, by id or by filters, without paging. */
export function describeKeyPairs(state: Ec2State, parameters: Parameters): Answer {
  const names = list(parameters, 'KeyName');
  const ids = list(parameters, 'KeyPairId');
  const unnamed = names.find((name) => !state.keyPairs.some((one) => one.name === name));
  if (unnamed !== undefined) throw new Ec2Error('InvalidKeyPair.NotFound', `The key pair '${unnamed}' does not exist`);
  const missing = ids.filter((id) => !state.keyPairs.some((one) => one.id === id));
  if (missing.length > 0) throw unknownIds('key', missing);
  const chosen = state.keyPairs.filter(
    (one) => names.length + ids.length === 0 || names.includes(one.name) || ids.includes(one.id),
  );
  const shown = filtered(chosen, filters(parameters), {
    tags: (row) => tagsOf(state, row.id),
    fields: {
      'key-pair-id': (row) => [row.id],
      'key-name': (row) => [row.name],
      fingerprint: (row) => [row.fingerprint],
    },
  });
  const wantsKey = flag(parameters, 'IncludePublicKey');
  return {
    keySet: shown.map((row) => ({
      keyPairId: row.id,
      keyName: row.name,
      keyFingerprint: row.fingerprint,
      keyType: row.publicKey.startsWith('ssh-ed25519 ') ? 'ed25519' : 'rsa',
      publicKey: wantsKey ? row.publicKey : undefined,
      createTime: row.created.toISOString(),
      tagSet: tagSet(state, row.id),
    })),
  };
}

/** A key pair from an OpenSSH public key line. The fingerprint is EC2's: SHA-256 of an ED25519 key, MD5 of an RSA key in DER. */
export function keyPair(name: string, line: string, created: Date): KeyPair {
  const [type = '', body = ''] = line.split(/\s+/);
  const blob = Buffer.from(body, 'base64');
  // An SSH key blob starts with the length and the name of its type (RFC 4253, section 6.6).
  const inner = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString() : '';
  if (inner !== type || !['ssh-ed25519', 'ssh-rsa'].includes(type))
    throw new Ec2Error('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  const fingerprint = type === 'ssh-rsa' ? md5(blob) : createHash('sha256').update(blob).digest('base64');
  return { id: newId('key'), name, publicKey: line, fingerprint, created };
}

function md5(blob: Buffer): string {
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  const [, e = Buffer.alloc(0), n = Buffer.alloc(0)] = fields;
  const jwk = { kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') };
  const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  return createHash('md5')
    .update(der)
    .digest('hex')
    .replace(/(..)(?=.)/g, '$1:');
}
