// Enrolled authenticators, lockout and open prompts: the types, the rules, and the ports that `store/` implements.
// May import `support/`.
export type * from './accounting.ts'
export * from './authenticator.ts'
export type * from './bells.ts'
export { maskEmail, maskPhone } from './mask.ts'
export * from './notices.ts'
export * from './pauses.ts'
export * from './ports.ts'
export type * from './receipts.ts'
export * from './remembered.ts'
export * from './totp-steps.ts'
export { directoryOfKey, type User } from './user.ts'
export * from './web.ts'
