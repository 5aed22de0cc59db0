// `trustbox records ...`, `outbox`: what was done.
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { type CommandContext, withAction } from '../command.ts';
import { renderTable } from '../output.ts';

type Filter = { serial?: string; package?: string; state?: string };

async function readFiltered({ serial, package: packageId, state }: Filter) {
  const { withServices } = await import('../context.ts');
  const { listReceipts } = await import('../../core/records/receipts.ts');
  return withServices(({ db }) => listReceipts(db, { serial, packageId, state }));
}

async function list({ out }: CommandContext, options: Filter): Promise<number> {
  const receipts = await readFiltered(options);
  const rows = receipts.map((r) => [
    r.id.slice(0, 8),
    r.endedAt,
    r.device.serial ?? '',
    r.key.level,
    r.package ? `${r.package.id} ${r.package.version}` : '',
    r.outcome.state,
    r.operator?.name ?? '',
  ]);
  out.result(
    { receipts },
    renderTable(['receipt', 'ended', 'serial', 'level', 'package', 'outcome', 'operator'], rows),
  );
  return 0;
}

async function exportAll({ out }: CommandContext, options: Filter & { csv: string }): Promise<number> {
  const { encodeReceiptsCsv } = await import('../../core/records/export.ts');
  const receipts = await readFiltered(options);
  await writeFile(options.csv, encodeReceiptsCsv(receipts));
  out.result(
    { receipts: receipts.length, path: options.csv },
    `${receipts.length} receipts written to ${options.csv}.`,
  );
  return 0;
}

async function verify(
  { out }: CommandContext,
  options: { receipt?: string; publicKey?: string },
): Promise<number> {
  if (options.receipt !== undefined) return verifyOne({ out }, options.receipt, options.publicKey);
  const { withServices } = await import('../context.ts');
  const { verifyRecords } = await import('../../core/records/receipts.ts');
  const report = await withServices(({ db }) => verifyRecords(db));
  const lines = report.problems.map(({ kind, seq, detail }) => `FAIL ${kind} ${seq}: ${detail}`);
  const tail =
    report.unsignedTail > 0
      ? ` ${report.unsignedTail} entries are newer than the newest signed receipt.`
      : '';
  out.result(
    report,
    [
      ...lines,
      `${report.entries} journal entries and ${report.receipts} receipts ${report.ok ? 'verify' : 'do NOT all verify'}.${tail}`,
    ].join('\n'),
  );
  return report.ok ? 0 : 84;
}

/** A receipt file against a public key; needs neither the database nor the network. */
async function verifyOne(
  { out }: Pick<CommandContext, 'out'>,
  path: string,
  publicKey: string | undefined,
): Promise<number> {
  const { verifyReceipt } = await import('../../../shared/receipt.ts');
  if (!publicKey || !/^[0-9a-f]{64}$/.test(publicKey))
    throw new ProvisionerError(
      'usage.invalid',
      '--receipt needs --public-key: 64 hex digits, from the station',
    );
  const text = await readFile(path, 'utf8');
  const receipt = verifyReceipt(parseJson(text), publicKey);
  out.result({ ok: true, receipt: receipt.id }, `Receipt ${receipt.id} verifies: ${receipt.outcome.summary}`);
  return 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProvisionerError('record.invalid', 'not JSON');
  }
}

async function listOutboxRows({ out }: CommandContext): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { listOutbox } = await import('../../core/store/outbox.ts');
  const rows = await withServices(({ db }) => listOutbox(db));
  out.result(
    { outbox: rows },
    renderTable(
      ['id', 'state', 'serial', 'level', 'since'],
      rows.map((row) => [String(row.id), row.state, row.body.serial ?? '', row.body.level, row.createdAt]),
    ),
  );
  return 0;
}

/** What waits, as a file for whoever registers devices where this station has no network. */
async function exportOutbox({ out }: CommandContext, options: { out: string }): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { encodeOutbox, listOutbox } = await import('../../core/store/outbox.ts');
  const rows = await withServices(({ db }) => listOutbox(db));
  await writeFile(options.out, encodeOutbox(rows), { mode: 0o600 });
  out.result(
    { records: rows.length, path: options.out },
    `${rows.length} records written to ${options.out}. They stay in the outbox.`,
  );
  return 0;
}

const addFilter = (command: Command): Command =>
  command
    .option('--serial <serial>')
    .option('--package <id>')
    .option('--state <state>', 'installed, rejected, unconfirmed or enrolled');

export function addRecordCommands(program: Command): void {
  const records = program.command('records').description('receipts and the journal');
  withAction(addFilter(records.command('list').description('receipts, oldest first')), list);
  withAction(
    addFilter(records.command('export').description('receipts as CSV')).requiredOption('--csv <file>'),
    exportAll,
  );
  withAction(
    records
      .command('verify')
      .description('check the journal and every receipt, or one receipt file')
      .option('--receipt <file>')
      .option('--public-key <hex>', "the station's, from a source you trust"),
    verify,
  );
  const outbox = program.command('outbox').description('what waits to be registered');
  withAction(outbox.command('list').description('in order'), listOutboxRows);
  withAction(
    outbox.command('export').description('all of it as a JSON file').requiredOption('--out <file>'),
    exportOutbox,
  );
}
