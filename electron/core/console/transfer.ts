// A file onto an unmodified box, at the speed of the line (facts, serial: "console mode can run at the line rate").
// Blocks go raw into `head -c N` on a raw tty; each is checked by digest on the box before it is appended, so damage or
// loss costs one block, and what was appended survives unplugging, reboots of the station and of the box.
//
// The tty is set to `min 0 time 20`: a read that gets nothing for 2 s ends. Lost bytes therefore end a block by
// themselves, and so does a station that died in the middle of one. After a short block the rest is read away before
// the shell listens again, and we never go on sending after a pause: payload bytes must not reach a shell.
import { open } from 'node:fs/promises';
import { encodeUtf8, toBase64, toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { hashPrefix, readRange } from '../files.ts';
import type { FileToSend, TransferProgress } from '../link.ts';
import type { Log } from '../log.ts';
import { shellName } from './operations.ts';
import { quote } from './screen.ts';
import type { CommandResult, RunOptions, Shell } from './shell.ts';

const bitsPerByte = 10;
/** A write takes a quarter of a second of line time at most: on a slow line a larger one would look like a pause. */
export const writeBytesAt = (baudRate: number): number =>
  Math.max(32, Math.min(4096, Math.floor(baudRate / bitsPerByte / 4)));
/** Shorter than the 2 s after which the box stops reading. */
const maxPauseMs = 1200;
const minBlockBytes = 4096;
const maxBlockBytes = 1024 * 1024;
/** Two lines of base64 under 1000 characters: never more than 2 KiB unacknowledged where there is no flow control. */
const textBlockBytes = 1440;
const maxTriesPerBlock = 8;

export type TransferOptions = RunOptions & {
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
};

type Names = { readonly part: string; readonly block: string; readonly final: string };
type Transfer = {
  readonly shell: Shell;
  readonly file: FileToSend;
  readonly names: Names;
  readonly options: TransferOptions;
  readonly log: Log;
};
type Block = { readonly bytes: Uint8Array; readonly sha256: string };

/** About three seconds of line time, so that the pauses between blocks do not count. */
const blockBytesAt = (baudRate: number): number => {
  const wanted = (baudRate / bitsPerByte) * 3;
  return Math.min(maxBlockBytes, Math.max(minBlockBytes, 2 ** Math.round(Math.log2(wanted))));
};

const lineTimeMs = (sizeBytes: number, baudRate: number) => (sizeBytes * bitsPerByte * 1000) / baudRate;

/** Puts the digest program into D and checks that what a transfer needs is there. */
async function prepare(shell: Shell, options: RunOptions): Promise<void> {
  const script = [
    'D=; command -v openssl >/dev/null && D="openssl dgst -sha256 -r"; command -v sha256sum >/dev/null && D=sha256sum',
    'h() { x=$($D); printf %s "$' +
      '{x%% *}"; }; [ -n "$D" ] && command -v head >/dev/null && command -v stty >/dev/null && umask 077',
  ].join('\n');
  const { status } = await shell.run(script, options);
  if (status !== 0)
    throw new ProvisionerError(
      'transfer.no-way',
      'no stty, head, sha256sum or openssl on the PATH of the box',
    );
}

/** How much of the file an earlier call left behind, in bytes; 0 when it is not a prefix of this file. */
async function findResumeOffset({ shell, file, names, options }: Transfer): Promise<number> {
  const { output } = await shell.run(
    `[ -f ${names.part} ] && { wc -c < ${names.part}; h < ${names.part}; echo; }`,
    { timeoutMs: 60_000, signal: options.signal },
  );
  const found = /^\s*(\d{1,15})\n([0-9a-f]{64})$/.exec(output.trim());
  if (!found) return 0;
  const sizeBytes = Number(found[1]);
  if (sizeBytes > file.sizeBytes || toHex(await hashPrefix(file.path, sizeBytes)) !== found[2]) return 0;
  return sizeBytes;
}

const checkAndAppend = (names: Names, sha256: string) =>
  `[ "$(h < ${names.block})" = ${sha256} ] && cat ${names.block} >> ${names.part} && echo appended || wc -c < ${names.block}`;

/** Not cut short by an abort, nor is the end of a block: a command typed meanwhile would be taken for bytes of the file. */
const readyTimeoutMs = 15_000;

/** One block, raw. @returns true when the box has appended it */
async function sendRaw({ shell, names, options }: Transfer, block: Block): Promise<boolean> {
  const { port } = shell.line;
  const count = block.bytes.length;
  const receive = (ready: string) =>
    [
      `s=$(stty -g); stty raw -echo min 0 time 20; ${ready}; head -c ${count} > ${names.block}`,
      `[ "$(wc -c < ${names.block})" -eq ${count} ] || { stty min 0 time 10; cat > /dev/null; }; stty "$s"; ${checkAndAppend(names, block.sha256)}`,
    ].join('; ');
  const running = await shell.begin(receive, { timeoutMs: readyTimeoutMs });
  await writeSteadily(shell, block.bytes, options);
  // The box gives up 2 s after the last byte, then reads away until a second is quiet.
  const timeoutMs = lineTimeMs(count, port.baudRate) + 30_000;
  return isAppended(await running.finish({ timeoutMs }), options);
}

/** Writes without a pause, or not at all any more: after a pause the other end is a shell again. */
async function writeSteadily(shell: Shell, bytes: Uint8Array, { signal }: RunOptions): Promise<void> {
  const { port } = shell.line;
  const writeBytes = writeBytesAt(port.baudRate);
  let lastMs = performance.now();
  for (let at = 0; at < bytes.length; at += writeBytes) {
    if (performance.now() - lastMs > maxPauseMs || signal?.aborted) return;
    lastMs = performance.now();
    await port.write(bytes.subarray(at, at + writeBytes));
  }
}

/** One block as base64 lines, for lines that are not 8-bit clean. */
async function sendText({ shell, names, options }: Transfer, block: Block): Promise<boolean> {
  const lines = toBase64(block.bytes).match(/.{1,960}/g) ?? [];
  const receive = (ready: string) =>
    `${ready}; i=0; while [ $i -lt ${lines.length} ] && read -r l; do echo "$l"; i=$((i+1)); done | { base64 -d 2>/dev/null || openssl base64 -d; } > ${names.block}; ${checkAndAppend(names, block.sha256)}`;
  const running = await shell.begin(receive, { timeoutMs: readyTimeoutMs });
  for (const line of lines) await shell.line.port.write(encodeUtf8(`${line}\n`));
  const end = await running
    .finish({ timeoutMs: lineTimeMs(2 * block.bytes.length, shell.line.port.baudRate) + 10_000 })
    .catch(async (error: unknown) => {
      if (!(error instanceof ProvisionerError) || error.code !== 'console.timeout') throw error;
      // A lost line end leaves `read` waiting: give it the lines it waits for.
      await shell.line.port.write(encodeUtf8('\n'.repeat(lines.length)));
      return running.finish({ timeoutMs: 10_000 });
    });
  return isAppended(end, options);
}

function isAppended(end: CommandResult, { signal }: RunOptions): boolean {
  signal?.throwIfAborted();
  if (/^appended$/m.test(end.output)) return true;
  if (/^\s*\d+\s*$/m.test(end.output)) return false;
  throw new ProvisionerError(
    'transfer.refused',
    `the box could not store a block: "${quote(end.output) || `status ${end.status}`}"`,
  );
}

/** All 256 byte values, twice: what a line that is 8-bit clean carries unchanged. */
async function isEightBitClean(transfer: Transfer): Promise<boolean> {
  const bytes = Uint8Array.from({ length: 512 }, (_, at) => at & 0xff);
  const probe = { ...transfer, names: { ...transfer.names, part: '/dev/null' } };
  for (let tried = 0; tried < 2; tried += 1) {
    if (await sendRaw(probe, await asBlock(bytes))) return true;
  }
  return false;
}

async function asBlock(bytes: Uint8Array): Promise<Block> {
  return {
    bytes,
    sha256: toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))),
  };
}

