// How long each gateway waits for an answer, learnt from its packets. `watch.ts` follows sign-ins and notes what they
// show, `learn.ts` says what a sign weighs, `estimate.ts` what follows; `saved-patience.ts` keeps it all in the store.
// No other file has a clock or a store: times come with the packets. May import `support/`, and the types of `signin/`
// and `transport/`.
export { type PatienceEstimate, shortestPatienceMs } from './estimate.ts'
export { newMemory, type PatienceMemory, type StartingValue, startingValue } from './memory.ts'
export { type PatienceReport, reportPatience } from './report.ts'
export {
  createSavedPatience,
  loadMemories,
  memoryKey,
  type PatienceStore,
  type SavedPatience,
} from './saved-patience.ts'
export { createPatienceWatch, type PatienceWatch } from './watch.ts'
