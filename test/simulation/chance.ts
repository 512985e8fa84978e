/** Chance that depends on nothing but its keys, so that every policy meets the same people and the same lost packets. */
export type Chance = {
  /** Even between 0 and 1. */
  draw(...keys: readonly (string | number)[]): number
}

export function createChance(seed: number): Chance {
  return { draw: (...keys) => hash(`${seed}|${keys.join('|')}`) / 2 ** 32 }
}

/** FNV-1a, then the finisher of MurmurHash3, so that neighbouring keys are unlike each other. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

/** Exponential with this mean, from an even draw. */
export function exponential(meanMs: number, even: number): number {
  return -meanMs * Math.log(1 - even)
}

/**
 * How long people take to answer the phone: log-normal, 2 s to 40 s holding 19 of 20 of them, and none
 * outside. `first` and `second` are even draws.
 */
export function answerMs(first: number, second: number): number {
  const middle = Math.log(2_000 * 40_000) / 2
  const deviation = Math.log(20) / (2 * 1.96)
  const normal = Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second)
  return Math.min(Math.max(Math.exp(middle + deviation * normal), 2_000), 40_000)
}
