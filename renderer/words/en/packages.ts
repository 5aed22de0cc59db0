// English: packages, keys, outbox, records and line mode.
export const packages = {} as const;
