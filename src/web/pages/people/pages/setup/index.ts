export { AddPage } from './add.tsx'
export { FirstSetupPage } from './first.tsx'
