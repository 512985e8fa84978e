import { timingSafeEqual } from 'node:crypto'

/** Compares two byte strings in time that depends on their lengths only. */
export function constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
