// German: refusals about the station itself: its store, records, settings and command line.
import type { stationErrors } from '../../../../shared/errors/station-errors.ts';
import type { ErrorWords } from '../../error-words.ts';

export const stationWords: ErrorWords<keyof typeof stationErrors> = {
  'usage.invalid': {
    title: 'Der Befehl ist nicht vollständig oder nicht verstanden',
    advice: 'Mit --help noch einmal ausführen: Es zeigt die Möglichkeiten und ein Beispiel.',
  },
  'store.unusable': {
    title: 'Die Datenbank der Station lässt sich nicht öffnen',
    advice: 'Prüfen, ob TRUSTBOX_HOME da ist, ein Ordner dieses Benutzers ist und beschrieben werden darf.',
  },
  'store.newer': {
    title: 'Die Datenbank der Station stammt von einer neueren Version',
    advice: 'Diese Station erneuern; ein älteres Programm verstünde die Nachweise nicht.',
  },
  'store.busy': {
    title: 'Die Datenbank der Station ist in Gebrauch',
    advice: 'Ein anderes trustbox-Programm schreibt gerade; gleich noch einmal versuchen.',
  },
  'store.corrupt': {
    title: 'Die Datenbank der Station ist beschädigt',
    advice:
      'Die Datei lassen, wie sie ist, die letzte Sicherung daneben einspielen und die Nachweise beider vergleichen.',
  },
  'store.full': {
    title: 'Für die Nachweise ist kein Platz mehr',
    advice: 'Auf der Platte mit TRUSTBOX_HOME Platz schaffen und wiederholen: Nichts ist halb geschrieben.',
  },
  'record.invalid': {
    title: 'Das ist kein Beleg von uns, oder er wurde verändert',
    advice: 'Den Beleg neu von seiner Station holen und prüfen, ob der öffentliche Schlüssel der ihre ist.',
  },
  'record.not-found': {
    title: 'Diesen Beleg gibt es nicht',
    advice: 'Die Nachweise neu suchen; die Liste kann älter sein als die Datenbank.',
  },
  'record.tampered': {
    title: 'Die Nachweise stimmen nicht',
    advice:
      'Die Datenbankdatei lassen, wie sie ist, und mit der letzten Sicherung und ausgegebenen Belegen vergleichen.',
  },
  'rule.not-written': {
    title: 'Die Regel für serielle Anschlüsse wurde nicht geschrieben',
    advice: 'Nichts wurde geändert. Ein Administrator führt den Befehl aus, der auf dieser Seite steht.',
  },
  'virtual.cannot-start': {
    title: 'Die virtuellen Boxen können auf diesem Rechner nicht starten',
    advice:
      'Sie brauchen Linux mit setsid (util-linux), stty und bash oder busybox, und freie Pseudoterminals; einrichten, was die Einzelheiten nennen.',
  },
  'settings.invalid': {
    title: 'Die Einstellungen der Station sind nicht zu lesen',
    advice:
      'settings.json aus dem Datenordner wegräumen; dann fragt die Einrichtung neu. Schlüssel und Nachweise stehen nicht darin.',
  },
  'settings.exists': {
    title: 'Diese Station ist schon eingerichtet',
    advice: 'Den Tresor mit seiner Passphrase öffnen; Namen werden unter Einstellungen geändert.',
  },
  'settings.missing': {
    title: 'Diese Station ist noch nicht eingerichtet',
    advice: 'Ihr zuerst einen Namen, einen Bediener und eine Passphrase für den Tresor geben.',
  },
  'device.unknown': {
    title: 'Diese Station hat dieses Gerät noch nicht gelesen',
    advice: 'Anstecken und lesen; dann ist es bekannt.',
  },
  'file.unknown': {
    title: 'Diese Datei ist nicht mehr da',
    advice: 'Die Datei neu auswählen: Was vor dem Neustart des Programms gewählt war, ist vergessen.',
  },
  'file.too-large': {
    title: 'Die Datei ist zu groß, um sie hereinzunehmen',
    advice:
      'Die Befehlszeile auf dem Rechner mit der Datei nehmen: `trustbox package` liest sie, wo sie liegt.',
  },
  'file.too-many': {
    title: 'In dieser Sitzung wurden zu viele Dateien gewählt',
    advice: 'Das Programm schließen und neu starten: Nichts Getanes geht verloren.',
  },
  'contract.invalid-call': {
    title: 'Die Ansicht hat etwas verlangt, das die Station nicht kennt',
    advice: 'Die Seite neu laden: Ansicht und Station sind wohl verschiedene Versionen.',
  },
  'line.busy': {
    title: 'Die Linie läuft',
    advice: 'Zuerst die Linie anhalten; Einheiten, die geladen werden, werden beendet.',
  },
  'line.not-ready': {
    title: 'Die Linie kann nicht starten',
    advice: 'Mindestens einen Anschluss als Platz wählen und die Plätze speichern.',
  },
  'line.wrong-label': {
    title: 'Die Einheit ist nicht die auf dem gescannten Etikett',
    advice: 'Die Einheit herausnehmen, ihr Etikett mit dem Scan vergleichen und neu scannen.',
  },
  'internal.unexpected': {
    title: 'Im Programm ist etwas schiefgegangen',
    advice:
      'Nichts ist halb geschrieben. Die Protokolldatei aufheben und mit den Schritten melden, die hierher führten.',
  },
};
