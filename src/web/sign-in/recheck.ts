import { randomBytes } from 'node:crypto'
import { type Recheck, type Rechecked, singleRequest } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import type { Who } from '../sessions/sessions.ts'
import type { PortalGateways } from './gateways.ts'

/** Asks whether someone may stay signed in, as from the address of their browser. Throws where there is no portal now. */
export function createSessionCheck(
  clock: Pick<Clock, 'nowMs'>,
  current: () => { readonly gateways: PortalGateways; readonly recheck: Recheck },
): (who: Who) => Promise<Rechecked> {
  return ({ address, userKey, userName }) => {
    const { gateways, recheck } = current()
    return recheck(
      {
        id: 'session',
        gateway: gateways.confirm,
        userName,
        userKey,
        credential: { kind: 'none' },
        device: { kind: 'address', value: address },
        sourceAddress: address,
        requestAuthenticator: randomBytes(16),
        attributes: [],
        receivedAtMs: clock.nowMs(),
      },
      singleRequest(),
    )
  }
}
