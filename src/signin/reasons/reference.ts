import { hash } from 'node:crypto'
import { maxValueLength } from '../../radius/numbers.ts'
import { cutToBytes } from '../../support/index.ts'
import type { Outcome } from '../outcome.ts'

/** Crockford's: nothing that is read as something else over the phone. */
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 4

/**
 * The short name of an attempt, for the person to read out and the log to be found by: four of 32
 * symbols, about a million. It follows from the attempt's id alone, so that it tells nothing about
 * why someone was refused, and everything that knows the id knows the reference.
 */
export function referenceOf(attemptId: string): string {
  const digest = hash('sha256', `reference ${attemptId}`, 'buffer')
  return Array.from(digest.subarray(0, length), (byte) => symbols[byte % symbols.length]).join('')
}

/**
 * Reads a reference as people type it: any case, O for 0, I and L for 1. Undefined when the text is not a reference.
 */
export function parseReference(text: string): string | undefined {
  const typed = text.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  const isReference = typed.length === length && [...typed].every((each) => symbols.includes(each))
  return isReference ? typed : undefined
}

/** A refusal whose text ends in the reference; every other outcome as it is. */
export function withReference(outcome: Outcome, attemptId: string): Outcome {
  if (outcome.kind !== 'reject') return outcome
  const suffix = ` Ref ${referenceOf(attemptId)}`
  // A Reply-Message is one attribute (RFC 2865 5.18).
  const text = cutToBytes(outcome.message, maxValueLength - suffix.length).trimEnd()
  return { ...outcome, message: `${text}${suffix}` }
}
