// German: refusals about public keys, verdicts, policies, wrapping and the vault.
import type { keyErrors } from '../../../../shared/errors/key-errors.ts';
import type { ErrorWords } from '../../error-words.ts';

export const keyWords: ErrorWords<keyof typeof keyErrors> = {
  'key.malformed': {
    title: 'Der öffentliche Schlüssel ist nicht zu lesen',
    advice:
      'Den Schlüssel noch einmal vom Gerät lesen; wiederholt es sich, sind CPM oder Firmware nicht die erwarteten.',
  },
  'key.weak': {
    title: 'Es ist nicht sicher, für diesen öffentlichen Schlüssel zu verschlüsseln',
    advice:
      'Diesem Gerät keine Schlüssel geben. Neu starten, damit das CPM ein neues Paar macht; wiederholt es sich, das Gerät melden.',
  },
  'key.published': {
    title: 'Die private Hälfte dieses Schlüssels ist veröffentlicht',
    advice:
      'Das ist ein Testschlüssel. Nichts für ihn freigeben; ein Gerät, das ihn zeigt, läuft mit Testfirmware.',
  },
  'key.nonce-reused': {
    title: 'Diese Nonce wurde unter diesem Klassenschlüssel schon verwendet',
    advice:
      'Noch einmal bauen: Es entsteht eine neue Nonce. Wiederholt es sich, ist die Zufallsquelle dieses Rechners defekt; nicht weiter verwenden.',
  },
  'key.version-reused': {
    title: 'Dieser Klassenschlüssel hat schon eine andere Paketversion versiegelt',
    advice:
      'Für diese Version einen neuen Klassenschlüssel anlegen oder die zweite Version erlauben (--allow-key-reuse): Das kommt ins Journal.',
  },
  'key.name-invalid': {
    title: 'Das kann kein Name eines Schlüssels sein',
    advice:
      'Buchstaben, Ziffern, Punkt, Binde- und Unterstrich, 1 bis 64 Zeichen; er muss gleich der Anwendungskennung sein.',
  },
  'key.import-invalid': {
    title: 'Das ist kein Klassenschlüssel',
    advice:
      'Ein Klassenschlüssel sind 32 Bytes als Base64 (44 Zeichen), oder ein JSON-Objekt solcher Schlüssel, wie cpk-tool sie ablegt.',
  },
  'key.not-last-read': {
    title: 'Das ist nicht der Schlüssel, der zuletzt von diesem Gerät gelesen wurde',
    advice:
      'Das Gerät noch einmal lesen und alle 64 Stellen mit dem Fingerabdruck auf seinem Papier vergleichen.',
  },
  'vault.exists': {
    title: 'Ein Schlüssel dieses Namens ist schon im Tresor',
    advice:
      'Einen anderen Namen wählen. Ein Schlüssel wird nie überschrieben: Mit ihm versiegelte Pakete wären verloren.',
  },
  'vault.no-such-key': {
    title: 'Im Tresor ist kein Schlüssel dieses Namens',
    advice:
      'Die Namen stehen unter „Schlüssel und Vertrauen“ (`trustbox key list`); dort einen anlegen oder mitbringen.',
  },
  'vault.locked': {
    title: 'Der Tresor öffnet sich mit dieser Passphrase nicht',
    advice:
      'Die Passphrase prüfen (Tastaturbelegung, Feststelltaste). Stimmt sie sicher, ist der Kopf des Tresors beschädigt: eine Sicherung einspielen.',
  },
  'vault.damaged': {
    title: 'Ein Schlüssel im Tresor wurde verändert oder beschädigt',
    advice: 'Die Daten der Station aus einer Sicherung einspielen; diese Kopie nicht verwenden.',
  },
  'vault.second-lock-needed': {
    title: 'Der Tresor braucht auch sein zweites Schloss',
    advice:
      'In der Desktop-App unter dem Konto öffnen, das das Schloss eingeschaltet hat, oder den Wiederherstellungscode angeben: hier, oder einem Befehl als TRUSTBOX_RECOVERY_CODE.',
  },
  'vault.recovery-code-invalid': {
    title: 'Das ist nicht der Wiederherstellungscode dieses Tresors',
    advice:
      'Alle acht Gruppen mit dem Papier vergleichen. Ein Code von vor dem letzten Einschalten des zweiten Schlosses gilt nicht mehr.',
  },
  'vault.second-lock-unavailable': {
    title: 'Das zweite Schloss lässt sich hier nicht einschalten',
    advice:
      'Es braucht die Desktop-App auf einem System mit Schlüsselbund. Bis dahin schützt allein die Passphrase den Tresor.',
  },
  'policy.invalid': {
    title: 'Die Richtliniendatei ist nicht zu gebrauchen',
    advice: 'Das genannte Feld berichtigen; `trustbox policy check DATEI` sagt, wann sie stimmt.',
  },
  'policy.unsigned': {
    title: 'Die Richtlinie ist nicht von der Linienleitung dieser Station signiert',
    advice:
      'Die Richtlinie so anfordern, wie sie signiert wurde (`trustbox policy sign`); `policy lead` zeigt, wessen Schlüssel hier gilt.',
  },
  'policy.old': {
    title: 'Die Richtlinie ist älter als eine, die diese Station schon benutzt hat',
    advice:
      'Die neueste Richtlinie nehmen. Was zurückgenommen werden soll, wird unter höherer Version neu signiert.',
  },
  'policy.key-invalid': {
    title: 'Dieser Schlüssel kann keine Richtlinien signieren oder nicht dafür gelten',
    advice:
      'Einen Ed25519-Schlüssel angeben: `trustbox policy new-key DATEI` macht einen und zeigt den öffentlichen Teil.',
  },
  'policy.refused': {
    title: 'Die Richtlinie erlaubt das für dieses Gerät nicht',
    advice:
      'Die Gründe lesen: für L1 den Schlüssel festlegen oder die Werksliste einlesen, oder Bediener und Grund angeben, wo die Richtlinie L0 zulässt.',
  },
  'anchor.invalid': {
    title: 'Das kann kein Vertrauensanker werden',
    advice:
      'Ein X.509-Zertifikat als PEM angeben, das jetzt gültig ist, einen Namen von 1 bis 64 Zeichen, wer es entscheidet und warum.',
  },
  'anchor.exists': {
    title: 'Ein Anker dieses Namens oder Zertifikats ist schon hinterlegt',
    advice:
      'Die Liste ansehen (`trustbox trust list`); zuerst den alten entfernen, wo dieser an seine Stelle tritt.',
  },
  'anchor.not-found': {
    title: 'Die Station hat keinen solchen Anker',
    advice: 'Namen und Fingerabdrücke stehen unter „Schlüssel und Vertrauen“ (`trustbox trust list`).',
  },
  'anchor.damaged': {
    title: 'Ein hinterlegter Vertrauensanker wurde am Tresor vorbei verändert',
    advice:
      'Kein Unterzeichner wird geprüft, bis er weg ist: entfernen, mit dem Journal vergleichen und das Zertifikat aus seiner Quelle neu hinzufügen.',
  },
  'factory.list-invalid': {
    title: 'Die Werksliste ist nicht zu gebrauchen',
    advice:
      'Sie ist CSV mit der Kopfzeile serial,fingerprint, ein Gerät je Zeile, Fingerabdrücke mit 64 Hexziffern. Nichts wurde eingelesen.',
  },
};
