// The RADIUS door: sockets, which gateway sent a packet, resends, and the reply table. Never looks
// at a password beyond its bytes. `handle-datagram.ts` is the place to start reading.
// May import `radius/`, `mschap/`, `signin/`, `support/` and the types of `accounts/`; log and counts go through TransportObserver.
export {
  type AccountingListener,
  createAccountingListener,
} from './accounting/listener.ts'
export { normaliseDevice } from './device.ts'
export type * from './eap-port.ts'
export { GatewayTableError, type GatewayTableErrorCode } from './gateway-checks.ts'
export {
  createGatewayTable,
  type DeviceAttribute,
  type GatewayEntry,
  type GatewayTable,
  type MessageAuthenticatorMode,
} from './gateway-table.ts'
export {
  createRadiusListener,
  type RadiusListener,
  type RadiusListenerOptions,
} from './listener.ts'
export type { Answer, Drop, TransportObserver } from './observer.ts'
export { requestAttributes } from './request-attributes.ts'
export type { FirstPacket, RequestEnd, RequestWatch } from './request-watch.ts'
export type { ListenAddress } from './socket-plan.ts'
export { ListenError } from './sockets.ts'
