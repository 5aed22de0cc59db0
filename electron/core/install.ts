// Where the program itself lies: the folder with package.json and resources, from sources as from a bundle.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json')) || dirname(from) === from) return from;
  return findRoot(dirname(from));
}

export const installDir: string = findRoot(import.meta.dirname);
