// German: refusals about ports, the console, the agent link and what the device answers.
import type { agentErrors } from '../../../../shared/errors/agent-errors.ts';
import type { consoleErrors } from '../../../../shared/errors/console-errors.ts';
import type { ErrorWords } from '../../error-words.ts';

export const consoleWords: ErrorWords<keyof typeof consoleErrors | keyof typeof agentErrors> = {
  'port.not-found': {
    title: 'Diesen Anschluss gibt es nicht',
    advice: 'Kabel und Namen des Anschlusses prüfen; `trustbox devices` nennt die, die jetzt da sind.',
  },
  'port.busy': {
    title: 'Ein anderes Programm hat den Anschluss offen',
    advice:
      'Das genannte Programm schließen, oft ein Terminal wie minicom, screen oder der ModemManager, und noch einmal versuchen.',
  },
  'port.not-permitted': {
    title: 'Dieser Benutzer darf den Anschluss nicht öffnen',
    advice:
      'Unter Linux die Regel einrichten, die in den Einstellungen steht (docs/platforms.md), oder bei einem seriellen Anschluss den Benutzer in die Gruppe dialout aufnehmen (`sudo usermod -aG dialout $USER`) und neu anmelden.',
  },
  'port.not-serial': {
    title: 'Das ist kein serieller Anschluss',
    advice: 'Einen wählen, den `trustbox devices` nennt.',
  },
  'port.lost': {
    title: 'Der Anschluss verschwand während der Arbeit',
    advice: 'Kabel und Strom der Box prüfen, dann den Auftrag fortsetzen: was gesendet ist, bleibt.',
  },
  'console.silent': {
    title: 'Auf dieser Leitung antwortet nichts',
    advice:
      'Prüfen, ob die Box Strom hat und gestartet ist, ob das Kabel in ihrer Konsolenbuchse steckt und ob es ein Datenkabel ist.',
  },
  'console.wrong-speed': {
    title: 'Die Leitung trägt nur Unlesbares: ihre Geschwindigkeit ist wohl eine andere',
    advice: '115200 versuchen, dann 9600, 57600, 921600; die Diagnose probiert sie der Reihe nach.',
  },
  'console.no-login-prompt': {
    title: 'Die Box spricht, zeigt aber weder Anmeldung noch Shell',
    advice:
      'Warten, bis sie gestartet ist; bleibt es so, gehört ihre Konsole etwas anderem (einem Bootlader, einer Anwendung).',
  },
  'console.login-needed': {
    title: 'Die Box verlangt eine Anmeldung, und keine wurde angegeben',
    advice: 'Benutzer und Passwort angeben (auf der Befehlszeile --user und --password-env).',
  },
  'console.login-refused': {
    title: 'Die Box hat Benutzer oder Passwort abgelehnt',
    advice:
      'Benutzer und Passwort prüfen. Versucht wurde es nur einmal, damit das Konto nicht gesperrt wird.',
  },
  'console.not-a-shell': {
    title: 'Was nach der Anmeldung antwortet, ist keine brauchbare Shell',
    advice:
      'Mit einem Terminal anmelden und nachsehen: Der Benutzer braucht eine POSIX-Shell (sh, bash oder BusyBox).',
  },
  'console.rebooted': {
    title: 'Die Box ist mittendrin neu gestartet',
    advice:
      'Warten, bis sie gestartet ist, und fortsetzen: Ihr CPM hat dann einen neuen Schlüssel, der neu gelesen wird.',
  },
  'console.timeout': {
    title: 'Die Box hat nicht rechtzeitig geantwortet',
    advice:
      'Nach der Box sehen: beschäftigt oder hängt sie? Dann noch einmal; die Diagnose zeigt, wie weit sie antwortet.',
  },
  'console.flooded': {
    title: 'Die Box sendet mehr, als eine Antwort sein kann',
    advice: 'Etwas schreibt ohne Ende auf die Konsole; auf der Box anhalten und noch einmal versuchen.',
  },
  'device.bad-answer': {
    title: 'Das Gerät hat etwas geantwortet, das nicht stimmen kann',
    advice:
      'Die Diagnose ausführen; wiederholt es sich, sind cpk-tool oder CPM der Box nicht die erwarteten.',
  },
  'device.tool-failed': {
    title: 'Ein Programm auf dem Gerät endete mit einem Fehler',
    advice:
      'Was es sagte, steht unter den Einzelheiten. Prüfen, ob das TEE läuft (OP-TEE, tee-supplicant) und der Benutzer es verwenden darf.',
  },
  'transfer.damaged': {
    title: 'Die Leitung beschädigt mehr, als sich ausbessern lässt',
    advice:
      'Ein kürzeres oder besseres Kabel nehmen, es von Stromleitungen fernhalten oder die Geschwindigkeit senken.',
  },
  'transfer.refused': {
    title: 'Das Gerät kann die Datei nicht aufnehmen',
    advice:
      'Im Heimatordner des angemeldeten Benutzers braucht es freien Platz und Schreibrecht; die Teildatei wurde entfernt.',
  },
  'transfer.no-way': {
    title: 'Dem Gerät fehlen Programme, die eine Übertragung braucht',
    advice:
      'Die Box braucht stty, head und sha256sum (oder openssl) in ihrem PATH; Abbilder ab Werk haben sie.',
  },
  'agent.silent': {
    title: 'Auf dieser Verbindung antwortet kein Agent',
    advice:
      'Prüfen, ob trustbox-agent auf der Box läuft (`systemctl status trustbox-agent`) und diesen Anschluss bedient, oder die Konsole nehmen (--link console).',
  },
  'agent.protocol': {
    title: 'Was auf dieser Verbindung antwortet, hält sich nicht an das Agentenprotokoll',
    advice:
      'Die Verbindung wurde geschlossen. Wiederholt es sich, ist der Agent auf der Box beschädigt oder nicht unserer: neu einrichten oder die Konsole nehmen (--link console).',
  },
  'agent.version': {
    title: 'Agent und Station haben keine Protokollfassung gemeinsam',
    advice:
      'Das ältere von beiden erneuern; bis dahin geht --link console mit jeder Box, die eine Konsole hat.',
  },
  'agent.not-supported': {
    title: 'Der Agent auf der Box kennt diesen Aufruf nicht',
    advice: 'trustbox-agent auf der Box erneuern oder die Konsole nehmen (--link console).',
  },
  'agent.call-failed': {
    title: 'Der Agent konnte nicht tun, worum er gebeten wurde',
    advice:
      'Was er sagte, steht unter den Einzelheiten; sein Protokoll auf der Box hat mehr (`journalctl -u trustbox-agent`).',
  },
  'agent.timeout': {
    title: 'Der Agent hat diesen Aufruf nicht rechtzeitig beantwortet',
    advice:
      'Nach der Box sehen: beschäftigt oder hängt sie? Was gesendet ist, bleibt; der Auftrag lässt sich fortsetzen.',
  },
  'agent.restarted': {
    title: 'Der Agent auf der Box ist mittendrin neu gestartet',
    advice:
      'Den Auftrag fortsetzen: was gesendet ist, bleibt. Wiederholt es sich, ins Protokoll der Box sehen.',
  },
};
