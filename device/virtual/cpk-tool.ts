// `cpk-tool` as a stock box has it: the same commands, words and exit statuses. It reads the package in the normal
// world and calls the box's CPM through a local socket. `node cpk-tool.ts SOCKET COMMAND ...`
// Source: facts package-and-device section 3; ConfidentialPackageTools cpk-tool/src.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type PackagePayload, readPackage } from './cpk-reader.ts';
import { type CpmClient, openCpm } from './cpm-client.ts';
import { ToolFailure } from './tool-failure.ts';

const connecting = 'Connecting with Confidential Package Manager on the host system...';
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** What the argument parser of the tool prints; status 1 like any other failure. */
class UsageError extends Error {}

/** The tool unwraps a result that it never expected to fail. */
class Panic extends Error {}

const usageOf = (problem: string, usage: string) =>
  new UsageError(`error: ${problem}\n\nUSAGE:\n    cpk-tool ${usage}\n\nFor more information try --help`);

const help = `cpk-tool 0.1.0

USAGE:
    cpk-tool <SUBCOMMAND>

FLAGS:
    -h, --help       Prints help information
    -V, --version    Prints version information

SUBCOMMANDS:
    help       Prints this message or the help of the given subcommand(s)
    install    Installs a confidential package on the host system from a given input file
    pub-key    Writes the device public key as base64
    sync       Synchronizes the class key into the local Confidential Package Manager`;

type Option = { readonly type: 'string'; readonly short: string };

/** Named values; those whose usage text does not begin with "[" are required. */
function parseOptions<N extends string>(
  command: string,
  args: readonly string[],
  spec: Readonly<Record<N, { short: string; usage: string }>>,
): Readonly<Partial<Record<N, string>>> {
  const entries = Object.entries<{ short: string; usage: string }>(spec);
  const usages = entries.map(([, { usage }]) => usage);
  const options: Record<string, Option> = Object.fromEntries(
    entries.map(([name, { short }]) => [name, { type: 'string', short }]),
  );
  const parsed = (() => {
    try {
      return parseArgs({ args: [...args], options }).values as Partial<Record<N, string>>;
    } catch {
      const problem = `Found argument '${args[0] ?? ''}' which wasn't expected, or isn't valid in this context`;
      throw usageOf(problem, `${command} ${usages.join(' ')}`);
    }
  })();
  const missing = entries.filter(([name, { usage }]) => !usage.startsWith('[') && !(name in parsed));
  if (missing.length === 0) return parsed;
  const list = missing.map(([, { usage }]) => `    ${usage}`).join('\n');
  throw usageOf(
    `The following required arguments were not provided:\n${list}`,
    `${command} ${usages.join(' ')}`,
  );
}

async function printPublicKey(cpm: CpmClient, args: readonly string[]): Promise<void> {
  parseOptions('pub-key', args, {});
  await cpm.call({ op: 'key-size' });
  const { publicKey = '' } = await cpm.call({ op: 'export-key' });
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'pkcs1' });
  console.log(base64(key.export({ type: 'spki', format: 'der' })));
}

/** Base64 as the tool's decoder takes it: standard alphabet, padding required. @throws ToolFailure */
function decodeKeyData(text: string): string {
  const at = text.search(/[^A-Za-z0-9+/=]/);
  const fault = (words: string, kind: string) => new ToolFailure(words, `Base64DecodeError(${kind})`);
  if (at >= 0) {
    const code = text.charCodeAt(at);
    throw fault(`Invalid byte ${code}, offset ${at}.`, `InvalidByte(${at}, ${code})`);
  }
  if (text.length % 4 !== 0) throw fault('Encoded text cannot have a 6-bit remainder.', 'InvalidLength');
  return text;
}

