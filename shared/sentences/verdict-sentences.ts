// What the appraiser and the policy say of a key.
export const verdictSentences = {
  'rejection.factory-mismatch': 'The factory list names another fingerprint for this serial number.',
  'rejection.pin-mismatch': 'The key is not the one that was pinned for this device.',
  'rejection.key-on-two-devices':
    'The same key was seen on a device with another serial number: one of them is a copy.',
  'rejection.no-serial': 'The device gives no serial number, so its key cannot be tied to it.',

  'reading.two-devices':
    'Alarm: this key was seen on {serial} on {at}. Two TEEs never make the same key: a box was copied or renamed.',
  'reading.first-seen': 'First time this device is seen here.',
  'reading.unchanged': 'The key is the same as on {at}.',
  'reading.changed-boot-unknown':
    'The key changed from {before} to {after} since {at}; whether it was rebooted in between is not known: the box did not give its boot id.',
  'reading.changed-same-boot':
    'The key changed from {before} to {after} since {at}, without a reboot in between: the TA was reloaded, or something answers in its place.',
  'reading.changed-rebooted':
    'The key changed from {before} to {after} since {at}, with a reboot in between: this CPM makes a new key at every start.',

  'proven.listed': 'The fingerprint equals what the factory listed for this serial number.',
  'proven.pinned': 'The fingerprint equals what an operator pinned for this device.',
  'not-proven.enrolled': 'That the key is the one enrolled: it is neither pinned nor listed by the factory.',
  'not-proven.tee': 'That the key lives inside a TEE: a stock box gives no evidence.',
  'not-proven.tee-not-shown': 'That the key lives inside a TEE: the evidence does not show it.',
  'not-proven.tee-unread': 'That the key lives inside a TEE: its evidence could not be read ({said}).',
  'not-proven.linux': 'Which software runs in Linux: evidence measures the TEE.',
  'not-proven.software': 'Which software runs in the TEE and in Linux.',
  'not-proven.identity': 'That the device is the one its serial number names.',

  'decision.policy-expired': 'Cannot verify: the policy "{policy}" ran out on {at}.',
  'decision.not-in-policy': 'The policy "{policy}" does not allow {action} at all.',
  'decision.enough': '{level} is enough ({needed} is needed).',
  'decision.by-operator': 'Accepted at L0 by {name}: {reason}',
  'decision.needs-reason': "{needed} is needed; L0 passes only with an operator's name and reason.",
  'decision.too-low': '{needed} is needed, the key has {level}.',

  'step.judged': '{level}: {reading}',
  'step.nothing-to-load': 'nothing to load',
  'step.no-serial': 'no serial number',
  'dry-run.refused': 'would be refused: {action}: {why}',
  'dry-run.would-run': 'would run {steps}',
  'dry-run.would-stop': 'would stop: {title}: {detail}',
} as const;
