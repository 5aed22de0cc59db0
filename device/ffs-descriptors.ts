// What a FunctionFS gadget writes to its ep0 before it can be plugged in, and the events that it reads there afterwards.
// Linux, include/uapi/linux/usb/functionfs.h (descriptor format 2, strings, events); USB 2.0 section 9.6, USB 3.2 section
// 9.6.7. All numbers little-endian. One interface of the vendor class with one bulk IN and one bulk OUT endpoint, no strings.
//
//   descriptors   0 magic 3 | 4 length | 8 flags | 12 count full speed | 16 count high speed | 20 count super speed | ...
//   strings       0 magic 2 | 4 length | 8 strings 0 | 12 languages 0
//   event         0 setup packet (8) | 8 type | 9 padding (3)

const descriptorsMagic = 3;
const stringsMagic = 2;
const hasFullSpeed = 1;
const hasHighSpeed = 2;
const hasSuperSpeed = 4;
const vendorClass = 0xff;
const bulk = 2;
const endpointIn = 0x81;
const endpointOut = 0x02;
const eventBytes = 12;

/** Files of the endpoints in a mounted FunctionFS, in the order in which the descriptors name them. */
export const endpointFiles = { in: 'ep1', out: 'ep2' } as const;

/** Largest packet of a bulk endpoint at each speed, bytes: the smallest divides the others. */
export const packetBytes = { full: 64, high: 512, super: 1024 } as const;

const word = (value: number): number[] => [value & 0xff, value >> 8];
const long = (value: number): number[] => [...word(value & 0xffff), ...word(value >>> 16)];

const interfaceDescriptor = [9, 4, 0, 0, 2, vendorClass, 0, 0, 0];
const endpoint = (address: number, sizeBytes: number) => [7, 5, address, bulk, ...word(sizeBytes), 0];
/** Follows each endpoint at super speed: no bursts, no streams. */
const companion = [6, 0x30, 0, 0, 0, 0];

const atSpeed = (sizeBytes: number) => [
  ...interfaceDescriptor,
  ...endpoint(endpointIn, sizeBytes),
  ...endpoint(endpointOut, sizeBytes),
];
const atSuperSpeed = [
  ...interfaceDescriptor,
  ...endpoint(endpointIn, packetBytes.super),
  ...companion,
  ...endpoint(endpointOut, packetBytes.super),
  ...companion,
];

/** The whole that is written first. */
export function encodeDescriptors(): Uint8Array {
  const body = [
    ...long(hasFullSpeed | hasHighSpeed | hasSuperSpeed),
    ...[...long(3), ...long(3), ...long(5)],
    ...atSpeed(packetBytes.full),
    ...atSpeed(packetBytes.high),
    ...atSuperSpeed,
  ];
  return Uint8Array.from([...long(descriptorsMagic), ...long(8 + body.length), ...body]);
}

/** What is written second: no strings, so that a station that looks at the device causes no traffic. */
export const encodeStrings = (): Uint8Array =>
  Uint8Array.from([...long(stringsMagic), ...long(16), ...long(0), ...long(0)]);

const eventTypes = ['bind', 'unbind', 'enable', 'disable', 'setup', 'suspend', 'resume'] as const;
export type FfsEvent = (typeof eventTypes)[number];

/** Events in order; a kernel's newer ones, which we do not know, are left out. */
export function parseEvents(bytes: Uint8Array): FfsEvent[] {
  const count = Math.floor(bytes.length / eventBytes);
  return Array.from({ length: count }, (_, at) => eventTypes[bytes[at * eventBytes + 8] ?? -1]).filter(
    (event) => event !== undefined,
  );
}
