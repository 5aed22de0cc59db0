// German: packages, keys, outbox, records and line mode.
import type { packages as en } from '../en/packages.ts';

export const packages: Record<keyof typeof en, string> = {};
