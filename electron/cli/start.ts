// `npm start`: the desktop app where Electron's binary is there, otherwise the same app in the default browser. With
// --demo two virtual boxes come along, in a data folder of their own that is removed at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installDir } from '../core/install.ts';
import { buildScreens, buildShell } from './build.ts';

const root = installDir;
const trustbox = join(root, 'electron', 'cli', 'trustbox.mjs');

const programs: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'electron.exe',
  darwin: join('Electron.app', 'Contents', 'MacOS', 'Electron'),
};

/** Electron's program where its binary was fetched, or lies where ELECTRON_OVERRIDE_DIST_PATH says; null elsewhere. */
export function electronBinary(env: NodeJS.ProcessEnv = process.env): string | null {
  const dist = env.ELECTRON_OVERRIDE_DIST_PATH || join(installDir, 'node_modules', 'electron', 'dist');
  const binary = join(dist, programs[process.platform] ?? 'electron');
  return existsSync(binary) ? binary : null;
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

/** The desktop app, until it is closed. */
function startElectron(binary: string, env: NodeJS.ProcessEnv): ChildProcess {
  buildShell();
  return spawn(binary, [root], { env, stdio: 'inherit' });
}

/** The same app in the browser: says so in one line. */
function startInBrowser(env: NodeJS.ProcessEnv, isOpening: boolean): ChildProcess {
  console.log(
    'Electron is not installed here (`npx install-electron` fetches it): the app opens in the browser.',
  );
  const station = run([join(root, 'electron', 'station', 'station.mjs'), '--json'], 'pipe', env);
  if (station.stdout)
    createInterface({ input: station.stdout }).once('line', (line) => {
      const { url } = JSON.parse(line) as { url: string };
      console.log(`TrustBox station: ${url}`);
      if (isOpening) openBrowser(url);
    });
  return station;
}

/** A payload and a signer to build with. @returns the certificate that the set-up will keep as an anchor */
async function makeDemo(home: string): Promise<string> {
  const { makeDemoFiles } = await import('./demo-files.ts');
  const { payload, signKey, signCert } = await makeDemoFiles(join(home, 'demo'));
  console.log(
    `To build a package: payload ${payload}, signing key ${signKey}, certificate ${signCert} (a trust anchor from the set-up on).`,
  );
  return signCert;
}

const ended = (child: ChildProcess) =>
  new Promise<void>((done) => child.once('exit', () => done()).once('error', () => done()));

async function main(args: readonly string[]): Promise<void> {
  buildScreens();
  const home = args.includes('--demo') ? mkdtempSync(join(tmpdir(), 'trustbox-demo-')) : null;
  const env: NodeJS.ProcessEnv = home ? { ...process.env, TRUSTBOX_HOME: home } : process.env;
  const children: ChildProcess[] = [];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      for (const child of children) child.kill(signal);
    });
  if (home) {
    env.TRUSTBOX_DEMO_ANCHOR = await makeDemo(home);
    children.push(run([trustbox, 'virtual', '--count', '2', '--baud', '115200', '--json'], 'ignore', env));
    console.log(
      'Two virtual boxes come along: user "admin", password "trust". Their data is removed at the end.',
    );
  }
  const binary = args.includes('--browser') ? null : electronBinary();
  const app = binary ? startElectron(binary, env) : startInBrowser(env, !args.includes('--no-browser'));
  children.push(app);
  await ended(app);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(
    children.filter((child) => child.exitCode === null && child.signalCode === null).map(ended),
  );
  if (home) rmSync(home, { recursive: true, force: true });
}

if (import.meta.main) await main(process.argv.slice(2));
