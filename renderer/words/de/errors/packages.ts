// German: refusals about package files: reading, building, signing, verifying.
import type { packageErrors } from '../../../../shared/errors/package-errors.ts';
import type { ErrorWords } from '../../error-words.ts';

const copyAgain = 'Die Datei neu von ihrer Quelle kopieren und Größe und Digest vergleichen; nicht laden.';
const rebuild = 'Das Paket neu bauen, oder den fragen, der es gebaut hat; nicht laden.';

export const packageWords: ErrorWords<keyof typeof packageErrors> = {
  'package.unreadable': {
    title: 'Die Datei ist nicht zu lesen',
    advice: 'Pfad und Rechte prüfen, und ob der Datenträger noch steckt.',
  },
  'package.not-a-package': {
    title: 'Das ist kein vertrauliches Paket',
    advice: 'Prüfen, ob die richtige Datei gewählt ist: Ein Paket beginnt mit den Bytes 0D F0 CC 0E.',
  },
  'package.unsupported': {
    title: 'Dieses Paket hat eine Formatfassung, die wir nicht kennen',
    advice: 'Die Station erneuern oder das Paket in Formatfassung 1 verlangen.',
  },
  'package.truncated': { title: 'Die Paketdatei ist abgeschnitten', advice: copyAgain },
  'package.bad-frame': {
    title: 'Der Rahmen des Pakets ist beschädigt oder soll in die Irre führen',
    advice: copyAgain,
  },
  'package.overlap': { title: 'Zwei Ströme des Pakets liegen übereinander', advice: rebuild },
  'package.manifest-too-large': { title: 'Das Manifest ist größer als jedes echte', advice: rebuild },
  'package.manifest-invalid': { title: 'Das Manifest des Pakets ist nicht zu gebrauchen', advice: rebuild },
  'package.not-sound': {
    title: 'Das Paket hat die Prüfung nicht bestanden',
    advice:
      'Unter „Pakete“ prüfen (`trustbox package verify`): Jede Prüfung wird genannt, und was fehlschlug. Nicht laden.',
  },
  'package.does-not-fit': {
    title: 'Das Paket passt nicht zu diesem Gerät',
    advice:
      'Unter „Pakete“ ansehen (`trustbox package lint --for <Profil>`): Jeder Befund sagt, was zu ändern ist.',
  },
  'package.input-invalid': {
    title: 'Aus diesen Angaben lässt sich kein Paket bauen',
    advice: 'Den genannten Wert berichtigen und neu bauen; nichts wurde geschrieben.',
  },
  'package.payload-changed': {
    title: 'Die Nutzlastdatei hat sich während des Bauens geändert',
    advice: 'Schließen, was in sie schreibt, und neu bauen; nichts wurde geschrieben.',
  },
  'package.write-failed': {
    title: 'Das Paket ließ sich nicht schreiben',
    advice: 'Freien Platz und Rechte im Zielordner prüfen; es blieb kein halbes Paket liegen.',
  },
  'package.readback-failed': {
    title: 'Das Geschriebene liest sich nicht so zurück, wie es versiegelt wurde',
    advice:
      'Es liegt an Platte oder Speicher: die Platte prüfen, dann neu bauen. Die schlechte Datei wurde entfernt.',
  },
  'signing.key-unreadable': {
    title: 'Der Signaturschlüssel ist nicht zu lesen',
    advice:
      'Einen privaten RSA-Schlüssel als PEM angeben (PKCS#8 oder PKCS#1); ein öffentlicher Schlüssel oder ein Zertifikat genügt nicht.',
  },
  'signing.passphrase-needed': {
    title: 'Der Signaturschlüssel ist geschützt, und seine Passphrase fehlt oder ist falsch',
    advice: 'Die Passphrase des Signaturschlüssels angeben (auf der Befehlszeile --sign-passphrase-env).',
  },
  'signing.key-unsuitable': {
    title: 'Dieser Schlüssel kann keine Pakete signieren',
    advice: 'Einen RSA-Schlüssel mit 2048 bis 4096 Bit verwenden: cpk-tool und CPM kennen keinen anderen.',
  },
  'signing.certificate-unreadable': {
    title: 'Das Signaturzertifikat ist nicht zu lesen',
    advice:
      'Das X.509-Zertifikat als PEM angeben, zuerst das Signaturzertifikat, dann etwaige Zwischenzertifikate.',
  },
  'signing.certificate-not-valid': {
    title: 'Das Signaturzertifikat ist abgelaufen oder noch nicht gültig',
    advice: 'Die Uhr der Station prüfen; stimmt sie, ein neues Zertifikat für den Schlüssel besorgen.',
  },
  'signing.key-mismatch': {
    title: 'Signaturschlüssel und Zertifikat gehören nicht zusammen',
    advice:
      'Das Zertifikat angeben, das für diesen Schlüssel ausgestellt ist; `package inspect` zeigt Fingerabdrücke zum Vergleichen.',
  },
  'signing.demo-key': {
    title: 'Das ist der veröffentlichte Vorführschlüssel von cpk-tool: Jeder kann damit signieren',
    advice:
      'Mit einem eigenen Schlüssel signieren. Der Vorführschlüssel gilt nur, wo Testschlüssel zugelassen sind (--demo).',
  },
  'signing.signature-invalid': {
    title: 'Die Signatur gehört nicht zu diesem Paket und Zertifikat',
    advice:
      'Genau den gespeicherten Digest signieren, als RSA PKCS#1 v1.5 mit SHA-256, mit dem Schlüssel des Zertifikats.',
  },
  'signing.nothing-due': {
    title: 'Diesem Paket fehlt keine Signatur',
    advice: 'Das Paket ist vollständig signiert; unter „Pakete“ prüfen (`trustbox package verify`).',
  },
};
