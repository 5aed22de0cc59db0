// German: what the engine says in its own words. Values in {holes} are the same as in English.
import type { outcomeSentences } from '../../../shared/sentences/outcome-sentences.ts';
import type { stationSentences } from '../../../shared/sentences/station-sentences.ts';
import type { verdictSentences } from '../../../shared/sentences/verdict-sentences.ts';

type Same<Sentences> = Readonly<Record<keyof Sentences, string>>;

export const verdictWords: Same<typeof verdictSentences> = {
  'rejection.factory-mismatch': 'Die Werksliste nennt für diese Seriennummer einen anderen Fingerabdruck.',
  'rejection.pin-mismatch': 'Der Schlüssel ist nicht der, der für dieses Gerät festgelegt wurde.',
  'rejection.key-on-two-devices':
    'Derselbe Schlüssel wurde an einem Gerät mit anderer Seriennummer gesehen: Eines von beiden ist eine Kopie.',
  'rejection.no-serial': 'Das Gerät gibt keine Seriennummer; sein Schlüssel lässt sich ihm nicht zuordnen.',

  'reading.two-devices':
    'Alarm: Dieser Schlüssel wurde an {serial} gesehen, {at}. Zwei TEEs machen nie denselben Schlüssel: Eine Box wurde kopiert oder umbenannt.',
  'reading.first-seen': 'Dieses Gerät wird hier zum ersten Mal gesehen.',
  'reading.unchanged': 'Der Schlüssel ist derselbe wie {at}.',
  'reading.changed-boot-unknown':
    'Der Schlüssel hat seit {at} von {before} zu {after} gewechselt; ob dazwischen neu gestartet wurde, ist nicht bekannt: Die Box gab ihre Startkennung nicht.',
  'reading.changed-same-boot':
    'Der Schlüssel hat seit {at} von {before} zu {after} gewechselt, ohne Neustart dazwischen: Die TA wurde neu geladen, oder etwas antwortet an ihrer Stelle.',
  'reading.changed-rebooted':
    'Der Schlüssel hat seit {at} von {before} zu {after} gewechselt, mit einem Neustart dazwischen: Dieses CPM macht bei jedem Start einen neuen.',

  'proven.listed': 'Der Fingerabdruck ist der, den das Werk für diese Seriennummer gelistet hat.',
  'proven.pinned': 'Der Fingerabdruck ist der, den ein Bediener für dieses Gerät festgelegt hat.',
  'not-proven.enrolled':
    'Dass der Schlüssel der aufgenommene ist: Er ist weder festgelegt noch vom Werk gelistet.',
  'not-proven.tee': 'Dass der Schlüssel in einem TEE liegt: Eine Box ab Werk gibt dafür keinen Nachweis.',
  'not-proven.tee-not-shown': 'Dass der Schlüssel in einem TEE liegt: Der Nachweis zeigt es nicht.',
  'not-proven.tee-unread':
    'Dass der Schlüssel in einem TEE liegt: Sein Nachweis war nicht zu lesen ({said}).',
  'not-proven.linux': 'Welche Software in Linux läuft: Der Nachweis misst das TEE.',
  'not-proven.software': 'Welche Software im TEE und in Linux läuft.',
  'not-proven.identity': 'Dass das Gerät das ist, das seine Seriennummer nennt.',

  'decision.policy-expired': 'Nicht zu prüfen: Die Richtlinie „{policy}“ ist abgelaufen, {at}.',
  'decision.not-in-policy': 'Die Richtlinie „{policy}“ erlaubt das überhaupt nicht: {action}.',
  'decision.enough': '{level} genügt ({needed} ist nötig).',
  'decision.by-operator': 'Bei L0 angenommen von {name}: {reason}',
  'decision.needs-reason': '{needed} ist nötig; L0 geht nur mit Namen und Grund eines Bedieners.',
  'decision.too-low': '{needed} ist nötig, der Schlüssel hat {level}.',

  'step.judged': '{level}: {reading}',
  'step.nothing-to-load': 'nichts zu laden',
  'step.no-serial': 'keine Seriennummer',
  'dry-run.refused': 'würde verweigert: {action}: {why}',
  'dry-run.would-run': 'würde ausgeführt: {steps}',
  'dry-run.would-stop': 'würde anhalten: {title}: {detail}',
};

