// Approving a sign-in that waits.
export { ApprovePage } from './approve.tsx'
