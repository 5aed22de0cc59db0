// A station of its own that sends one file over the agent link, to be killed. Usage: node send-child.ts PORT BAUD FILE
// Prints a line for each report of progress: the bytes that the device has.
import { systemClock as clock } from '../../electron/core/clock.ts';
import { hashFile } from '../../electron/core/files.ts';
import { silentLog as log } from '../../electron/core/log.ts';
import { createLinkOpener, nothingKnown } from '../../electron/core/open-link.ts';

const [port = '', baud = '', path = ''] = process.argv.slice(2);
const link = await createLinkOpener({ log, clock, ...nothingKnown })(port, {
  baudRate: Number(baud),
  credentials: null,
  link: 'agent',
});
const file = { path, ...(await hashFile(path)), remoteName: 'file.cpk' };
await link.sendFile(file, { onProgress: ({ sentBytes }) => process.stdout.write(`${sentBytes}\n`) });
await link.close();
