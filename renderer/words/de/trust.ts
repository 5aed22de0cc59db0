// German: trust anchors, the vault's second lock.
import type { trust as english } from '../en/trust.ts';

export const trust: Readonly<Record<keyof typeof english, string>> = {
  'lock.title': 'Zweites Schloss des Tresors',
  'lock.os':
    'Der Schlüsselbund dieses Systems kann ein zweites Schloss für den Tresor halten. Dann öffnet sich eine Kopie des Datenordners unter einem anderen Konto oder auf einem anderen Rechner auch mit der Passphrase nicht.',
  'lock.basic_text':
    'Dieser Desktop hat keinen Schlüsselbund: Was das System versiegelte, könnte jedes Programm dieses Benutzers öffnen. Allein die Passphrase schützt den Tresor.',
  'lock.none':
    'Das System bietet diesem Programm keinen Schlüsselbund. Allein die Passphrase schützt den Tresor.',
  'lock.on': 'Es ist an: Der Tresor öffnet sich mit der Passphrase und dem Schlüsselbund dieses Kontos.',
  'lock.on.elsewhere':
    'Es ist an, aber dieses Programm erreicht den Schlüsselbund nicht, der es hält: Der Tresor öffnet sich mit der Passphrase und dem Wiederherstellungscode.',
  'lock.unlock':
    'Das zweite Schloss ist an, und dieses Programm erreicht den Schlüsselbund nicht, der es hält: Bitte auch den Wiederherstellungscode eingeben.',
  'lock.passphrase': 'Passphrase des Tresors, zur Bestätigung',
  'lock.switch-on': 'Zweites Schloss einschalten',
  'lock.switch-off': 'Zweites Schloss ausschalten',
  'lock.off.done': 'Das zweite Schloss ist aus: Allein die Passphrase öffnet den Tresor.',
  'lock.set-up': 'Zweites Schloss: auch der Schlüsselbund dieses Kontos versiegelt den Tresor',
  'lock.set-up.why': 'Sie sehen einmal einen Wiederherstellungscode, den Sie aufschreiben.',
  'lock.code': 'Wiederherstellungscode',
  'lock.code.hint': 'Acht Gruppen zu vier Zeichen, vom Papier.',
  'lock.keep-here': 'Der Schlüsselbund dieses Kontos hält das zweite Schloss von jetzt an',
  'lock.code.title': 'Wiederherstellungscode aufschreiben',
  'lock.code.why':
    'Er wird nur dieses eine Mal gezeigt und nirgends aufbewahrt. Mit ihm und der Passphrase öffnet sich der Tresor auf einem anderen Rechner oder Konto; ohne ihn nur hier. Das Papier getrennt von diesem Rechner aufbewahren.',
  'lock.code.old':
    'Kopien des Datenordners von früher, etwa Sicherungen, öffnen sich weiter mit der Passphrase allein.',
  'lock.code.copy': 'Code kopieren',
  'lock.code.type': 'Zum Weitergehen die letzte Gruppe eingeben',
  'lock.code.do': 'Ich habe ihn aufgeschrieben',
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
