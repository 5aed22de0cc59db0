// Every call of the agent protocol, end to end: the station's caller, a real pty, the agent's own process, its box.
import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendFile } from '../../../electron/core/agent/transfer.ts';
import {
  type AgentCall,
  agentCalls,
  type CallRequest,
  type CpmCall,
  cpmOperations,
} from '../../../shared/wire/calls.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { digestOf, openRawLink, type RawLink } from '../../helpers/raw-link.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { makePackage, makeSigner, sha256Hex, wrapFor } from '../../helpers/test-package.ts';
import { scratchOf, startVirtualBox, stopVirtualBoxes, type VirtualBox } from '../../helpers/virtual-box.ts';

let box: VirtualBox;
let link: RawLink;
const called = new Set<AgentCall>();

beforeEach(async () => {
  box = await startVirtualBox(['--agent', '--profile', 'checking']);
  link = await openRawLink(box.port);
});

afterEach(async () => {
  expect(link.ends).toEqual([]);
  await link.close();
  await stopVirtualBoxes();
});

function call<N extends AgentCall>(name: N, request: CallRequest<N>) {
  called.add(name);
  return link.caller.call(name, request);
}

const asBytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

async function stage(bytes: Uint8Array, remoteName: string): Promise<void> {
  const path = join(await makeTempDir(), remoteName);
  writeFileSync(path, bytes);
  await sendFile(link.transfer, { path, sizeBytes: bytes.length, sha256: digestOf(bytes), remoteName }, {});
}

const signer = makeSigner();
const classKey = randomBytes(32);
const payload = randomBytes(70_000);
const cpk = makePackage({ id: 'demo-app', classKey, payload, signer });

test('identity, wrap suites, log, and evidence honestly not supported', async () => {
  const identity = await call('identity', {});
  const { bootId } = await box.state();
  expect(identity).toMatchObject({
    serialNumber: box.serial,
    bootId,
    teeDevice: true,
    optee: 'linaro,optee-tz',
  });
  expect((await call('wrap-suites', {})).suites).toEqual(['rsaes-pkcs1-v1_5']);
  expect((await call('log-tail', { lines: 1 })).text).toMatch(/^trustbox-agent: serving \S+$/);
  expect((await call('log-tail', { lines: 0 })).text).toBe('');
  const nonce = new Uint8Array(32);
  expect(await codeOfAsync(call('evidence', { format: 'psa', nonce }))).toBe('agent.not-supported');
  expect(link.session.calls.has('evidence')).toBe(false);
});

test('a log of any size is read from its end', async () => {
  const lines = Array.from({ length: 100_000 }, (_, at) => `line ${at}`);
  writeFileSync(join(scratchOf(box), 'var/log/messages'), `${lines.join('\n')}\n`);
  expect((await call('log-tail', { lines: 3 })).text).toBe(lines.slice(-3).join('\n'));
});

test("key and package by the box's own tool: what the enclave stores is what was sealed", async () => {
  const before = await call('storage-snapshot', {});
  const { der } = await call('public-key', {});
  expect(sha256Hex(der)).toBe((await box.state()).fingerprint);
  const wrapped = asBytes(wrapFor(Buffer.from(der).toString('base64'), classKey));
  const synced = await call('install-key', { applicationId: 'demo-app', wrapped });
  expect(synced.exitStatus, synced.stdout + synced.stderr).toBe(0);
  for (const name of ['file-begin', 'file-end'] as const) called.add(name);
  await stage(cpk, 'demo.cpk');
  expect((await call('file-probe', { name: 'demo.cpk' })).sha256).toEqual(digestOf(cpk));
  const installed = await call('install-package', { name: 'demo.cpk' });
  expect(installed.exitStatus, installed.stdout + installed.stderr).toBe(0);
  expect((await box.state()).installed).toEqual([{ id: 'demo-app', sha256: sha256Hex(payload) }]);
  expect((await call('storage-snapshot', {})).digest).not.toEqual(before.digest);
  await call('file-remove', { name: 'demo.cpk' });
  expect((await call('file-probe', { name: 'demo.cpk' })).sha256).toBeNull();
  const gone = await call('install-package', { name: 'demo.cpk' });
  expect(gone.exitStatus).not.toBe(0);
});

