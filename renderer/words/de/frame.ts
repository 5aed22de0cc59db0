// German.
import type { frame as en } from '../en/frame.ts';

export const frame: Record<keyof typeof en, string> = {
  'app.name': 'TrustBox Provisioner',
  'app.navigation': 'Ansichten',
  'app.lost': 'Die Station antwortet nicht. Diese Seite verbindet sich von selbst neu.',
  'app.lock': 'Sperren',
  'app.skip': 'Zum Inhalt',
  'screen.devices': 'Geräte',
  'screen.packages': 'Pakete',
  'screen.load': 'Laden',
  'screen.line': 'Linienbetrieb',
  'screen.keys': 'Schlüssel und Vertrauen',
  'screen.outbox': 'Postausgang',
  'screen.records': 'Nachweise',
  'screen.diagnose': 'Diagnose',
  'screen.settings': 'Einstellungen',
  'said.detail': 'Einzelheit, englisch',
  'refusal.advice': 'Was zu tun ist',
  'notice.dismiss': 'Schließen',
  'file.choose': 'Auswählen',
  'file.drop': 'Datei hier ablegen oder auswählen',
  'unlock.title': 'Der Tresor ist verschlossen',
  'unlock.why': 'Die Schlüssel bleiben versiegelt, bis die Passphrase eingegeben ist.',
  'unlock.passphrase': 'Passphrase',
  'unlock.do': 'Öffnen',
};
