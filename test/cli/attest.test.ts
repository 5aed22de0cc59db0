// From the device to the auditor: attest and load over the console and the agent link, what is kept, and what a machine that
// never saw the device makes of it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policyJson } from '../helpers/attesting-box.ts';
import { runCli } from '../helpers/cli.ts';
import { loadArgs, makeStation, type TestStation } from '../helpers/station.ts';
import { startVirtualBox, stopVirtualBoxes, type VirtualBox, withBox } from '../helpers/virtual-box.ts';

let station: TestStation;

beforeAll(async () => {
  station = await makeStation();
});
afterAll(stopVirtualBoxes);

const run = async (...args: string[]) => {
  const { status, lines, stderr } = await runCli(station.home, [...args, '--json']);
  return { status, result: lines.at(-1) ?? {}, stderr };
};
const file = (name: string) => join(station.dir, name);
const login = ['--user', 'admin', '--password-env', 'BOX_PASSWORD'];

async function writePolicy(box: VirtualBox, changes?: object): Promise<string> {
  await writeFile(file(`${box.serial}.json`), policyJson(box, changes));
  return file(`${box.serial}.json`);
}

test('over the agent link: L4, kept, exported, and judged again where nobody knows the device', async () => {
  const box = await startVirtualBox(['--agent', '--evidence', 'kat', '--serial-base', '11']);
  const policy = await writePolicy(box);
  const attested = await run(
    'attest',
    '--port',
    box.port,
    '--link',
    'agent',
    '--policy',
    policy,
    '--require',
    'L4',
  );
  expect(attested.stderr).toBe('');
  expect(attested).toMatchObject({
    status: 0,
    result: {
      ok: true,
      device: { serialNumber: box.serial },
      verdict: { level: 'L4', rejections: [], evidence: { format: 'kat', level: 'L4' } },
      evidence: { level: 'L4', serial: box.serial, signer: { source: 'virtual factory' } },
    },
  });
  const { id } = attested.result.evidence as { id: string };
  expect((await run('evidence', 'list', '--serial', box.serial)).result).toMatchObject({
    evidence: [{ id, serial: box.serial, level: 'L4', format: 'kat' }],
  });
  const out = ['--out', file('kept.json'), '--policy-out', file('kept-policy.json')];
  expect((await run('evidence', 'export', id.slice(0, 12), ...out)).status).toBe(0);
  expect(await readFile(file('kept-policy.json'), 'utf8')).toBe(await readFile(policy, 'utf8'));
  const auditor = ['evidence', 'verify', file('kept.json'), '--policy', file('kept-policy.json'), '--json'];
  const again = await runCli(file('another-home'), auditor);
  expect(again.status).toBe(0);
  expect(again.lines[0]).toMatchObject({
    level: 'L4',
    policyHash: (attested.result.evidence as { policyHash: string }).policyHash,
  });
});

test('over the console, by the helper on the PATH; an attack ends with its status', async () => {
  const box = await startVirtualBox(['--evidence', 'psa', '--serial-base', '21']);
  const policy = await writePolicy(box);
  const attest = ['attest', '--port', box.port, '--link', 'console', ...login, '--policy', policy];
  expect(await run(...attest, '--require', 'L4')).toMatchObject({
    status: 0,
    result: { verdict: { level: 'L4', evidence: { format: 'psa-2023-tfm' } } },
  });
  await box.control({ do: 'attest', kind: 'psa', attack: 'downgraded-version' });
  expect(await run(...attest)).toMatchObject({
    status: 58,
    result: { ok: false, code: 'evidence.rejected', verdict: { level: 'L0', rejections: ['component-old'] } },
  });
});

test('a stock box over the console is L0, and says why', async () => {
  await withBox(['--serial-base', '31'], async (box) => {
    const attest = ['attest', '--port', box.port, '--link', 'console', ...login];
    const { status, result } = await run(...attest);
    expect({ status, result }).toMatchObject({
      status: 0,
      result: { verdict: { level: 'L0' }, evidence: null },
    });
    const { notProven } = result.verdict as { notProven: string[] };
    expect(notProven).toContain('That the key lives inside a TEE: a stock box gives no evidence.');
    expect((await run(...attest, '--require', 'L2')).status).toBe(59);
  });
});

test('a load needs L4 for the class key, and its receipt and history say what it rests on', async () => {
  const box = await startVirtualBox(['--evidence', 'psa', '--serial-base', '41']);
  const four = { minimumLevel: 'L4' };
  const actions = { register: four, 'load-package': four, 'release-class-key': four };
  const load = async () =>
    run(...loadArgs(station, box).slice(0, -1), '--policy', await writePolicy(box, { actions }));
  await box.control({ do: 'attest', kind: 'psa', attack: 'replayed-nonce' });
  expect(await load()).toMatchObject({ status: 51 });
  expect(await box.state()).toMatchObject({ installed: [], hasKey: false });
  await box.control({ do: 'attest', kind: 'psa', attack: null });
  const { status, result } = await load();
  expect({ status, result }).toMatchObject({
    status: 0,
    result: { receipt: { key: { level: 'L4', evidence: { format: 'psa-2023-tfm', level: 'L4' } } } },
  });
  const { id, key } = result.receipt as { id: string; key: { evidence: { id: string } } };
  expect((await run('evidence', 'list', '--serial', box.serial)).result).toMatchObject({
    evidence: [{ id: key.evidence.id, level: 'L4' }, { level: 'L0' }],
  });
  expect((await run('policy', 'explain', id)).result).toMatchObject({
    level: 'L4',
    actions: [
      { allowed: true },
      { allowed: true },
      { action: 'release-class-key', needs: 'L4', allowed: true },
    ],
  });
  expect((await run('records', 'verify')).result).toMatchObject({ ok: true });
});
