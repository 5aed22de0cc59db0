// German: devices, load, diagnose, set-up and settings.
import type { devices as en } from '../en/devices.ts';

export const devices: Record<keyof typeof en, string> = {};
