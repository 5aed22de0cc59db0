// Refusals about public keys, verdicts, policies, wrapping and the vault. Exit statuses 40 to 59.
export const keyErrors = {
  'key.malformed': {
    title: 'The public key cannot be read',
    advice:
      'Read the key from the device again; if it repeats, the CPM or its firmware is not what we expect.',
    exitCode: 40,
    retryable: false,
  },
  'key.weak': {
    title: 'The public key is not safe to encrypt to',
    advice:
      'Do not release keys to this device. Reboot it so that the CPM makes a new pair; if it repeats, report the device.',
    exitCode: 41,
    retryable: false,
  },
  'key.published': {
    title: 'The private half of this key is published',
    advice: 'This is a test key. Do not release anything to it; a device that shows it runs test firmware.',
    exitCode: 41,
    retryable: false,
  },
  'key.nonce-reused': {
    title: 'This nonce was used under this class key before',
    advice:
      'Build again: a new nonce is made. If it repeats, the random source of this machine is broken; stop using it.',
    exitCode: 42,
    retryable: true,
  },
  'key.version-reused': {
    title: 'This class key has sealed another package version already',
    advice: 'Make a new class key for this version, or say --allow-key-reuse: it is written to the journal.',
    exitCode: 43,
    retryable: false,
  },
  'key.name-invalid': {
    title: 'This cannot be the name of a key',
    advice:
      'Use letters, digits, dot, dash and underscore, 1 to 64 characters; it must equal the application id.',
    exitCode: 44,
    retryable: false,
  },
  'key.import-invalid': {
    title: 'This is not a class key',
    advice:
      'A class key is 32 bytes as base64 (44 characters), or a JSON object of such keys as cpk-tool keeps it.',
    exitCode: 44,
    retryable: false,
  },
  'key.not-last-read': {
    title: 'This is not the key that was last read of the device',
    advice: 'Read the device again and compare all 64 digits with the fingerprint on its paper.',
    exitCode: 46,
    retryable: false,
  },
  'vault.exists': {
    title: 'A key of this name is in the vault already',
    advice: 'Choose another name. A key is never overwritten: packages sealed with it would be lost.',
    exitCode: 45,
    retryable: false,
  },
  'vault.no-such-key': {
    title: 'There is no key of this name in the vault',
    advice:
      'List the names with `trustbox key list`; make one with `key create` or bring one with `key import`.',
    exitCode: 46,
    retryable: false,
  },
  'vault.locked': {
    title: 'The vault does not open with this passphrase',
    advice:
      'Check the passphrase (keyboard layout, caps lock). If it is surely right, the vault header is damaged: restore a backup.',
    exitCode: 47,
    retryable: false,
  },
  'vault.damaged': {
    title: 'A key in the vault was changed or damaged',
    advice: 'Restore the station data from a backup; do not use this copy.',
    exitCode: 48,
    retryable: false,
  },
  'vault.second-lock-needed': {
    title: 'The vault needs its second lock too',
    advice:
      'Open it in the desktop app under the account that switched the lock on, or give the recovery code: on the screen, or to a command as TRUSTBOX_RECOVERY_CODE.',
    exitCode: 49,
    retryable: false,
  },
  'vault.recovery-code-invalid': {
    title: 'This is not the recovery code of this vault',
    advice:
      'Compare all eight groups with the paper. A code from before the second lock was switched on anew is void.',
    exitCode: 49,
    retryable: false,
  },
  'vault.second-lock-unavailable': {
    title: 'The second lock cannot be switched on here',
    advice:
      'It needs the desktop app on a system with a keychain. Until then the passphrase alone protects the vault.',
    exitCode: 49,
    retryable: false,
  },
  'policy.invalid': {
    title: 'The policy file cannot be used',
    advice: 'Correct the field that is named; `trustbox policy check FILE` tells when it is right.',
    exitCode: 50,
    retryable: false,
  },
  'policy.unsigned': {
    title: 'The policy is not signed by the line lead of this station',
    advice:
      'Ask the line lead for the policy as it was signed (`trustbox policy sign`); `policy lead` shows whose key this station takes.',
    exitCode: 50,
    retryable: false,
  },
  'policy.old': {
    title: 'The policy is older than one that this station has used',
    advice: 'Use the newest policy. What must be undone is signed again under a higher version.',
    exitCode: 50,
    retryable: false,
  },
  'policy.key-invalid': {
    title: 'This key cannot sign policies, or cannot be taken for that',
    advice: 'Give an Ed25519 key: `trustbox policy new-key FILE` makes one and prints its public half.',
    exitCode: 50,
    retryable: false,
  },
  'policy.refused': {
    title: 'The policy does not allow this for this device',
    advice:
      'Read the reasons: pin the key or import the factory list for L1, or give --operator and --reason where the policy allows L0.',
    exitCode: 51,
    retryable: false,
  },
  'anchor.invalid': {
    title: 'This cannot be kept as a trust anchor',
    advice:
      'Give one X.509 certificate as PEM that is valid now, a name of 1 to 64 characters, who decides it, and why.',
    exitCode: 53,
    retryable: false,
  },
  'anchor.exists': {
    title: 'An anchor of this name or certificate is kept already',
    advice: 'Look at `trustbox trust list`; remove the old one first where this one is to take its place.',
    exitCode: 54,
    retryable: false,
  },
  'anchor.not-found': {
    title: 'The station keeps no such anchor',
    advice: 'List the names and fingerprints with `trustbox trust list`, or on the screen Keys and trust.',
    exitCode: 55,
    retryable: false,
  },
  'anchor.damaged': {
    title: 'A kept trust anchor was changed behind the vault',
    advice:
      'No signer is checked until it is gone: remove it, compare the journal, and add the certificate again from its source.',
    exitCode: 56,
    retryable: false,
  },
  'factory.list-invalid': {
    title: 'The factory list cannot be used',
    advice:
      'It is CSV with the header serial,fingerprint, one device a line, fingerprints as 64 hex digits. Nothing was imported.',
    exitCode: 52,
    retryable: false,
  },
} as const;
