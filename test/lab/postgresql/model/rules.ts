import { expect } from 'chai'
import { type Ask, type Pending, reasonOf } from '../../../signin/harness.ts'
import type { ModelNode } from './node.ts'
import type { Ring } from './phone.ts'
import type { AuditedRow } from './pool.ts'

/** A request at a node. Those with one `equal` are the same sign-in. Times are true, whatever the clocks of nodes show. */
export type Copy = {
  readonly node: ModelNode
  readonly ask: Ask
  readonly equal: string
  /** What was typed for it, and must be accepted only once. */
  readonly code?: string
  readonly pending: Pending
  readonly startedMs: number
  /** The administrator had blocked the person before it came. */
  readonly isAfterBlock: boolean
  /** It has asked the database all that it could, and was not answered. */
  waits: boolean
  endedMs?: number
  /** How many had ended before. */
  endedPlace?: number
}

/** A yes or no that a node has confirmed, and those who were waiting for it then. */
export type Press = {
  readonly atMs: number
  readonly says: 'approved' | 'refused'
  readonly waiting: readonly Copy[]
}

/** An outcome answers equal requests for 10 s. */
const sharedMs = 10_000
/** Who waits longer may have to leave before the answer comes. */
const patienceMs = 18_000

const isIn = ({ pending }: Copy) => pending.outcome?.kind === 'accept'
const cameFrom = ({ ask }: Copy) => ask.device?.value ?? ''
const stateOf = ({ ask }: Copy) => ask.state && Buffer.from(ask.state).toString('hex')

/** Whether the copy can still be told what is pressed now. */
export function canHear({ node, pending, startedMs, waits }: Copy, nowMs: number): boolean {
  const isThere = node.state === 'awake' && !node.wasStopped && pending.outcome === undefined
  return waits && isThere && nowMs - startedMs < patienceMs - 3_000
}

/** What a press that is two seconds old must have led to, at every node that lives. */
export function checkHeard({ says, waiting }: Press): string[] {
  const right = says === 'approved' ? 'accepted' : 'prompt-refused'
  return waiting
    .map(({ pending }) => reasonOf(pending.outcome))
    .filter((reason) => reason !== right)
    .map((reason) => `${reason}, where the person has ${says}`)
}

/** What must hold of all that has happened. `spanMs`: by how much clocks of nodes differ. */
export function checkHistory(history: {
  readonly copies: readonly Copy[]
  readonly rings: readonly Ring[]
  readonly rows: readonly AuditedRow[]
  readonly isBlocked: boolean
  readonly spanMs: number
}): string[] {
  const { copies, rings, rows, isBlocked, spanMs } = history
  const faults: string[] = []
  const lived = copies.filter(({ node }) => node.state !== 'killed')
  const accepted = copies.filter((copy) => copy.endedMs !== undefined && isIn(copy))

  for (const { pending, isAfterBlock } of accepted) {
    if (isAfterBlock) faults.push('let in after the block')
    const row = rows.find(({ attempt_id: id }) => id === pending.attempt.id)
    if (row?.outcome !== 'accept') faults.push('let in without a row')
  }
  for (const { pending } of lived) {
    if (pending.outcome === undefined) faults.push('a request without an end')
  }

  // By the clocks of nodes; a yes goes by that of the database.
  const together = sharedMs + spanMs + 500
  for (const [code, mine] of groupBy(accepted, ({ code }) => code)) {
    if (new Set(mine.map(({ equal }) => equal)).size > 1) faults.push(`${code} lets two in`)
    if (countSpells(mine, together) > 1) faults.push(`${code} counts again`)
  }
  for (const [, mine] of groupBy(accepted, stateOf)) {
    if (new Set(mine.map(({ equal }) => equal)).size > 1) faults.push('a question answered twice')
  }
  const rung = accepted.filter(({ ask, code }) => code === undefined && ask.state === undefined)
  for (const [from, mine] of groupBy(rung, cameFrom)) {
    const yes = rings.filter((ring) => ring.from === from && ring.saidYesMs !== undefined)
    if (countSpells(mine, sharedMs + 500) > yes.length) faults.push('one yes lets two sign-ins in')
    for (const { endedMs = 0 } of mine) {
      if (!yes.some(({ saidYesMs = 0 }) => saidYesMs <= endedMs)) faults.push('in without a yes')
    }
  }
  if (isBlocked) return faults

  // Of equal requests at the same time, all have one outcome. A prompt that took too long may be approved for the next.
  for (const [, mine] of groupBy(lived, ({ equal }) => equal)) {
    for (const { endedMs: inMs = 0, endedPlace: inPlace = 0 } of mine.filter(isIn)) {
      const others = mine.filter(
        ({ node, startedMs, endedMs = 0, endedPlace = 0 }) =>
          !node.wasStopped &&
          endedPlace > inPlace &&
          endedMs - startedMs < patienceMs &&
          startedMs - inMs < sharedMs - 1_000,
      )
      for (const { pending } of others) {
        const reason = reasonOf(pending.outcome)
        if (reason !== 'accepted' && reason !== 'prompt-timeout') {
          faults.push(`${reason} beside an Accept`)
        }
      }
    }
  }
  return faults
}

/** How many sign-ins they are, where one answers equal requests for so long. */
function countSpells(accepted: readonly Copy[], togetherMs: number): number {
  let spells = 0
  let untilMs = Number.NEGATIVE_INFINITY
  for (const { startedMs, endedMs = 0 } of accepted.toSorted(
    (one, other) => (one.endedMs ?? 0) - (other.endedMs ?? 0),
  )) {
    if (startedMs <= untilMs) continue
    spells += 1
    untilMs = endedMs + togetherMs
  }
  return spells
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

/** Fails with all that is wrong. */
export function refuseFaults(faults: readonly string[]): void {
  expect(faults.join('; ')).to.equal('')
}
