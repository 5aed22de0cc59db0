// A DICE chain in RIoT's layout: root, device id, alias with the RIoT extension, dates of 2017 to 2037 as RIoT has them; and
// the alias key's signature over challenge and CPM key. X.509 (RFC 5280) in DER, as little of it as a chain needs.
import { sign } from 'node:crypto';
import { encodeChainAnswer } from '../../../shared/attestation/evidence-answer.ts';
import { concatBytes, encodeUtf8, parseHex } from '../../../shared/bytes.ts';
import { encodeDer, tags } from '../../../shared/der.ts';
import { makeEcPair, type Pair, sha256, spkiOf } from './keys.ts';
import type { Asked } from './tee.ts';

export const fwid = sha256(Uint8Array.of(0x21));

const hex = (text: string): Uint8Array => parseHex(text) as Uint8Array;
const der = (tag: number, ...parts: readonly Uint8Array[]) => encodeDer(tag, concatBytes(...parts));
const sequence = (...parts: readonly Uint8Array[]) => der(tags.sequence, ...parts);
const bits = (bytes: Uint8Array) => der(tags.bitString, new Uint8Array(1), bytes);

const context0 = 0xa0;
const set = 0x31;
const utf8String = 0x0c;
const utcTime = 0x17;
/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const signatureAlgorithm = hex('300a06082a8648ce3d040302');
const commonName = hex('0603550403');
const version3 = der(context0, hex('020102'));
const validity = sequence(
  der(utcTime, encodeUtf8('170101000000Z')),
  der(utcTime, encodeUtf8('370101000000Z')),
);

const nameOf = (text: string) => sequence(der(set, sequence(commonName, der(utf8String, encodeUtf8(text)))));

const extension = (oid: string, isCritical: boolean, value: Uint8Array) =>
  sequence(hex(oid), ...(isCritical ? [hex('0101ff')] : []), der(tags.octetString, value));
/** basicConstraints, CA. */
const authority = extension('0603551d13', true, hex('30030101ff'));

/** 2.23.133.5.4.1: version, device id key, hash of the firmware (microsoft/RIoT x509bldr.c). */
function riot(deviceId: Pair): Uint8Array {
  const firmware = sequence(hex('0609608648016503040201'), der(tags.octetString, fwid));
  return extension('0606678105050401', false, sequence(hex('020101'), spkiOf(deviceId.publicKey), firmware));
}

type Issue = {
  readonly subject: string;
  readonly issuer: string;
  readonly of: Pair;
  readonly by: Pair;
  readonly extension: Uint8Array;
};

/** One certificate, PEM. */
function issue({ subject, issuer, of, by, extension: own }: Issue): string {
  const body = sequence(
    version3,
    hex('020101'),
    signatureAlgorithm,
    nameOf(issuer),
    validity,
    nameOf(subject),
    spkiOf(of.publicKey),
    der(tags.context3, sequence(own)),
  );
  const signature = new Uint8Array(sign('sha256', body, by.privateKey));
  const text = Buffer.from(sequence(body, signatureAlgorithm, bits(signature))).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
}

export type DiceKeys = { readonly root: string; readonly chain: string; readonly leaf: Pair };

export function makeDiceKeys(): DiceKeys {
  const [root, device, leaf] = [makeEcPair(), makeEcPair(), makeEcPair()];
  const names = { root: 'TEST RIoT root', device: 'TEST RIoT device id', leaf: 'TEST RIoT alias' };
  const below = issue({
    subject: names.leaf,
    issuer: names.device,
    of: leaf,
    by: device,
    extension: riot(device),
  });
  const middle = issue({
    subject: names.device,
    issuer: names.root,
    of: device,
    by: root,
    extension: authority,
  });
  const top = issue({ subject: names.root, issuer: names.root, of: root, by: root, extension: authority });
  return { root: top, chain: below + middle, leaf };
}

export function makeDiceAnswer({ chain, leaf }: DiceKeys, { challenge, cpmSpki }: Asked): Uint8Array {
  const key = { key: leaf.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return encodeChainAnswer(chain, new Uint8Array(sign('sha256', concatBytes(challenge, cpmSpki), key)));
}
