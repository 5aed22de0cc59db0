// What the handlers of one running app share: the engine, the files, the settings, and the vault while it is open. The
// vault locks itself after the idle time; a running job keeps the keys it was started with.
import type { AnyEvent, EventName, EventValue } from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { JobEvent } from '../../../shared/job.ts';
import type { Keychain } from '../keys/second-lock.ts';
import type { Vault } from '../keys/vault.ts';
import type { Services } from '../services.ts';
import type { Deciding } from '../store/anchors.ts';
import type { DeviceWatch } from './device-watch.ts';
import type { FileShelf } from './file-shelf.ts';
import type { Settings } from './settings.ts';

export type Session = {
  readonly services: Services;
  readonly files: FileShelf;
  readonly watch: DeviceWatch;
  readonly version: string;
  /** What can hold the vault's second lock. */
  readonly keychain: Keychain;
  /** Of a demonstration: the PEM file that the set-up keeps as a trust anchor. */
  readonly demoAnchor: string | null;
  settings: Settings;
  vault: Vault | null;
  emit<N extends EventName>(name: N, value: EventValue<N>): void;
  /** @returns what ends the subscription */
  onJobEvent(listener: (event: JobEvent) => void): () => void;
  /** Aborts when the app ends. */
  readonly signal: AbortSignal;
};

/**
 * Decides about trust anchors in the operator's name; the station's key is overwritten afterwards.
 * @throws vault.locked
 */
export async function decided<T>(
  session: Session,
  reason: string,
  decide: (deciding: Deciding) => Promise<T>,
): Promise<T> {
  const { services, settings } = session;
  const stationKey = await services.openStationKey(openedVault(session), settings.stationName);
  const deciding = { ...services, stationKey, operator: settings.operator, reason };
  return decide(deciding).finally(() => stationKey.secretKey.fill(0));
}

export type Emit = (event: AnyEvent) => void;

/** @throws vault.locked */
export function openedVault({ vault }: Session): Vault {
  if (vault) return vault;
  throw new ProvisionerError('vault.locked', 'the vault is locked: unlock it first');
}

export type IdleLock = { touch(): void; close(): void };

/** Calls `lock` when nothing was touched for the time that `minutes` gives. */
export function openIdleLock(minutes: () => number, lock: () => void): IdleLock {
  let timer: NodeJS.Timeout | undefined;
  const touch = () => {
    clearTimeout(timer);
    timer = setTimeout(lock, minutes() * 60_000);
    timer.unref();
  };
  touch();
  return { touch, close: () => clearTimeout(timer) };
}
