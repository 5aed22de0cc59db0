// `trustbox policy ...`: what each action needs, who signed it, and why a record came out as it did.
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { entryOf, ProvisionerError } from '../../../shared/errors/error.ts';
import { type Explained, explainPolicy, nameLevel, parseLevel } from '../../../shared/explain.ts';
import { type LoadedPolicy, parsePolicy } from '../../../shared/policy.ts';
import type { PolicyLead } from '../../../shared/policy-lead.ts';
import { lintPolicy } from '../../../shared/policy-lint.ts';
import { isSignedBy, signPolicy } from '../../../shared/policy-signature.ts';
import { type Receipt, receiptSchema } from '../../../shared/receipt.ts';
import { systemClock } from '../../core/clock.ts';
import { type CommandContext, withAction } from '../command.ts';
import { renderTable } from '../output.ts';

/** Who signed, and whether that was verified under a key that somebody gave. */
function describeSignature({ signature, ...loaded }: LoadedPolicy, publicKey: string | null) {
  if (!signature) return { state: 'none', words: 'not signed' } as const;
  const by = `${signature.signedBy}, ${signature.at}, key ${signature.publicKey}`;
  if (publicKey === null)
    return { state: 'not-checked', words: `by ${by}; not checked: no key was given` } as const;
  const isGood = isSignedBy({ signature, ...loaded }, publicKey);
  return isGood
    ? ({ state: 'good', words: `good, by ${by}` } as const)
    : ({ state: 'bad', words: `FALSE, by ${by}` } as const);
}

function renderEvidenceRules({ evidence }: LoadedPolicy['policy']): string[] {
  if (!evidence) return ['Evidence     nothing is said of it: nobody is trusted, nothing is known'];
  const { accept, algorithms, anchors, dice, implementations, lifecycle, maxAgeSeconds } = evidence;
  return [
    `Evidence     ${accept.join(', ')}; signed with ${algorithms.join(', ')}; at most ${maxAgeSeconds} s old; ${lifecycle.join(' or ')}`,
    `Trusts       ${anchors.length} device keys, ${dice.roots.length} roots`,
    ...implementations.map(
      ({ implementationId, components, mustInclude, keyBinding }) =>
        `Knows        ${implementationId.slice(0, 16)}: ${components.length} reference values, must include ${mustInclude.join(', ') || 'nothing'}, ${keyBinding ? `key bound by ${keyBinding.methods.join(', ')}` : 'no key binding'}`,
    ),
  ];
}

function renderPolicy(loaded: LoadedPolicy, signature: string): string {
  const { policy, hash } = loaded;
  const rows = Object.entries(policy.actions).map(([action, rule]) => [
    action,
    rule.minimumLevel,
    rule.allowL0WithReason ? 'L0 with operator and reason' : '',
  ]);
  const remarks = lintPolicy(policy, systemClock.now()).map(
    ({ about, text }) => `Think of     ${about}: ${text}`,
  );
  return [
    `${policy.name}, version ${policy.version}, hash ${hash}`,
    `Signature    ${signature}`,
    renderTable(['action', 'needs', 'or'], rows),
    'Everything else is refused.',
    ...renderEvidenceRules(policy),
    ...remarks,
  ].join('\n');
}

/** A file is checked as a file; without one, the policy in force, which must be one that this station may use. */
async function check({ out }: CommandContext, options: { key?: string }, [path]: string[]): Promise<number> {
  const { readLeadPublicKey, readPolicyFile } = await import('../../core/policy-file.ts');
  const given = options.key === undefined ? null : await readLeadPublicKey(options.key);
  const { loaded, lead } =
    path === undefined ? await readInForce() : { loaded: await readPolicyFile(path), lead: null };
  const signature = describeSignature(loaded, given ?? lead?.publicKey ?? null);
  const { policy, hash } = loaded;
  const isBad = signature.state === 'bad' || (given !== null && signature.state === 'none');
  const remarks = lintPolicy(policy, systemClock.now());
  out.result(
    { ok: !isBad, policy, hash, signature: { state: signature.state, ...loaded.signature }, remarks },
    renderPolicy(loaded, signature.words),
  );
  return isBad ? entryOf('policy.unsigned').exitCode : 0;
}

async function readInForce(): Promise<{ loaded: LoadedPolicy; lead: PolicyLead | null }> {
  const { withServices } = await import('../context.ts');
  const { readLead } = await import('../../core/store/policies.ts');
  return withServices(async ({ readPolicy, db }) => ({
    loaded: await readPolicy(),
    lead: await readLead(db),
  }));
}

const passphraseFrom = (variable: string | undefined): string | undefined => {
  if (variable === undefined) return undefined;
  const passphrase = process.env[variable];
  if (passphrase) return passphrase;
  throw new ProvisionerError('usage.invalid', `--passphrase-env: ${variable} is not set`);
};

