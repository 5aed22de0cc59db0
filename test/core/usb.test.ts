// Names and tables of USB devices. What needs a device is in test/usb-lab.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../electron/core/calls/settings.ts';
import { openPort } from '../../electron/core/port.ts';
import { listPorts } from '../../electron/core/ports.ts';
import { isUsbPort, portNameOf, socketOf } from '../../electron/core/usb-devices.ts';
import { defaultUsbTable, gadgetOf } from '../../electron/core/usb-table.ts';
import { codeOf, codeOfAsync } from '../helpers/errors.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const device = { vendorId: 0x1209, productId: 0x7b02, bus: '001', ports: [1, 4] };

test('a device is named by its ids and the socket, hubs included', () => {
  expect(portNameOf(device)).toBe('usb:1209:7b02:1-1.4');
  expect(isUsbPort(portNameOf(device))).toBe(true);
  expect(isUsbPort('/dev/ttyACM0')).toBe(false);
});

test('a bus that has a name instead of a number gives a name without separators', () => {
  expect(socketOf({ bus: 'PCI\\VEN_8086:1', ports: [2] })).toBe('PCI_VEN_8086_1-2');
});

test('ids are looked up whatever their case', () => {
  expect(gadgetOf(defaultUsbTable, { vendorId: '1209', productId: '7B01' })).toBe('serial');
  expect(gadgetOf(defaultUsbTable, { vendorId: '1209', productId: '7b02' })).toBe('bulk');
  expect(gadgetOf(defaultUsbTable, { vendorId: '0403', productId: '6001' })).toBeNull();
  expect(gadgetOf(defaultUsbTable, { vendorId: null, productId: null })).toBeNull();
});

async function settingsWith(usbDevices: unknown): Promise<string> {
  const path = join(await makeTempDir(), 'settings.json');
  const rest = { stationName: 'TEST', operator: 'Ada', language: 'en', idleLockMinutes: 30, slots: [] };
  writeFileSync(path, JSON.stringify({ settings: 1, ...rest, usbDevices }));
  return path;
}

test('settings without a table have the default one, and a table of theirs replaces it', async () => {
  const own = [{ vendorId: '16c0', productId: '05dc', gadget: 'bulk' }];
  expect(readSettings(await settingsWith(undefined)).usbDevices).toEqual(defaultUsbTable);
  expect(readSettings(await settingsWith(own)).usbDevices).toEqual(own);
});

test('a table with ids that are no ids is refused', async () => {
  const path = await settingsWith([{ vendorId: '0x1209', productId: '7b02', gadget: 'bulk' }]);
  expect(codeOf(() => readSettings(path))).toBe('settings.invalid');
});

test('a socket with nothing in it is refused by name', async () => {
  expect(await codeOfAsync(openPort('usb:1209:7b02:99-9', 115_200))).toBe('port.not-found');
});

test('ports are listed on a machine without any USB', async () => {
  expect(await listPorts(await makeTempDir())).toEqual(expect.any(Array));
});
