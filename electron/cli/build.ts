// `npm run build`: the screens and the shell into out/, in order; only what is older than its sources.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installDir } from '../core/install.ts';

const vite = join(installDir, 'node_modules', 'vite', 'bin', 'vite.js');

type Part = {
  readonly made: string;
  readonly sources: readonly string[];
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

const shellConfig = ['--config', 'vite.shell.config.ts'];
const shellSources = ['electron/{core,shell}/**/*.ts', 'shared/**/*.ts', 'vite.shell.config.ts'];
const screens: Part = {
  made: 'out/renderer/index.html',
  sources: ['renderer/**/*.{ts,tsx,css,html}', 'shared/**/*.ts', 'vite.config.ts'],
  args: [],
};
const shell: readonly Part[] = [
  { made: 'out/shell/main.mjs', sources: shellSources, args: shellConfig },
  { made: 'out/shell/preload.cjs', sources: shellSources, args: shellConfig, env: { SHELL_PART: 'preload' } },
];

function isStale({ made, sources }: Part): boolean {
  const path = join(installDir, made);
  if (!existsSync(path)) return true;
  const madeMs = statSync(path).mtimeMs;
  return globSync([...sources], { cwd: installDir }).some(
    (file) => statSync(join(installDir, file)).mtimeMs > madeMs,
  );
}

function make(part: Part): void {
  if (!isStale(part)) return;
  const done = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error', ...part.args], {
    cwd: installDir,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...part.env },
  });
  if (done.status !== 0) throw new Error(`vite build of ${part.made} ended with ${done.status}`);
}

export const buildScreens = (): void => make(screens);
export const buildShell = (): void => shell.forEach(make);

if (import.meta.main) {
  buildScreens();
  buildShell();
}