async function sync(cpm: CpmClient, args: readonly string[]): Promise<void> {
  const values = parseOptions('sync', args, {
    'application-id': { short: 'a', usage: '--application-id <application-id>' },
    'key-method': { short: 'm', usage: '--key-method <method>' },
    'key-store': { short: 'k', usage: '[--key-store <key-store>]' },
  });
  console.log(connecting);
  await cpm.call({ op: 'ping' });
  if (values['key-method'] !== 'commandline') {
    console.log('Invalid synchronization method. Please specify either `http`, `file` or `commandline`.');
    throw new ToolFailure('Invalid method given for the sync command', 'ToolError(InvalidSyncMethod)');
  }
  console.log('Decoding base64 key data from command-line parameter...');
  if (values['key-store'] === undefined) {
    console.log(
      'Error: No key data supplied for commandline sync method. Please supply -k argument with base64-encoded key data.',
    );
    throw new ToolFailure('Missing configuration', 'ToolError(MissingConfiguration)');
  }
  const wrapped = decodeKeyData(values['key-store']);
  console.log('Unwrapping...');
  await cpm.call({ op: 'install-key', wrapped });
  console.log('Done.');
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const words = isMissing ? 'No such file or directory (os error 2)' : 'Is a directory (os error 21)';
    throw new ToolFailure(words, `IoError(Os { code: ${isMissing ? 2 : 21} })`);
  }
}

/** RSAPublicKey DER of the certificate's subject. */
function subjectKey(certificate: Uint8Array): Uint8Array {
  try {
    return new X509Certificate(certificate).publicKey.export({ type: 'pkcs1', format: 'der' });
  } catch {
    throw new Panic("thread 'main' panicked at 'called `Result::unwrap()` on an `Err` value'");
  }
}

const maxDataBytes = 1024 * 1024;

async function deploy(cpm: CpmClient, payload: PackagePayload): Promise<void> {
  await cpm.call({ op: 'begin', totalBytes: payload.sealed.length });
  await cpm.call({
    op: 'init',
    strengthBits: payload.strengthBits,
    iv: base64(payload.nonce),
    tag: base64(payload.tag),
  });
  for (let at = 0; at < payload.sealed.length; at += maxDataBytes)
    await cpm.call({ op: 'add', data: base64(payload.sealed.subarray(at, at + maxDataBytes)) });
}

const checkWord = (isGood: boolean | undefined) => (isGood ? 'PASSED' : 'FAILED');

async function install(cpm: CpmClient, args: readonly string[]): Promise<void> {
  const values = parseOptions('install', args, {
    package: { short: 'p', usage: '--package <package-path>' },
  });
  const file = readFile(values.package ?? '');
  console.log('Opening package...');
  const contents = readPackage(file);
  console.log(`Reading package manifest (stream ${contents.manifestIndex})...`);
  console.log(`Package identity: ${contents.applicationId}`);
  console.log(`Package name: ${contents.name}`);
  console.log(`Package vendor: ${contents.vendor}`);
  console.log(`    Target architecture: ${contents.arch}`);
  console.log(`    Target operating system: ${contents.os}`);
  console.log(`    Version ${contents.version}`);
  console.log('Processing package contents...');
  const payload = contents.payload();
  console.log(connecting);
  await cpm.call({ op: 'ping' });
  console.log('Installing...');
  await deploy(cpm, payload);
  console.log('Verifying...');
  const checks = await cpm.call({
    op: 'verify',
    digest: base64(payload.digest),
    signature: base64(payload.signature),
    publicKey: base64(subjectKey(payload.certificate)),
  });
  await cpm.call({ op: 'end', applicationId: contents.applicationId });
  console.log(`    Digest check ${checkWord(checks.digestMatch)}.`);
  console.log(`    Signature check ${checkWord(checks.signatureMatch)}.`);
  console.log('Finished.');
}

const commands = new Map([
  ['pub-key', printPublicKey],
  ['sync', sync],
  ['install', install],
]);

async function runTool(socketPath: string, [name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined) throw new UsageError(help);
  const run = commands.get(name);
  if (!run) {
    const problem = `Found argument '${name}' which wasn't expected, or isn't valid in this context`;
    throw usageOf(problem, '<SUBCOMMAND>');
  }
  const cpm = await openCpm(socketPath);
  try {
    await run(cpm, args);
  } finally {
    cpm.close();
  }
}

/** Prints an end that is not good and gives its exit status. */
function report(error: unknown): number {
  if (error instanceof ToolFailure) console.error(`[ERROR] Command failed: ${error.message} (${error.kind})`);
  else console.error(error instanceof Error ? error.message : String(error));
  return error instanceof Panic ? 101 : 1;
}

const [socketPath = '', ...argv] = process.argv.slice(2);
try {
  await runTool(socketPath, argv);
} catch (error) {
  process.exitCode = report(error);
}