async function newKey(
  { out }: CommandContext,
  options: { passphraseEnv?: string },
  [path = '']: string[],
): Promise<number> {
  const { makeLeadKey } = await import('../../core/policy-file.ts');
  const publicKey = await makeLeadKey(path, passphraseFrom(options.passphraseEnv));
  out.result(
    { path, publicKey },
    `${path} signs policies; keep it away from stations.\nPublic key ${publicKey}`,
  );
  return 0;
}

type SignOptions = { key: string; by: string; out: string; passphraseEnv?: string };

async function sign({ out }: CommandContext, options: SignOptions, [path = '']: string[]): Promise<number> {
  const { readLeadKey, readPolicyFile } = await import('../../core/policy-file.ts');
  const loaded = await readPolicyFile(path);
  const secretKey = await readLeadKey(options.key, passphraseFrom(options.passphraseEnv));
  const signed = signPolicy(loaded, { secretKey, signedBy: options.by, at: systemClock.now() });
  secretKey.fill(0);
  await writeFile(options.out, signed.json);
  const remarks = lintPolicy(signed.policy, systemClock.now());
  out.result(
    { path: options.out, hash: signed.hash, signature: signed.signature, remarks },
    renderPolicy(signed, `by ${options.by}, written to ${options.out}`),
  );
  return 0;
}

type ImportOptions = { into: string; out: string; source: string; signer?: string };

/** Reference values and attestation keys of a manufacturer, into a policy that is then signed as any other. */
async function importManifest(
  { out }: CommandContext,
  options: ImportOptions,
  [path = '']: string[],
): Promise<number> {
  const { readPolicyFile } = await import('../../core/policy-file.ts');
  const { importCorim } = await import('../../core/attestation/import-corim.ts');
  const read = (file: string) =>
    readFile(file).catch((cause: unknown) => {
      throw new ProvisionerError('evidence.corim-refused', `${file} cannot be read`, { cause });
    });
  const { source, signer } = options;
  const request = {
    bytes: new Uint8Array(await read(path)),
    signer: signer === undefined ? null : (await read(signer)).toString('utf8'),
    source,
    now: systemClock.now(),
  };
  const { loaded, corim, referenceCount, keyCount } = importCorim(
    await readPolicyFile(options.into),
    request,
  );
  await writeFile(options.out, loaded.json, { flag: 'wx' }).catch((cause: unknown) => {
    throw new ProvisionerError('usage.invalid', `${options.out} cannot be written, or is there already`, {
      cause,
    });
  });
  const isSigned = signer !== undefined;
  const remarks = lintPolicy(loaded.policy, request.now);
  out.result(
    { path: options.out, hash: loaded.hash, manifest: corim.id, isSigned, referenceCount, keyCount, remarks },
    [
      `Manifest     ${corim.id}, ${isSigned ? 'signature good' : 'not signed: whoever gave it could have written it'}`,
      `Added        ${referenceCount} reference values, ${keyCount} attestation keys, from ${source}`,
      renderPolicy(loaded, `none yet, written to ${options.out}: the line lead reads and signs it`),
    ].join('\n'),
  );
  return 0;
}

type Decision = { operator: string; reason: string; remove?: boolean };

async function lead({ out }: CommandContext, options: Partial<Decision>, [key]: string[]): Promise<number> {
  const { readLead, removeLead, setLead } = await import('../../core/store/policies.ts');
  const { withServices } = await import('../context.ts');
  if (key === undefined && !options.remove) {
    const now = await withServices(({ db }) => readLead(db));
    out.result(
      { lead: now },
      now
        ? `Policies are signed with ${now.publicKey}; decided by ${now.operator} on ${now.at}.`
        : 'Nobody signs policies here: any policy file counts.',
    );
    return 0;
  }
  const { operator, reason, remove } = options;
  if (!operator || !reason) throw new ProvisionerError('usage.invalid', '--operator and --reason are needed');
  const { decided } = await import('./trust.ts');
  if (remove) {
    await decided({ operator, reason }, removeLead);
    out.result({ lead: null }, 'Nobody signs policies here any more: any policy file counts.');
    return 0;
  }
  const { readLeadPublicKey } = await import('../../core/policy-file.ts');
  const publicKey = await readLeadPublicKey(key ?? '');
  const act = await decided({ operator, reason }, (deciding) => setLead(deciding, publicKey));
  out.result({ lead: act }, `From now on only policies signed with ${publicKey} count here.`);
  return 0;
}

/** A receipt by the beginning of its id, or from a file. */
async function findReceipt(which: string): Promise<Receipt> {
  const text = await readFile(which, 'utf8').catch(() => null);
  if (text !== null) return parseReceipt(text, which);
  const { withServices } = await import('../context.ts');
  const { listReceipts } = await import('../../core/records/receipts.ts');
  const found = (await withServices(({ db }) => listReceipts(db))).filter(({ id }) => id.startsWith(which));
  const [receipt, ...others] = found;
  if (receipt && others.length === 0) return receipt;
  throw new ProvisionerError(
    'record.not-found',
    `${found.length} receipts begin with "${which.slice(0, 80)}"`,
  );
}