/** Full blocks of the right size that still fail mean a full disk or a missing program, not the line. */
async function refuseFullDisk({ shell, names, options }: Transfer, count: number): Promise<void> {
  const { status } = await shell.run(
    `head -c ${count} /dev/zero > ${names.block}.try; s=$?; [ $s -eq 0 ] && cat ${names.part} ${names.block}.try > ${names.block} ; s=$?; rm -f ${names.block}.try ${names.block}; (exit $s)`,
    {
      timeoutMs: 60_000,
      signal: options.signal,
    },
  );
  if (status !== 0)
    throw new ProvisionerError(
      'transfer.refused',
      'the box cannot write a file of this size: its disk is full or the user may not write',
    );
}

/** Sends everything from the offset on, smaller blocks on a bad line, larger ones again on a good one. */
async function sendBlocks(transfer: Transfer, from: number, isClean: boolean): Promise<void> {
  const { file, shell, options } = transfer;
  const largest = isClean ? blockBytesAt(shell.line.port.baudRate) : textBlockBytes;
  const local = await open(file.path, 'r');
  let blockBytes = largest;
  let retries = 0;
  try {
    for (let sent = from, tries = 0; sent < file.sizeBytes; ) {
      options.signal?.throwIfAborted();
      const bytes = await readRange(local, {
        offset: sent,
        sizeBytes: Math.min(blockBytes, file.sizeBytes - sent),
      });
      const block = await asBlock(bytes);
      const appended = await (isClean ? sendRaw : sendText)(transfer, block);
      if (appended) {
        sent += bytes.length;
        tries = 0;
        blockBytes = Math.min(largest, blockBytes * 2);
      } else {
        retries += 1;
        tries += 1;
        if (tries === 1) await refuseFullDisk(transfer, bytes.length);
        blockBytes = Math.max(Math.min(minBlockBytes, largest), Math.floor(blockBytes / 2));
        transfer.log.warn({ port: shell.line.port.path, offset: sent, tries }, 'block damaged, sent again');
        if (tries >= maxTriesPerBlock)
          throw new ProvisionerError('transfer.damaged', `${tries} tries at offset ${sent} failed`);
      }
      options.onProgress?.({ sentBytes: sent, totalBytes: file.sizeBytes, retries });
    }
  } finally {
    await local.close();
  }
}

