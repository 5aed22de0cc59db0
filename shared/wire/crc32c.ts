// CRC-32C (Castagnoli; RFC 3720 section 12.1 and appendix B.4): reflected polynomial 0x82f63b78, initial value and final
// xor 0xffffffff. It finds damage on a line, not malice: authenticity is in the package's signature.

const polynomial = 0x82f63b78;
const lanes = 8;

/** `lanes` tables of 256 entries: table k advances a byte that is followed by k more. */
function makeTables(): Int32Array {
  const tables = new Int32Array(lanes * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    tables[byte] = value;
  }
  for (let at = 256; at < tables.length; at += 1) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (before >>> 8) ^ (tables[before & 255] ?? 0);
  }
  return tables;
}

const tables = makeTables();
const entry = (lane: number, byte: number): number => tables[(lane << 8) | byte] as number;

/** Checksum of `bytes[start, end)`, unsigned 32 bits. Eight bytes a step ("slicing by 8"). */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  let at = start;
  const at8 = (offset: number) => bytes[at + offset] as number;
  for (; at + lanes <= end; at += lanes) {
    crc =
      entry(7, (crc ^ at8(0)) & 255) ^
      entry(6, ((crc >>> 8) ^ at8(1)) & 255) ^
      entry(5, ((crc >>> 16) ^ at8(2)) & 255) ^
      entry(4, (crc >>> 24) ^ at8(3)) ^
      entry(3, at8(4)) ^
      entry(2, at8(5)) ^
      entry(1, at8(6)) ^
      entry(0, at8(7));
  }
  for (; at < end; at += 1) crc = (crc >>> 8) ^ entry(0, (crc ^ (bytes[at] as number)) & 255);
  return (crc ^ -1) >>> 0;
}
