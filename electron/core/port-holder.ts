// Which program has a port open, as /proc tells it (proc(5)). Linux only.
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** Null for a process of another user, or one that ended while we looked. */
function read<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

type Descriptor = { readonly target: string; readonly infoPath: string };

const descriptorsOf = (pid: string): Descriptor[] =>
  (read(() => readdirSync(`/proc/${pid}/fd`)) ?? []).flatMap((fd) => {
    const target = read(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return target === null ? [] : [{ target, infoPath: `/proc/${pid}/fdinfo/${fd}` }];
  });

/**
 * The far end of a pseudo-terminal is its device, not a user of it, although it keeps its own end open too: a descriptor
 * of ptmx whose `tty-index` is the number of this one.
 */
function isFarEnd({ target, infoPath }: Descriptor, port: string): boolean {
  if (target !== '/dev/ptmx' && target !== '/dev/pts/ptmx') return false;
  const info = read(() => readFileSync(infoPath, 'utf8')) ?? '';
  const index = /^tty-index:\s*(\d+)$/m.exec(info)?.[1];
  return index !== undefined && port === `/dev/pts/${index}`;
}

function holds(pid: string, port: string): boolean {
  const descriptors = descriptorsOf(pid);
  return (
    descriptors.some(({ target }) => target === port) &&
    !descriptors.some((descriptor) => isFarEnd(descriptor, port))
  );
}

/** "minicom (pid 4711)" where this user may see it, otherwise null. */
export function findHolder(path: string): string | null {
  if (process.platform !== 'linux') return null;
  const port = realpathSync(path);
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const holder = others.find((pid) => holds(pid, port));
  const name = holder && read(() => readFileSync(`/proc/${holder}/comm`, 'utf8').trim());
  return holder && name ? `${name} (pid ${holder})` : null;
}
