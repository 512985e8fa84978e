import { encodeReply, packetCode, type Reply, type VerifiedRequest } from '../../radius/index.ts'
import { type Clock, messageOf } from '../../support/index.ts'
import { authenticatorText } from '../duplicates.ts'
import type { GatewayTable } from '../gateways/gateway-table.ts'
import type { DropDetails, ReportDrop } from '../listener/drops.ts'
import type { TransportObserver } from '../listener/observer.ts'
import type { Source } from '../listener/sockets.ts'
import { verifyDatagram } from '../verify-datagram.ts'
import type { AccountingQueue, Settle } from './queue.ts'
import { readRecord } from './record.ts'

/** What the packets of the accounting ports share. */
export type AccountingState = {
  /** Replaced as a whole by a reload. */
  gateways: GatewayTable
  /** New packets are not taken any more. */
  stopping: boolean
  readonly queue: AccountingQueue
  readonly clock: Clock
  readonly observer: TransportObserver
  readonly drop: ReportDrop
}

/** Accounting-Requests and Status-Server (RFC 5997 section 3) get the same answer. */
const response: Reply = { code: packetCode.AccountingResponse, attributes: [] }

/**
 * One datagram on an accounting port. It is answered once its record is durable, and only then: an
 * answer makes the gateway forget the record. A record that is sent again is found in the store and
 * answered, so nothing is remembered here. Never throws.
 */
export function handleAccounting(state: AccountingState, bytes: Uint8Array, source: Source): void {
  const from = { source: source.host, sourcePort: source.port }
  try {
    const { gateways, clock } = state
    const verified = verifyDatagram('accounting', gateways, bytes, source.host, clock.nowMs())
    if (verified.ok) {
      handleVerified(state, verified.request, verified.gateway.rules.name, source)
      return
    }
    const { reason, gateway, detail } = verified
    state.drop(reason, {
      ...from,
      ...(gateway && { gateway: gateway.rules.name }),
      ...(detail && { detail }),
    })
  } catch (error) {
    state.drop('internal-error', { ...from, error })
  }
}

function handleVerified(
  state: AccountingState,
  request: VerifiedRequest,
  gateway: string,
  source: Source,
): void {
  const { queue, observer, clock } = state
  const details = { source: source.host, sourcePort: source.port, gateway }
  const key = packetKey(source, request)
  if (state.stopping) {
    state.drop('stopping', details)
  } else if (request.code === packetCode.StatusServer) {
    answer(request, source)
    observer.onStatus(gateway)
  } else if (queue.isWaiting(key)) {
    observer.onResend(gateway, 'joined')
  } else {
    const from = { gateway, source: source.host, receivedAtMs: clock.nowMs() }
    const record = readRecord(request, from)
    if ('fault' in record) {
      state.drop('accounting-invalid', { ...details, detail: record.fault })
      return
    }
    const settle: Settle = (result) => finish(state, request, source, details, result)
    if (!queue.offer(key, record, settle)) state.drop('accounting-overload', details)
  }
}

/** What became of the record. Never throws: other records of the same commit wait for theirs. */
function finish(
  { drop, observer }: AccountingState,
  request: VerifiedRequest,
  source: Source,
  details: DropDetails & { readonly gateway: string },
  result: Parameters<Settle>[0],
): void {
  try {
    if (typeof result === 'object') {
      drop('accounting-not-stored', { ...details, detail: messageOf(result.failed) })
    } else if (result === 'full') {
      drop('accounting-full', details)
    } else {
      answer(request, source)
      observer.onAccounting(details.gateway, result)
    }
  } catch (error) {
    drop('internal-error', { ...details, error })
  }
}

function answer(request: VerifiedRequest, source: Source): void {
  source.socket.send(encodeReply(request, response), source.port, source.address)
}

/** What makes two packets the same one (RFC 5080 section 2.2.2). */
function packetKey({ socket, address, port }: Source, request: VerifiedRequest): string {
  return [socket.id, address, port, request.identifier, authenticatorText(request)].join('|')
}
