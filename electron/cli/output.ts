// What a command prints: words for a person, or JSON for a script. Results go to standard output, everything
// else to standard error, so that a pipe sees results alone.
import { entryOf, errorToData } from '../../shared/errors/error.ts';

export type Output = {
  readonly json: boolean;
  /** The command's one result: a JSON document, or the text for a person. */
  result(value: object, text: string): void;
  /** One line of progress as JSON, or nothing for a person. */
  event(value: object): void;
  /** Words for a person only; nothing under --json. */
  say(text: string): void;
};

export function makeOutput(json: boolean): Output {
  return {
    json,
    result: (value, text) => console.log(json ? JSON.stringify(value) : text),
    event: (value) => {
      if (json) console.log(JSON.stringify(value));
    },
    say: (text) => {
      if (!json) console.error(text);
    },
  };
}

/** Prints an error for a person and, under --json, as a document; returns the exit status of its code. */
export function printError(error: unknown, json: boolean): number {
  const data = errorToData(error);
  if (json) console.log(JSON.stringify({ error: data }));
  else console.error(`${data.title}\n  ${data.message}\n  What to do: ${data.advice}\n  (${data.code})`);
  if (data.code === 'internal.unexpected' && error instanceof Error) console.error(error.stack);
  return entryOf(data.code).exitCode;
}

/** Columns padded to their widest cell. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** "1.4 MB", decimal units. */
export function renderBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
