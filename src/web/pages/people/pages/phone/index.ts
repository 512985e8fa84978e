// What a phone shows that approves sign-ins.
export { PairPage } from './pair.tsx'
export { PhonePage } from './phone.tsx'
