// The order of the slots. Pure.

/** The list with the item at `from` moved to before `to`. Pure. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from];
  if (item === undefined) return [...list];
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to > from ? to - 1 : to, 0, item);
}
