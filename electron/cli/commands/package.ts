// `trustbox package ...`: build, look into, check and sign confidential packages.
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { decodeSignature, toBase64, toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { systemClock } from '../../core/clock.ts';
import type { ClassKey } from '../../core/keys/class-key.ts';
import type { Services } from '../../core/services.ts';
import { type CommandContext, collect, withAction } from '../command.ts';
import { renderBytes, renderTable } from '../output.ts';
import { progressLine } from '../progress.ts';

type BuildOptions = {
  payload: string;
  id: string;
  name: string;
  vendor: string;
  version: string;
  key: string;
  signKey?: string;
  signCert: string;
  out: string;
  signPassphraseEnv?: string;
  allowKeyReuse?: boolean;
  demo?: boolean;
  arch: string;
  os: string;
};

const readText = (path: string, what: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ProvisionerError('package.unreadable', `${what} ${path} cannot be read`, { cause });
  });

async function withClassKey<T>(
  name: string,
  use: (key: ClassKey, services: Services) => Promise<T>,
): Promise<T> {
  const { withVault } = await import('../context.ts');
  return withVault(async (vault, services) => {
    const key = await vault.openKey(name);
    return use(key, services).finally(() => key.secret.fill(0));
  });
}

async function build({ out, signal }: CommandContext, options: BuildOptions): Promise<number> {
  const { buildPackage } = await import('../../core/package/build.ts');
  const { parseVersion } = await import('../../core/package/manifest-for.ts');
  const { createSealLedger } = await import('../../core/store/seals.ts');
  const version = parseVersion(options.version);
  const signing = {
    certificatePem: await readText(options.signCert, 'certificate'),
    keyPem: options.signKey === undefined ? undefined : await readText(options.signKey, 'signing key'),
    passphrase: options.signPassphraseEnv === undefined ? undefined : process.env[options.signPassphraseEnv],
    allowPublishedKey: options.demo,
  };
  const progress = progressLine(out);
  const built = await withClassKey(options.key, async (classKey, { db, clock }) => {
    const { id, name, vendor, payload: payloadPath, out: outPath, allowKeyReuse, arch, os } = options;
    const request = {
      payloadPath,
      outPath,
      id,
      name,
      vendor,
      version,
      target: { arch, os },
      classKey,
      signing,
      allowKeyReuse,
    };
    return buildPackage(request, {
      ledger: createSealLedger(db, clock),
      clock,
      signal,
      onProgress: ({ phase, doneBytes, totalBytes }) => progress.show(phase, doneBytes, totalBytes),
    });
  }).finally(progress.end);
  const next = built.signed
    ? ''
    : '\nNot signed yet: run `trustbox package digest`, sign, then `trustbox package attach-signature`; twice.';
  out.result(
    { package: built },
    `${built.path}: ${renderBytes(built.fileBytes)}, package digest ${built.packageDigest}${next}`,
  );
  return 0;
}

async function inspect({ out }: CommandContext, _options: object, [path = '']: string[]): Promise<number> {
  const { inspectPackage } = await import('../../core/package/inspect.ts');
  const found = await inspectPackage(path);
  const rows = found.streams.map((stream) => [
    String(stream.index),
    stream.role ?? '(unused)',
    String(stream.offset),
    String(stream.sizeBytes),
  ]);
  const words = [
    `${found.id} ${found.version}: ${found.name}, by ${found.vendor}; ${renderBytes(found.fileBytes)}`,
    `Class key    ${found.keyName ?? 'none'}`,
    `Layout       ${found.layoutFaults.length === 0 ? 'canonical' : `not canonical: ${found.layoutFaults.join('; ')}`}`,
    `Signed       payload ${found.signed.payload ? 'yes' : 'no'}, package ${found.signed.package ? 'yes' : 'no'}`,
    `Certificate  ${found.certificate ? `${found.certificate.subject}, RSA ${found.certificate.keyBits}, until ${found.certificate.notAfter}` : found.certificateFault}`,
    renderTable(['stream', 'role', 'offset', 'bytes'], rows),
  ];
  out.result({ inspection: found }, words.join('\n'));
  return 0;
}

async function verify(
  { out, signal }: CommandContext,
  options: { key?: string; anchor?: string[]; demo?: boolean },
  [path = '']: string[],
): Promise<number> {
  const { verifyPackage } = await import('../../core/package/verify.ts');
  const { readKeptAnchors } = await import('../context.ts');
  const anchors = options.anchor
    ? await Promise.all(options.anchor.map((file) => readText(file, 'anchor')))
    : await readKeptAnchors();
  const common = { anchors, clock: systemClock, signal, allowPublishedKey: options.demo };
  const result =
    options.key === undefined
      ? await verifyPackage(path, common)
      : await withClassKey(options.key, (classKey) => verifyPackage(path, { ...common, classKey }));
  const marks = { true: 'ok  ', false: 'FAIL', null: '-   ' } as const;
  const lines = result.checks.map(
    ({ name, ok, detail }) => `${marks[String(ok) as keyof typeof marks]} ${name.padEnd(18)} ${detail}`,
  );
  out.result(
    { ok: result.ok, checks: result.checks },
    [...lines, result.ok ? 'The package is sound.' : 'The package is NOT sound: do not load it.'].join('\n'),
  );
  return result.ok ? 0 : 11;
}

