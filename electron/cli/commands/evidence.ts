// `trustbox evidence verify`: evidence judged again from a file, for an auditor without device, station or network.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { EvidenceResult } from '../../../shared/attestation/appraise-evidence.ts';
import {
  type DescribedFinding,
  describeClaims,
  describeFindings,
  describeLadder,
  encodeResult,
} from '../../../shared/attestation/describe-evidence.ts';
import { isRejection } from '../../../shared/attestation/findings.ts';
import { parseHex } from '../../../shared/bytes.ts';
import { type ErrorCode, entryOf, ProvisionerError } from '../../../shared/errors/error.ts';
import { type Level, levelNames, levels } from '../../../shared/verdict.ts';
import { systemClock } from '../../core/clock.ts';
import { installDir } from '../../core/install.ts';
import { type CommandContext, collect, oneOf, withAction } from '../command.ts';
import { renderTable } from '../output.ts';

export const readers = ['technician', 'auditor'] as const;
export type Reader = (typeof readers)[number];

type VerifyOptions = {
  policy?: string;
  anchor?: string[];
  nonce?: string;
  key?: string;
  serial?: string;
  ear?: string;
  require: string;
  for: string;
};

const wrong = (said: string) => new ProvisionerError('usage.invalid', said);

export async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ProvisionerError('evidence.unreadable', `${path} cannot be read`, { cause });
  });
  return new Uint8Array(bytes);
}

function parseNonce(text: string): Uint8Array {
  const bytes = parseHex(text);
  if (bytes?.length === 32) return bytes;
  throw wrong('--nonce: 64 hex digits');
}

const marks = { proven: 'Proven', 'not-proven': 'Not proven', rejected: 'Refused' } as const;

export const renderFinding = (finding: DescribedFinding, reader: Reader): string =>
  `${marks[finding.kind].padEnd(12)} ${finding[reader]} (${finding.finding})`;

/** The ladder, the findings, the claims: the same words as on the screen. */
export function renderEvidence(result: EvidenceResult, reader: Reader): string[] {
  const { level, format, signer, content, keyFingerprint, policyHash } = result;
  const ladder = describeLadder(result).map(
    ({ isReached, level: rung, name }) => `${isReached ? 'reached' : '-'.padEnd(7)} ${rung} ${name}`,
  );
  return [
    `Level        ${level} ${levelNames[level]}`,
    `Kind         ${format ?? 'not read'}`,
    `Signed by    ${signer ? `${signer.source}, key ${signer.spkiSha256}` : 'not known'}`,
    `Device key   ${keyFingerprint ?? 'not given'}`,
    `Policy       ${policyHash ?? 'none given: nobody is trusted, nothing is known'}`,
    ...ladder.map((line, at) => `${at === 0 ? 'Ladder' : ''}`.padEnd(13) + line),
    ...describeFindings(result.findings).map((finding) => renderFinding(finding, reader)),
    ...(content ? describeClaims(content) : []).map(
      ({ name, words, raw }) => `Claim        ${name}: ${words}\n             ${raw}`,
    ),
  ];
}

/** Why the result is not enough, or null when it is. */
export function shortfall(
  { level, findings }: Pick<EvidenceResult, 'level' | 'findings'>,
  needed: Level,
): ErrorCode | null {
  if (findings.some(isRejection)) return 'evidence.rejected';
  return levels.indexOf(level) >= levels.indexOf(needed) ? null : 'evidence.insufficient';
}

