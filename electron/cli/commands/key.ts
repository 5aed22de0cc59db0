// `trustbox key ...`: class keys in the vault. A key leaves it only wrapped.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseBase64, toBase64 } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { KeyInfo } from '../../core/keys/vault.ts';
import { type CommandContext, withAction } from '../command.ts';
import { renderTable } from '../output.ts';

const show = ({ out }: CommandContext, info: KeyInfo, done: string): number => {
  out.result({ key: info }, `${done} ${info.name} (id ${info.keyId.slice(0, 16)}...).`);
  return 0;
};

async function createOne(context: CommandContext, _options: object, [name = '']: string[]): Promise<number> {
  const { withVault } = await import('../context.ts');
  return show(context, await withVault((vault) => vault.createKey(name)), 'Created');
}

async function importOne(
  context: CommandContext,
  options: { base64?: string; store?: string; base64Env?: string },
  [name]: string[],
) {
  const { withVault } = await import('../context.ts');
  const { parseClassKey, parseKeyStore } = await import('../../core/keys/vault.ts');
  if (options.store !== undefined) {
    const keys = parseKeyStore(await readFile(options.store, 'utf8'));
    const infos = await withVault(async (vault) => {
      const added: KeyInfo[] = [];
      for (const [keyName, secret] of keys) added.push(await vault.importKey(keyName, secret));
      return added;
    });
    context.out.result({ keys: infos }, `Imported ${infos.length} keys.`);
    return 0;
  }
  const base64 =
    options.base64 ?? (options.base64Env === undefined ? undefined : process.env[options.base64Env]);
  if (name === undefined || base64 === undefined)
    throw new ProvisionerError('usage.invalid', 'give a name and --base64 or --base64-env, or --store FILE');
  const secret = parseClassKey(base64);
  return show(context, await withVault((vault) => vault.importKey(name, secret)), 'Imported');
}

async function listAll({ out }: CommandContext): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { listKeys } = await import('../../core/keys/vault.ts');
  const keys = await withServices(({ db }) => listKeys(db));
  out.result(
    { keys },
    renderTable(
      ['name', 'key id', 'created'],
      keys.map((key) => [key.name, key.keyId.slice(0, 16), key.createdAt]),
    ),
  );
  return 0;
}

type ExportOptions = { serial: string; publicKey: string; operator?: string; reason?: string; suite: string };

/** Wraps for a key that came by other means than a cable; judged like any other. */
async function exportWrapped(
  { out }: CommandContext,
  options: ExportOptions,
  [name = '']: string[],
): Promise<number> {
  const { withVault } = await import('../context.ts');
  const { parsePublicKey } = await import('../../../shared/public-key.ts');
  const { judgeDevice } = await import('../../core/jobs/judge-device.ts');
  const { wrapClassKey } = await import('../../core/keys/wrap.ts');
  const { writeJournal } = await import('../../core/records/journal.ts');
  const bytes = parseBase64((await readFile(options.publicKey, 'utf8')).trim());
  if (!bytes) throw new ProvisionerError('key.malformed', `${options.publicKey} is not one line of base64`);
  const suite = options.suite === 'rsa-oaep-sha256' ? 'rsa-oaep-sha256' : 'rsaes-pkcs1-v1_5';
  const identity = {
    model: null,
    serialNumber: options.serial,
    hostname: null,
    kernel: null,
    bootId: null,
    teeDevice: false,
    optee: null,
    cpkTool: null,
    cpmModel: 'unknown',
    freeBytes: null,
    clockOffsetMs: null,
  } as const;
  return withVault(async (vault, { db, clock, readPolicy }) => {
    const operator =
      options.operator && options.reason ? { name: options.operator, reason: options.reason } : null;
    const { verdict } = await judgeDevice(
      { identity, publicKey: parsePublicKey(bytes), collected: { kind: 'none' } },
      { db, clock, policy: await readPolicy(), operator },
    );
    const key = await vault.openKey(name);
    const wrapped = wrapClassKey(key, verdict, suite);
    key.secret.fill(0);
    const body = {
      name,
      keyId: wrapped.keyId,
      serial: options.serial,
      fingerprint: wrapped.fingerprint,
      level: verdict.level,
      suite,
      operator,
    };
    await writeJournal(db, clock, { kind: 'class-key-exported-wrapped', body });
    out.result(
      { wrappedKey: toBase64(wrapped.bytes), suite, fingerprint: wrapped.fingerprint, level: verdict.level },
      toBase64(wrapped.bytes),
    );
    return 0;
  });
}

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('class keys in the vault');
  withAction(
    key.command('create').description('make a new class key').argument('<name>', 'also the application id'),
    createOne,
  );
  withAction(
    key
      .command('import')
      .description('bring a class key')
      .argument('[name]')
      .option('--base64 <text>', '32 bytes as base64')
      .option(
        '--base64-env <variable>',
        'environment variable that holds it, so that it is not in the process list',
      )
      .option('--store <file>', "cpk-tool's JSON key store"),
    importOne,
  );
  withAction(key.command('list').description('names and ids, never the keys'), listAll);
  withAction(
    key
      .command('export-wrapped')
      .description('wrap a class key for a device, if the policy releases it')
      .argument('<name>')
      .requiredOption('--serial <serial>', 'serial number of the device')
      .requiredOption('--public-key <file>', 'base64 public key, as cpk-tool pub-key prints it')
      .option('--operator <name>')
      .option('--reason <text>')
      .option('--suite <suite>', 'rsaes-pkcs1-v1_5 or rsa-oaep-sha256', 'rsaes-pkcs1-v1_5'),
    exportWrapped,
  );
}
