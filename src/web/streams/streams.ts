import type { FastifyReply } from 'fastify'
import { type Clock, networkOf } from '../../support/index.ts'
import { PortalError } from '../people/problems.ts'
import { type EventStream, openEventStream } from './event-stream.ts'

/** One page that wants to be told. */
export type Follower = {
  /** Whose pages share the bound: a phone, or a person. */
  readonly owner: string
  /** Of the browser. */
  readonly address: string
  /**
   * What the page shows now, looked up again before each event, which adds the moment: undefined once who asked may no
   * longer see it, which ends the stream (PEOPLE R22).
   */
  look(): Promise<object | undefined>
  /** Calls `changed` when there may be something new, until `stop`. */
  follow(changed: () => void): { stop(): void }
}

/**
 * Pages that are told at once instead of asking again and again. An event is all that the page shows, so that none can be
 * missed, and there is nothing to replay.
 */
export type Streams = {
  /** Answers with a stream. Throws `too-many` where there are too many of them: the page asks then. */
  open(reply: FastifyReply, follower: Follower): void
  endAll(): void
  /** Open ones. */
  readonly size: number
}

export type StreamBounds = {
  readonly all: number
  /** From one IPv4 address, or one /64 of IPv6: fewer than its connections, so that its pages still load. */
  readonly perNetwork: number
  /** One more ends the oldest, whose page then asks. */
  readonly perOwner: number
}

const defaultBounds: StreamBounds = { all: 512, perNetwork: 64, perOwner: 3 }
const beatMs = 15_000
/** A stream ends, and its page proves again who it is. */
const lifeMs = 300_000

type Open = {
  readonly owner: string
  readonly network: string
  readonly end: EventStream['end']
}

export function createStreams(parts: {
  readonly clock: Clock
  /** Hears what a look threw; that stream ends. */
  readonly onError: (error: unknown) => void
  readonly bounds?: StreamBounds
}): Streams {
  const { clock, onError, bounds = defaultBounds } = parts
  /** Oldest first. */
  const open = new Set<Open>()

  function makeRoom(owner: string, network: string): void {
    const all = [...open]
    const own = all.filter((each) => each.owner === owner)
    if (own.length >= bounds.perOwner) {
      own[0]?.end('elsewhere')
      return
    }
    const near = all.filter((each) => each.network === network)
    if (all.length < bounds.all && near.length < bounds.perNetwork) return
    throw new PortalError('too-many', 'Too many pages are open. This one asks every two seconds.')
  }

  return {
    open(reply, { address, follow, look, owner }) {
      const network = networkOf(address)
      makeRoom(owner, network)
      const stream = openEventStream(reply, close)
      const self: Open = { owner, network, end: stop }
      open.add(self)
      let shown = ''
      let isLooking = false
      let isChanged = false
      const following = follow(() => void show())
      let beat = clock.after(beatMs, onBeat)
      const life = clock.after(lifeMs, () => stop())
      void show()

      function onBeat(): void {
        beat = clock.after(beatMs, onBeat)
        stream.beat()
        void show()
      }

      /** One look at a time: a change meanwhile is worth another one. */
      async function show(): Promise<void> {
        isChanged = true
        if (isLooking) return
        isLooking = true
        while (isChanged && open.has(self)) {
          isChanged = false
          await showOnce()
        }
        isLooking = false
      }

      async function showOnce(): Promise<void> {
        try {
          const now = await look()
          if (!open.has(self)) return
          if (now === undefined) return stop()
          const text = JSON.stringify(now)
          if (text === shown) return
          shown = text
          stream.send({ ...now, nowMs: clock.nowMs() })
        } catch (error) {
          onError(error)
          stop()
        }
      }

      function stop(why?: 'elsewhere'): void {
        close()
        stream.end(why)
      }

      function close(): void {
        open.delete(self)
        following.stop()
        beat.cancel()
        life.cancel()
      }
    },

    endAll() {
      for (const { end } of [...open]) end()
    },

    get size() {
      return open.size
    },
  }
}