/** Whole-file digest, then the name it was wanted under. */
async function finishFile({ shell, file, names, options }: Transfer): Promise<boolean> {
  const script = `[ "$(h < ${names.part})" = ${toHex(file.sha256)} ] && chmod 600 ${names.part} && mv -f ${names.part} ${names.final} && sync && echo placed`;
  const { output } = await shell.run(script, { timeoutMs: 120_000, signal: options.signal });
  return /^placed$/m.test(output);
}

/** Kept for resume when the line or the box went away; removed when the transfer is refused or given up. */
const keepsPart = (error: unknown): boolean =>
  error instanceof ProvisionerError &&
  ['port.lost', 'console.rebooted', 'console.timeout'].includes(error.code);

/**
 * Places a file in the home of the login user; goes on where an earlier call stopped.
 * @throws transfer.damaged transfer.refused transfer.no-way console.* port.lost
 */
export async function sendFile(
  shell: Shell,
  file: FileToSend,
  context: { options: TransferOptions; log: Log },
): Promise<void> {
  const stem = `.trustbox-${toHex(file.sha256).slice(0, 16)}`;
  const names: Names = { part: `${stem}.part`, block: `${stem}.block`, final: shellName(file.remoteName) };
  const transfer: Transfer = { shell, file, names, ...context };
  const { options, log } = context;
  try {
    await prepare(shell, options);
    let from = await findResumeOffset(transfer);
    if (from === 0) await shell.run(`rm -f ${names.part} ${names.block}; : > ${names.part}`, options);
    log.info(
      { port: shell.line.port.path, from, sizeBytes: file.sizeBytes },
      from > 0 ? 'transfer resumed' : 'transfer begins',
    );
    options.onProgress?.({ sentBytes: from, totalBytes: file.sizeBytes, retries: 0 });
    const isClean = await isEightBitClean(transfer);
    if (!isClean) log.warn({ port: shell.line.port.path }, 'the line is not 8-bit clean: sending base64');
    for (let pass = 0; ; pass += 1) {
      await sendBlocks(transfer, from, isClean);
      if (await finishFile(transfer)) break;
      if (pass > 0)
        throw new ProvisionerError(
          'transfer.refused',
          'the whole file differs on the box although every block was right',
        );
      await shell.run(`rm -f ${names.part}; : > ${names.part}`, options);
      from = 0;
    }
    await shell.run(`rm -f ${names.block}`, options);
  } catch (error) {
    if (!keepsPart(error))
      await shell.run(`rm -f ${names.part} ${names.block}`, { timeoutMs: 8000 }).catch(() => undefined);
    throw error;
  }
}

/** SHA-256 (hex) of a file on the box, or null when it is not there. */
export async function probeFile(
  shell: Shell,
  remoteName: string,
  options: RunOptions = {},
): Promise<string | null> {
  await prepare(shell, options);
  const name = shellName(remoteName);
  const { output } = await shell.run(`[ -f ${name} ] && { h < ${name}; echo; }`, {
    timeoutMs: 60_000,
    ...options,
  });
  return /^[0-9a-f]{64}$/m.exec(output)?.[0] ?? null;
}
