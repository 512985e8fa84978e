import winston from 'winston'
import { visible, visibleJson } from '../../support/index.ts'

const { combine, json, printf } = winston.format

const maxFieldCharacters = 2000
/** Where winston keeps the finished line. */
const messageSymbol = Symbol.for('message')

/** A line for people: time, level, message, and the attempt it belongs to. */
export const humanLine = printf(({ level, time, message, attemptId, notWritten }) => {
  const attempt = attemptId === undefined ? '' : ` [${String(attemptId)}]`
  const more = notWritten === undefined ? '' : ` (and ${String(notWritten)} more like it)`
  const line = `${String(time)} ${level.padEnd(5)} ${String(message)}${attempt}${more}`
  return visible(line).slice(0, maxFieldCharacters)
})

const visibleText = winston.format((info) => {
  info[messageSymbol] = visibleJson(String(info[messageSymbol]))
  return info
})

/** One JSON object with the fields of the event in their order. */
export const jsonLine = combine(json({ deterministic: false, replacer: cutText }), visibleText())

function cutText(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > maxFieldCharacters
    ? `${value.slice(0, maxFieldCharacters)}…`
    : value
}