test('the ten enclave calls, one by one, by the agent: another image is installed', async () => {
  const done = new Set<string>();
  const cpm = (request: CpmCall) => {
    done.add(request.op);
    return call('cpm', request);
  };
  expect(await cpm({ op: 'ping' })).toEqual({ result: 0, version: 1 });
  expect((await cpm({ op: 'is-supported', name: 'ecall_ping' })).isSupported).toBe(true);
  expect((await cpm({ op: 'is-supported', name: 'ecall_pong' })).isSupported).toBe(false);
  const { publicKey = new Uint8Array() } = await cpm({ op: 'export-key' });
  expect((await cpm({ op: 'key-size' })).sizeBytes).toBe(publicKey.length);
  const held = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'pkcs1' });
  const spki = held.export({ type: 'spki', format: 'der' }).toString('base64');
  expect((await cpm({ op: 'install-key', wrapped: new Uint8Array(256) })).result).not.toBe(0);
  expect((await cpm({ op: 'install-key', wrapped: asBytes(wrapFor(spki, classKey)) })).result).toBe(0);

  const stream = (index: number) => {
    const offset = Number(cpk.readBigUInt64LE(16 + 16 * index));
    const size = Number(cpk.readBigUInt64LE(24 + 16 * index));
    const origin = 16 + 16 * cpk.readUInt16LE(8);
    return new Uint8Array(cpk.subarray(origin + offset, origin + offset + size));
  };
  const sealed = stream(0);
  await cpm({ op: 'begin', totalBytes: sealed.length });
  await cpm({ op: 'init', strengthBits: 256, iv: stream(1), tag: stream(2) });
  for (let at = 0; at < sealed.length; at += 32_768)
    expect((await cpm({ op: 'add', data: sealed.subarray(at, at + 32_768) })).result).toBe(0);
  const signerKey = createPublicKey(createPrivateKey(signer.keyPem));
  const verified = await cpm({
    op: 'verify',
    digest: digestOf(payload),
    signature: new Uint8Array(sign('sha256', payload, signer.keyPem)),
    publicKey: new Uint8Array(signerKey.export({ type: 'pkcs1', format: 'der' })),
  });
  expect(verified).toEqual({ result: 0, digestMatch: true, signatureMatch: true });
  expect((await cpm({ op: 'end', applicationId: 'demo-app' })).result).toBe(0);
  expect((await box.state()).installed).toEqual([{ id: 'demo-app', sha256: sha256Hex(payload) }]);
  expect([...done].toSorted()).toEqual([...cpmOperations].toSorted());
});

test('receipts are left with the box, and named', async () => {
  const receipt = new Uint8Array(randomBytes(20_000));
  await call('receipt-put', { name: 'b.json', receipt });
  await call('receipt-put', { name: 'a.json', receipt: new Uint8Array(0) });
  expect((await call('receipt-list', {})).names).toEqual(['a.json', 'b.json']);
  const kept = readFileSync(join(scratchOf(box), 'var/lib/trustbox-agent/receipts/b.json'));
  expect(kept.equals(receipt)).toBe(true);
});

test('a file beside calls: neither waits for the other', async () => {
  const bytes = randomBytes(3_000_000);
  const sending = stage(bytes, 'large.cpk');
  const names = await Promise.all(Array.from({ length: 20 }, () => call('receipt-list', {})));
  expect(names.length).toBe(20);
  await sending;
  expect((await call('file-probe', { name: 'large.cpk' })).sha256).toEqual(digestOf(bytes));
});

test('reboot: the answer comes first, then another boot', async () => {
  const { bootId } = await call('identity', {});
  await call('reboot', {});
  for (
    let state = await box.state();
    state.bootId === bootId || state.bootId === null;
    state = await box.state()
  )
    await new Promise((resolve) => setTimeout(resolve, 50));
  await link.close();
  link = await openRawLink(box.port);
  const again = await call('identity', {});
  expect(again.bootId).toBe((await box.state()).bootId);
  expect(again.serialNumber).toBe(box.serial);
});

test('there is no call that was not made here', () => {
  expect([...called].toSorted()).toEqual(Object.keys(agentCalls).toSorted());
});
