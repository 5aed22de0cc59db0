import { expect, test, vi } from 'vitest';

vi.mock('electron', () => ({ Menu: { buildFromTemplate: (template: unknown) => template } }));
const { applicationMenu } = await import('../../electron/shell/menu.ts');

test('there is no menu where the window needs none', () => {
  expect([applicationMenu('linux'), applicationMenu('win32')]).toEqual([null, null]);
});

test('macOS has quit, copy and paste, and neither reload nor developer tools', () => {
  expect(applicationMenu('darwin')).toEqual([
    { role: 'appMenu' },
    { role: 'editMenu' },
    { role: 'windowMenu' },
  ]);
});
