// Devices: what is plugged in, reading and judging one, what is known of it, and why it does not answer.
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import type { Handlers } from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { readTimeline } from '../../../shared/key-timeline.ts';
import { diagnose } from '../diagnose.ts';
import { judgeDevice, readDevice } from '../jobs/judge-device.ts';
import { readLogOf } from '../log.ts';
import { writeJournal } from '../records/journal.ts';
import { listReceipts } from '../records/receipts.ts';
import { findDevices, pinDevice, readKeyHistory, readLastVerdict, recordSeen } from '../store/devices.ts';
import { findEvidence } from '../store/evidence.ts';
import type { Session } from './session.ts';
import { saveSettings } from './settings.ts';
import {
  evidenceView,
  jobView,
  knownDevice,
  ladderView,
  linkViews,
  periodView,
  verdictView,
} from './views.ts';

type DeviceCalls = Pick<Handlers, Extract<keyof Handlers, `devices.${string}`>>;

const logTailChars = 64 * 1024;
const maxLogLines = 100;

export function deviceCalls(session: Session): DeviceCalls {
  const { services, watch, files } = session;
  const { db, clock, log } = services;

  const links = () => linkViews(services.links.states(), session.settings.links);

  async function findKnown(serial: string) {
    const row = (await findDevices(db, serial)).find((device) => device.serial === serial);
    if (row) return row;
    throw new ProvisionerError('device.unknown', `device ${serial} has not been read by this station`);
  }

  return {
    'devices.list': () => watch.list(),
    'devices.links': async () => links(),
    async 'devices.choose-link'({ port, link }) {
      const others = session.settings.links.filter((choice) => choice.port !== port);
      const chosen = link === 'auto' ? others : [...others, { port, link }];
      await saveSettings(session, { links: chosen });
      session.emit('links.changed', links());
      return links();
    },
    'devices.find': async ({ text }) => (await findDevices(db, text)).map(knownDevice),
    async 'devices.read'({ port, baudRate, credentials }) {
      const policy = await services.readPolicy();
      const link = await services.openLink(port, { baudRate, credentials, signal: session.signal });
      try {
        const seen = await readDevice(link, { signal: session.signal, clock });
        const judged = await judgeDevice(seen, { db, clock, policy, operator: null });
        const { verdict } = judged;
        await recordSeen(db, { identity: seen.identity, ...judged, link });
        const { serialNumber: serial, model } = seen.identity;
        watch.setSeen(port, { serial, model, verdict: verdictView(verdict) });
        return { identity: seen.identity, verdict: verdictView(verdict) };
      } finally {
        await link.close();
      }
    },
    async 'devices.detail'({ serial }) {
      const row = await findKnown(serial);
      const [verdict, seen, jobs, receipts, lines] = await Promise.all([
        readLastVerdict(db, serial),
        readKeyHistory(db, serial),
        services.engine.list(),
        listReceipts(db, { serial }),
        readLogOf(services.home.log, row.port, maxLogLines),
      ]);
      return {
        device: knownDevice(row),
        ladder: verdict ? ladderView(verdict) : [],
        evidence: verdict?.evidence ? evidenceView(await findEvidence(db, verdict.evidence.id)) : null,
        timeline: readTimeline(seen).toReversed().map(periodView),
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
      const { drivers } = services;
      const { hadAgent, choiceFor } = services.known;
      const wanted = { ...request, link: choiceFor(request.port) };
      const { port, ok, findings } = await diagnose(wanted, {
        clock,
        log,
        hadAgent,
        drivers,
        signal: session.signal,
      });
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