/** The profile of a name, or of a device that this station has read. */
async function findProfileFor(wanted: string) {
  const { deviceProfiles, findProfile, profileForModel } = await import('../../../shared/device-profile.ts');
  if (deviceProfiles.some(({ name }) => name === wanted)) return findProfile(wanted);
  const { withServices } = await import('../context.ts');
  const { findDevices } = await import('../../core/store/devices.ts');
  const device = (await withServices(({ db }) => findDevices(db, wanted))).find(
    ({ serial }) => serial === wanted,
  );
  return device ? profileForModel(device.model) : findProfile(wanted);
}

async function lint(
  { out }: CommandContext,
  options: { for: string },
  [path = '']: string[],
): Promise<number> {
  const { inspectPackage } = await import('../../core/package/inspect.ts');
  const { lintPackage } = await import('../../core/package/lint.ts');
  const profile = await findProfileFor(options.for);
  const findings = lintPackage(await inspectPackage(path), profile, systemClock.now());
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const lines = findings.map(({ severity, rule, detail }) => `${severity.padEnd(8)} ${rule}: ${detail}`);
  out.result(
    { ok: errors === 0, profile: profile.name, findings },
    [
      ...lines,
      errors === 0 ? `Fits ${profile.title}.` : `Does NOT fit ${profile.title}: ${errors} error(s).`,
    ].join('\n'),
  );
  return errors === 0 ? 0 : 12;
}

async function digest(
  { out }: CommandContext,
  options: { out?: string },
  [path = '']: string[],
): Promise<number> {
  const { digestToSign } = await import('../../core/package/external-signing.ts');
  const due = await digestToSign(path);
  if (options.out !== undefined) await writeFile(options.out, due.digest);
  const data = {
    due: due.due,
    digest: toHex(due.digest),
    digestInfo: toBase64(due.digestInfo),
    signatureBytes: due.signatureBytes,
    signer: due.signerFingerprint,
  };
  out.result(
    data,
    [
      `Due: the ${due.due} signature, RSA PKCS#1 v1.5 with SHA-256`,
      `Digest: ${data.digest}`,
      'For example: openssl pkeyutl -sign -inkey KEY -pkeyopt digest:sha256 -in DIGEST.bin -out SIGNATURE.bin',
    ].join('\n'),
  );
  return 0;
}

async function attach(
  { out }: CommandContext,
  options: { signature: string; out?: string },
  [path = '']: string[],
): Promise<number> {
  const { attachSignature } = await import('../../core/package/external-signing.ts');
  const raw = await readFile(options.signature).catch((cause: unknown) => {
    throw new ProvisionerError('package.unreadable', `${options.signature} cannot be read`, { cause });
  });
  const { attached } = await attachSignature(path, decodeSignature(raw), options.out ?? path);
  const next =
    attached === 'payload'
      ? 'Next: the package signature; run `trustbox package digest` again.'
      : 'The package is fully signed.';
  out.result({ attached, path: options.out ?? path }, `Attached the ${attached} signature. ${next}`);
  return 0;
}

export function addPackageCommands(program: Command): void {
  const group = program.command('package').description('build, look into, check and sign packages');
  withAction(
    group
      .command('build')
      .description('sign and seal a payload')
      .requiredOption('--payload <file>')
      .requiredOption('--id <id>', 'application id')
      .requiredOption('--name <name>')
      .requiredOption('--vendor <vendor>')
      .requiredOption('--version <x.y.z>')
      .requiredOption('--key <name>', 'class key in the vault')
      .option('--sign-key <pem>', 'RSA key; without it, sign externally')
      .requiredOption('--sign-cert <pem>')
      .option('--sign-passphrase-env <variable>', 'passphrase of the signing key')
      .requiredOption('--out <file>')
      .option('--arch <arch>', 'target architecture', 'aarch64')
      .option('--os <os>', 'target operating system', 'OP-TEE')
      .option('--allow-key-reuse', 'seal a second version under the same class key; goes into the journal')
      .option('--demo', 'accept published test keys')
      .addHelpText(
        'after',
        '\nExample:\n  trustbox package build --payload app.ta --id pump --name Pump --vendor Acme --version 1.2.3 --key pump \\\n      --sign-key sign.pem --sign-cert sign.crt --out pump.cpk',
      ),
    build,
  );
  withAction(
    group.command('inspect').description('show what is in a package; needs no key').argument('<file>'),
    inspect,
  );
  withAction(
    group
      .command('verify')
      .description('check frame, manifest, digest, signature and chain; with the key also the payload')
      .argument('<file>')
      .option('--key <name>', 'class key in the vault')
      .option('--anchor <pem>', 'trust anchor (repeatable); default: those of `trustbox trust list`', collect)
      .option('--demo', 'accept published test keys'),
    verify,
  );
  withAction(
    group
      .command('lint')
      .description('check that a package fits a device')
      .argument('<file>')
      .requiredOption('--for <profile>', 'profile name, or serial of a device that was read'),
    lint,
  );
  withAction(
    group
      .command('digest')
      .description('what must be signed next, for a key in an HSM')
      .argument('<file>')
      .option('--out <file>', 'also write the 32 bytes here'),
    digest,
  );
  withAction(
    group
      .command('attach-signature')
      .description('put an external signature in')
      .argument('<file>')
      .requiredOption('--signature <file>', 'raw, hex or base64')
      .option('--out <file>', 'default: the package itself'),
    attach,
  );
}
