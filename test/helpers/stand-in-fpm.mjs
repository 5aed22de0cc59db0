#!/usr/bin/env node
// Stands for fpm, which electron-builder downloads: takes its arguments as electron-builder gives them and makes a real deb
// of them with dpkg-deb. Options that it does not know end it, so that a new one is noticed.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const flags = ['--force'];
const valued = [
  ...['-s', '-t', '-d', '--architecture', '--after-install', '--after-remove', '--description', '--version'],
  ...['--package', '--name', '--maintainer', '--vendor', '--url', '--category', '--license', '--iteration'],
  ...['--deb-priority', '--deb-compression', '--deb-recommends'],
];

function parse(args) {
  const options = new Map();
  const inputs = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at];
    if (flags.includes(arg)) continue;
    if (valued.includes(arg)) {
      at += 1;
      options.set(arg, args[at]);
    } else if (arg.startsWith('-')) throw new Error(`the stand-in for fpm does not know ${arg}`);
    else inputs.push(arg);
  }
  return { options, inputs };
}

/** `source=target`; a source folder with a slash at its end means its content. */
function stage(root, input) {
  const at = input.indexOf('=');
  const [source, target] = [input.slice(0, at), join(root, input.slice(at + 1))];
  mkdirSync(statSync(source).isDirectory() ? target : dirname(target), { recursive: true });
  cpSync(source, target, { recursive: true });
}

function writeScript(root, name, source) {
  const path = join(root, 'DEBIAN', name);
  writeFileSync(path, readFileSync(source));
  chmodSync(path, 0o755);
}

const { options, inputs } = parse(process.argv.slice(2));
const root = mkdtempSync(join(tmpdir(), 'trustbox-fpm-'));
try {
  chmodSync(root, 0o755);
  for (const input of inputs) stage(root, input);
  mkdirSync(join(root, 'DEBIAN'));
  const control = {
    Package: options.get('--name'),
    Version: options.get('--version'),
    Architecture: options.get('--architecture'),
    Maintainer: options.get('--maintainer'),
    Description: options.get('--description').split('\n')[0] || 'none',
  };
  const lines = Object.entries(control).map(([field, value]) => `${field}: ${value}\n`);
  writeFileSync(join(root, 'DEBIAN', 'control'), lines.join(''));
  writeScript(root, 'postinst', options.get('--after-install'));
  writeScript(root, 'postrm', options.get('--after-remove'));
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Znone', root, options.get('--package')]);
} finally {
  rmSync(root, { recursive: true, force: true });
}
