import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cleanScreen,
  findCommandEnd,
  garbageRatio,
  hasRebooted,
  recognisePrompt,
  removeKernelLines,
} from '../../../electron/core/console/screen.ts';

test.each([
  ['\r\nArmbian ttyS0\r\n\r\ntrustbox login: ', 'login'],
  ['Password: ', 'password'],
  ['\r\nLogin incorrect\r\ntrustbox login: ', 'refused'],
  ['\u001b[?2004hadmin@trustbox:~$ ', 'shell'],
  ['\u001b]0;admin@box\u0007root@box:~# ', 'shell'],
  ['admin@trustbox:~$ [   12.345678] usb 1-1: new device\r\n', 'shell'],
  ['U-Boot 2020.04\r\nHit any key to stop autoboot: 3', null],
  ['', null],
] as const)('%j ends in %s', (text, prompt) => {
  expect(recognisePrompt(text)).toBe(prompt);
});

test('a reboot is recognised by its boot loader, its first kernel line or a fresh login prompt', () => {
  expect(hasRebooted('x\r\nU-Boot 2020.04')).toBe(true);
  expect(hasRebooted('[    0.000000] Booting Linux on physical CPU')).toBe(true);
  expect(hasRebooted('\r\ntrustbox login: ')).toBe(true);
  expect(hasRebooted('Last login: Mon Nov 23 on ttyS0\r\n')).toBe(false);
});

test('garbage has a high share of strange bytes, text and colours a low one', () => {
  expect(garbageRatio(new TextEncoder().encode('\u001b[1;32mlogin:\u001b[0m \r\n'))).toBe(0);
  expect(garbageRatio(Uint8Array.from({ length: 100 }, (_, at) => 0x80 + at))).toBeGreaterThan(0.9);
});

const marker = 'Tabcdef0123';
const kernelMessage = '[   12.345678] usb 1-1: new high-speed USB device\r\n';

test('output between the markers comes back whole wherever kernel messages fall', () => {
  const answer = `${marker}B\r\nline one\r\nline two\r\n\r\n${marker}E3\r\n`;
  fc.assert(
    fc.property(fc.array(fc.nat(answer.length), { maxLength: 4 }), (places) => {
      let text = answer;
      for (const at of places.toSorted((a, b) => b - a))
        text = text.slice(0, at) + kernelMessage + text.slice(at);
      expect(findCommandEnd(text, marker)).toMatchObject({ output: 'line one\nline two\n', status: 3 });
    }),
  );
});

test('no prefix of an answer is taken for the whole, byte by byte', () => {
  const answer = `${marker}B\r\nhello\r\n\r\n${marker}E0\r\n`;
  for (let length = 0; length < answer.length; length += 1)
    expect(findCommandEnd(answer.slice(0, length), marker)).toBeNull();
  expect(findCommandEnd(answer, marker)).toMatchObject({ output: 'hello\n', status: 0 });
});

test('the echo of a command is never taken for its answer', () => {
  expect(
    findCommandEnd(` printf '%s%sB\\n' ${marker.slice(0, 4)} ${marker.slice(4)}\r\n`, marker),
  ).toBeNull();
});

test('no input makes the parsers throw or print control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      findCommandEnd(text, marker);
      recognisePrompt(text);
      expect(cleanScreen(text)).not.toMatch(/[\u0000-\u0008\u000e-\u001f\u007f]/);
      expect(removeKernelLines(text).length).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2000 },
  );
});
