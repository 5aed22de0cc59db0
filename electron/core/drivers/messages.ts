// What the engine and the drivers' process say to each other. Structured clones: bytes stay bytes.
import {
  type ErrorCode,
  type ErrorDetails,
  errorToData,
  ProvisionerError,
} from '../../../shared/errors/error.ts';
import type { UsbEntry } from '../usb-table.ts';

export type DriverCall =
  | { readonly call: 'open'; readonly path: string; readonly baudRate: number }
  | { readonly call: 'write'; readonly port: number; readonly bytes: Uint8Array }
  | { readonly call: 'drain' | 'listen' | 'close'; readonly port: number }
  | { readonly call: 'set-baud-rate'; readonly port: number; readonly baudRate: number }
  | { readonly call: 'list-ports'; readonly virtualDir: string; readonly table: readonly UsbEntry[] }
  | { readonly call: 'list-usb'; readonly table: readonly UsbEntry[] }
  | { readonly call: 'is-usb-there' | 'check-usb'; readonly name: string }
  | { readonly call: 'watch-usb' };

export type ToDrivers = DriverCall & { readonly id: number };

export type OpenedPort = { readonly port: number; readonly baudRate: number };
type Said = { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };

export type FromDrivers =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: Said }
  | { readonly port: number; readonly bytes: Uint8Array }
  | { readonly port: number; readonly lost: Said }
  | { readonly usb: 'changed' };

export function sayError(error: unknown): Said {
  const { code, message, details } = errorToData(error);
  return { code, message, details };
}

export const heardError = ({ code, message, details }: Said): ProvisionerError =>
  new ProvisionerError(code, message, { details });
