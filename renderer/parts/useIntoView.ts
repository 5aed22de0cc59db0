// What was asked for comes into view, and the reader with it.
import { type RefObject, useEffect, useRef } from 'react';

/** For a part that appears below what asked for it: shown and focused once, when it appears. Give it `tabIndex={-1}`. */
export function useIntoView<E extends HTMLElement>(): RefObject<E | null> {
  const place = useRef<E>(null);
  useEffect(() => {
    place.current?.focus({ preventScroll: true });
    place.current?.scrollIntoView({ block: 'start' });
  }, []);
  return place;
}
