import type { Dictionary } from '../../radius/index.ts'
import type { Clock } from '../../support/index.ts'
import { formatAttributes, packetName } from '../try/packet-text.ts'
import type { SimulationEvent } from './events.ts'

/** Everything that happened, in order, and what a verdict needs of it. */
export type Recording = {
  /** From here on times count. */
  start(): void
  tell(event: SimulationEvent): void
  /** Whether any packet of the gateway has gone out and was not lost. */
  hasArrived(): boolean
  /** Resolves once the right reply has come too late. */
  readonly late: Promise<void>
  facts(): {
    readonly startMs: number
    readonly prompts: number
    readonly sent: number
    readonly lost: number
    readonly ignored: readonly string[]
    readonly late?: { readonly name: string; readonly byMs: number }
  }
  /** Times in milliseconds from the start. */
  toJson(dictionary: Dictionary): object
}

export function createRecording(
  clock: Clock,
  show: (event: SimulationEvent, startMs: number) => void,
): Recording {
  const events: SimulationEvent[] = []
  const { promise: late, resolve } = Promise.withResolvers<void>()
  let startMs = clock.nowMs()
  const count = (kind: SimulationEvent['kind']) =>
    events.filter((event) => event.kind === kind).length

  function lateness() {
    const [found] = events.filter((event) => event.kind === 'late')
    if (found === undefined) return {}
    const ends = events.filter(
      (event) =>
        event.kind === 'given-up' && event.server === found.server && event.atMs <= found.atMs,
    )
    const byMs = found.atMs - (ends.at(-1)?.atMs ?? found.atMs)
    return { late: { name: packetName(found.packet.code), byMs } }
  }

  return {
    start() {
      startMs = clock.nowMs()
    },
    tell(event) {
      events.push(event)
      show(event, startMs)
      if (event.kind === 'late') resolve()
    },
    hasArrived: () =>
      count('sent') >
      events.filter((event) => event.kind === 'lost' && event.code === undefined).length,
    late,
    facts: () => ({
      startMs,
      prompts: count('prompted'),
      sent: count('sent'),
      lost: count('lost'),
      ignored: events.flatMap((event) => (event.kind === 'ignored' ? [event.reason] : [])),
      ...lateness(),
    }),
    toJson: (dictionary) => ({
      tookMs: clock.nowMs() - startMs,
      prompts: count('prompted'),
      events: events.map(({ atMs, ...event }) => ({
        atMs: atMs - startMs,
        ...('packet' in event
          ? {
              ...event,
              packet: packetName(event.packet.code),
              attributes: formatAttributes(event.packet.attributes, dictionary, (_, text) => text),
            }
          : event),
      })),
    }),
  }
}
