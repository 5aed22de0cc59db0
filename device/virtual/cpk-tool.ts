// `cpk-tool` as a stock box has it: the same commands, words and exit statuses (facts package-and-device section 3).
// It reads the package in the normal world and calls the box's CPM through a local socket.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { headerBytes, parseFrameHeader, parseStreamTable } from '../../shared/cpk/frame.ts';
import { embeddedIndex, parseManifest } from '../../shared/cpk/manifest.ts';
import type { CpmReply, CpmRequest } from './cpm-door.ts';

const connecting = 'Connecting with Confidential Package Manager on the host system...';
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Calls the CPM one request at a time. */
async function openCpm(path: string) {
  const socket = connect(path);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    async call(request: CpmRequest): Promise<CpmReply> {
      socket.write(`${JSON.stringify(request)}\n`);
      const line = await lines.next();
      if (line.done) throw new Error('connection to the TEE lost');
      const reply = JSON.parse(line.value) as CpmReply;
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply;
    },
    close: () => socket.destroy(),
  };
}

type CpmClient = Awaited<ReturnType<typeof openCpm>>;

async function printPublicKey(cpm: CpmClient): Promise<void> {
  console.log((await cpm.call({ op: 'public-key' })).publicKey);
}

async function sync(cpm: CpmClient, args: string[]): Promise<void> {
  const options = {
    'application-id': { type: 'string', short: 'a' },
    mode: { type: 'string', short: 'm' },
    key: { type: 'string', short: 'k' },
  } as const;
  const { values } = parseArgs({ args, options });
  if (!values['application-id'] || values.mode !== 'commandline' || !values.key) throw new UsageError();
  console.log(connecting);
  console.log('Decoding base64 key data from command-line parameter...');
  console.log('Unwrapping...');
  await cpm.call({ op: 'install-key', appId: values['application-id'], wrapped: values.key });
  console.log('Done.');
}

type Opened = {
  readonly stream: (index: number) => Uint8Array;
  readonly manifestIndex: number;
  readonly streamCount: number;
};

function openFrame(bytes: Uint8Array): Opened {
  const frame = parseStreamTable(parseFrameHeader(bytes), bytes.subarray(headerBytes), bytes.length);
  const stream = (index: number) => {
    const span = frame.streams[index];
    if (!span) throw new Error(`no stream ${index}`);
    return bytes.subarray(span.offset, span.offset + span.sizeBytes);
  };
  return { stream, manifestIndex: frame.manifestIndex, streamCount: frame.streamCount };
}

async function install(cpm: CpmClient, args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { package: { type: 'string', short: 'p' } } });
  if (!values.package) throw new UsageError();
  const bytes = readFileSync(values.package);
  console.log('Opening package...');
  const { stream, manifestIndex, streamCount } = openFrame(bytes);
  console.log(`Reading package manifest (stream ${manifestIndex})...`);
  const manifest = parseManifest(stream(manifestIndex), streamCount);
  const { payload, 'cp-id': appId } = manifest;
  console.log(
    `Package identity: ${appId}\nPackage name: ${manifest['cp-name']}\nPackage vendor: ${manifest['cp-vendor']}`,
  );
  console.log(
    `    Target architecture: ${payload.target.arch}\n    Target operating system: ${payload.target.os}`,
  );
  const { maj, min, rev, date } = payload.ver;
  console.log(`    Version ${maj}.${min}.${rev} (${date})\nProcessing package contents...`);
  const certificate = embeddedIndex(payload.cert);
  if (payload.enc === 'none' || payload.dig === 'none' || payload.sig === 'none' || certificate === null) {
    throw new Error('unsupported encryption, digest, signature or certification scheme');
  }
  const { nonce, tag } = payload.enc['aes-gcm'];
  const publicKey = new X509Certificate(stream(certificate)).publicKey.export({
    type: 'pkcs1',
    format: 'der',
  });
  console.log(connecting);
  await cpm.call({ op: 'ping' });
  console.log('Installing...');
  const data = stream(payload.data);
  await cpm.call({ op: 'begin', appId, totalBytes: data.length });
  await cpm.call({ op: 'init', appId, iv: base64(stream(nonce)), tag: base64(stream(tag)) });
  await cpm.call({ op: 'add', appId, data: base64(data) });
  console.log('Verifying...');
  const verify = {
    digest: base64(stream(payload.dig.sha256.data)),
    signature: base64(stream(payload.sig['rsa-pkcs1v15'].data)),
  };
  const checks = await cpm.call({ op: 'verify', appId, ...verify, publicKey: base64(publicKey) });
  await cpm.call({ op: 'end', appId });
  console.log(`    Digest check ${checks.digestMatch ? 'PASSED' : 'FAILED'}.`);
  console.log(`    Signature check ${checks.signatureMatch ? 'PASSED' : 'FAILED'}.`);
  console.log('Finished.');
}

class UsageError extends Error {
  constructor() {
    super('USAGE: cpk-tool <pub-key | sync -a APP_ID -m commandline -k BASE64 | install -p FILE>');
  }
}

const [socketPath = '', command, ...args] = process.argv.slice(2);
const commands = new Map([
  ['pub-key', printPublicKey],
  ['sync', sync],
  ['install', install],
]);

try {
  const run = commands.get(command ?? '');
  if (!run) throw new UsageError();
  const cpm = await openCpm(socketPath);
  try {
    await run(cpm, args);
  } finally {
    cpm.close();
  }
} catch (error) {
  const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  console.error(usage ? (error as Error).message : `Command failed: ${(error as Error).message}`);
  process.exitCode = usage ? 2 : 1;
}
