import type { Writable } from 'node:stream'
import winston from 'winston'
import { type Clock, createRateLimit, visible, visibleJson } from '../../support/index.ts'
import { type LogEvent, type LogLevel, logEntries } from './events.ts'
import { gatherLines } from './gather-lines.ts'

export type Logger = {
  log(event: LogEvent): void
  setLevel(level: LogLevel): void
}

/** Events that repeat are written once in this time, per key. */
const repeatIntervalMs = 60_000
/** Keys may come from forged source addresses, so their number is bounded. */
const maxRepeatKeys = 10_000
const maxFieldCharacters = 2000
/** Where winston's transports look for the finished line. */
const messageSymbol = Symbol.for('message')

/**
 * Writes events to `stream`: human lines on a terminal, JSON elsewhere, unless `format` says which.
 * A stream that breaks loses lines, never the service.
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
  const logger = winston.createLogger({
    level: options.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: human ? humanLine : jsonLine,
    transports: [new winston.transports.Stream({ stream: gatherLines(stream), eol: '\n' })],
  })
  const repeats = createRateLimit(clock, {
    intervalMs: repeatIntervalMs,
    maxKeys: maxRepeatKeys,
  })
  return {
    log(event) {
      const { level, text, limitKey } = describe(event)
      if (!logger.isLevelEnabled(level)) return
      const suppressed = limitKey === undefined ? 0 : repeats.admit(limitKey)
      if (suppressed === undefined) return
      const more = suppressed > 0 ? { notWritten: suppressed } : {}
      const time = new Date(clock.nowMs()).toISOString()
      logger.log({ level, time, ...event, message: text, ...more })
    },
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

const humanLine = winston.format.printf(({ level, time, message, attemptId, notWritten }) => {
  const attempt = attemptId === undefined ? '' : ` [${String(attemptId)}]`
  const more = notWritten === undefined ? '' : ` (and ${String(notWritten)} more like it)`
  const line = `${String(time)} ${level.padEnd(5)} ${String(message)}${attempt}${more}`
  return visible(line).slice(0, maxFieldCharacters)
})

// A replacer makes a line three times as dear. One that is shorter than a field may be needs none.
const jsonLine = winston.format((info) => {
  const line = JSON.stringify(info)
  info[messageSymbol] = visibleJson(
    line.length > maxFieldCharacters ? JSON.stringify(info, cutText) : line,
  )
  return info
})()

function cutText(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > maxFieldCharacters
    ? `${value.slice(0, maxFieldCharacters)}…`
    : value
}
