import { EnrolmentRefused } from '../../operations/index.ts'
import type { Refusal } from '../people/contract.ts'

/** What was refused with a text for the person; undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof EnrolmentRefused)) return undefined
  return { step: 'refused', reason: error.reason, text: error.message }
}

/** Runs something that may be refused. */
export async function orRefusal<Result>(work: () => Promise<Result>): Promise<Result | Refusal> {
  try {
    return await work()
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    return refusal
  }
}
