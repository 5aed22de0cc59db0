// A folder that looks like an unpacked Electron to electron-builder: enough to package for Linux without the binary. Its
// program is no program, but carries the fuse wire as Electron's does, so that the fuses are really burnt and can be read.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** electron/fuses: the mark before the wire; then the wire's version, its length, and one character per fuse. */
const mark = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
const wireVersion = 1;
/** As shipped: RunAsNode on, cookies plain, NODE_OPTIONS and --inspect on, no integrity, any folder, file:// privileged. */
const shipped = Buffer.from('101100011');

export function makeStandInDist(folder: string): void {
  for (const dir of ['locales', 'resources']) mkdirSync(join(folder, dir), { recursive: true });
  const wire = Buffer.concat([mark, Buffer.from([wireVersion, shipped.length]), shipped]);
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]), {
    mode: 0o755,
  });
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'node_modules', 'electron', 'package.json'), 'utf8'),
  ) as { version: string };
  writeFileSync(join(folder, 'version'), version);
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak'])
    writeFileSync(join(folder, name), '');
}

const fuses = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

/** Which fuses are on in a packaged program. */
export function readFuses(program: string): string[] {
  const bytes = readFileSync(program);
  const at = bytes.indexOf(mark);
  if (at === -1) throw new Error(`${program} carries no fuse wire`);
  const wire = bytes.subarray(at + mark.length + 2).toString('latin1');
  return fuses.filter((_fuse, index) => wire[index] === '1');
}