export const outcomeWords: Same<typeof outcomeSentences> = {
  'outcome.enrolled': 'Gerät aufgenommen; geladen wurde nichts.',
  'outcome.rejected': 'Abgelehnt: {why}.',
  'outcome.end-call':
    'Das Gerät hat beim Endaufruf abgelehnt und sagt nicht, woran es liegt: Sein Klassenschlüssel ist nicht der, mit dem das Paket versiegelt wurde (wurde es neu gestartet?), oder der sichere Speicher hat das Abbild im Paket abgelehnt, dessen eigene Signatur und Version er prüft. Das Paket selbst kam ganz an und öffnet sich an der Station mit diesem Klassenschlüssel',
  'outcome.not-decrypted':
    'Das Paket ließ sich nicht entschlüsseln: Der Klassenschlüssel auf dem Gerät ist nicht der, mit dem es versiegelt wurde, oder das Paket ist beschädigt',
  'outcome.storage-refused':
    'Der sichere Speicher hat das Abbild im Paket abgelehnt: Es liegt an dessen eigener Signatur oder Version, nicht am Paket',
  'outcome.payload-refused': 'Das CPM hat die Nutzlast nicht genommen: Sie ist vielleicht zu groß dafür',
  'outcome.unreadable': 'Das Programm auf dem Gerät konnte die Paketdatei nicht lesen',
  'outcome.no-key': 'Das Gerät hat für dieses Paket keinen brauchbaren Klassenschlüssel',
  'outcome.tool-error': 'Das Programm auf dem Gerät hielt mit einem Fehler an',
  'outcome.tool-status': 'Das Programm auf dem Gerät endete mit Status {status}',
  'outcome.device-said': 'Das Gerät sagte: {said}',
  'outcome.host-verified':
    'Die Station hat die Paketsignatur vor dem Laden geprüft; das Gerät hat nicht bestätigt, dass es sie geprüft hat.',
  'outcome.always-failed':
    'Dieses CPM prüft nie Signaturen und vergleicht Tags, bevor es sie gibt; „FAILED“ schreibt es auch bei einer guten Installation.',
  'outcome.storage-changed': 'Der sichere Speicher hat sich bei der Installation geändert.',
  'outcome.storage-unread':
    'Der sichere Speicher war auf dieser Box nicht zu lesen; das gespeicherte Abbild wurde nicht durch Zurücklesen bestätigt.',
  'outcome.storage-unchanged':
    'Der sichere Speicher sieht unverändert aus; das gespeicherte Abbild wurde nicht durch Zurücklesen bestätigt.',
  'outcome.tool-finished':
    'Das Programm auf dem Gerät lief ohne Fehler bis zum Ende, Tagprüfung inbegriffen.',
  'outcome.both-passed': 'Installiert: Das Gerät hat Digest und Signatur geprüft, beides stimmt.',
  'outcome.digest-passed': 'Digestprüfung auf dem Gerät bestanden.',
  'outcome.signature-passed': 'Signaturprüfung auf dem Gerät bestanden.',
  'outcome.reference-installed':
    'Installiert: entschlüsselt, Tag angenommen und gespeichert. Dieses CPM prüft die Signatur nicht.',
  'outcome.reference-unconfirmed':
    'Nicht bestätigt: Das Programm meldete keinen Fehler, aber der sichere Speicher hat sich nicht geändert.',
  'outcome.unknown-installed':
    'Installiert, soweit zu sehen ist: kein Fehler, und der sichere Speicher hat sich geändert. Das CPM dieser Box kennen wir nicht.',
  'outcome.unknown-unconfirmed':
    'Nicht bestätigt: Beide Prüfungen sagten FAILED, und dieses CPM ist nicht bekannt; das kann seine Art sein oder eine Ablehnung.',
  'outcome.own-checks-failed':
    'Abgelehnt: Die eigenen Prüfungen des Geräts schlugen fehl (Digest {digest}, Signatur {signature}).',
  'outcome.no-result-lines': 'Nicht bestätigt: Das Programm hat nicht alle Ergebniszeilen ausgegeben.',
};

export const stationWords: Same<typeof stationSentences> = {
  'saw.permitted': 'darf gelesen und geschrieben werden',
  'saw.held': 'geöffnet, obwohl {holder} ihn auch offen hat',
  'saw.free': 'sonst hat ihn niemand offen',
  'saw.agent': '{agent} antwortet',
  'saw.no-agent': 'kein Agent antwortet: die Konsole wird angesehen',
  'saw.login': 'eine Anmeldezeile bei {baud} Baud',
  'saw.password': 'eine Passwortabfrage bei {baud} Baud',
  'saw.shell': 'eine Shell, schon angemeldet, bei {baud} Baud',
  'saw.orphan': 'eine Shell, die eine unterbrochene Sitzung hinterließ, bei {baud} Baud',
  'saw.login-untried': 'nicht versucht: kein Benutzer angegeben',
  'saw.logged-in': 'eine brauchbare Shell als {user}',
  'saw.shell-there': 'eine brauchbare Shell war schon da',
  'saw.identity': '{model}, Seriennummer {serial}, {kernel}',
  'saw.no-optee': 'der Gerätebaum nennt kein OP-TEE',
  'saw.no-tee': 'weder /dev/tee0 noch /dev/teepriv0',
  'saw.no-tool': 'nicht im PATH',
  'saw.key': 'öffentlicher Schlüssel {key}..., {bits} Bit',
  'saw.space': '{megabytes} MB frei',
  'saw.no-space': 'df sagt es nicht',
  'saw.no-clock': 'date sagt es nicht',
  'saw.clock': '{seconds} s daneben',
  'saw.clock-far': '{hours} Stunden daneben: Zertifikate können der Box abgelaufen scheinen',
  'saw.unknown-model': 'unbekanntes Modell',
  'saw.unknown': 'unbekannt',
  'saw.unknown-kernel': 'unbekannter Kernel',

  'records.entry-missing': 'Eintrag {seq} fehlt oder steht nicht an seinem Platz',
  'records.chain-broken': 'setzt den Eintrag davor nicht fort',
  'records.entry-changed': 'wurde verändert',
  'records.cut-off': 'das Journal wurde abgeschnitten: Es reichte einmal bis Eintrag {seq}',
  'records.receipt-removed': 'der Beleg zu diesem Eintrag wurde entfernt',
  'records.no-entry': 'Beleg {id} nennt einen Journaleintrag, den es nicht gibt',
  'records.other-entry': 'Beleg {id} ist nicht, was sein Journaleintrag sagt',
};
