// German: evidence, the ladder of levels, and the keys of a device over time.
import type { evidenceSentences, findingSentences } from '../../../shared/sentences/evidence-sentences.ts';

export const evidenceWords: Readonly<
  Record<keyof typeof evidenceSentences | keyof typeof findingSentences, string>
> = {
  'ladder.self-reported': 'Was das Gerät von sich sagt, und was jeder an seiner Leitung sagen könnte.',
  'ladder.by-evidence': 'Weder festgelegt noch gelistet; der Nachweis ist mehr wert.',
  'ladder.needs': '{needed} kommt zuerst.',

  'claim.lifecycle-unknown': 'nicht bekannt',
  'claim.lifecycle-assembly-and-test': 'in Montage und Test',
  'claim.lifecycle-rot-provisioning': 'bekommt seine Vertrauenswurzel',
  'claim.lifecycle-secured': 'verriegelt',
  'claim.lifecycle-non-psa-rot-debug': 'für Fehlersuche außerhalb der Vertrauenswurzel offen',
  'claim.lifecycle-recoverable-psa-rot-debug': 'Vertrauenswurzel für Fehlersuche offen, wiederherstellbar',
  'claim.lifecycle-decommissioned': 'außer Dienst gestellt',
  'claim.asked-by-normal': 'von der normalen Welt erfragt',
  'claim.asked-by-secure': 'von einer sicheren Partition erfragt',
  'claim.profile': 'Art des PSA-Tokens',
  'claim.instance': 'welches Gerät unterschrieben hat',
  'claim.implementation': 'welche Art Gerät es ist',
  'claim.nonce': 'worauf es antwortet',
  'claim.fwid': 'Firmware, für die das Blattzertifikat gemacht wurde',
  'claim.key': 'der Schlüssel, für den er bürgt',
  'claim.no-version': 'Version nicht genannt',
  'claim.version': 'Version {version}',
  'claim.ta-shdr': 'signierter Kopf einer vertrauenswürdigen Anwendung',
  'claim.ta-memory': 'Speicher einer vertrauenswürdigen Anwendung',
  'claim.tee-memory': 'Speicher des TEE',

  'remark.no-rule': 'Für jedes Gerät abgelehnt: Die Richtlinie hat dafür keine Regel.',
  'remark.out-of-reach':
    'Kein Gerät kann {needed} erreichen: Mit diesen Ankern und Vergleichswerten ist {level} das Höchste.',
  'remark.reason-passes':
    'Ein Gerät, das nichts zeigt, kommt mit einer Begründung durch, obwohl sonst {needed} nötig ist.',
  'remark.not-bound':
    'Bei {needed} ist der Schlüssel des Geräts nicht gebunden: Sein Linux könnte den eigenen an die Stelle gesetzt haben.',
  'remark.ran-out': 'Sie ist abgelaufen, {at}: Nichts ist mehr erlaubt.',
  'remark.test-keys': 'Testschlüssel, die jeder hat, werden angenommen: nur für Vorführungen.',
  'remark.must-include':
    'Kein Bestandteil muss dabei sein: Ein Gerät, das welche auslässt, gilt doch als gemessen.',

  'sign.key-kept': 'Der Schlüssel ist derselbe wie zuvor.',
  'sign.key-per-boot':
    'Die Startkennung hat gewechselt: Ein CPM ab Werk macht bei jedem Start einen neuen Schlüssel.',
  'sign.boot-changed': 'Die Startkennung hat gewechselt: Es wurde neu gestartet.',
  'sign.boot-same': 'Die Startkennung ist dieselbe: Nichts wurde neu gestartet.',
  'sign.boot-unknown': 'Ohne Startkennung ist nicht bekannt, ob neu gestartet wurde.',
  'sign.signer-same': 'Dasselbe TEE wie zuvor hat den Nachweis unterschrieben.',
  'sign.signer-changed': 'Ein anderes TEE hat den Nachweis unterschrieben.',
  'sign.firmware-changed': 'Die gemessene Firmware ist eine andere.',
  'sign.firmware-same': 'Die gemessene Firmware ist dieselbe.',
  'sign.evidence-gone': 'Zuvor gab es einen Nachweis, nun keinen mehr.',
  'sign.evidence-new': 'Nun gibt es einen Nachweis, zuvor keinen.',
  'sign.port-changed': 'Es wurde an einem anderen Anschluss gesehen.',

  'finding.signed-by-anchor': 'Der Nachweis ist von einem Gerät unterschrieben, das hier aufgenommen wurde.',
  'finding.fresh': 'Der Nachweis wurde für eben diese Frage gemacht.',
  'finding.measured': 'Jedes verlangte Stück Firmware ist eines, das die Richtlinie kennt.',
  'finding.lifecycle-allowed': 'Das Gerät ist so verriegelt, wie die Richtlinie es will.',
  'finding.key-bound': 'Der Schlüssel dieses Geräts liegt in dem gemessenen TEE.',

  'finding.anchor-missing':
    'Dieses Gerät wurde hier nie aufgenommen: Wer den Nachweis unterschrieben hat, ist nicht bekannt.',
  'finding.challenge-unknown': 'Ob der Nachweis frisch ist.',
  'finding.time-from-record':
    'Wann der Nachweis aufgenommen wurde: Die Zeit ist die, die in der Aufzeichnung steht.',
  'finding.platform-age-unknown':
    'Wann die Firmware gemessen wurde: Nur die Hälfte über den Schlüssel antwortet auf diese Frage.',
  'finding.no-reference-values':
    'Welche Firmware läuft: Die Richtlinie kennt für diese Art Gerät keine Vergleichswerte.',
  'finding.lifecycle-not-stated': 'Ob die Fehlersuche verriegelt ist: Diese Art Nachweis sagt es nicht.',
  'finding.demo-only':
    'Irgendetwas: Dieser Nachweisdienst ist eine Vorführung, die unterschreibt, was sie bekommt.',
  'finding.test-key-allowed':
    'Etwas, worauf Verlass ist: Der unterschreibende Schlüssel ist öffentlich, für eine Vorführung zugelassen.',
  'finding.key-not-bound':
    'Dass der Schlüssel zu diesem TEE gehört: Plattform nachgewiesen, Schlüssel nicht gebunden.',
  'finding.key-not-given': 'Irgendetwas über den Schlüssel: Mit dem Nachweis kam keiner.',

  'finding.not-strict-cbor': 'Der Nachweis ist beschädigt oder nicht in einer Form, die wir annehmen.',
  'finding.cose-form': 'Der Nachweis ist nicht die unterschriebene Nachricht, die er sein müsste.',
  'finding.mac-refused':
    'Der Nachweis ist mit einem geteilten Schlüssel versiegelt; wer ihn prüft, hätte ihn auch machen können.',
  'finding.label-twice': 'Der Nachweis sagt etwas zweimal.',
  'finding.critical-unknown': 'Der Nachweis verlangt eine Prüfung, die wir nicht kennen.',
  'finding.algorithm-unprotected':
    'Der Nachweis sagt nicht unter seiner Unterschrift, wie er unterschrieben ist.',
  'finding.algorithm-not-allowed':
    'Der Nachweis ist auf eine Weise unterschrieben, die hier nicht erlaubt ist.',
  'finding.key-algorithm-mismatch': 'Der Nachweis nennt eine andere Art Schlüssel, als das Gerät hat.',
  'finding.signature-length': 'Die Unterschrift ist abgeschnitten oder aufgefüllt.',
  'finding.signature-invalid':
    'Die Unterschrift ist falsch: unterwegs verändert, oder von jemand anderem gemacht.',
  'finding.published-key': 'Das Gerät unterschreibt mit einem Testschlüssel, den jeder hat.',
  'finding.chain-broken': 'Die Zertifikate des Geräts führen zu keiner Wurzel, der hier vertraut wird.',
  'finding.profile-unknown': 'Der Nachweis ist von einer Art, die wir nicht kennen.',
  'finding.format-not-accepted': 'Die Richtlinie nimmt diese Art Nachweis nicht an.',
  'finding.claim-missing': 'Der Nachweis lässt etwas aus, das er sagen muss.',
  'finding.claim-malformed': 'Der Nachweis sagt etwas, das nicht sein kann.',
  'finding.nonce-mismatch':
    'Der Nachweis antwortet auf eine andere Frage: Er ist eine Aufzeichnung oder für einen anderen Schlüssel gemacht.',
  'finding.stale': 'Der Nachweis hat zu lange gebraucht.',
  'finding.other-device': 'Der Nachweis ist der eines anderen Geräts.',
  'finding.other-policy': 'Der Nachweis wurde nach anderen Regeln beurteilt als der Schlüssel.',
  'finding.lifecycle-refused': 'Das Gerät ist für die Fehlersuche offen oder noch nicht verriegelt.',
  'finding.component-unknown': 'Ein Stück Firmware ist keines, das die Richtlinie kennt.',
  'finding.component-missing': 'Ein verlangtes Stück Firmware fehlt im Nachweis.',
  'finding.component-old': 'Ein Stück Firmware ist älter, als die Richtlinie erlaubt.',
  'finding.key-substituted':
    'Der Nachweis bürgt für einen anderen Schlüssel als den, den das Gerät gezeigt hat.',
  'finding.bundle-link-broken': 'Die beiden Hälften des Nachweises gehören nicht zusammen.',
};
