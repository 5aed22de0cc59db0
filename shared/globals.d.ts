// The few web-standard globals that every runtime of ours has, declared without pulling in DOM or Node types.
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare function btoa(binary: string): string;
declare function atob(text: string): string;
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}
declare function setTimeout(run: () => void, afterMs: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare const performance: { now(): number };
