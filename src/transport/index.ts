// The RADIUS server: sockets, which gateway sent a packet, resends, and the reply table. Never looks
// at a password beyond its bytes. `handle-datagram.ts` is the place to start reading.
// May import `radius/`, `mschap/`, `signin/`, `support/` and the types of `accounts/`; log and counts go through TransportObserver.
export {
  type AccountingListener,
  createAccountingListener,
} from './accounting/listener.ts'
export { normaliseDevice } from './attempt/device.ts'
export { requestAttributes } from './attempt/request-attributes.ts'
export type * from './eap-port.ts'
export type { DeviceAttribute, GatewayEntry, MessageAuthenticatorMode } from './gateways/gateway.ts'
export { GatewayTableError, type GatewayTableErrorCode } from './gateways/gateway-checks.ts'
export { createGatewayTable, type GatewayTable } from './gateways/gateway-table.ts'
export {
  createRadiusListener,
  type RadiusListener,
  type RadiusListenerOptions,
} from './listener/listener.ts'
export type { Answer, Drop, TransportObserver } from './listener/observer.ts'
export { openSignInsAllowed } from './listener/open-limit.ts'
export type { ListenAddress } from './listener/socket-plan.ts'
export { ListenError } from './listener/sockets.ts'
export { type StandStill, watchStandStill } from './listener/stand-still.ts'
export type { FirstPacket, HeldPackets, RequestEnd, RequestWatch } from './request-watch.ts'
