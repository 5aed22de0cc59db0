// The agent at the master end of a pty, as fast as it goes; prints the path of the other end. Runs until it is killed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveLink } from '../device/agent/session.ts';
import { openStaging } from '../device/agent/staging.ts';
import { openLineEnd } from '../device/virtual/line-end.ts';
import { serialFraming } from '../shared/wire/serial-framing.ts';

const dir = mkdtempSync(join(tmpdir(), 'trustbox-agent-'));
const { pty } = await openLineEnd(4_000_000);
const place = { root: dir, stagingDir: dir, receiptsDir: dir, wrapSuites: [] };
const link = serveLink(
  {
    framing: serialFraming,
    bytesPerSecond: null,
    write: (bytes) => void pty.writer.write(bytes),
    queuedBytes: () => pty.writer.writableLength,
  },
  { place, staging: openStaging(dir), cpmSocket: null },
  { release: 'bench', frame: 65_536, window: 8 },
);
pty.reader.on('data', (bytes: Buffer) => link.receive(bytes));
process.once('SIGTERM', () => {
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
});
console.log(pty.slavePath);
