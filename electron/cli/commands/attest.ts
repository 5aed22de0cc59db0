// `trustbox attest`: asks a device what its TEE signs, judges it, keeps it.
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { encodeResult } from '../../../shared/attestation/describe-evidence.ts';
import { entryOf } from '../../../shared/errors/error.ts';
import { type Level, levels } from '../../../shared/verdict.ts';
import { type CommandContext, oneOf, withAction } from '../command.ts';
import { addLinkOptions, type LinkOptions } from '../link-options.ts';
import { encodeVisit, renderVisit, type Visited, visitDevice } from './devices.ts';
import { type Reader, readers, renderEvidence } from './evidence.ts';

type AttestOptions = LinkOptions & {
  policy?: string;
  require?: string;
  out?: string;
  for: string;
};

function renderAttested(visited: Visited, port: string, reader: Reader): string {
  const { evidence } = visited;
  const own = evidence ? renderEvidence(evidence.result, reader) : ['Evidence     none'];
  return [renderVisit(visited, port), '', ...own].join('\n');
}

/** Why the verdict is not enough, or null when it is. */
function shortfall({ level, rejections }: Visited['verdict'], needed: Level | null) {
  if (rejections.length > 0) return 'evidence.rejected' as const;
  const isEnough = needed === null || levels.indexOf(level) >= levels.indexOf(needed);
  return isEnough ? null : ('evidence.insufficient' as const);
}

async function attest(context: CommandContext, options: AttestOptions): Promise<number> {
  const reader = oneOf('--for', options.for, readers);
  const needed = options.require === undefined ? null : oneOf('--require', options.require, levels);
  const visited = await visitDevice(context, options);
  const { evidence, verdict } = visited;
  if (options.out !== undefined && evidence) await writeFile(options.out, evidence.json);
  const code = shortfall(verdict, needed);
  const about = evidence && { id: evidence.id, ...encodeResult(evidence.result) };
  context.out.result(
    { ok: code === null, code, ...encodeVisit(visited, options.port), evidence: about },
    renderAttested(visited, options.port, reader),
  );
  return code === null ? 0 : entryOf(code).exitCode;
}

const help = `
A stock box has no evidence to give: it is judged L0 or L1, and the answer says so. Exit status 0: nothing was refused and the
level is at least that of --require; 58: refused; 59: the level is lower.

Examples:
  trustbox attest --port /dev/ttyACM0 --policy line-a.json --require L3 --json
  trustbox attest --port /dev/ttyUSB0 --link console --user admin --password-env BOX_PASSWORD`;

export function addAttestCommand(program: Command): void {
  withAction(
    addLinkOptions(
      program.command('attest').description('ask what the TEE of a device signs, judge and keep it'),
    )
      .option('--policy <file>', 'policy to judge by')
      .option('--require <level>', 'level that makes exit status 0')
      .option('--out <file>', 'write the raw evidence, for `trustbox evidence verify`')
      .option('--for <reader>', 'words for: technician or auditor', 'technician')
      .addHelpText('after', help),
    attest,
  );
}
