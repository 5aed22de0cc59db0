// Numbers, times and fingerprints as people read them. Pure.

/** Groups of four hex digits: `0123 4567 ...`. */
export const groupHex = (hex: string): string => hex.replace(/(.{4})(?=.)/g, '$1 ');

/** With a point or a comma, as the language has it. */
export const formatNumber = (value: number, digits: number, language: string): string =>
  new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(value);

export function formatBytes(bytes: number, language: string): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${formatNumber(bytes / 1e3, 1, language)} kB`;
  return bytes < 1e9
    ? `${formatNumber(bytes / 1e6, 1, language)} MB`
    : `${formatNumber(bytes / 1e9, 2, language)} GB`;
}

export function formatDuration(ms: number, language: string): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${formatNumber(seconds, 1, language)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it, and a long table uses many. */
function clockOf(language: string): Intl.DateTimeFormat {
  const known = clocks.get(language);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' });
  clocks.set(language, made);
  return made;
}

/** Local date and time, from ISO 8601. */
export const formatTime = (iso: string, language: string): string => clockOf(language).format(new Date(iso));

/** The last part of a path, for headings; the whole path stands in the facts. */
export const shortPath = (path: string): string => path.split(/[\\/]/).at(-1) || path;

/** A path is told by its last part and a digest by its start: the whole of them helps nobody here. */
export const shortDetail = (detail: string): string =>
  (/^(\/|[A-Z]:\\)\S+$/.test(detail) ? shortPath(detail) : detail).replace(
    /([0-9a-f]{12})[0-9a-f]{28,}/g,
    '$1…',
  );
