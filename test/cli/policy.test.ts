// Policies that the line lead signs: made, checked, taken by a station, and never taken back to an older one.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parsePolicy } from '../../shared/policy.ts';
import { signReceipt } from '../../shared/receipt.ts';
import { runCli } from '../helpers/cli.ts';
import { receiptBody, testStationSecret } from '../helpers/receipts.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

let dir = '';
let leadKey = '';
const env = { LEAD_PASSPHRASE: 'a TEST passphrase of the lead' };
const who = ['--operator', 'Ada', '--reason', 'work order 4711'];
const rule = { minimumLevel: 'L1', allowL0WithReason: true };

const file = (name: string) => join(dir, name);
const run = async (home: string, ...args: string[]) => {
  const { status, lines } = await runCli(file(home), [...args, '--json'], { env });
  return {
    status,
    result: lines[0] as Record<string, never> & { error?: { code: string; message: string } },
  };
};

async function writePolicy(name: string, version: number, changes: object = {}): Promise<string> {
  const policy = { policy: 1, name: 'TEST line', version, actions: { register: rule }, ...changes };
  await writeFile(file(name), JSON.stringify(policy));
  return file(name);
}

async function signed(
  name: string,
  version: number,
  changes: object = {},
  key = 'lead.pem',
): Promise<string> {
  const path = await writePolicy(`${name}.plain`, version, changes);
  const out = file(name);
  const args = ['policy', 'sign', path, '--key', file(key), '--by', 'K. Meyer', '--out', out];
  const opened = key === 'lead.pem' ? ['--passphrase-env', 'LEAD_PASSPHRASE'] : [];
  expect(await run('nobody', ...args, ...opened)).toMatchObject({ status: 0 });
  return out;
}

beforeAll(async () => {
  dir = await makeTempDir();
  const made = await run(
    'nobody',
    'policy',
    'new-key',
    file('lead.pem'),
    '--passphrase-env',
    'LEAD_PASSPHRASE',
  );
  expect(made.status).toBe(0);
  leadKey = String(made.result.publicKey);
  expect((await run('nobody', 'policy', 'new-key', file('other.pem'))).status).toBe(0);
});

test('a signed policy has the hash of the unsigned one, and checks under the right key alone', async () => {
  const plain = await writePolicy('plain.json', 1);
  const good = await signed('good.json', 1);
  const alone = await run('nobody', 'policy', 'check', plain);
  const checked = await run('nobody', 'policy', 'check', good, '--key', leadKey);
  expect(checked).toMatchObject({
    status: 0,
    result: { ok: true, signature: { state: 'good', signedBy: 'K. Meyer' } },
  });
  expect(checked.result.hash).toBe(alone.result.hash);
  expect(alone).toMatchObject({ status: 0, result: { signature: { state: 'none' } } });
  expect(await run('nobody', 'policy', 'check', plain, '--key', leadKey)).toMatchObject({ status: 50 });
  expect(await run('nobody', 'policy', 'check', good, '--key', 'ab'.repeat(32))).toMatchObject({
    status: 50,
    result: { ok: false, signature: { state: 'bad' } },
  });
});

test('a policy that was changed after it was signed is found', async () => {
  const good = await readFile(await signed('changed.json', 1), 'utf8');
  await writeFile(file('changed.json'), good.replace('"L1"', '"L0"'));
  expect(await run('nobody', 'policy', 'check', file('changed.json'), '--key', leadKey)).toMatchObject({
    status: 50,
    result: { signature: { state: 'bad' } },
  });
});

test('the private key never goes to a station, and needs its passphrase', async () => {
  expect(await run('nobody', 'policy', 'lead', file('lead.pem'), ...who)).toMatchObject({
    status: 50,
    result: { error: { code: 'policy.key-invalid' } },
  });
  const args = ['--key', file('lead.pem'), '--by', 'K. Meyer', '--out', file('never.json')];
  expect(await run('nobody', 'policy', 'sign', await writePolicy('p.json', 1), ...args)).toMatchObject({
    status: 50,
  });
  expect(await run('nobody', 'policy', 'new-key', file('lead.pem'))).toMatchObject({ status: 50 });
});

test("the station's own policy is checked with the line lead's key", async () => {
  const home = 'own';
  await mkdir(file(home), { recursive: true });
  await writeFile(join(file(home), 'policy.json'), await readFile(await signed('own.json', 5), 'utf8'));
  expect(await run(home, 'policy', 'lead', leadKey)).toMatchObject({ status: 2 });
  expect(await run(home, 'policy', 'lead', leadKey, ...who)).toMatchObject({ status: 0 });
  expect(await run(home, 'policy', 'lead')).toMatchObject({
    result: { lead: { publicKey: leadKey, operator: 'Ada' } },
  });
  const plain = await writePolicy('plain-2.json', 6);
  expect(await run(home, 'read', '--port', file('no-port'), '--policy', plain)).toMatchObject({
    status: 50,
    result: { error: { code: 'policy.unsigned' } },
  });
  expect(await run(home, 'policy', 'check')).toMatchObject({
    status: 0,
    result: { signature: { state: 'good' } },
  });
});

test('check says what nobody can reach, and what is let through', async () => {
  const path = await writePolicy('odd.json', 1, {
    actions: { 'release-class-key': { minimumLevel: 'L3', allowL0WithReason: true } },
  });
  const { result } = await run('nobody', 'policy', 'check', path);
  const remarks = (result.remarks ?? []) as { about: string; text: string }[];
  expect(remarks.map(({ about }) => about)).toEqual([
    'register',
    'load-package',
    'release-class-key',
    'release-class-key',
    'release-class-key',
  ]);
  expect(remarks[2]?.text).toContain('No device can reach L3');
});

test('explain says by which policy a record came out as it did', async () => {
  const path = await writePolicy('explained.json', 4, {
    actions: { register: rule, 'release-class-key': { minimumLevel: 'L4' } },
  });
  const hash = parsePolicy(await readFile(path, 'utf8')).hash;
  const unsigned = { ...receiptBody('job-9', { policyHash: hash }), journal: { seq: 1, hash } };
  await writeFile(file('receipt.json'), JSON.stringify(signReceipt(unsigned, testStationSecret)));
  const { status, result } = await run('nobody', 'policy', 'explain', file('receipt.json'), '--policy', path);
  expect(status).toBe(0);
  expect(result).toMatchObject({
    receipt: 'job-9',
    level: 'L1',
    policy: { name: 'TEST line', version: 4 },
    actions: [
      { action: 'register', needs: 'L1', allowed: true },
      { action: 'load-package', needs: null, allowed: false },
      { action: 'release-class-key', needs: 'L4', allowed: false },
    ],
  });
  const other = await writePolicy('other.json', 5);
  expect(await run('nobody', 'policy', 'explain', file('receipt.json'), '--policy', other)).toMatchObject({
    status: 50,
    result: { error: { code: 'policy.invalid' } },
  });
});
