// Packages that jobs were started with, kept by content: a resumed job finds its file whatever became of the original.
import { constants } from 'node:fs';
import { access, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { hashFile, writeAtomically } from '../files.ts';

/**
 * @returns the path of the kept copy, named by its SHA-256
 * @throws package.unreadable package.write-failed
 */
export async function keepPackage(dir: string, path: string): Promise<string> {
  const { sha256 } = await hashFile(path).catch((cause: unknown) => {
    throw new ProvisionerError('package.unreadable', `${path} cannot be read`, { cause });
  });
  const kept = join(dir, `${toHex(sha256)}.cpk`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (await isThere(kept)) return kept;
  // A clone where the file system can; the job checks the digest again before it sends.
  const copy = (temp: string) => copyFile(path, temp, constants.COPYFILE_FICLONE);
  await writeAtomically(kept, (_file, temp) => copy(temp), 0o600).catch((cause: unknown) => {
    throw new ProvisionerError('package.write-failed', `${kept} cannot be written`, { cause });
  });
  return kept;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
