// When a port comes or goes, as far as the platform tells: USB everywhere, names in /dev and of virtual boxes on Linux.
// Hints only: whoever listens looks for itself, and now and then without being told.
import { mkdirSync, watch } from 'node:fs';
import type { Drivers } from './drivers/drivers.ts';

export const isSerialName = (name: string): boolean => /^(?:tty(?:USB|ACM|AMA|S\d|mxc|O\d)|cu\.)/.test(name);
export const isVirtualName = (name: string): boolean => /^ttyVBX-[^.]+$/.test(name);

export type PortEvents = {
  /** True when every kind of port of this platform is told of. */
  readonly isComplete: boolean;
  close(): void;
};

/** Names that come or go in a folder; its files' contents, and writing to its devices, are none of ours. */
function watchNames(dir: string, isOurs: (name: string) => boolean, onHint: () => void): (() => void) | null {
  try {
    const watcher = watch(dir, { persistent: false }, (event, name) => {
      if (event === 'rename' && (name === null || isOurs(name))) onHint();
    });
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    // No such folder, or no more watches to be had.
    return null;
  }
}

function watchFolders(virtualDir: string, onHint: () => void): ((() => void) | null)[] {
  if (process.platform !== 'linux') return [];
  mkdirSync(virtualDir, { recursive: true, mode: 0o700 });
  return [watchNames('/dev', isSerialName, onHint), watchNames(virtualDir, isVirtualName, onHint)];
}

/** Calls `onHint` as often as something may have changed, from the moment that this resolves. */
export async function watchPorts(
  virtualDir: string,
  onHint: () => void,
  { watchUsb }: Pick<Drivers, 'watchUsb'>,
): Promise<PortEvents> {
  const usb = await watchUsb(onHint).catch(() => null);
  const watches = [...watchFolders(virtualDir, onHint), usb];
  return {
    isComplete: process.platform === 'linux' && watches.every((end) => end !== null),
    close() {
      for (const end of watches) end?.();
    },
  };
}
