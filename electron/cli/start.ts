// `npm start`: the desktop app where Electron's binary is there, otherwise the same app in the default browser. With
// --demo two virtual boxes come along, in a data folder of their own that is removed at the end.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
const trustbox = join(root, 'electron', 'cli', 'trustbox.mjs');
const built = join(root, 'out', 'renderer', 'index.html');

/** Newer sources than the built page. */
function isStale(): boolean {
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return globSync(['renderer/**/*', 'shared/**/*.ts', 'vite.config.ts'], { cwd: root }).some(
    (file) => statSync(join(root, file)).mtimeMs > builtMs,
  );
}

export function buildRenderer(): void {
  if (!isStale()) return;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const done = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.status !== 0) process.exit(1);
}

const run = (args: readonly string[], stdout: 'pipe' | 'ignore', env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', stdout, 'inherit'],
  });

/** Best effort: the address is printed in any case. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  spawn(program ?? '', args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

async function main(args: readonly string[]): Promise<void> {
  buildRenderer();
  const isDemo = args.includes('--demo');
  const home = isDemo ? mkdtempSync(join(tmpdir(), 'trustbox-demo-')) : null;
  const env = home ? { ...process.env, TRUSTBOX_HOME: home } : process.env;
  const children: ChildProcess[] = [];
  if (isDemo) {
    children.push(run([trustbox, 'virtual', '--count', '2', '--baud', '921600', '--json'], 'ignore', env));
    console.log(
      'Two virtual boxes come along: user "admin", password "trust". Their data is removed at the end.',
    );
  }
  const station = run([join(root, 'electron', 'station', 'main.ts'), '--json'], 'pipe', env);
  children.push(station);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      for (const child of children) child.kill(signal);
    });
  if (station.stdout)
    for await (const line of createInterface({ input: station.stdout })) {
      const { url } = JSON.parse(line) as { url: string };
      console.log(`TrustBox station: ${url}`);
      if (!args.includes('--no-browser')) openBrowser(url);
    }
  for (const child of children) child.kill('SIGTERM');
  if (home) rmSync(home, { recursive: true, force: true });
}

await main(process.argv.slice(2));
