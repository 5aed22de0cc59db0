// German: trust anchors.
import type { trust as english } from '../en/trust.ts';

export const trust: Readonly<Record<keyof typeof english, string>> = {
  'anchors.title': 'Vertrauensanker',
  'anchors.why':
    'Wurzeln, auf die der Unterzeichner eines Pakets zurückgehen muss. Jedes Laden und jede Prüfung nimmt alle; wer einen Anker warum hinzugefügt hat, ist unterschrieben und steht im Journal.',
  'anchors.none':
    'Keiner ist hinterlegt: Die Kette eines Unterzeichners wird nicht geprüft, wenn nicht jedes Mal eine Wurzel angegeben wird.',
  'anchors.locked': 'Zum Hinzufügen oder Entfernen oben den Tresor öffnen.',
  'anchors.state.good': 'gilt',
  'anchors.state.not-valid': 'zurzeit nicht gültig',
  'anchors.state.damaged': 'verändert',
  'anchors.damaged':
    'Dieser Eintrag ist nicht, was die Station unterschrieben hat. Kein Unterzeichner wird geprüft, bis er entfernt ist; dann das Zertifikat aus seiner Quelle neu hinzufügen.',
  'anchors.until': 'gültig bis {time}',
  'anchors.added': 'Hinzugefügt von {who}, {time}: {reason}',
  'anchors.note': 'Notiz',
  'anchors.remove': 'Entfernen…',
  'anchors.remove.title': 'Den Anker {name} entfernen',
  'anchors.remove.why':
    'Pakete, deren Unterzeichner nur auf ihn zurückgeht, werden von da an zurückgewiesen.',
  'anchors.remove.last':
    'Es ist der letzte: Von da an wird die Kette eines Unterzeichners nicht geprüft, wenn nicht jedes Mal eine Wurzel angegeben wird.',
  'anchors.remove.type': 'Zur Bestätigung {name} eingeben',
  'anchors.remove.do': 'Entfernen',
  'anchors.removed': '{name} ist kein Anker mehr.',
  'anchors.reason': 'Grund',
  'anchors.reason.hint': 'Kommt mit Ihrem Namen ins Journal.',
  'anchors.new': 'Einen Anker hinterlegen',
  'anchors.file': 'Wurzelzertifikat (.pem, .crt)',
  'anchors.subject': 'Inhaber',
  'anchors.issuer': 'Aussteller',
  'anchors.validity': 'Gültig',
  'anchors.fingerprint': 'Fingerabdruck (SHA-256)',
  'anchors.compare': 'Den Fingerabdruck Ziffer für Ziffer mit einem vergleichen, der auf anderem Weg kam.',
  'anchors.name': 'Name des Ankers',
  'anchors.name.hint': 'Buchstaben, Ziffern, Leerzeichen und . _ ( ) + - ; höchstens 64 Zeichen.',
  'anchors.add': 'Als Anker hinterlegen',
  'anchors.added.done': '{name} ist jetzt ein Vertrauensanker.',
  'anchors.used': 'Geprüft gegen die Anker dieser Station',
  'anchors.used.none':
    'Diese Station hat keinen Vertrauensanker: Die Kette des Unterzeichners wird nicht geprüft.',
};
