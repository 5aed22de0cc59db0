import type { Screen } from '../store.ts';

/** Drawn here, so that nothing is fetched: 24 by 24, strokes only. */
const paths: Readonly<Record<Screen, string>> = {
  devices: 'M4 7h16v10H4zM8 17v3M16 17v3M8 11h4',
  packages: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  load: 'M12 3v11M8 10l4 4 4-4M4 17v4h16v-4',
  line: 'M3 6h6v6H3zM15 6h6v6h-6zM3 18h18M9 9h6',
  keys: 'M8 15a4 4 0 1 1 3.5-6H21v4h-3v3h-3v-3h-3.5A4 4 0 0 1 8 15z',
  outbox: 'M4 13l3-9h10l3 9v7H4zM4 13h5l1 3h4l1-3h5',
  records: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  diagnose: 'M3 12h4l3-7 4 14 3-7h4',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 5v4M6 15v4',
};

export const Icon = ({ name }: { readonly name: Screen }) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
