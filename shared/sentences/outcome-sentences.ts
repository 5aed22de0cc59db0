// What is said of an install: the verdict of the receipt, and what speaks for it or against it.
export const outcomeSentences = {
  'outcome.enrolled': 'Device enrolled; nothing was loaded.',
  'outcome.rejected': 'Rejected: {why}.',
  'outcome.end-call':
    'the device refused at the end call and does not say which part: its class key is not the one the package was sealed with (was it rebooted?), or secure storage refused the image inside the package, whose own signature and version it checks. The package itself arrived whole and opens with this class key at the station',
  'outcome.not-decrypted':
    'the package did not decrypt: the class key on the device is not the one it was sealed with, or the package was damaged',
  'outcome.storage-refused':
    'secure storage refused the image inside the package: its own signature or version, not the package, is at fault',
  'outcome.payload-refused': 'the CPM did not take the payload: it may be too large for it',
  'outcome.unreadable': 'the tool could not read the package file',
  'outcome.no-key': 'the device holds no usable class key for this package',
  'outcome.tool-error': 'the tool stopped with an error',
  'outcome.tool-status': 'the tool ended with status {status}',
  'outcome.device-said': 'The device said: {said}',
  'outcome.host-verified':
    'The station verified the package signature before loading; the device did not confirm that it checked it.',
  'outcome.always-failed':
    'This CPM never checks signatures and compares tags before they exist, so "FAILED" is what it prints on a good install.',
  'outcome.storage-changed': 'Secure storage changed during the install.',
  'outcome.storage-unread':
    'Secure storage could not be read on this box, so the stored image was not confirmed by reading back.',
  'outcome.storage-unchanged':
    'Secure storage looks unchanged, so the stored image was not confirmed by reading back.',
  'outcome.tool-finished': 'The tool ran to its end without an error, tag check included.',
  'outcome.both-passed': 'Installed: the device checked digest and signature and both passed.',
  'outcome.digest-passed': 'Digest check passed on the device.',
  'outcome.signature-passed': 'Signature check passed on the device.',
  'outcome.reference-installed':
    'Installed: decrypted, tag accepted and stored. This CPM does not check the signature.',
  'outcome.reference-unconfirmed':
    'Not confirmed: the tool reported no error, but secure storage did not change.',
  'outcome.unknown-installed':
    'Installed as far as can be seen: no error, and secure storage changed. The CPM on this box is not known to us.',
  'outcome.unknown-unconfirmed':
    'Not confirmed: both checks said FAILED and this CPM is not known, so that may be its habit or a refusal.',
  'outcome.own-checks-failed':
    "Rejected: the device's own checks failed (digest {digest}, signature {signature}).",
  'outcome.no-result-lines': 'Not confirmed: the tool did not print all of its result lines.',
} as const;
