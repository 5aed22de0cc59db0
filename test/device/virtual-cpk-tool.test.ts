// cpk-tool and the CPM of a virtual box, through the real console. Packages are staged straight into the box's home:
// the transfer is not what is tested here.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { closeTerminals, openSession, runCommand, type Terminal } from '../helpers/terminal.ts';
import {
  foreignPublicKey,
  makePackage,
  makeSigner,
  type PackageParts,
  type Signer,
  sha256Hex,
  wrapFor,
} from '../helpers/test-package.ts';
import { scratchOf, startVirtualBox, stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

let signer: Signer;
const classKey = randomBytes(32);
const payload = randomBytes(40_000);

beforeAll(() => {
  signer = makeSigner();
});

afterEach(async () => {
  await closeTerminals();
  await stopVirtualBoxes();
});

type Session = { readonly box: VirtualBox; readonly terminal: Terminal };

async function start(options: readonly string[] = []): Promise<Session> {
  const box = await startVirtualBox(options);
  return { box, terminal: await openSession(box) };
}

const publicKeyOf = async ({ terminal }: Session) =>
  (await runCommand(terminal, 'cpk-tool pub-key')).output.trimEnd();

const syncKey = ({ terminal }: Session, wrapped: string) =>
  runCommand(terminal, `cpk-tool sync -a demo-app -m commandline -k ${wrapped}`);

async function giveKey(session: Session, secret: Uint8Array = classKey): Promise<void> {
  const done = await syncKey(session, wrapFor(await publicKeyOf(session), secret));
  expect(done.status).toBe(0);
}

function stage({ box }: Session, over: Partial<PackageParts> = {}, cut = (file: Buffer) => file): void {
  const file = cut(makePackage({ id: 'demo-app', classKey, payload, signer, ...over }));
  writeFileSync(join(scratchOf(box), 'home', 'app.cpk'), file);
}

const install = ({ terminal }: Session) => runCommand(terminal, 'cpk-tool install -p app.cpk');

const linesBefore = `Opening package...
Reading package manifest (stream 6)...
Package identity: demo-app
Package name: Test application
Package vendor: TrustBox tests
    Target architecture: aarch64
    Target operating system: OP-TEE
    Version 1.2.3 (2026-11-23 09:00:00 UTC)
Processing package contents...
Connecting with Confidential Package Manager on the host system...
Installing...
`;
const resultLines = (digest: string, signature: string) =>
  `Verifying...\n    Digest check ${digest}.\n    Signature check ${signature}.\nFinished.\n`;

test('pub-key prints the SubjectPublicKeyInfo as one base64 line and nothing else', async () => {
  const session = await start();
  const { output, status } = await runCommand(session.terminal, 'cpk-tool pub-key');
  expect(status).toBe(0);
  expect(output).toMatch(/^[A-Za-z0-9+/]{392}\n$/);
  const spki = Buffer.from(output, 'base64');
  expect(createHash('sha256').update(spki).digest('hex')).toBe((await session.box.state()).fingerprint);
});

test('sync says its four lines and the CPM has a key', async () => {
  const session = await start();
  const { output, status } = await syncKey(session, wrapFor(await publicKeyOf(session), classKey));
  expect(output).toBe(
    'Connecting with Confidential Package Manager on the host system...\n' +
      'Decoding base64 key data from command-line parameter...\nUnwrapping...\nDone.\n',
  );
  expect(status).toBe(0);
  expect((await session.box.state()).hasKey).toBe(true);
});

test('sync refuses a key wrapped for another box, of another size, or not base64', async () => {
  const session = await start();
  const own = await publicKeyOf(session);
  const refusal =
    '[ERROR] Command failed: Failed to install application key. (CpmError(InstallApplicationKey))\n';
  for (const wrapped of [
    wrapFor(foreignPublicKey(), classKey),
    wrapFor(own, classKey.subarray(1)),
    wrapFor(own, randomBytes(33)),
    randomBytes(256).fill(0, 0, 1).toString('base64'),
    'AAAA',
  ]) {
    const { output, status } = await syncKey(session, wrapped);
    expect(output.endsWith(refusal), output).toBe(true);
    expect(status).toBe(1);
  }
  expect((await syncKey(session, "'A?=='")).output).toContain('Command failed: Invalid byte 63, offset 1.');
  expect((await session.box.state()).hasKey).toBe(false);
});

test('the stock CPM prints FAILED twice on a good install, ends with 0 and stores the image', async () => {
  const session = await start();
  await giveKey(session);
  stage(session);
  const storage = 'cat $TRUSTBOX_ROOT/var/lib/tee/* 2>/dev/null | sha256sum';
  const before = await runCommand(session.terminal, storage);
  expect(await install(session)).toEqual({
    output: linesBefore + resultLines('FAILED', 'FAILED'),
    status: 0,
  });
  expect((await session.box.state()).installed).toEqual([{ id: 'demo-app', sha256: sha256Hex(payload) }]);
  expect((await runCommand(session.terminal, storage)).output).not.toBe(before.output);
});

test('the stock CPM keeps the last tag: the same package again prints PASSED for the digest', async () => {
  const session = await start();
  await giveKey(session);
  stage(session);
  await install(session);
  expect(await install(session)).toEqual({
    output: linesBefore + resultLines('PASSED', 'FAILED'),
    status: 0,
  });
});

const endFailure = `${linesBefore}Verifying...\n[ERROR] Command failed: Failed to end deployment session. (CpmError(EndApplicationDeployment))\n`;

test.each([
  ['another class key', { classKey: randomBytes(32) }, []],
  ['a changed tag', { change: { tag: randomBytes(16) } }, []],
  ['a changed payload', { change: { sealed: randomBytes(40_000) } }, []],
  ['an image that secure storage refuses', {}, ['--reject-install']],
] as const)('the stock CPM fails at the end call on %s and stores nothing', async (_what, over, options) => {
  const session = await start(options);
  await giveKey(session);
  stage(session, over);
  expect(await install(session)).toEqual({ output: endFailure, status: 1 });
  expect((await session.box.state()).installed).toEqual([]);
});

test('the stock CPM without a key notices it only at the end', async () => {
  const session = await start();
  stage(session);
  expect(await install(session)).toEqual({ output: endFailure, status: 1 });
  expect((await session.box.state()).cpmLog).toContain('TAG mismatch');
});

test('a payload of 6 MiB is taken, one byte more is not', async () => {
  const session = await start();
  await giveKey(session);
  const most = randomBytes(6 * 1024 * 1024);
  stage(session, { payload: most });
  expect((await install(session)).status).toBe(0);
  stage(session, { payload: Buffer.concat([most, Buffer.of(0)]) });
  expect(await install(session)).toEqual({
    output: `${linesBefore}[ERROR] Command failed: Failed to add application data. (CpmError(AddApplicationData))\n`,
    status: 1,
  });
  expect((await session.box.state()).installed).toHaveLength(1);
});

test('a wrong nonce or tag size is refused when decryption begins', async () => {
  const session = await start();
  await giveKey(session);
  for (const change of [{ nonce: randomBytes(16) }, { tag: randomBytes(12) }]) {
    stage(session, { change });
    expect((await install(session)).output).toContain('Failed to initialize AES GCM decryption.');
  }
});

test('the checking CPM prints PASSED twice and stores the image', async () => {
  const session = await start(['--profile', 'checking']);
  await giveKey(session);
  stage(session);
  expect(await install(session)).toEqual({
    output: linesBefore + resultLines('PASSED', 'PASSED'),
    status: 0,
  });
  expect((await session.box.state()).installed).toHaveLength(1);
});

test('the checking CPM prints FAILED for what does not match, ends with 0 and stores nothing', async () => {
  const session = await start(['--profile', 'checking']);
  await giveKey(session);
  stage(session, { change: { signature: randomBytes(256) } });
  expect(await install(session)).toEqual({
    output: linesBefore + resultLines('PASSED', 'FAILED'),
    status: 0,
  });
  stage(session, { change: { digest: randomBytes(32) } });
  expect((await install(session)).output).toContain(resultLines('FAILED', 'FAILED'));
  stage(session, { change: { tag: randomBytes(16) } });
  expect((await install(session)).output).toContain('Failed to add application data.');
  expect((await session.box.state()).installed).toEqual([]);
});

const word = (file: Buffer, offset: number, value: number) => {
  file.writeUInt16LE(value, offset);
  return file;
};

test.each([
  ['is cut short', (file: Buffer) => file.subarray(0, 300), 'failed to fill whole buffer'],
  ['has another magic', (file: Buffer) => word(file, 0, 1), 'correct 4-byte magic number'],
  ['has another frame version', (file: Buffer) => word(file, 4, 2), 'package version is not supported'],
  ['has a flag', (file: Buffer) => word(file, 6, 1), 'flag field is not valid'],
  ['has no streams', (file: Buffer) => word(file, 8, 0), 'stream count is zero'],
  ['has its manifest nowhere', (file: Buffer) => word(file, 10, 7), 'manifest stream index is out of range'],
  ['has another manifest type', (file: Buffer) => word(file, 12, 2), 'Invalid manifest type.'],
  ['has another manifest version', (file: Buffer) => word(file, 14, 2), 'Invalid manifest version.'],
  ['has a manifest that is no JSON', (file: Buffer) => word(file, 10, 0), 'expected value'],
])('install refuses a file that %s', async (_what, cut, words) => {
  const session = await start();
  stage(session, {}, cut);
  const { output, status } = await install(session);
  expect(output).toContain('[ERROR] Command failed: ');
  expect(output).toContain(words);
  expect(status).toBe(1);
});

test('install refuses schemes that the stock tool does not know', async () => {
  const session = await start();
  for (const [field, words] of [
    ['enc', 'Unsupported payload encryption scheme'],
    ['dig', 'Unsupported digest scheme'],
    ['sig', 'Unsupported signature scheme'],
    ['cert', 'Unsupported certification scheme'],
  ] as const) {
    stage(session, { manifest: { [field]: 'none' } });
    expect((await install(session)).output).toContain(words);
  }
});

test('a missing file and a command the tool does not have end with 1', async () => {
  const { terminal } = await start();
  const missing = await runCommand(terminal, 'cpk-tool install -p nothing.cpk');
  expect(missing.output).toContain('Command failed: No such file or directory (os error 2)');
  expect(missing.status).toBe(1);
  for (const args of ['', 'build -i a', 'install', 'sync -a x', 'pub-key extra']) {
    const { output, status } = await runCommand(terminal, `cpk-tool ${args}`);
    expect(output, args).toContain('USAGE:');
    expect(status, args).toBe(1);
  }
  const method = await runCommand(terminal, 'cpk-tool sync -a x -m azuretwin');
  expect(method.output).toContain('Invalid method given for the sync command');
});

test('a reboot logs out and changes key, boot id and RAM, but not what was installed', async () => {
  const session = await start();
  await giveKey(session);
  stage(session);
  await install(session);
  const before = await session.box.state();
  session.terminal.write('reboot\n');
  await session.terminal.expect(/U-Boot[\s\S]*Starting kernel[\s\S]*login: $/);
  const after = await session.box.state();
  expect(after.bootId).not.toBe(before.bootId);
  expect(after.fingerprint).not.toBe(before.fingerprint);
  expect(after.hasKey).toBe(false);
  expect(after.installed).toEqual(before.installed);
  expect(after.filesInHome).toContain('app.cpk');
});
