// `trustbox evidence verify`: an auditor with a file and a policy, and nothing else.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findings } from '../../shared/attestation/findings.ts';
import { toBase64, toHex } from '../../shared/bytes.ts';
import { parsePolicy } from '../../shared/policy.ts';
import { runCli } from '../helpers/cli.ts';
import * as made from '../helpers/evidence.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

let dir = '';
let policyPath = '';
const policy = { policy: 1, name: 'TEST line', version: 3, actions: {}, evidence: made.policyOf() };

const file = (name: string) => join(dir, name);
const write = async (name: string, content: string | Uint8Array) => {
  await writeFile(file(name), content);
  return file(name);
};
const verify = (path: string, ...options: string[]) =>
  runCli(file('home'), ['evidence', 'verify', path, ...options]);
const verifyJson = async (path: string, ...options: string[]) => {
  const { status, lines } = await verify(path, '--json', ...options);
  const found = (lines[0]?.findings ?? []) as { finding: string }[];
  return { status, result: lines[0], findings: found.map(({ finding }) => finding) };
};

beforeAll(async () => {
  dir = await makeTempDir();
  policyPath = await write('policy.json', JSON.stringify(policy));
});

test('a kept record reaches L4 by the policy of its day, and no station is made', async () => {
  const record = await write(
    'record.json',
    made.recordJson({ format: 'psa', token: toBase64(made.psaToken()) }),
  );
  const { status, result, findings: found } = await verifyJson(record, '--policy', policyPath);
  expect({ status, found }).toEqual({
    status: 0,
    found: ['signed-by-anchor', 'fresh', 'time-from-record', 'lifecycle-allowed', 'measured', 'key-bound'],
  });
  expect(result).toMatchObject({ ok: true, level: 'L4', format: 'psa-2023-tfm', serial: 'TBX-1' });
  expect(result?.policyHash).toBe(parsePolicy(JSON.stringify(policy)).hash);
  expect(existsSync(file('home'))).toBe(false);
});

test('the same words for a technician and for an auditor come from one table', async () => {
  const record = await write(
    'words.json',
    made.recordJson({ format: 'psa', token: toBase64(made.psaToken()) }),
  );
  for (const reader of ['technician', 'auditor'] as const) {
    const { stdout } = await verify(record, '--policy', policyPath, '--for', reader);
    for (const finding of ['fresh', 'measured', 'key-bound'] as const)
      expect(stdout).toContain(findings[finding][reader]);
  }
  expect((await verify(record, '--for', 'poet')).status).toBe(2);
});

test('a bare token needs the nonce, the key and the serial number from the auditor', async () => {
  const token = await write('token.cbor', made.psaToken());
  const key = await write('cpm.pem', made.cpm.publicKey.export({ type: 'spki', format: 'pem' }));
  const line = await write('cpm.txt', `${toBase64(made.spkiOf(made.cpm))}\n`);
  const known = ['--policy', policyPath, '--nonce', toHex(made.challenge), '--serial', 'TBX-1'];
  const alone = await verifyJson(token, '--policy', policyPath);
  expect(alone).toMatchObject({
    status: 59,
    result: { ok: false, code: 'evidence.insufficient', level: 'L0' },
  });
  expect(alone.findings).toContain('challenge-unknown');
  expect((await verifyJson(token, ...known, '--key', key)).result).toMatchObject({ ok: true, level: 'L4' });
  expect((await verifyJson(token, ...known, '--key', line)).result).toMatchObject({ ok: true, level: 'L4' });
  const other = [...known.slice(0, 3), toHex(made.otherChallenge), '--key', key];
  expect(await verifyJson(token, ...other)).toMatchObject({ status: 58, result: { ok: false, level: 'L0' } });
  expect((await verifyJson(token, ...other)).findings).toContain('nonce-mismatch');
  const elsewhere = await verifyJson(token, ...known.slice(0, 4), '--serial', 'TBX-2', '--key', key);
  expect(elsewhere).toMatchObject({ status: 58 });
  expect(elsewhere.findings).toContain('other-device');
});

test('an anchor on the command line is enough for L2, not for more', async () => {
  const record = await write(
    'anchor.json',
    made.recordJson({ format: 'psa', token: toBase64(made.psaToken()) }),
  );
  const anchor = await write('iak.pem', made.iak.publicKey.export({ type: 'spki', format: 'pem' }));
  const { status, result, findings: found } = await verifyJson(record, '--anchor', anchor);
  expect({ status, level: result?.level }).toEqual({ status: 0, level: 'L2' });
  expect(found).toContain('no-reference-values');
  expect(await verifyJson(record, '--anchor', anchor, '--require', 'L3')).toMatchObject({ status: 59 });
});

test('the result as an EAR', async () => {
  const record = await write(
    'ear.json',
    made.recordJson({ format: 'psa', token: toBase64(made.psaToken()) }),
  );
  await verify(record, '--policy', policyPath, '--ear', file('result.json'));
  const ear = JSON.parse(await readFile(file('result.json'), 'utf8')) as Record<string, unknown>;
  expect(ear).toMatchObject({
    eat_profile: 'tag:ietf.org,2026:rats/ear#03',
    submods: {
      'TBX-1': {
        ear_status: 'affirming',
        ear_trustworthiness_vector: { 'instance-identity': 2, configuration: 2, executables: 2 },
        ear_appraisal_policy_ids: [`sha-256:${parsePolicy(JSON.stringify(policy)).hash}`],
        ear_veraison_key_attestation: { akpub: Buffer.from(made.spkiOf(made.cpm)).toString('base64url') },
      },
    },
  });
  expect(Buffer.from(String(ear.ear_raw_evidence), 'base64url')).toEqual(await readFile(record));
});

test('what is no evidence is told apart from evidence that is refused', async () => {
  expect((await verify(await write('empty.cbor', ''))).status).toBe(57);
  expect((await verify(await write('odd.json', '{"evidence":1}'))).status).toBe(57);
  expect((await verify(file('absent.cbor'))).status).toBe(57);
  expect((await verify(await write('noise.cbor', Uint8Array.of(1, 2, 3)))).status).toBe(58);
  expect((await verify(policyPath, '--policy', file('noise.cbor'))).status).toBe(50);
});
