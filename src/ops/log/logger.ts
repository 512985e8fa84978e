import type { Writable } from 'node:stream'
import winston from 'winston'
import { type Clock, createRateLimit } from '../../support/index.ts'
import { type LogEvent, type LogLevel, logEntries } from './events.ts'
import { humanLine, jsonLine } from './formats.ts'
import { gatherLines } from './gather-lines.ts'

export type Logger = {
  log(event: LogEvent): void
  setLevel(level: LogLevel): void
}

/** Events that repeat are written once in this time, per key. */
const repeatIntervalMs = 60_000
/** Keys may come from forged source addresses, so their number is bounded. */
const maxRepeatKeys = 10_000

/**
 * Writes events to `stream`: human lines on a terminal, JSON elsewhere, unless `format` says which. A stream that
 * breaks or blocks loses lines, never the service.
 */
export function createLogger(options: {
  readonly level: LogLevel
  readonly format: 'auto' | 'human' | 'json'
  readonly stream: Writable & { readonly isTTY?: boolean }
  readonly clock: Clock
}): Logger {
  const { stream, clock } = options
  const human = options.format === 'human' || (options.format === 'auto' && stream.isTTY === true)
  // Without a listener the end of `| head` would end the service.
  stream.on('error', () => {})
  const lines = gatherLines(stream, (count) => log({ event: 'log-lines-lost', lines: count }))
  const logger = winston.createLogger({
    level: options.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: human ? humanLine : jsonLine,
    transports: [new winston.transports.Stream({ stream: lines, eol: '\n' })],
  })
  const repeats = createRateLimit(clock, {
    intervalMs: repeatIntervalMs,
    maxKeys: maxRepeatKeys,
  })

  function log(event: LogEvent): void {
    const { level, text, limitKey } = describe(event)
    if (!logger.isLevelEnabled(level)) return
    const suppressed = limitKey === undefined ? 0 : repeats.admit(limitKey)
    if (suppressed === undefined) return
    const more = suppressed > 0 ? { notWritten: suppressed } : {}
    const time = new Date(clock.nowMs()).toISOString()
    logger.log({ level, time, ...event, message: text, ...more })
  }

  return {
    log,
    setLevel(level) {
      logger.level = level
    },
  }
}

/** What the table says about an event. The lookup by its own name is what ties the two types. */
function describe<Name extends LogEvent['event']>(
  event: Extract<LogEvent, { event: Name }>,
): { level: LogLevel; text: string; limitKey: string | undefined } {
  const entry = logEntries[event.event as Name]
  const key = entry.limitBy?.(event)
  return {
    level: entry.level,
    text: entry.text(event),
    limitKey: key === undefined ? undefined : `${event.event} ${key}`,
  }
}
