// Room for so much work at once, whoever asks for it. One may wait at the door; who comes behind sends it away.

export type Gate = ReturnType<typeof openGate>;

export function openGate(most: number) {
  let atWork = 0;
  let wake: (() => void) | null = null;
  const wakeOne = () => {
    const run = wake;
    wake = null;
    run?.();
  };
  return {
    /** Null: there is room. Otherwise resolves when to ask again, or when somebody else came to the door. */
    room(): Promise<void> | null {
      if (atWork < most) return null;
      wakeOne();
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    enter(): void {
      atWork += 1;
    },
    leave(): void {
      atWork -= 1;
      wakeOne();
    },
  };
}
