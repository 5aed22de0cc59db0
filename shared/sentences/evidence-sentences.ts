// What is said of evidence, of the levels it leads to, and of the keys that a device showed over time.
import { type Finding, findings } from '../attestation/findings.ts';

/** The words of each finding for a technician; findings.ts is their table. */
export const findingSentences = Object.fromEntries(
  (Object.keys(findings) as Finding[]).map((finding) => [`finding.${finding}`, findings[finding].technician]),
) as Readonly<Record<`finding.${Finding}`, string>>;

export const evidenceSentences = {
  'ladder.self-reported': 'What the device says of itself, and what anybody on its line could say.',
  'ladder.by-evidence': 'Neither pinned nor listed; the evidence is worth more.',
  'ladder.needs': '{needed} comes first.',

  'claim.lifecycle-unknown': 'not known',
  'claim.lifecycle-assembly-and-test': 'being assembled and tested',
  'claim.lifecycle-rot-provisioning': 'being given its root of trust',
  'claim.lifecycle-secured': 'locked down',
  'claim.lifecycle-non-psa-rot-debug': 'open for debugging outside of the root of trust',
  'claim.lifecycle-recoverable-psa-rot-debug': 'root of trust open for debugging, recoverable',
  'claim.lifecycle-decommissioned': 'taken out of service',
  'claim.asked-by-normal': 'asked for by the normal world',
  'claim.asked-by-secure': 'asked for by a secure partition',
  'claim.profile': 'kind of PSA token',
  'claim.instance': 'which device signed',
  'claim.implementation': 'which kind of device it is',
  'claim.nonce': 'what it answers',
  'claim.fwid': 'firmware that the leaf was made for',
  'claim.key': 'the key that it vouches for',
  'claim.no-version': 'version not stated',
  'claim.version': 'version {version}',
  'claim.ta-shdr': 'signed header of a trusted application',
  'claim.ta-memory': 'memory of a trusted application',
  'claim.tee-memory': 'memory of the TEE',

  'remark.no-rule': 'Refused for every device: the policy has no rule for it.',
  'remark.out-of-reach':
    'No device can reach {needed}: with these anchors and reference values {level} is the highest.',
  'remark.reason-passes':
    "A device that shows nothing passes with an operator's reason, though {needed} is needed otherwise.",
  'remark.not-bound':
    'At {needed} the key of the device is not bound: Linux on it could have put its own in its place.',
  'remark.ran-out': 'It ran out on {at}: nothing is allowed any more.',
  'remark.test-keys': 'Test keys that everybody has are accepted: for demonstrations only.',
  'remark.must-include':
    'No component must be there: a device that leaves some out still counts as measured.',

  'sign.key-kept': 'The key is the same as before.',
  'sign.key-per-boot': 'The boot id changed: a stock CPM makes a new key at every start.',
  'sign.boot-changed': 'The boot id changed: it was started anew.',
  'sign.boot-same': 'The boot id is the same: nothing was started anew.',
  'sign.boot-unknown': 'Without a boot id, whether it was started anew is not known.',
  'sign.signer-same': 'The same TEE signed its evidence as before.',
  'sign.signer-changed': 'Another TEE signed its evidence.',
  'sign.firmware-changed': 'The measured firmware is another one.',
  'sign.firmware-same': 'The measured firmware is the same.',
  'sign.evidence-gone': 'It gave evidence before, and gives none now.',
  'sign.evidence-new': 'It gives evidence now, and gave none before.',
  'sign.port-changed': 'It was seen at another port.',
} as const;
