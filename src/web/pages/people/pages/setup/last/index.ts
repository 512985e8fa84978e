export { Prove } from './prove.tsx'
export { RecoveryCodes } from './recovery-codes.tsx'
