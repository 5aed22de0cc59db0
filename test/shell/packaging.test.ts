// electron-builder.yml against electron-builder's own schema, and what must be in it whatever else changes.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const fromBuilder = createRequire(require.resolve('electron-builder'));
const root = resolve(import.meta.dirname, '..', '..');

type Config = {
  readonly electronFuses: Record<string, boolean>;
  readonly publish: unknown;
  readonly npmRebuild: boolean;
  readonly asarUnpack: string[];
  readonly linux: { maintainer: string; executableName: string; syncDesktopName: boolean; target: string[] };
  readonly deb: { afterInstall: string };
  readonly win: { target: string[] };
  readonly mac: { target: string[] };
};
type Builder = { validateConfiguration(config: unknown, log: { isEnabled: boolean }): Promise<void> };

const builder = fromBuilder('app-builder-lib/out/util/config/config') as Builder;
const read = () =>
  (fromBuilder('js-yaml') as { load(text: string): Config }).load(
    readFileSync(resolve(root, 'electron-builder.yml'), 'utf8'),
  );

test('the builder accepts the file, and refuses one with a misspelt key', async () => {
  await builder.validateConfiguration(read(), { isEnabled: false });
  const misspelt = { ...read(), asarUnpak: [] };
  await expect(builder.validateConfiguration(misspelt, { isEnabled: false })).rejects.toThrow('asarUnpak');
});

test('fuses: no Node from outside, cookies encrypted, only the archive is loaded', () => {
  expect(read().electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('the deb has what electron-builder refuses to build without: homepage and maintainer', async () => {
  const { homepage, desktopName } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const { linux } = read();
  expect(new URL(homepage ?? '').protocol).toBe('https:');
  expect(linux.maintainer).not.toBe('');
  // The desktop file and the windows find each other by this name.
  expect([linux.syncDesktopName, desktopName]).toEqual([true, `${linux.executableName}.desktop`]);
});

test('no update feed, no rebuild, native modules outside the archive, and every icon is there', () => {
  const config = read();
  expect([config.publish, config.npmRebuild]).toEqual([null, false]);
  for (const folder of ['@serialport/bindings-cpp', '@node-usb'])
    expect(config.asarUnpack).toContain(`node_modules/${folder}/**/*`);
  for (const size of [16, 32, 48, 64, 128, 256, 512])
    expect(existsSync(resolve(root, `resources/icons/${size}x${size}.png`)), String(size)).toBe(true);
});

test('each platform has its packages', () => {
  const { linux, win, mac } = read();
  expect([linux.target, win.target, mac.target]).toEqual([['deb', 'AppImage'], ['nsis'], ['dmg']]);
});

test('the script of the deb begins with the one of the installed electron-builder', () => {
  const theirs = fromBuilder.resolve('app-builder-lib/templates/linux/after-install.tpl');
  const ours = readFileSync(resolve(root, read().deb.afterInstall), 'utf8');
  expect(ours.startsWith(readFileSync(theirs, 'utf8'))).toBe(true);
  expect(ours.length).toBeGreaterThan(readFileSync(theirs, 'utf8').length);
});
