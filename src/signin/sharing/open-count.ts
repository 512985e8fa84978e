/** Counts sign-ins that run, for code that has to wait until none does. */
export type OpenCount = {
  begin(): void
  end(): void
  any(): boolean
  /** Resolves once none runs. */
  whenNone(): Promise<void>
}

export function createOpenCount(): OpenCount {
  let running = 0
  let waiting: (() => void)[] = []
  return {
    begin() {
      running += 1
    },
    end() {
      running -= 1
      if (running > 0) return
      const told = waiting
      waiting = []
      for (const tell of told) tell()
    },
    any: () => running > 0,
    whenNone: () =>
      new Promise((resolve) => {
        if (running === 0) resolve()
        else waiting.push(resolve)
      }),
  }
}
