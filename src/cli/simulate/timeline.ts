import { attributeType, type Dictionary, findText, packetCode } from '../../radius/index.ts'
import { type Paint, printable } from '../text/print.ts'
import { formatDuration } from '../text/times.ts'
import { formatAttributes, packetName } from '../try/packet-text.ts'
import { ignoredHints } from '../try/printer.ts'
import type { SimulationEvent } from './events.ts'

/** Where the lines of person, gateway and Holdfast run down the page. */
const lanes = { person: 0, gateway: 14, holdfast: 58 } as const
type Lane = keyof typeof lanes

const timeWidth = 9
const margin = ' '.repeat(timeWidth + 2)

/** The names above the lanes. */
export function drawHeader(user: string, paint: Paint): string {
  const names = `${printable(user)
    .slice(0, 10)
    .padEnd(lanes.gateway - 3)}gateway`
  return paint('bold', `${margin}${names.padEnd(lanes.holdfast - 4)}Holdfast`)
}

/** What happened, as lines of the picture: time, then who told whom. */
export function drawEvent(
  event: SimulationEvent,
  startMs: number,
  dictionary: Dictionary,
  paint: Paint,
): readonly string[] {
  const time = `+${formatSince(event.atMs - startMs)}`.padStart(timeWidth)
  const row = (picture: string) => `${paint('dim', time)}  ${picture}`
  const details = (texts: readonly string[]) =>
    texts.map((text) => `${margin}${drawLanes(lanes.gateway + 1)}  ${text}`)
  switch (event.kind) {
    case 'sent': {
      const resend = event.tries === 1 ? '' : `, again (${event.tries})`
      const server = event.server === 1 ? '' : ', second server'
      const label = `Access-Request id ${event.identifier}${resend}${server}`
      return [row(drawArrow('gateway', 'holdfast', label))]
    }
    case 'received':
    case 'late': {
      const { code, attributes } = event.packet
      const isLate = event.kind === 'late'
      const label = `${packetName(code)}${isLate ? ', too late' : ''}`
      const picture = drawArrow('holdfast', 'gateway', label)
      const text = findText(event.packet, attributeType.ReplyMessage)
      const shown = code === packetCode.AccessAccept && !isLate ? attributes : []
      return [
        row(paint(isLate ? 'bad' : (styles[code] ?? 'warn'), picture)),
        ...details(text === undefined ? [] : [`"${printable(text)}"`]),
        ...details(formatAttributes(shown.filter(isTelling), dictionary, paint)),
      ]
    }
    case 'lost': {
      const [from, to, label] =
        event.code === undefined
          ? (['gateway', 'holdfast', 'lost'] as const)
          : (['holdfast', 'gateway', `${packetName(event.code)}, lost`] as const)
      return [row(paint('warn', drawArrow(from, to, label, 'x')))]
    }
    case 'ignored': {
      const hint = ignoredHints[event.reason] ?? 'it is not a reply to this request'
      return [row(paint('warn', `${drawLanes(lanes.gateway)}| ignores a reply: ${hint}`))]
    }
    case 'given-up':
      return [row(paint('warn', `${drawLanes(lanes.gateway)}x gives up`))]
    case 'prompted':
      return [row(drawArrow('holdfast', 'person', `${event.by} to ${printable(event.to)}`))]
    case 'pressed': {
      const label = event.counts ? event.keys : `${event.keys}, but no one listens any more`
      return [row(drawArrow('person', 'holdfast', label))]
    }
    case 'typed':
      return [row(drawArrow('person', 'gateway', event.what))]
    case 'again':
      return [row(drawArrow('person', 'gateway', 'again'))]
  }
}

/** Never in minutes: those would not fit the column. */
function formatSince(ms: number): string {
  return ms < 60_000 ? formatDuration(ms) : `${(ms / 1000).toFixed(1)} s`
}

const styles: Readonly<Record<number, 'good' | 'bad'>> = {
  [packetCode.AccessAccept]: 'good',
  [packetCode.AccessReject]: 'bad',
}

/** Not what only proves the packet, nor the text that is shown anyway. */
function isTelling({ type }: { readonly type: number }): boolean {
  return type !== attributeType.MessageAuthenticator && type !== attributeType.ReplyMessage
}

/** The lanes without anything between them, up to a column. */
function drawLanes(width: number): string {
  const columns: readonly number[] = Object.values(lanes)
  return Array.from({ length: width }, (_, column) => (columns.includes(column) ? '|' : ' ')).join(
    '',
  )
}

/** `|-- label ---->|`, right to left where it goes that way; `arrowhead` is where it ends. */
function drawArrow(from: Lane, to: Lane, label: string, arrowhead?: 'x'): string {
  const left = Math.min(lanes[from], lanes[to])
  const right = Math.max(lanes[from], lanes[to])
  const room = right - left - 1
  const text = ` ${label.slice(0, room - 6)} `
  const dashes = '-'.repeat(room - 3 - text.length)
  const isForward = lanes[from] < lanes[to]
  const line = isForward
    ? `--${text}${dashes}${arrowhead ?? '>'}`
    : `${arrowhead ?? '<'}${dashes}${text}--`
  const behind = drawLanes(lanes.holdfast + 1).slice(right)
  return `${drawLanes(left)}|${line}${behind}`
}