async function readRelease(): Promise<string> {
  const text = await readFile(join(installDir, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function readQuestion({ nonce, key, serial, anchor = [], policy }: VerifyOptions) {
  const { parseKeyFile } = await import('../../core/attestation/verify-file.ts');
  const { readPolicyFile } = await import('../../core/policy-file.ts');
  return {
    challenge: nonce === undefined ? null : parseNonce(nonce),
    key: key === undefined ? null : parseKeyFile(await readBytes(key)),
    serial: serial ?? null,
    policy: policy === undefined ? null : await readPolicyFile(policy),
    anchors: await Promise.all(
      anchor.map(async (path) => ({ pem: new TextDecoder().decode(await readBytes(path)), source: path })),
    ),
  };
}

async function verify(
  { out }: CommandContext,
  options: VerifyOptions,
  [path = '']: string[],
): Promise<number> {
  const { verifyEvidenceFile } = await import('../../core/attestation/verify-file.ts');
  const reader = oneOf('--for', options.for, readers);
  const needed = oneOf('--require', options.require, levels);
  const bytes = await readBytes(path);
  const now = systemClock.now();
  const { result, context } = verifyEvidenceFile({ ...(await readQuestion(options)), bytes, now });
  if (options.ear !== undefined) {
    const { encodeEar } = await import('../../../shared/attestation/ear.ts');
    const ear = encodeEar({ result, evidence: bytes, key: context.key, now, build: await readRelease() });
    await writeFile(options.ear, `${JSON.stringify(ear, null, 2)}\n`);
  }
  const code = shortfall(result, needed);
  const last = code === null ? [] : ['', `${entryOf(code).title}. ${entryOf(code).advice}`];
  out.result(
    { ok: code === null, code, ...encodeResult(result) },
    [...renderEvidence(result, reader), ...last].join('\n'),
  );
  return code === null ? 0 : entryOf(code).exitCode;
}

async function list({ out }: CommandContext, options: { serial?: string }): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { listEvidence } = await import('../../core/store/evidence.ts');
  const found = await withServices(({ db }) => listEvidence(db, options.serial ?? null));
  const rows = found.map(({ id, at, serial, level, result, policyHash }) => [
    ...[id.slice(0, 16), at, serial ?? '', level, result.format ?? ''],
    policyHash.slice(0, 16),
  ]);
  const evidence = found.map(({ record: _, result, ...about }) => ({ ...about, format: result.format }));
  out.result({ evidence }, renderTable(['evidence', 'at', 'serial', 'level', 'kind', 'policy'], rows));
  return 0;
}

/** Evidence and the policy of that day as files: what an auditor needs. */
async function exportOne(
  { out }: CommandContext,
  options: { out: string; policyOut?: string },
  [which = '']: string[],
): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { findEvidence } = await import('../../core/store/evidence.ts');
  const { readKeptPolicy } = await import('../../core/store/policies.ts');
  const { found, policy } = await withServices(async ({ db }) => {
    const kept = await findEvidence(db, which);
    return { found: kept, policy: await readKeptPolicy(db, kept.policyHash) };
  });
  await writeFile(options.out, found.record);
  if (options.policyOut !== undefined) {
    if (!policy)
      throw new ProvisionerError('record.not-found', `the policy ${found.policyHash} is not kept here`);
    await writeFile(options.policyOut, policy.json);
  }
  const { record: _, ...about } = found;
  out.result({ path: options.out, ...about }, `${found.id} written to ${options.out}.`);
  return 0;
}

const help = `
The file is an evidence record as a station keeps it, a PSA token, a key attestation bundle, or a certificate chain.
Exit status 0: not refused, and at least the level of --require; 58: refused; 59: the level is lower.

Examples:
  trustbox evidence verify evidence.json --policy policy-of-that-day.json
  trustbox evidence verify token.cbor --anchor device.pem --nonce 6f0c... --key cpm.pem --ear result.json`;

export function addEvidenceCommands(program: Command): void {
  const group = program.command('evidence').description('what a TEE signed of itself, judged offline');
  withAction(
    group
      .command('verify')
      .description('judge a file of evidence: no device, no station, no network')
      .argument('<file>')
      .option('--policy <file>', 'the policy of that day; without one nothing is trusted or known')
      .option(
        '--anchor <file>',
        'public key or root certificate that is trusted as well (PEM, repeatable)',
        collect,
      )
      .option('--nonce <hex>', 'the 32 bytes that were asked with; counts before what the file says')
      .option('--key <file>', "the device's public key (PEM, DER, or the line of cpk-tool pub-key)")
      .option('--serial <serial>', 'the device that it should be of')
      .option('--require <level>', 'level that makes exit status 0', 'L2')
      .option('--for <reader>', 'words for: technician or auditor', 'auditor')
      .option('--ear <file>', 'write the result as an EAT Attestation Result (JSON, not signed)')
      .addHelpText('after', help),
    verify,
  );
  withAction(
    group
      .command('list')
      .description('evidence that this station keeps, newest first')
      .option('--serial <serial>'),
    list,
  );
  withAction(
    group
      .command('export')
      .description('evidence as a file for `evidence verify`, as it came')
      .argument('<evidence>', 'the beginning of its id')
      .requiredOption('--out <file>')
      .option('--policy-out <file>', 'the policy that it was judged by'),
    exportOne,
  );
}
