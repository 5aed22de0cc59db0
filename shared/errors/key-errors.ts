// Refusals about public keys, verdicts, policies, wrapping and the vault. Exit statuses 40 to 59.
export const keyErrors = {
  'key.malformed': {
    title: 'The public key cannot be read',
    advice:
      'Read the key from the device again; if it repeats, the CPM or its firmware is not what we expect.',
    exitCode: 40,
    retryable: false,
  },
} as const;
