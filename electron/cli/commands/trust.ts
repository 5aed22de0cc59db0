// `trustbox trust ...`: the roots that packages' signers must chain to, as this station keeps them.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { groupHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Deciding, ListedAnchor } from '../../core/store/anchors.ts';
import { type CommandContext, withAction } from '../command.ts';
import { renderTable } from '../output.ts';

type Decision = { operator: string; reason: string };

export async function decided<T>(
  { operator, reason }: Decision,
  decide: (deciding: Deciding) => Promise<T>,
): Promise<T> {
  const { withVault } = await import('../context.ts');
  return withVault(async (vault, services) => {
    const stationKey = await services.openStationKey(vault);
    return decide({ ...services, stationKey, operator, reason }).finally(() => stationKey.secretKey.fill(0));
  });
}

const rowOf = (anchor: ListedAnchor): string[] => [
  anchor.name,
  anchor.state,
  anchor.fingerprint.slice(0, 16),
  ...(anchor.state === 'damaged'
    ? []
    : [anchor.subject, anchor.notAfter.slice(0, 10), anchor.addedBy, anchor.addedAt, anchor.note]),
];

async function list({ out }: CommandContext): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { listAnchors } = await import('../../core/store/anchors.ts');
  const anchors = await withServices(({ db, clock }) => listAnchors(db, clock.now()));
  out.result(
    { anchors },
    anchors.length === 0
      ? 'No trust anchor is kept: the chain of a signer is not checked unless --anchor is given.'
      : renderTable(
          ['name', 'state', 'fingerprint', 'subject', 'until', 'added by', 'added', 'note'],
          anchors.map(rowOf),
        ),
  );
  return 0;
}

async function add(
  { out }: CommandContext,
  options: Decision & { name: string; note?: string },
  [path = '']: string[],
): Promise<number> {
  const { addAnchor } = await import('../../core/store/anchors.ts');
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ProvisionerError('signing.certificate-unreadable', `${path} cannot be read`, { cause });
  });
  const { name, note = '' } = options;
  const anchor = await decided(options, (deciding) => addAnchor(deciding, { pem, name, note }));
  out.result({ anchor }, `Kept as "${name}": ${anchor.subject}\nFingerprint ${groupHex(anchor.fingerprint)}`);
  return 0;
}

async function remove({ out }: CommandContext, options: Decision, [which = '']: string[]): Promise<number> {
  const { removeAnchor } = await import('../../core/store/anchors.ts');
  const removed = await decided(options, (deciding) => removeAnchor(deciding, which));
  out.result({ removed }, `"${removed.name}" is no anchor any more.`);
  return 0;
}

const addDecision = (command: Command): Command =>
  command
    .requiredOption('--operator <name>', 'who decides it')
    .requiredOption('--reason <text>', 'and why; goes into the journal');

export function addTrustCommands(program: Command): void {
  const group = program.command('trust').description("trust anchors for packages' signers");
  withAction(group.command('list').description('the anchors that this station keeps'), list);
  withAction(
    addDecision(
      group
        .command('add')
        .description('keep a certificate as an anchor; compare its fingerprint first')
        .argument('<file>', 'X.509 certificate, PEM')
        .requiredOption('--name <name>'),
    )
      .option('--note <text>')
      .addHelpText(
        'after',
        '\nExample:\n  trustbox trust add root.pem --name "Signing root 2026" --operator "J. Jansen" --reason "work order 4711"',
      ),
    add,
  );
  withAction(
    addDecision(
      group
        .command('remove')
        .description('give an anchor up')
        .argument('<anchor>', 'its name, or its whole fingerprint'),
    ),
    remove,
  );
}
