// A file to an agent: what it has of it already is kept when its digest is that of our own beginning, the rest follows in
// pieces as large as the line's quality allows, and the whole is compared by the agent before the file gets its name.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { encodeUtf8, equalBytes } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { encodeBody } from '../../../shared/wire/bodies.ts';
import type { Channel, LinkQuality } from '../../../shared/wire/channel.ts';
import { frameTypes } from '../../../shared/wire/frame.ts';
import { hashPrefix, readRange } from '../files.ts';
import type { CallOptions, FileToSend, TransferProgress } from '../link.ts';
import type { Caller } from './caller.ts';

export type AgentTransfer = {
  readonly caller: Caller;
  readonly channel: Channel;
  /** The largest piece that the terms allow, bytes. */
  readonly maxPieceBytes: number;
  /** Null: not a serial line. */
  readonly bytesPerSecond: number | null;
};

/** Header, checksum, CBOR, stuffing and delimiters of a piece. */
const overheadBytes = 40;
const minPieceBytes = 256;
const maxSerialPieceBytes = 16 * 1024;
/** A piece that is lost costs no more line time than this. */
const pieceSeconds = 0.4;

const powerOfTwo = (value: number) => 2 ** Math.floor(Math.log2(value));

/**
 * How much of a file to send in one frame. Overhead falls with its size and the loss by damage grows with it: the sum is
 * least at sqrt(overhead / p), p being the share of bytes that are damaged.
 */
export function pieceBytesFor(
  { maxPieceBytes, bytesPerSecond }: Pick<AgentTransfer, 'maxPieceBytes' | 'bytesPerSecond'>,
  { sentCount, resentCount }: Pick<LinkQuality, 'sentCount' | 'resentCount'>,
  lastBytes: number,
): number {
  if (bytesPerSecond === null) return maxPieceBytes;
  const clean = Math.min(maxPieceBytes, maxSerialPieceBytes, powerOfTwo(bytesPerSecond * pieceSeconds));
  const damagedShare = sentCount === 0 ? 0 : resentCount / sentCount / lastBytes;
  const best = damagedShare === 0 ? clean : powerOfTwo(Math.sqrt(overheadBytes / damagedShare));
  return Math.min(maxPieceBytes, Math.max(minPieceBytes, Math.min(clean, best)));
}

/** The same for the same file, whoever sends it and when. */
const transferIdOf = ({ remoteName, sha256 }: FileToSend) =>
  new Uint8Array(createHash('sha256').update(encodeUtf8(remoteName)).update(sha256).digest().subarray(0, 16));

async function begin({ caller }: AgentTransfer, file: FileToSend, options: CallOptions) {
  const wanted = { id: transferIdOf(file), name: file.remoteName, sizeBytes: file.sizeBytes };
  const call = (restart: boolean) =>
    caller.call('file-begin', { ...wanted, restart }, { signal: options.signal });
  const found = await call(false);
  if (found.offset === 0) return found;
  const ours = await hashPrefix(file.path, found.offset, options.signal);
  if (found.offset <= file.sizeBytes && equalBytes(ours, found.prefix)) return found;
  const anew = await call(true);
  if (anew.offset === 0) return anew;
  throw new ProvisionerError('device.bad-answer', `a new transfer begins at ${anew.offset}`);
}

/** @throws agent.* transfer.* port.lost usage.invalid when the file is another one than was announced */
export async function sendFile(
  transfer: AgentTransfer,
  file: FileToSend,
  options: CallOptions & { onProgress?: (progress: TransferProgress) => void },
): Promise<void> {
  const { caller, channel } = transfer;
  const { handle, offset } = await begin(transfer, file, options);
  let refused: ProvisionerError | null = null;
  const stopListening = caller.onNotice(handle, (error) => {
    refused = error;
  });
  const report = (at: number) => {
    const { flyingBytes, resentCount: retries } = channel.quality();
    options.onProgress?.({
      sentBytes: Math.max(offset, at - flyingBytes),
      totalBytes: file.sizeBytes,
      retries,
    });
  };
  const source = await open(file.path);
  try {
    let pieceBytes = pieceBytesFor(transfer, { sentCount: 0, resentCount: 0 }, 1);
    for (let at = offset; at < file.sizeBytes; ) {
      options.signal?.throwIfAborted();
      if (refused !== null) throw refused;
      pieceBytes = pieceBytesFor(transfer, channel.quality(), pieceBytes);
      const bytes = await readRange(source, {
        offset: at,
        sizeBytes: Math.min(pieceBytes, file.sizeBytes - at),
      });
      if (bytes.length === 0) throw new ProvisionerError('job.package-changed', `${file.path} ends at ${at}`);
      await channel.send({ type: frameTypes.data, body: encodeBody([handle, bytes]) }, 'bulk');
      at += bytes.length;
      report(at);
    }
    await caller.call('file-end', { handle, sha256: file.sha256 }, { signal: options.signal });
    options.onProgress?.({
      sentBytes: file.sizeBytes,
      totalBytes: file.sizeBytes,
      retries: channel.quality().resentCount,
    });
  } catch (error) {
    throw refused ?? error;
  } finally {
    stopListening();
    await source.close();
  }
}
