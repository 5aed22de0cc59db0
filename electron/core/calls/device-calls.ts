// Devices: what is plugged in, reading and judging one, what is known of it, and why it does not answer.
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import type { Handlers } from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { diagnose } from '../diagnose.ts';
import { judgeDevice, readDevice } from '../jobs/judge-device.ts';
import { readLogOf } from '../log.ts';
import { writeJournal } from '../records/journal.ts';
import { listReceipts } from '../records/receipts.ts';
import { findDevices, pinDevice, readSightings, recordSeen } from '../store/devices.ts';
import type { Session } from './session.ts';
import { jobView, knownDevice, verdictView } from './views.ts';

type DeviceCalls = Pick<Handlers, Extract<keyof Handlers, `devices.${string}`>>;

const logTailChars = 64 * 1024;
const maxLogLines = 100;

export function deviceCalls(session: Session): DeviceCalls {
  const { services, watch, files } = session;
  const { db, clock, log } = services;

  async function findKnown(serial: string) {
    const row = (await findDevices(db, serial)).find((device) => device.serial === serial);
    if (row) return row;
    throw new ProvisionerError('device.unknown', `device ${serial} has not been read by this station`);
  }

  return {
    'devices.list': () => watch.list(),
    'devices.find': async ({ text }) => (await findDevices(db, text)).map(knownDevice),
    async 'devices.read'({ port, baudRate, credentials }) {
      const policy = await services.readPolicy();
      const link = await services.openLink(port, { baudRate, credentials, signal: session.signal });
      try {
        const seen = await readDevice(link, { signal: session.signal });
        const verdict = await judgeDevice(seen, { db, clock, policy, operator: null });
        await recordSeen(db, { identity: seen.identity, verdict, port });
        const { serialNumber: serial, model } = seen.identity;
        watch.setSeen(port, { serial, model, verdict: verdictView(verdict) });
        return { identity: seen.identity, verdict: verdictView(verdict) };
      } finally {
        await link.close();
      }
    },
    async 'devices.detail'({ serial }) {
      const row = await findKnown(serial);
      const [sightings, jobs, receipts, lines] = await Promise.all([
        readSightings(db, serial),
        services.engine.list(),
        listReceipts(db, { serial }),
        readLogOf(services.home.log, row.port, maxLogLines),
      ]);
      return {
        device: knownDevice(row),
        sightings: sightings
          .map(({ fingerprint, bootId, port, at }) => ({ fingerprint, bootId, port, at }))
          .toReversed(),
        jobs: jobs.filter((job) => job.serial === serial).map(jobView),
        receipts: receipts.toReversed(),
        log: lines,
      };
    },
    async 'devices.pin'({ serial, fingerprint }) {
      const row = await findKnown(serial);
      if (row.fingerprint !== fingerprint)
        throw new ProvisionerError('key.not-last-read', `the key last read of ${serial} is another one`);
      await pinDevice(db, serial, fingerprint);
      const operator = session.settings.operator;
      await writeJournal(db, clock, { kind: 'key-pinned', body: { serial, fingerprint, operator } });
      return knownDevice(await findKnown(serial));
    },
    async 'devices.diagnose'(request) {
      const { port, ok, findings } = await diagnose(request, { clock, log, signal: session.signal });
      return { port, ok, findings: [...findings] };
    },
    async 'devices.support-bundle'({ findings }) {
      const logText = await readFile(services.home.log, 'utf8').catch(() => '');
      const bundle = {
        bundle: 1,
        at: clock.now().toISOString(),
        version: session.version,
        node: process.version,
        system: `${process.platform} ${release()} ${process.arch}`,
        station: session.settings.stationName,
        ports: await watch.list(),
        findings,
        log: logText.slice(-logTailChars).split('\n').slice(1),
      };
      return files.addText('trustbox-support.json', `${JSON.stringify(bundle, null, 2)}\n`);
    },
  };
}
