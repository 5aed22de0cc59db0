// What the station's people set: names, language, lock, and the slots of the line. One small JSON file; what is stored is
// untrusted when it is read back.
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { slot } from '../../../shared/contract/contract.ts';
import { forcedLink } from '../../../shared/contract/values.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { writeAtomically } from '../files.ts';
import { defaultUsbTable, usbEntry } from '../usb-table.ts';
import type { Session } from './session.ts';

const settingsSchema = z.strictObject({
  settings: z.literal(1),
  stationName: z.string().max(200),
  operator: z.string().max(200),
  language: z.string().max(20),
  idleLockMinutes: z.number().int().min(1).max(480),
  slots: z.array(slot).max(64),
  /** Program and arguments, run after each unit of the line with JSON on its stdin; empty: none. */
  lineHook: z.array(z.string().max(1024)).max(32).default([]),
  usbDevices: z
    .array(usbEntry)
    .max(64)
    .default([...defaultUsbTable]),
  /** Ports at which the operator forces a link; elsewhere it is found out. */
  links: z.array(forcedLink).max(64).default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

const defaults = (): Settings => ({
  settings: 1,
  stationName: hostname(),
  operator: '',
  language: 'en',
  idleLockMinutes: 30,
  slots: [],
  lineHook: [],
  usbDevices: [...defaultUsbTable],
  links: [],
});

/** @throws settings.invalid */
export function readSettings(path: string): Settings {
  if (!existsSync(path)) return defaults();
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ProvisionerError('settings.invalid', `${path} is not understood`, { cause });
  }
}

export const writeSettings = (path: string, settings: Settings): Promise<void> =>
  writeAtomically(
    path,
    async (file) => void (await file.write(`${JSON.stringify(settings, null, 2)}\n`)),
    0o600,
  );

/** Writes a change down, then lets it count. */
export async function saveSettings(session: Session, change: Partial<Settings>): Promise<void> {
  const settings = { ...session.settings, ...change };
  await writeSettings(session.services.home.settings, settings);
  session.settings = settings;
}
