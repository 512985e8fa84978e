import type { EndOfStream } from './events.ts'

export type LiveParts = {
  /** Asks once, and shows what it is told. Never rejects. */
  look(): Promise<void>
  /** Opens a stream and shows what it tells, until it ends. `onAlive`: something has arrived. */
  stream(signal: AbortSignal, onAlive: () => void): Promise<EndOfStream>
  /** How long the page goes on while no one comes back to it. */
  readonly mostMs?: number
}

/** The part of the document that says whether the page is seen. */
export type SeenPage = {
  readonly visibilityState: string
  addEventListener(what: 'visibilitychange', changed: () => void): void
  removeEventListener(what: 'visibilitychange', changed: () => void): void
}

/** Times that a test may shorten. */
export type LiveTimes = typeof liveTimes

export const liveTimes = {
  /** A proxy that keeps the first event for so long keeps the others as well: the page asks instead. */
  firstMs: 3_000,
  /** The server says something each 15 s. A stream that is silent for longer is dead, as after a phone has slept. */
  silentMs: 40_000,
  askMs: 2_000,
  /** After asking for so long, it tries a stream again. */
  askForMs: 60_000,
  againMs: 3_000,
}

/**
 * Keeps a page up to date while it is seen: by a stream, and by asking where none works. A page that is hidden has none,
 * as a browser opens six connections to a host over all its tabs.
 */
export function goLive(
  page: SeenPage,
  { look, mostMs = Number.POSITIVE_INFINITY, stream }: LiveParts,
  times: LiveTimes = liveTimes,
): { restart(): void; stop(): void } {
  let current = new AbortController()

  function restart(): void {
    current.abort()
    current = new AbortController()
    if (page.visibilityState === 'visible') void run(current.signal)
  }

  async function run(signal: AbortSignal): Promise<void> {
    const untilMs = Date.now() + mostMs
    while (!signal.aborted && Date.now() < untilMs) {
      await look()
      if (signal.aborted) return
      const end = await streamOnce(signal)
      if (end === 'over') await pause(times.againMs, signal)
      else await askFor(Math.min(times.askForMs, untilMs - Date.now()), signal)
    }
  }

  async function askFor(forMs: number, signal: AbortSignal): Promise<void> {
    const untilMs = Date.now() + forMs
    while (!signal.aborted && Date.now() < untilMs) {
      await pause(times.askMs, signal)
      if (!signal.aborted) await look()
    }
  }

  async function streamOnce(signal: AbortSignal): Promise<EndOfStream> {
    const own = new AbortController()
    const end = () => own.abort()
    signal.addEventListener('abort', end)
    let isHeard = false
    let timer = setTimeout(end, times.firstMs)
    const onAlive = () => {
      isHeard = true
      clearTimeout(timer)
      timer = setTimeout(end, times.silentMs)
    }
    try {
      return await stream(own.signal, onAlive)
    } catch {
      return isHeard || !own.signal.aborted ? 'over' : 'refused'
    } finally {
      clearTimeout(timer)
      own.abort()
      signal.removeEventListener('abort', end)
    }
  }

  page.addEventListener('visibilitychange', restart)
  restart()
  return {
    restart,
    stop() {
      current.abort()
      page.removeEventListener('visibilitychange', restart)
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