function parseReceipt(text: string, path: string): Receipt {
  try {
    return receiptSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ProvisionerError('record.invalid', `${path} is no receipt`, { cause });
  }
}

/** The policy of that day: from a file whose hash is that of the record, or from the station. */
async function findPolicy(hash: string, path: string | undefined): Promise<LoadedPolicy> {
  const found = path === undefined ? await readKept(hash) : parsePolicy(await readFile(path, 'utf8'));
  if (found?.hash === hash) return found;
  throw new ProvisionerError(
    'policy.invalid',
    found
      ? `${path} has hash ${found.hash}; the record was judged by ${hash}`
      : `the policy ${hash} is not kept here: give it with --policy`,
  );
}

async function readKept(hash: string): Promise<LoadedPolicy | null> {
  const { withServices } = await import('../context.ts');
  const { readKeptPolicy } = await import('../../core/store/policies.ts');
  return withServices(({ db }) => readKeptPolicy(db, hash));
}

const renderExplained = ({ action, allowed, needs, allowsL0, why }: Explained): string =>
  `${allowed ? 'Allowed ' : 'Refused '}     ${action}: needs ${needs ?? 'a rule that is not there'}${allowsL0 ? ', or L0 with operator and reason' : ''}. ${why}`;

async function explain(
  { out }: CommandContext,
  options: { policy?: string },
  [which = '']: string[],
): Promise<number> {
  const receipt = await findReceipt(which);
  const loaded = await findPolicy(receipt.policyHash, options.policy);
  const level = parseLevel(receipt.key.level);
  const { operator, endedAt, key, device } = receipt;
  const actions = explainPolicy(loaded, { level, rejections: [], operator, at: new Date(endedAt) });
  const { name, version } = loaded.policy;
  const { words } = describeSignature(loaded, null);
  out.result(
    {
      receipt: receipt.id,
      level,
      policy: { name, version, hash: loaded.hash, signature: loaded.signature },
      actions,
      notProven: key.notProven,
    },
    [
      `Record       ${receipt.id}, ${device.serial ?? 'no serial number'}, ${endedAt}`,
      `Level        ${nameLevel(level)}`,
      `Policy       "${name}", version ${version}, ${words}`,
      `             hash ${loaded.hash}`,
      ...actions.map(renderExplained),
      ...key.notProven.map((text) => `Not proven   ${text}`),
    ].join('\n'),
  );
  return 0;
}

const signingHelp = `
Example:
  trustbox policy new-key lead.pem --passphrase-env LEAD_PASSPHRASE        (the line lead, away from stations)
  trustbox policy sign line-a.json --key lead.pem --by "K. Meyer" --out line-a.signed.json
  trustbox policy lead 3b6a27bc... --operator "J. Jansen" --reason "work order 4711"        (each station, once)`;

export function addPolicyCommands(program: Command): void {
  const group = program.command('policy').description('which level each action needs, and who says so');
  withAction(
    group
      .command('check')
      .description('check a policy file, or show the one in force')
      .argument('[file]')
      .option('--key <key>', "the line lead's public key, 64 hex digits or a PEM file"),
    check,
  );
  withAction(
    group
      .command('explain')
      .description('why a record came out as it did, by the policy of that day')
      .argument('<record>', 'a receipt: its file, or the beginning of its id')
      .option('--policy <file>', 'the policy, where this station did not keep it'),
    explain,
  );
  withAction(
    group
      .command('import')
      .description('take reference values and attestation keys of a manufacturer (CoRIM) into a policy')
      .argument('<file>', 'a CoRIM, signed or not')
      .requiredOption('--into <file>', 'the policy that it is added to')
      .requiredOption('--out <file>', 'the new policy, one version up and not signed')
      .requiredOption('--source <name>', 'who vouches for it, as verdicts name it')
      .option('--signer <file>', "the maker's public key, PEM; needed where it is signed"),
    importManifest,
  );
  withAction(
    group
      .command('sign')
      .description("sign a policy with the line lead's key")
      .argument('<file>')
      .requiredOption('--key <file>', 'Ed25519 private key, PEM')
      .requiredOption('--by <name>', 'who signs')
      .requiredOption('--out <file>', 'the signed policy')
      .option('--passphrase-env <variable>', 'environment variable that opens the key')
      .addHelpText('after', signingHelp),
    sign,
  );
  withAction(
    group
      .command('new-key')
      .description('make an Ed25519 key for signing policies')
      .argument('<file>')
      .option('--passphrase-env <variable>', 'environment variable whose text protects the key'),
    newKey,
  );
  withAction(
    group
      .command('lead')
      .description('whose policies this station takes: show it, or decide it')
      .argument('[public-key]', '64 hex digits, or a PEM file')
      .option('--remove', 'nobody signs any more')
      .option('--operator <name>', 'who decides it')
      .option('--reason <text>', 'and why; goes into the journal'),
    lead,
  );
}
