// What brings calls to the engine and events back. The screen knows nothing else of it.
import type { AnyEvent, CallName, Reply, Request, Response } from '../shared/contract/contract.ts';
import type { FileInfo } from '../shared/contract/values.ts';

export interface Carrier {
  call<N extends CallName>(name: N, request: Request<N>): Promise<Reply<Response<N>>>;
  /** @returns what ends the subscription */
  onEvent(listener: (event: AnyEvent) => void): () => void;
  /** Tells whether the engine is reached; told at once what it is now. */
  onConnection(listener: (isConnected: boolean) => void): () => void;
  /** Hands a file that the user chose or dropped to the engine. */
  sendFile(file: File): Promise<Reply<FileInfo>>;
  /** Lets the user keep a file that the engine made. */
  saveFile(file: FileInfo): Promise<void>;
}
