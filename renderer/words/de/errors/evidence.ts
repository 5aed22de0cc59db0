// German: refusals about evidence.
import type { evidenceErrors } from '../../../../shared/errors/evidence-errors.ts';
import type { ErrorWords } from '../../error-words.ts';

export const evidenceWords: ErrorWords<keyof typeof evidenceErrors> = {
  'evidence.unreadable': {
    title: 'Das ist keine Datei mit einem Nachweis',
    advice:
      'Ein Attestierungs-Token, ein Schlüsselnachweis, eine Zertifikatskette oder einen Nachweis dieses Programms angeben.',
  },
  'evidence.rejected': {
    title: 'Der Nachweis beweist nicht, was er behauptet',
    advice:
      'Nichts an dieses Gerät freigeben. Den Grund lesen; den Nachweis einmal neu holen und das Gerät melden, wenn es sich wiederholt.',
  },
  'evidence.insufficient': {
    title: 'Der Nachweis war nicht zu prüfen',
    advice:
      'Nichts spricht gegen das Gerät und nichts dafür: den Vertrauensanker angeben und die Nonce, mit der gefragt wurde.',
  },
  'evidence.corim-refused': {
    title: 'Dieses Manifest mit Vergleichswerten wird nicht angenommen',
    advice:
      'Beim Hersteller eines erbitten, das nur PSA-Vergleichswerte und Nachweisschlüssel enthält, unterschrieben mit dem Schlüssel, den er gegeben hat.',
  },
};
