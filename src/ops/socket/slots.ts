import { HoldfastError } from '../../support/index.ts'

/** Why a connection ends: another caller needs its slot, or there are too many. */
export type SlotEnd = { readonly code: string; readonly message: string }

/** The slot of one connection. */
export type Slot = {
  /** From now on it is this user's. Throws HoldfastError `too-many-connections`. */
  prove(uid: number): void
  leave(): void
}

export type SlotLimits = {
  /** Connections at once. */
  readonly total: number
  /** Of them kept for root. */
  readonly forRoot: number
  /** Of each other user. */
  readonly perUser: number
}

/**
 * Slots for connections. Users who have proven who they are can take all but those that are kept for root; an unproven
 * one makes room for the next, the oldest first. So root always finds a slot, however many others hold theirs.
 */
export function createSlots(limits: SlotLimits) {
  type Taken = { uid?: number; readonly end: (why: SlotEnd) => void }
  // In the order in which they came.
  const unproven = new Set<Taken>()
  const proven = new Set<Taken>()

  return {
    /** `end` is called at most once, where another caller needs the slot. Undefined: all are taken. */
    enter(end: (why: SlotEnd) => void): Slot | undefined {
      if (unproven.size + proven.size >= limits.total) {
        const [oldest] = unproven
        if (oldest === undefined) return undefined
        unproven.delete(oldest)
        oldest.end({ code: 'socket-busy', message: 'others need the place; try again' })
      }
      const taken: Taken = { end }
      unproven.add(taken)
      return {
        prove(uid) {
          if (!unproven.has(taken)) return
          if (uid !== 0) {
            const others = [...proven].filter((one) => one.uid !== 0)
            const own = others.filter((one) => one.uid === uid)
            if (own.length >= limits.perUser) {
              throw tooMany(`at most ${limits.perUser} commands of one user at once`)
            }
            if (others.length >= limits.total - limits.forRoot) {
              throw tooMany('too many commands at once; try again')
            }
          }
          unproven.delete(taken)
          taken.uid = uid
          proven.add(taken)
        },
        leave() {
          unproven.delete(taken)
          proven.delete(taken)
        },
      }
    },
  }
}

export type Slots = ReturnType<typeof createSlots>

function tooMany(message: string): HoldfastError {
  return new HoldfastError('too-many-connections', message)
}
