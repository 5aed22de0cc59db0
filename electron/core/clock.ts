// Time as a dependency, so that tests and records can hold it still.
export type Clock = { readonly now: () => Date };

export const systemClock: Clock = { now: () => new Date() };
