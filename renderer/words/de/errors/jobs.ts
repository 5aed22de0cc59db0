// German: refusals about jobs, steps and recipes.
import type { jobErrors } from '../../../../shared/errors/job-errors.ts';
import type { ErrorWords } from '../../error-words.ts';

export const jobWords: ErrorWords<keyof typeof jobErrors> = {
  'job.device-busy': {
    title: 'An diesem Gerät läuft ein anderer Auftrag',
    advice: 'Abwarten oder abbrechen: `trustbox jobs list` zeigt ihn.',
  },
  'job.not-found': {
    title: 'Diesen Auftrag gibt es nicht',
    advice: 'Die Kennung mit `trustbox jobs list` nachsehen; die ersten acht Zeichen genügen.',
  },
  'job.not-resumable': {
    title: 'Dieser Auftrag lässt sich nicht fortsetzen',
    advice: 'Das geht nur mit unterbrochenen; für einen gescheiterten oder abgebrochenen neu laden.',
  },
  'job.wrong-device': {
    title: 'An diesem Anschluss ist ein anderes Gerät als zu Beginn des Auftrags',
    advice:
      'Das erste Gerät wieder anstecken und fortsetzen, oder für dieses einen neuen Auftrag beginnen. Weiter wurde nichts geschrieben.',
  },
  'job.device-rebooted': {
    title: 'Das Gerät ist während des Auftrags neu gestartet',
    advice:
      'Warten, bis es gestartet ist, und fortsetzen: Sein Schlüssel ist neu und wird neu gelesen und beurteilt.',
  },
  'job.unidentified': {
    title: 'Das Gerät gibt weder Seriennummer noch Schlüssel und ist von anderen nicht zu unterscheiden',
    advice: 'Die Diagnose an diesem Anschluss zeigt, was die Box antwortet und was fehlt.',
  },
  'job.station-ended': {
    title: 'Das Programm wurde geschlossen, während der Auftrag lief',
    advice: 'Das Programm wieder starten und den Auftrag fortsetzen: was das Gerät hat, bleibt.',
  },
  'job.cancelled': {
    title: 'Der Auftrag wurde abgebrochen',
    advice:
      'Die abgelegte Datei wurde entfernt, wo das Gerät noch zu erreichen war. Neu laden, wenn es so weit ist.',
  },
  'job.package-changed': {
    title: 'Die Paketdatei ist nicht mehr die, mit der der Auftrag begann',
    advice: 'Die erste Datei zurücklegen und fortsetzen, oder mit dieser neu laden.',
  },
  'job.install-rejected': {
    title: 'Das Gerät hat das Paket abgelehnt',
    advice:
      'Das Ergebnis im Beleg lesen: Es sagt, ob es am Schlüssel, am Paket oder an dem Abbild darin liegt.',
  },
  'job.install-unconfirmed': {
    title: 'Die Installation ließ sich nicht bestätigen',
    advice:
      'Auf der Box nachsehen, ob die Anwendung startet, oder noch einmal laden: Eine zweite Installation schadet nicht.',
  },
  'job.preflight-failed': {
    title: 'Das Paket passt nicht zu diesem Gerät oder ist nicht in Ordnung',
    advice:
      'Nichts wurde berührt. Das Paket unter „Pakete“ prüfen, oder mit `trustbox package verify` und `trustbox package lint`: Jeder Befund wird genannt.',
  },
  'job.no-space': {
    title: 'Das Gerät hat zu wenig freien Platz für das Paket',
    advice:
      'Im Heimatordner des angemeldeten Benutzers Platz schaffen und neu laden. Nichts wurde geschrieben.',
  },
  'job.no-tool': {
    title: 'cpk-tool ist nicht auf dem Gerät',
    advice:
      'Prüfen, ob das Abbild der Box ein TrustBox-Abbild ist und der Benutzer cpk-tool ausführen darf; ungefragt richten wir auf einer Box nichts ein.',
  },
  'recipe.invalid': {
    title: 'Das Rezept ist nicht zu gebrauchen',
    advice: 'Das genannte Feld berichtigen; docs/formats/recipe.md zeigt ein Beispiel.',
  },
};
