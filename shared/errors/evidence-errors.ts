// Refusals about evidence. Exit statuses 57 to 59. Why evidence was refused is one of the closed words of
// attestation/findings.ts, in `details.reason`.
export const evidenceErrors = {
  'evidence.unreadable': {
    title: 'This is not a file of evidence',
    advice:
      'Give an attestation token, a key attestation bundle, a certificate chain, or an evidence record of this program.',
    exitCode: 57,
    retryable: false,
  },
  'evidence.rejected': {
    title: 'The evidence does not prove what it claims',
    advice:
      'Release nothing to this device. Read the reason; take fresh evidence once, and report the device if it repeats.',
    exitCode: 58,
    retryable: false,
  },
  'evidence.insufficient': {
    title: 'The evidence could not be verified',
    advice:
      'Nothing speaks against the device, and nothing for it: give the trust anchor and the nonce that was asked with.',
    exitCode: 59,
    retryable: false,
  },
  'evidence.corim-refused': {
    title: 'This manifest of reference values is not taken',
    advice:
      'Ask its maker for one with PSA reference values and attestation keys alone, signed with the key that you were given.',
    exitCode: 57,
    retryable: false,
  },
} as const;
