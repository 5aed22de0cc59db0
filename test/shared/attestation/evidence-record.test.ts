// Records and answers, both ways: what is kept reads back as it was, and what a box sends is only unwrapped.
import { expect, test } from 'vitest';
import {
  askedFormats,
  encodeChainAnswer,
  encodePtaAnswer,
  parseEvidenceAnswer,
} from '../../../shared/attestation/evidence-answer.ts';
import { encodeEvidenceRecord, parseEvidenceRecord } from '../../../shared/attestation/evidence-record.ts';
import { encodeCbor } from '../../../shared/cbor.ts';
import { codeOf } from '../../helpers/errors.ts';
import * as made from '../../helpers/evidence.ts';

test('every kind of record reads back as it was kept', async () => {
  const { chain } = await made.diceChain();
  const records = [
    made.tokenRecord(made.psaToken()),
    made.bundleRecord(made.katBundle()),
    made.ptaRecord(made.ptaParts()),
    made.record({ format: 'dice', chain, signature: null }),
    made.record({ format: 'dice', chain, signature: 'AAAA', serial: null, challenge: null, key: null }),
  ];
  for (const record of records) expect(parseEvidenceRecord(encodeEvidenceRecord(record))).toEqual(record);
});

test('answers of a box, both ways', () => {
  const parts = made.ptaParts();
  expect(parseEvidenceAnswer('optee-pta', encodePtaAnswer(parts))).toEqual({ format: 'optee-pta', parts });
  const signature = Uint8Array.of(1, 2);
  expect(parseEvidenceAnswer('dice', encodeChainAnswer('PEM', signature))).toEqual({
    format: 'dice',
    chain: 'PEM',
    signature,
  });
  expect(parseEvidenceAnswer('psa', signature)).toEqual({ format: 'psa', token: signature });
  expect(parseEvidenceAnswer('kat', signature)).toEqual({ format: 'kat', bundle: signature });
});

const nonce = new Uint8Array(32);
const output = new Uint8Array(288);

test.each([
  ['no parts', []],
  ['seventeen parts', Array.from({ length: 17 }, () => ['tee-memory', null, nonce, output])],
  ['an unknown command', [['reboot', null, nonce, output]]],
  ['a name that every object has', [['constructor', null, nonce, output]]],
  ['a short nonce', [['tee-memory', null, nonce.subarray(1), output]]],
  ['a uuid of another form', [['ta-memory', 'x', nonce, output]]],
  ['a text where bytes belong', [['tee-memory', null, nonce, 'x']]],
])('PTA answer with %s is a bad answer', (_name, value) => {
  expect(codeOf(() => parseEvidenceAnswer('optee-pta', encodeCbor(value)))).toBe('device.bad-answer');
});

test.each(askedFormats)('%s: nothing, and more than fits, is a bad answer', (format) => {
  for (const bytes of [new Uint8Array(), new Uint8Array(64 * 1024 + 1)])
    expect(codeOf(() => parseEvidenceAnswer(format, bytes))).toBe('device.bad-answer');
});
