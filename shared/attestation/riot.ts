// The RIoT extension of an X.509 certificate (microsoft/RIoT x509bldr.c), OID 2.23.133.5.4.1: which code (FWID) a DICE leaf
// was made for. An older layout than the TCG's DiceTcbInfo. Read here; who vouches for it, the chain says.
//
//   SEQUENCE { INTEGER 1, SEQUENCE { SEQUENCE { OID, OID }, BIT STRING device id }, SEQUENCE { OID sha256, OCTET STRING[32] } }
import { equalBytes, parseHex, toHex } from '../bytes.ts';
import { readAll, readDer, readFields, tags } from '../der.ts';
import { ProvisionerError } from '../errors/error.ts';
import { refuse } from './findings.ts';

const riotOid = parseHex('678105050401') as Uint8Array;
const sha256Oid = parseHex('608648016503040201') as Uint8Array;

export type RiotExtension = {
  /** Measurement of the code, SHA-256, hex. */
  readonly fwid: string;
  /** The device id key as the extension holds it, hex. */
  readonly deviceId: string;
};

/** Bodies of all extensions with this OID in a certificate, DER. */
function findExtensions(certificate: Uint8Array, oid: Uint8Array): Uint8Array[] {
  const [tbs] = readAll(readDer(certificate, 0, tags.sequence).body);
  const wrapped = readAll(tbs?.body ?? new Uint8Array()).find(({ tag }) => tag === tags.context3);
  if (!wrapped) return [];
  return readAll(readDer(wrapped.body, 0, tags.sequence).body).flatMap(({ body }) => {
    const [id, ...rest] = readAll(body);
    const value = rest.at(-1);
    return id && value && id.tag === tags.oid && equalBytes(id.body, oid) ? [value.body] : [];
  });
}

function parseExtension(bytes: Uint8Array): RiotExtension {
  const { body } = readDer(bytes, 0, tags.sequence);
  const [version, device, firmware] = readFields(body, [tags.integer, tags.sequence, tags.sequence]);
  const [, deviceId] = readFields(device ?? body, [tags.sequence, tags.bitString]);
  const [hash, fwid] = readFields(firmware ?? body, [tags.oid, tags.octetString]);
  const isKnown = version?.length === 1 && version[0] === 1 && hash && equalBytes(hash, sha256Oid);
  if (!isKnown || fwid?.length !== 32 || !deviceId)
    throw refuse('claim-malformed', 'RIoT extension of another version or hash');
  return { fwid: toHex(fwid), deviceId: toHex(deviceId) };
}

/**
 * @param certificate X.509, DER
 * @throws evidence.rejected (claim-missing, claim-malformed)
 */
export function parseRiotExtension(certificate: Uint8Array): RiotExtension {
  try {
    const [found, ...others] = findExtensions(certificate, riotOid);
    if (!found) throw refuse('claim-missing', 'the certificate has no RIoT extension');
    if (others.length > 0) throw refuse('claim-malformed', 'two RIoT extensions in one certificate');
    return parseExtension(found);
  } catch (error) {
    if (error instanceof ProvisionerError && error.code === 'key.malformed')
      throw refuse('claim-malformed', `RIoT extension: ${error.message}`);
    throw error;
  }
}
