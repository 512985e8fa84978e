import { useEffect, useRef } from 'preact/hooks'
import { readEvents } from '../../logic/events.ts'
import { goLive } from '../../logic/live.ts'

export type Live<Event> = {
  /** Where the stream is opened, and what is sent for that. */
  readonly path: string
  body(): Promise<object>
  /** Asks once, and shows what it is told. */
  look(): Promise<void>
  onEvent(event: Event): void
  readonly mostMs?: number
}

/** Keeps a page up to date from when it is shown; `restart` begins again, as on return to it. */
export function useLive<Event>(live: Live<Event>): { restart(): void } {
  // Each render has new functions, and the stream goes on.
  const now = useRef(live)
  now.current = live
  const restart = useRef<() => void>(() => undefined)
  useEffect(() => {
    const going = goLive(document, {
      look: () => now.current.look(),
      async stream(signal, onAlive) {
        const answer = await fetch(now.current.path, {
          method: 'POST',
          headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
          body: JSON.stringify(await now.current.body()),
          signal,
        })
        return readEvents(answer, (event) => now.current.onEvent(event as Event), onAlive)
      },
      ...(live.mostMs === undefined ? {} : { mostMs: live.mostMs }),
    })
    restart.current = going.restart
    // A page that comes back from the browser's cache has a stream that is dead.
    const onReturn = ({ persisted }: PageTransitionEvent) => {
      if (persisted) going.restart()
    }
    window.addEventListener('pageshow', onReturn)
    // A network that is gone ends no stream by itself.
    for (const changed of ['online', 'offline']) window.addEventListener(changed, going.restart)
    return () => {
      going.stop()
      window.removeEventListener('pageshow', onReturn)
      for (const changed of ['online', 'offline'])
        window.removeEventListener(changed, going.restart)
    }
  }, [])
  return { restart: () => restart.current() }
}
