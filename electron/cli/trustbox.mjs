#!/usr/bin/env node
// The `trustbox` command. On an older Node it hands over to the project's own.
import { spawnSync } from 'node:child_process';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const quiet = '--disable-warning=ExperimentalWarning';

function runOnPinnedNode() {
  const bootstrap = join(import.meta.dirname, '..', '..', 'bootstrap.mjs');
  const args = [bootstrap, 'electron/cli/trustbox.mjs', ...process.argv.slice(2)];
  if (process.execve) process.execve(process.execPath, [process.execPath, ...args], process.env);
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
}

if (Number(process.versions.node.split('.')[0]) < 24) runOnPinnedNode();
if (!process.execArgv.includes(quiet)) {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) =>
    rest[0] === 'ExperimentalWarning' ? undefined : emit(warning, ...rest);
}
enableCompileCache();
await import('./main.ts');
