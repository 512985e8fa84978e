import type { Clock, Timer } from './clock.ts'

/**
 * Many deadlines on one timer: a held request costs an entry in a list, not a timer of its own. An entry takes 64 bytes, and a
 * timer of Node with what `cancel` and `stop` need takes 650. A held request has three of them, and 4,000 bytes in all (RULES 32).
 */
export interface TimerWheel {
  /**
   * Calls `run` once, not before `deadlineMs` (milliseconds since 1970) and at most about one tick
   * later. A deadline in the past runs on the next tick, never inside this call. O(1), as is `cancel`.
   */
  at(deadlineMs: number, run: () => void): Timer
  /**
   * The same with something for `run`, which then needs no closure: this saves one of two objects that wait (RULES 32).
   */
  at<T>(deadlineMs: number, run: (subject: T) => void, subject: T): Timer
  /** Deadlines that are set and have neither run nor been cancelled. */
  readonly size: number
  /** Cancels everything. The wheel can be used again afterwards. */
  stop(): void
}

export type TimerWheelOptions = {
  /** Milliseconds between two looks at the wheel; deadlines are rounded up to it. Default 50. */
  readonly tickMs?: number
  /** Slots of the wheel, a power of two. Deadlines further away than one turn cost a look a turn. Default 2048. */
  readonly slots?: number
  /** Called with what a `run` threw; the other deadlines of the tick still run. */
  readonly onError: (error: unknown) => void
}

/** Creates a wheel that keeps one timer of `clock` while it is not empty, and none a tick after it is. */
export function createTimerWheel(clock: Clock, options: TimerWheelOptions): TimerWheel {
  return new Wheel(clock, options)
}

class Entry implements Timer {
  readonly wheel: Wheel
  readonly dueTick: number
  run: ((subject: unknown) => void) | undefined
  subject: unknown
  previous: Entry | undefined
  next: Entry | undefined

  constructor(wheel: Wheel, dueTick: number, run: (subject: unknown) => void, subject: unknown) {
    this.wheel = wheel
    this.dueTick = dueTick
    this.run = run
    this.subject = subject
  }

  cancel(): void {
    if (this.run !== undefined) this.wheel.remove(this)
  }
}

class Wheel implements TimerWheel {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #mask: number
  readonly #slots: (Entry | undefined)[]
  readonly #onError: (error: unknown) => void
  #size = 0
  #tick = 0
  /** When `#tick` was reached. The wheel counts from here, so a clock set back delays nothing. */
  #tickAtMs = 0
  #timer: Timer | undefined

  constructor(clock: Clock, options: TimerWheelOptions) {
    const slots = options.slots ?? 2048
    this.#clock = clock
    this.#tickMs = options.tickMs ?? 50
    this.#mask = slots - 1
    this.#slots = new Array<Entry | undefined>(slots).fill(undefined)
    this.#onError = options.onError
  }

  get size(): number {
    return this.#size
  }

  at<T>(deadlineMs: number, run: (subject: T) => void, subject?: T): Timer {
    if (this.#timer === undefined && this.#size === 0) this.#tickAtMs = this.#clock.nowMs()
    const ticks = Math.max(1, Math.ceil((deadlineMs - this.#tickAtMs) / this.#tickMs))
    const entry = new Entry(this, this.#tick + ticks, run as (subject: unknown) => void, subject)
    const slot = entry.dueTick & this.#mask
    const first = this.#slots[slot]
    entry.next = first
    if (first !== undefined) first.previous = entry
    this.#slots[slot] = entry
    this.#size += 1
    this.#timer ??= this.#clock.after(this.#tickMs, this.#turn)
    return entry
  }

  remove(entry: Entry): void {
    this.#unlink(entry)
    entry.run = undefined
    entry.subject = undefined
    this.#size -= 1
    // The clock's timer stays until the next tick: short deadlines come and go far more often than that.
  }

  stop(): void {
    for (const first of this.#slots) {
      for (let entry = first; entry !== undefined; entry = entry.next) entry.run = undefined
    }
    this.#slots.fill(undefined)
    this.#size = 0
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #turn = (): void => {
    this.#timer = undefined
    const due = this.#advance()
    if (this.#size > 0) this.#timer = this.#clock.after(this.#tickMs, this.#turn)
    for (const entry of due) this.#fire(entry)
  }

  /** Moves the hand to now and lists what fell due. */
  #advance(): Entry[] {
    const nowMs = this.#clock.nowMs()
    const passed = Math.floor((nowMs - this.#tickAtMs) / this.#tickMs)
    if (passed < 1) {
      // Set back, or woken early: count from the new time on, or every deadline would wait for the old one.
      if (nowMs < this.#tickAtMs) this.#tickAtMs = nowMs
      return []
    }
    const until = this.#tick + passed
    const due: Entry[] = []
    for (let step = 1; step <= Math.min(passed, this.#slots.length); step++) {
      let entry = this.#slots[(this.#tick + step) & this.#mask]
      for (; entry !== undefined; entry = entry.next) if (entry.dueTick <= until) due.push(entry)
    }
    this.#tick = until
    this.#tickAtMs += passed * this.#tickMs
    return due
  }

  #fire(entry: Entry): void {
    const { run, subject } = entry
    // An earlier one of the same tick may have cancelled it.
    if (run === undefined) return
    this.remove(entry)
    try {
      run(subject)
    } catch (error) {
      this.#onError(error)
    }
  }

  #unlink(entry: Entry): void {
    if (entry.previous === undefined) this.#slots[entry.dueTick & this.#mask] = entry.next
    else entry.previous.next = entry.next
    if (entry.next !== undefined) entry.next.previous = entry.previous
    entry.previous = undefined
    entry.next = undefined
  }
}
