// Small tools that know nothing of the domain: clock, errors, secrets, constant-time compare.
// May import nothing of ours.
export { type Clock, systemClock, type Timer } from './clock.ts'
export { constantTimeEqual } from './constant-time.ts'
export { HoldfastError } from './errors.ts'
export { Secret } from './secret.ts'
