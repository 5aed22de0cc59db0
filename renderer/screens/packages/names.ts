// The words for what the engine names: roles of streams, checks, phases of a build. Pure.
import { type Role, roles } from '../../../shared/cpk/layout.ts';
import type { WordKey } from '../../words/words.ts';

const checks = {
  frame: 'check.frame',
  manifest: 'check.manifest',
  layout: 'check.layout',
  certificate: 'check.certificate',
  'published-key': 'check.published-key',
  chain: 'check.chain',
  'package-digest': 'role.package-digest',
  'package-signature': 'role.package-signature',
  payload: 'role.payload',
  'payload-signature': 'role.signature',
  decrypt: 'check.decrypt',
  'payload-digest': 'role.digest',
} as const satisfies Readonly<Record<string, WordKey>>;

const phases = {
  seal: 'build.phase.seal',
  flush: 'build.phase.flush',
  'read back': 'build.phase.read-back',
} as const satisfies Readonly<Record<string, WordKey>>;

const wordIn = (words: Readonly<Record<string, WordKey>>, name: string): WordKey | null =>
  Object.hasOwn(words, name) ? (words[name] ?? null) : null;

export const checkWord = (name: string): WordKey | null => wordIn(checks, name);
export const phaseWord = (name: string): WordKey | null => wordIn(phases, name);

const isRole = (name: string | null): name is Role => roles.some((role) => role === name);
export const roleWord = (name: string | null): WordKey | null => (isRole(name) ? `role.${name}` : null);
