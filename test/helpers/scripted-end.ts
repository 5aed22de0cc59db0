// The far end of a real pty, played by the test: for devices that no virtual box is, such as one that echoes passwords.
import { openPty } from '../../device/virtual/pty.ts';

export type ScriptedEnd = {
  readonly port: string;
  /** Everything the station typed so far. */
  typed(): string;
  say(text: string): void;
  close(): void;
};

/** Opens a pty; `onTyped` answers each time the station types, with all it typed since the last answer. */
export function openScriptedEnd(onTyped: (text: string, end: ScriptedEnd) => void): ScriptedEnd {
  const pty = openPty();
  let all = '';
  const end: ScriptedEnd = {
    port: pty.slavePath,
    typed: () => all,
    say: (text) => void pty.writer.write(Buffer.from(text, 'latin1')),
    close: () => pty.close(),
  };
  pty.reader.on('data', (bytes: Buffer) => {
    const text = bytes.toString('latin1');
    all += text;
    onTyped(text, end);
  });
  return end;
}
