// Numbers, times and fingerprints as people read them. Pure.

/** Groups of four hex digits: `0123 4567 ...`. */
export const groupHex = (hex: string): string => hex.replace(/(.{4})(?=.)/g, '$1 ');

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Local date and time, from ISO 8601. */
export const formatTime = (iso: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(iso));

/** The last part of a path, for headings; the whole path stands in the facts. */
export const shortPath = (path: string): string => path.split(/[\\/]/).at(-1) || path;

/** A path is told by its last part and a digest by its start: the whole of them helps nobody here. */
export const shortDetail = (detail: string): string =>
  (/^(\/|[A-Z]:\\)\S+$/.test(detail) ? shortPath(detail) : detail).replace(
    /([0-9a-f]{12})[0-9a-f]{28,}/g,
    '$1…',
  );
