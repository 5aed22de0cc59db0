// The points of a diagnosis in the reader's language. A point that is not known here keeps the engine's name.
import type { Translate, WordKey } from '../../words/words.ts';

const words: Readonly<Record<string, WordKey>> = {
  port: 'point.port',
  permission: 'point.permission',
  free: 'point.free',
  agent: 'point.agent',
  speed: 'point.speed',
  login: 'point.login',
  identity: 'point.identity',
  'TEE device': 'point.tee',
  space: 'point.space',
  clock: 'point.clock',
};

export function pointWord(t: Translate, point: string): string {
  const word = words[point];
  return word ? t(word) : point;
}
