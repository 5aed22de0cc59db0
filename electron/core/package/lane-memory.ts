// The ring that a hash lane and its worker share: a few counters and a few slots of file data.
//
//   control  word 0  slots produced so far
//            word 1  slots consumed so far
//            word 2+ bytes in each slot, or the end mark
export const slotCount = 16;
/** Small enough that what the cipher returns is reused by the allocator instead of mapped anew. */
export const slotBytes = 256 * 1024;
export const producedAt = 0;
export const consumedAt = 1;
export const lengthAt = 2;
export const endMark = -1;

export type LaneMemory = { readonly control: SharedArrayBuffer; readonly slots: SharedArrayBuffer };

export const makeLaneMemory = (): LaneMemory => ({
  control: new SharedArrayBuffer(4 * (lengthAt + slotCount)),
  slots: new SharedArrayBuffer(slotBytes * slotCount),
});
