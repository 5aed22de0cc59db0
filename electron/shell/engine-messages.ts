// What main and the engine's process say to each other. Native code of ports is in neither of them.
import type { AnyEvent, Reply } from '../../shared/contract/contract.ts';
import type { ErrorData, KeychainKind } from '../../shared/contract/values.ts';

export type ToEngine =
  | { readonly id: number; readonly kind: 'call'; readonly name: string; readonly request: unknown }
  /** A file that the user chose or dropped; answered with its token. */
  | { readonly id: number; readonly kind: 'add-file'; readonly path: string }
  /** Where a file is that the engine made; answered to main alone, never to the screen. */
  | { readonly id: number; readonly kind: 'find-file'; readonly token: string }
  /** To a question of the engine, under its number; to the engine alone. */
  | { readonly id: number; readonly kind: 'keychain-answer'; readonly reply: Reply<KeychainAnswer> }
  | { readonly id: number; readonly kind: 'is-busy' }
  | { readonly id: number; readonly kind: 'close' }
  /** With a message port: the way to the drivers that the engine wished for. */
  | { readonly id: 0; readonly kind: 'drivers' }
  | { readonly id: 0; readonly kind: 'drivers-gone'; readonly how: string };

export type FromMainUnasked = Extract<ToEngine, { id: 0 }>;

/** What the engine asks of the system's keychain, which only main reaches. Secrets as base64 text, sealed bytes as base64. */
export type KeychainQuestion =
  | { readonly kind: 'keychain' }
  | { readonly kind: 'seal'; readonly secret: string }
  | { readonly kind: 'open'; readonly sealed: string };

export type KeychainAnswer =
  | { readonly kind: 'keychain'; readonly keychain: KeychainKind }
  | { readonly kind: 'seal'; readonly sealed: string }
  | { readonly kind: 'open'; readonly secret: string; readonly resealed: string | null };

export type FromEngine =
  | { readonly id: number; readonly question: KeychainQuestion }
  | { readonly id: number; readonly reply: Reply<unknown> }
  | { readonly event: AnyEvent }
  /** Native code lives in another process, which only main can start. */
  | { readonly drivers: 'start' | 'end' }
  | { readonly ready: true }
  | { readonly failed: ErrorData };

export type FoundFile = { readonly path: string; readonly name: string };

export const channels = {
  call: 'trustbox:call',
  addFile: 'trustbox:add-file',
  saveFile: 'trustbox:save-file',
  event: 'trustbox:event',
} as const;
