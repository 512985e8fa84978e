import type { AccountingRecord, AccountingResult } from '../../../src/accounts/index.ts'
import {
  type Attribute,
  attributeType,
  encodeRequest,
  integerAttribute,
  packetCode,
  type RequestToSend,
  textAttributes,
} from '../../../src/radius/index.ts'
import {
  type AccountingState,
  handleAccounting,
} from '../../../src/transport/accounting/handle-accounting.ts'
import { createAccountingQueue } from '../../../src/transport/accounting/queue.ts'
import type { GatewayEntry } from '../../../src/transport/gateways/gateway.ts'
import { createGatewayTable } from '../../../src/transport/gateways/gateway-table.ts'
import { createDropReport } from '../../../src/transport/listener/drops.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { createRecorder, gateway, type Sent, secret } from '../harness.ts'

type Group = {
  readonly records: readonly AccountingRecord[]
  /** Ends the commit: with these results, all `recorded` by default, or with an error. */
  end(results?: readonly AccountingResult[] | Error): void
}

/** A store whose commits end when the test says so. */
export function createHeldStore() {
  const groups: Group[] = []
  const store = (records: readonly AccountingRecord[]) =>
    new Promise<readonly AccountingResult[]>((resolve, reject) => {
      groups.push({
        records,
        end: (results = records.map(() => 'recorded' as const)) =>
          results instanceof Error ? reject(results) : resolve(results),
      })
    })
  return { groups, store }
}

/** The way of an Accounting-Request without a socket, and with a clock that stands still. */
export function createAccountingHarness(
  options: { gateways?: readonly GatewayEntry[]; maxWaiting?: number; atOnce?: number } = {},
) {
  const { gateways = [gateway('vpn')], ...queueOptions } = options
  const clock = createManualClock()
  const recorder = createRecorder()
  const held = createHeldStore()
  const sent: Sent[] = []
  const state: AccountingState = {
    gateways: createGatewayTable(gateways),
    stopping: false,
    queue: createAccountingQueue({ store: held.store, ...queueOptions }),
    clock,
    observer: recorder.observer,
    drop: createDropReport(clock, recorder.observer),
  }
  function receive(
    bytes: Uint8Array,
    { host = '192.0.2.1', port = 40_000, socket = 1 } = {},
  ): void {
    const reply = {
      id: socket,
      send: (reply: Uint8Array, port: number, address: string) =>
        sent.push({ bytes: reply, host: address, port, socket }),
    }
    handleAccounting(state, Buffer.from(bytes), { socket: reply, address: host, host, port })
  }
  return { ...recorder, ...held, clock, state, sent, receive }
}

/** A Start of alice, unsigned as most gateways send it. */
export function accountingRequest(
  changes: Partial<RequestToSend> & {
    secret?: typeof secret
    statusType?: number
    session?: string
  } = {},
) {
  const { secret: key = secret, statusType = 1, session = 'A1', attributes = [], ...rest } = changes
  const named: Attribute[] = [
    ...textAttributes(attributeType.UserName, 'alice'),
    integerAttribute(attributeType.AcctStatusType, statusType),
    ...textAttributes(attributeType.AcctSessionId, session),
    ...attributes,
  ]
  return encodeRequest(
    {
      code: packetCode.AccountingRequest,
      identifier: 7,
      messageAuthenticator: false,
      ...rest,
      attributes: named,
    },
    key,
  )
}
