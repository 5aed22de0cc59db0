// Refusals about package files: reading, building, signing, verifying. Exit statuses 10 to 19.
const copyAgain = 'Copy the file again from its source and compare sizes and digests; do not load it.';
const rebuild = 'Build the package again, or ask whoever built it; do not load it.';

export const packageErrors = {
  'package.unreadable': {
    title: 'The file cannot be read',
    advice: 'Check the path and the permissions, and that the medium is still plugged in.',
    exitCode: 10,
    retryable: true,
  },
  'package.not-a-package': {
    title: 'This is not a confidential package',
    advice: 'Check that the right file was chosen: a package begins with the bytes 0D F0 CC 0E.',
    exitCode: 10,
    retryable: false,
  },
  'package.unsupported': {
    title: 'This package uses a format version that we do not know',
    advice: 'Update the station, or ask for the package in format version 1.',
    exitCode: 10,
    retryable: false,
  },
  'package.truncated': {
    title: 'The package file is cut short',
    advice: copyAgain,
    exitCode: 10,
    retryable: false,
  },
  'package.bad-frame': {
    title: 'The frame of the package is damaged or was made to mislead',
    advice: copyAgain,
    exitCode: 10,
    retryable: false,
  },
  'package.overlap': {
    title: 'Two streams of the package lie over each other',
    advice: rebuild,
    exitCode: 10,
    retryable: false,
  },
  'package.manifest-too-large': {
    title: 'The manifest is larger than any real one',
    advice: rebuild,
    exitCode: 10,
    retryable: false,
  },
  'package.manifest-invalid': {
    title: 'The manifest of the package cannot be used',
    advice: rebuild,
    exitCode: 10,
    retryable: false,
  },
  'package.not-sound': {
    title: 'The package did not pass verification',
    advice: 'Run `trustbox package verify` on it: it names each check and what failed. Do not load it.',
    exitCode: 11,
    retryable: false,
  },
  'package.does-not-fit': {
    title: 'The package does not fit this device',
    advice: 'Run `trustbox package lint --for <profile>`: each finding says what to change.',
    exitCode: 12,
    retryable: false,
  },
  'package.input-invalid': {
    title: 'The package cannot be built from this input',
    advice: 'Correct the named value and build again; nothing was written.',
    exitCode: 13,
    retryable: false,
  },
  'package.payload-changed': {
    title: 'The payload file changed while the package was built',
    advice: 'Close whatever writes to it and build again; nothing was written.',
    exitCode: 13,
    retryable: true,
  },
  'package.write-failed': {
    title: 'The package could not be written',
    advice: 'Check free space and permissions in the target folder; no partial package was left.',
    exitCode: 14,
    retryable: true,
  },
  'package.readback-failed': {
    title: 'What was written does not read back as it was sealed',
    advice: 'The disk or memory is at fault: check the disk, then build again. The bad file was removed.',
    exitCode: 14,
    retryable: true,
  },
  'signing.key-unreadable': {
    title: 'The signing key cannot be read',
    advice: 'Give an RSA private key as PEM (PKCS#8 or PKCS#1); a public key or certificate is not enough.',
    exitCode: 15,
    retryable: false,
  },
  'signing.passphrase-needed': {
    title: 'The signing key is protected and its passphrase is missing or wrong',
    advice: 'Give the passphrase with --sign-passphrase-env, or type it at the prompt.',
    exitCode: 15,
    retryable: false,
  },
  'signing.key-unsuitable': {
    title: 'This key cannot sign packages',
    advice: 'Use an RSA key of 2048 to 4096 bits: cpk-tool and the CPM know no other.',
    exitCode: 15,
    retryable: false,
  },
  'signing.certificate-unreadable': {
    title: 'The signing certificate cannot be read',
    advice: 'Give the X.509 certificate as PEM, the signing certificate first, then any intermediates.',
    exitCode: 16,
    retryable: false,
  },
  'signing.certificate-not-valid': {
    title: 'The signing certificate is expired or not yet valid',
    advice: "Check the station's clock; if it is right, get a new certificate for the key.",
    exitCode: 16,
    retryable: false,
  },
  'signing.key-mismatch': {
    title: 'Signing key and certificate do not belong together',
    advice:
      'Give the certificate that was issued for this key; `package inspect` shows fingerprints to compare.',
    exitCode: 16,
    retryable: false,
  },
  'signing.demo-key': {
    title: "This is cpk-tool's published demo key: anybody can sign with it",
    advice: 'Sign with a key of your own. The demo key is accepted only with --demo.',
    exitCode: 17,
    retryable: false,
  },
  'signing.signature-invalid': {
    title: 'The signature does not belong to this package and certificate',
    advice:
      'Sign exactly what `package digest` wrote, as RSA PKCS#1 v1.5 with SHA-256, with the key of the certificate.',
    exitCode: 18,
    retryable: false,
  },
  'signing.nothing-due': {
    title: 'No signature is missing from this package',
    advice: 'The package is fully signed; check it with `trustbox package verify`.',
    exitCode: 18,
    retryable: false,
  },
} as const;
