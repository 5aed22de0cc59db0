// Plain Node, no imports beyond the platform: makes a bare clone ready, then runs one script on the
// project's own Node. Usage: node bootstrap.mjs SCRIPT [ARG ...]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const windows = process.platform === 'win32';
const pinnedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
const marker = join(root, 'node_modules', '.package-lock.json');

/** Installed, with the pinned Node, and not older than the lock file. */
function isInstalled() {
  if (!existsSync(marker) || !existsSync(pinnedNode)) return false;
  return statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function install() {
  process.stderr.write('Setting up: npm ci (once, until package-lock.json changes)\n');
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell: windows };
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options);
  if (done.status === 0) return;
  process.stderr.write('npm ci failed: check the network, then run the command again.\n');
  process.exit(1);
}

if (!isInstalled()) install();
const [script, ...args] = process.argv.slice(2);
if (script === undefined) process.exit(0);
const command = [pinnedNode, '--disable-warning=ExperimentalWarning', join(root, script), ...args];
// Replacing this process keeps one process to signal; where the platform cannot, pass signals on.
if (process.execve && !windows) process.execve(pinnedNode, command, process.env);
const child = spawn(pinnedNode, command.slice(1), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => (signal ? process.kill(process.pid, 'SIGKILL') : process.exit(code ?? 1)));
