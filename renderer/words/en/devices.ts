// English: devices, load, diagnose, set-up and settings.
export const devices = {} as const;
